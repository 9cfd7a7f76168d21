// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/deadletter/filterrun.h"
#include "backend/deadletter/letterindex.h"

namespace projectionist {

/// Arrivals are counted by hours of the clock; the last is the present one.
inline constexpr std::size_t arrivalHours = 24;

/// What is counted of a group.
struct GroupNumbers
{
    struct Channel
    {
        std::uint32_t code = 0; ///< see LetterIndex::channel()
        std::uint64_t count = 0;
    };
    std::uint64_t count = 0;
    std::uint64_t undecided = 0; ///< letters for which the filter has no answer yet; not in `count`
    std::uint64_t undated = 0;   ///< of `count`: nobody knows when they arrived
    std::size_t newest = 0;      ///< a row: the one that arrived last
    std::optional<TimePoint> first{};
    std::optional<TimePoint> last{};
    std::optional<TimePoint> firstEvent{}; ///< time of the oldest of the events that failed
    std::optional<std::int64_t> fewestAttempts{};
    std::optional<std::int64_t> mostAttempts{};
    std::array<std::uint32_t, arrivalHours> arrivals{};
    std::vector<Channel> channels{};
};

/// Counts groups, of all letters or of those that pass a filter. Letters that came since the last time are added; all
/// are counted anew when the index's version() or the hour has changed, or groups joined. One thread, the index's.
class GroupTally
{
public:
    /// `result`: of the index and without gaps, always the same one; nullptr: every letter passes. When verdicts in it
    /// have changed (FilterResult::set), take a new tally. `withResolved`: those that were resolved, too.
    void update(const LetterIndex& index, TimePoint now, const FilterResult* result = nullptr,
                bool withResolved = true);

    /// By the groups' codes; a count of 0 where there are none, or where the code joined another group.
    [[nodiscard]] std::span<const GroupNumbers> groups() const { return m_groups; }
    [[nodiscard]] std::uint64_t letterCount() const { return m_letters; }
    [[nodiscard]] std::uint64_t undecidedCount() const { return m_undecided; }
    /// Begin of the first of the hours.
    [[nodiscard]] TimePoint arrivalsFrom() const;

private:
    struct Block;
    void restart(const LetterIndex& index, std::int64_t hour);
    void count(const LetterIndex& index, Block& block, const FilterResult* result);
    void countRow(const Block& block, std::size_t i);

    std::vector<GroupNumbers> m_groups;
    std::uint64_t m_letters = 0;
    std::uint64_t m_undecided = 0;
    std::size_t m_rows = 0; ///< counted so far
    std::int64_t m_hour = 0;
    std::uint64_t m_version = 0;
    std::size_t m_joins = 0;
    std::uint8_t m_skipped = 0; ///< marks of rows that do not count
};

} // namespace projectionist
