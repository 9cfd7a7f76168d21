// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/deadletter/letterlook.h"
#include "backend/deadletter/letterview.h"
#include "backend/deadletter/payloaddecode.h"

#include <nlohmann/json.hpp>

namespace projectionist {

/// Keys stay in the order in which they were written, so that people can read it too.
using LetterJson = nlohmann::ordered_json;

/// A row of the list. Texts that are no UTF-8 stand in Base64, which `…_encoding` says; what is not known is null.
[[nodiscard]] LetterJson toJson(const LetterView& view, const std::string& reference, const DeadLetterLook& look);
/// What the list does not have: message, headers, payload.
void addContent(LetterJson& json, const DeadLetter& letter, const DeadLetterLook& look,
                const DecodedBody& decoded = {});

// Parts of it.

/// Of a key or value as it was read, or what it was decoded to.
[[nodiscard]] const std::string& readableBytes(const std::string& bytes, const DecodedPayload* decoded);
/// RFC 3339
[[nodiscard]] LetterJson timeJson(const std::optional<TimePoint>& time);
/// Empty stands for unknown.
[[nodiscard]] LetterJson wordJson(const std::string& word);
[[nodiscard]] LetterJson originJson(const EventOrigin& origin);
[[nodiscard]] LetterJson payloadJson(const std::optional<std::string>& value, std::size_t size,
                                     const DecodedBody& decoded, const DeadLetterLook& look);
[[nodiscard]] std::optional<std::string> shownKey(const std::optional<std::string>& key, const DecodedBody& decoded,
                                                  const DeadLetterLook& look);
/// `name` and, where the bytes are no UTF-8 and stand in Base64, `name`_encoding.
void setBytes(LetterJson& json, const std::string& name, const std::optional<std::string>& bytes);

} // namespace projectionist
