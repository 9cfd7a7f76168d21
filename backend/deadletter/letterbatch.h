// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/broker/rangereader.h"
#include "backend/deadletter/lettersource.h"

#include <map>

namespace projectionist {

struct LetterBatch
{
    std::map<LetterPlace, StoredLetter> letters; ///< that are there
    std::optional<Error> error{};                ///< not everything could be read; what is missing may be there
};

/// Letters of topics, read together: those of a partition in few passes, what lies between them is passed over. Values
/// of maxBytes and more count as cut.
[[nodiscard]] LetterBatch readLetters(RangeReader& reader, std::vector<LetterPlace> places, std::size_t maxBytes,
                                      Duration quiet, const std::stop_token& stop);

} // namespace projectionist
