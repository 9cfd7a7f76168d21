// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/deadletter/letterboard.h"
#include "backend/deadletter/letterreaders.h"

namespace projectionist {

/// Letters of a list as they were at one moment, in its order, so that all of them can be gone through in portions.
/// Rows stay where they are, also when their letters go.
using ListedRows = std::vector<std::uint32_t>;

/// Those of some rows whose letters are still there.
struct LetterPage
{
    std::vector<LetterView> views;
    std::vector<std::string> references; ///< of each; empty where the source cannot be reached
};

/// All rows of the list that a query makes of what the search has found so far; none of a group that there is not.
[[nodiscard]] ListedRows listedRows(LetterIndex& index, const LetterSearch& search, const LetterQuery& query,
                                    bool withResolved);

/// Answers about letters of an index for others. On the desk's thread; `done` is called there or on a reader's thread.
class LetterLists
{
public:
    LetterLists(SharedLetters& letters, LetterReaders& readers) : m_letters(letters), m_readers(readers) {}

    /// References in the order of the places.
    void refer(const std::vector<LetterPlace>& places, const std::function<void(std::vector<std::string>)>& done) const;
    void look(const ListedRows& rows, const std::function<void(LetterPage)>& done) const;
    /// Of the rows whose letters are still there.
    [[nodiscard]] std::vector<LetterPlace> placesOf(const ListedRows& rows) const;

private:
    SharedLetters& m_letters;
    LetterReaders& m_readers;
};

} // namespace projectionist
