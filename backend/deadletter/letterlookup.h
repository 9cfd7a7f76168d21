// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/deadletter/filterpayloads.h"
#include "backend/deadletter/filtertree.h"
#include "backend/deadletter/letterscanner.h"

namespace projectionist {

// What filters ask of a letter itself.

/// The text, where the bytes are UTF-8.
[[nodiscard]] FilterValue textOrComposite(std::string_view bytes);
/// Of headers with the same name the last, decoded where its framework's convention says how.
[[nodiscard]] FilterValue headerOf(LetterScanner& scanner, const RawLetter& letter, std::string_view name);
/// A part of a payload that is JSON, or that `payloads` (nullptr: nobody) knows to decode; all of it as text without a
/// path. Of names that an object has twice the last counts.
[[nodiscard]] tl::expected<FilterValue, PayloadGap>
payloadOf(const LetterScan& scan, const std::vector<FilterPathPart>& path, FilterPayloads* payloads = nullptr);

} // namespace projectionist
