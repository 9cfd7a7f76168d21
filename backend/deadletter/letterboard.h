// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/broker/retention.h"
#include "backend/deadletter/filterproblem.h"
#include "backend/deadletter/lettersource.h"
#include "backend/deadletter/letterview.h"
#include "backend/deadletter/topicpatterns.h"

namespace projectionist {

/// Who asks a desk. Each has a query and an order of judging of its own, which no other ends.
enum class LetterAsker : std::uint8_t
{
    Page,
    Wizard
};

/// What somebody wants to see.
struct LetterQuery
{
    std::uint64_t number = 0;             ///< comes back with the board that answers it
    std::string filter{};                 ///< empty: all letters
    bool resolved = false;                ///< those that were resolved, too; as with a filter that names their state
    bool localTime = false;               ///< the filter's times without a zone are this machine's; else they are UTC
    std::optional<std::uint32_t> group{}; ///< list only its letters
    LetterOrder order{};
    /// Instead of `order`: as they were read, from this row on; to go through all of them, or on with new ones.
    std::optional<std::size_t> from{};
    std::size_t rows = 500;   ///< of the list, from its top
    std::size_t groups = 500; ///< with the most letters
    bool operator==(const LetterQuery&) const = default;
};

/// All that the page shows, as of one moment. Immutable once published.
struct LetterBoard
{
    std::uint64_t query = 0; ///< number of the query that was answered
    TimePoint at{};
    std::vector<DeadLetterTopic> topics;   ///< that are read, and why
    std::vector<ScanProgress> progress;    ///< of topics and tables, sorted by name
    std::vector<TopicRetention> retention; ///< of topics with letters, and of those that the events came from
    std::optional<Error> retentionTrouble; ///< why it is not known when letters expire
    std::vector<Error> troubles;           ///< what cannot be read, found or decoded at present
    bool complete = false;                 ///< all that was there at the last look has been read
    std::uint64_t letters = 0;             ///< that were read and are still there
    std::uint64_t resolved = 0;            ///< of them
    bool resolvedShown = false;            ///< they are in groups and list
    std::uint64_t refused = 0;             ///< letters beyond what an index can hold
    std::uint64_t passing = 0;             ///< letters that pass the filter
    std::uint64_t undecided = 0;           ///< that have to be read once more before the filter can tell
    std::uint64_t unexplained = 0;         ///< of them, those that no trouble tells about
    bool searching = false;                ///< they are being read, or rows are still to be tested
    std::vector<FilterProblem> problems;   ///< the filter is not in force then; the last good one stays
    std::size_t groupCount = 0;            ///< there are; `groups` holds the largest
    std::vector<GroupView> groups;
    std::size_t listed = 0; ///< letters of the list; `rows` holds its top
    std::vector<LetterView> rows;
    std::size_t rowEnd = 0;              ///< above every LetterView::row that there is
    std::vector<NamedCount> projections; ///< of all letters that are not resolved, whatever the filter
};

} // namespace projectionist
