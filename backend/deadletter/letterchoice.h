// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/deadletter/filtertree.h"
#include "backend/deadletter/resolvedset.h"

namespace projectionist {

/// Which letters to resolve, or to restore.
struct LetterChoice
{
    std::uint64_t token = 0;
    std::vector<LetterPlace> places{}; ///< empty: all of the list that the page's query makes
    bool resolved = false;             ///< of these only the resolved ones; else only the others
};

/// What was chosen, as of then: letters that come later are not in it.
struct ChosenLetters
{
    std::uint64_t token = 0;
    bool resolved = false;
    std::vector<ResolvedLetter> letters;
    std::size_t unnamed = 0;        ///< further letters, whose source cannot be reached
    std::optional<Error> trouble{}; ///< why none was chosen
};

struct ChosenRow
{
    LetterPlace place;
    std::optional<TimePoint> arrived;
};

/// Those of `rows` that the choice means. `rows`: of its places, or of the list.
[[nodiscard]] std::vector<ChosenRow> chosenRows(const LetterIndex& index, const std::vector<std::uint32_t>& rows,
                                                bool resolved);
/// Of the choice's places, where the index has them.
[[nodiscard]] std::vector<std::uint32_t> rowsOf(const LetterIndex& index, const std::vector<LetterPlace>& places);
[[nodiscard]] ChosenLetters namedChoice(const LetterChoice& choice, const std::vector<ChosenRow>& rows,
                                        std::vector<std::string> references);

/// Whether a filter asks for this field, so that it decides by itself what is to be seen of it.
[[nodiscard]] bool namesField(const FilterNode& filter, const std::string& field);

} // namespace projectionist
