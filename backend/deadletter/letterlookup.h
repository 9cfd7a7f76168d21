// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/deadletter/filtertree.h"
#include "backend/deadletter/letterscanner.h"

namespace projectionist {

// What filters ask of a letter itself.

/// The text, where the bytes are UTF-8.
[[nodiscard]] FilterValue textOrComposite(std::string_view bytes);
/// Of headers with the same name the last, decoded where its framework's convention says how.
[[nodiscard]] FilterValue headerOf(LetterScanner& scanner, const RawLetter& letter, std::string_view name);
/// A part of a payload that is JSON, all of it as text without a path. nullopt: it is Avro or Protobuf, or only its
/// beginning is at hand, and it does not tell. Of names that an object has twice the last counts.
[[nodiscard]] std::optional<FilterValue> payloadOf(const LetterScan& scan, const std::vector<FilterPathPart>& path);

} // namespace projectionist
