// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/config/workspace.h"
#include "backend/core/deadletter.h"
#include "backend/deadletter/lettermasks.h"
#include "backend/deadletter/letterschema.h"

namespace projectionist {

/// How letters are shown outside the window.
struct DeadLetterLook
{
    const LetterMasks* masks = nullptr; ///< nullptr: unmasked
    bool allFrames = false;             ///< of libraries too
};

[[nodiscard]] LetterMasks masksOf(const Workspace& workspace, const std::string& context);
[[nodiscard]] MaskedPayload shownPayload(std::string_view payload, const DeadLetterLook& look);
/// Of a key, which may be JSON as well.
[[nodiscard]] std::string shownKey(const std::string& key, const DeadLetterLook& look);
[[nodiscard]] bool isHidden(const DecodedHeader& header, const DeadLetterLook& look);
/// The decoded text, or what stands for it.
[[nodiscard]] std::string shownHeader(const DecodedHeader& header, const DeadLetterLook& look);
/// What was masked in a payload, or why it is not shown; empty: nothing.
[[nodiscard]] std::string maskNote(const MaskedPayload& payload);
/// "0123456789abcdef"
[[nodiscard]] std::string fingerprintText(std::uint64_t fingerprint);
[[nodiscard]] const char* basisWord(ArrivalBasis basis) noexcept;
[[nodiscard]] const char* stateWord(LetterState state) noexcept;

} // namespace projectionist
