// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/resolvedrows.h"

#include "backend/deadletter/kafkaletters.h"

namespace projectionist {

namespace {

constexpr std::size_t rowsOfTurn = 1 << 16; ///< others wait for no longer

struct Change
{
    std::optional<TimePoint> arrived;
    LetterState state;
};
using Changes = std::unordered_multimap<Offset, Change>; ///< of one partition

void collectChanges(const ResolvedSet& from, const ResolvedSet& without, LetterState state,
                    std::map<TopicPartition, Changes>& changes)
{
    from.forEachNotIn(without, [&](const ResolvedLetter& letter) {
        if (const auto place = placeInKafka(letter.reference))
            changes[place->id].emplace(place->offset, Change{letter.arrived, state});
    });
}

/// Of rows that are there.
class ChangedRows
{
public:
    explicit ChangedRows(const std::map<TopicPartition, Changes>& changes) : m_changes(changes) {}

    void apply(LetterIndex& index, FilterRows rows)
    {
        m_places.resize(rows.count);
        m_offsets.resize(rows.count);
        index.rows().copy(LetterValue::Place, rows, m_places.data());
        index.rows().copy(LetterValue::AtOffset, rows, m_offsets.data());
        for (std::size_t i = 0; i < rows.count; ++i) {
            const std::size_t row = rows.first + i;
            const auto* changes = index.rows().removed(row) ? nullptr : changesOf(index, m_places[i], row);
            if (!changes)
                continue;
            const auto [begin, end] = changes->equal_range(m_offsets[i]);
            for (auto change = begin; change != end; ++change)
                if (change->second.arrived == arrivalOf(index, row))
                    index.setState(row, change->second.state);
        }
    }

private:
    const Changes* changesOf(const LetterIndex& index, std::uint32_t place, std::size_t row)
    {
        const auto [known, fresh] = m_byPlace.try_emplace(place, nullptr);
        if (fresh)
            if (const auto found = m_changes.find(index.placeOf(row).id); found != m_changes.end())
                known->second = &found->second;
        return known->second;
    }

    const std::map<TopicPartition, Changes>& m_changes;
    std::unordered_map<std::uint32_t, const Changes*> m_byPlace;
    std::vector<std::uint32_t> m_places;
    std::vector<std::int64_t> m_offsets;
};

/// Calls `take` with turns of rows, up to the last that there is; in between, others come by.
template<typename Take>
void inTurns(SharedLetters& letters, Take take)
{
    std::size_t end = 1;
    for (std::size_t first = 0; first < end; first += rowsOfTurn)
        letters.ask([&](LetterIndex& index, const auto&) {
            end = index.rowCount();
            if (first < end)
                take(index, FilterRows{first, std::min(rowsOfTurn, end - first)});
        });
}

} // namespace

std::set<std::string> markResolved(SharedLetters& letters, const ResolvedSet& former, const ResolvedSet& present,
                                   const std::function<bool(const std::string&)>& isTable)
{
    std::set<std::string> tables;
    for (const auto* set : {&former, &present})
        for (const auto& topic : set->topics())
            if (isTable(topic))
                tables.insert(topic);
    std::map<TopicPartition, Changes> changes;
    collectChanges(present, former, LetterState::Resolved, changes);
    collectChanges(former, present, LetterState::Open, changes);
    ChangedRows changed(changes);
    if (!changes.empty())
        inTurns(letters, [&](LetterIndex& index, FilterRows rows) { changed.apply(index, rows); });
    return tables;
}

void markResolvedRows(SharedLetters& letters, const LetterSource& source, const std::string& table)
{
    inTurns(letters, [&](LetterIndex& index, FilterRows rows) {
        std::vector<std::uint32_t> channels(rows.count);
        index.rows().copy(LetterValue::Channel, rows, channels.data());
        for (std::size_t i = 0; i < rows.count; ++i) {
            const std::size_t row = rows.first + i;
            if (index.rows().removed(row) ||
                index.textOf(LetterField::Topic, index.channel(channels[i]).topic) != table)
                continue;
            const bool resolved = letters.resolved().has(source.reference(index.placeOf(row)), arrivalOf(index, row));
            if (resolved != (index.rows().state(row) == LetterState::Resolved))
                index.setState(row, resolved ? LetterState::Resolved : LetterState::Open);
        }
    });
}

} // namespace projectionist
