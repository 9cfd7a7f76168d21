// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/grouptally.h"

#include <algorithm>

namespace projectionist {

namespace {

constexpr std::int64_t hourMillis = 3'600'000;
constexpr std::size_t turnRows = 4096; ///< of one turn: its columns stay in the cache

template<typename Number>
void widen(std::optional<Number>& lowest, std::optional<Number>& highest, Number number)
{
    lowest = std::min(lowest.value_or(number), number);
    highest = std::max(highest.value_or(number), number);
}

} // namespace

/// Columns of the rows of one turn.
struct GroupTally::Block
{
    std::size_t first = 0;
    std::size_t count = 0;
    std::int64_t from = 0;                 ///< begin of the first hour
    std::span<const std::uint32_t> groups; ///< by fingerprint's code
    std::array<std::uint32_t, turnRows> fingerprints;
    std::array<std::uint32_t, turnRows> channels;
    std::array<std::int64_t, turnRows> arrived;
    std::array<std::int64_t, turnRows> attempts;
    std::array<std::int64_t, turnRows> events;
};

TimePoint GroupTally::arrivalsFrom() const
{
    return TimePoint(Duration((m_hour - static_cast<std::int64_t>(arrivalHours) + 1) * hourMillis));
}

void GroupTally::restart(const LetterIndex& index, std::int64_t hour)
{
    m_groups.clear();
    m_letters = 0;
    m_undecided = 0;
    m_rows = 0;
    m_hour = hour;
    m_version = index.version();
    m_joins = index.groups().joins();
}

void GroupTally::update(const LetterIndex& index, TimePoint now, const FilterResult* result, bool withResolved)
{
    const std::int64_t hour = now.time_since_epoch().count() / hourMillis;
    const auto skipped = LetterRows::skippedMarks(withResolved);
    if (std::exchange(m_skipped, skipped) != skipped || hour != m_hour || index.version() != m_version ||
        index.groups().joins() != m_joins)
        restart(index, hour);
    m_groups.resize(index.groups().size());
    const std::size_t end = result ? std::min(result->rowCount(), index.rowCount()) : index.rowCount();
    const auto block = std::make_unique<Block>();
    block->from = arrivalsFrom().time_since_epoch().count();
    block->groups = index.groups().groups();
    while (m_rows < end) {
        block->first = m_rows;
        block->count = std::min(turnRows - m_rows % turnRows, end - m_rows);
        count(index, *block, result);
        m_rows += block->count;
    }
}

void GroupTally::count(const LetterIndex& index, Block& block, const FilterResult* result)
{
    const FilterRows rows{block.first, block.count};
    const auto marks = index.rows().marks().subspan(block.first, block.count);
    index.rows().copy(LetterValue::Fingerprint, rows, block.fingerprints.data());
    index.rows().copy(LetterValue::Channel, rows, block.channels.data());
    index.rows().copy(LetterValue::Arrived, rows, block.arrived.data());
    index.rows().copy(LetterValue::Attempts, rows, block.attempts.data());
    index.rows().copy(LetterValue::EventTime, rows, block.events.data());
    for (std::size_t i = 0; i < block.count; ++i) {
        if (marks[i] & m_skipped)
            continue;
        const auto verdict = result ? result->verdict(block.first + i) : FilterVerdict::Yes;
        if (verdict == FilterVerdict::Yes) {
            countRow(block, i);
        } else if (verdict == FilterVerdict::Undecided) {
            ++m_groups[block.groups[block.fingerprints[i]]].undecided;
            ++m_undecided;
        }
    }
}

void GroupTally::countRow(const Block& block, std::size_t i)
{
    GroupNumbers& group = m_groups[block.groups[block.fingerprints[i]]];
    ++m_letters;
    const std::int64_t arrived = block.arrived[i];
    if (arrived == absentNumber) {
        ++group.undated;
        if (!group.last)
            group.newest = block.first + i;
    } else {
        const TimePoint time{Duration(arrived)};
        if (!group.last || time >= *group.last)
            group.newest = block.first + i;
        widen(group.first, group.last, time);
        const auto hours = static_cast<std::uint64_t>(arrived - block.from) / static_cast<std::uint64_t>(hourMillis);
        if (arrived >= block.from && hours < arrivalHours)
            ++group.arrivals[hours];
    }
    ++group.count;
    if (block.events[i] != absentNumber)
        group.firstEvent = std::min(group.firstEvent.value_or(TimePoint::max()), TimePoint(Duration(block.events[i])));
    if (block.attempts[i] != absentNumber)
        widen(group.fewestAttempts, group.mostAttempts, block.attempts[i]);
    for (auto& channel : group.channels)
        if (channel.code == block.channels[i]) {
            ++channel.count;
            return;
        }
    group.channels.push_back({block.channels[i], 1});
}

} // namespace projectionist
