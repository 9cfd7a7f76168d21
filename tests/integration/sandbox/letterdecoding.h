// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/deadletter/decode.h"

namespace projectionist {

/// What the decoder of dead letters says of a record, or of a row of that table.
inline DeadLetter decodeLetter(const Record& record, bool ofTable = false)
{
    static const auto rules = *DecodeRules::build();
    LetterScanner scanner(rules);
    std::vector<RawHeader> headers;
    RawLetter letter = viewOf(record, headers);
    if (ofTable)
        letter.table = "sandbox-table";
    return decode(scanner, letter);
}

} // namespace projectionist
