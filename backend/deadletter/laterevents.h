// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/broker/keysearch.h"
#include "backend/deadletter/judge.h"

#include <map>
#include <set>

namespace projectionist {

/// Which parts of the source log have to be read for some letters, and what was found there. Looks only at what the
/// projections may have applied, and for each key no further than it takes to decide.
class LaterEventsQuest
{
public:
    /// `letters` has to live as long; `applied` is known there. `wanted`: positions in `letters` of those that the log
    /// has to decide. All others count as failed as well.
    LaterEventsQuest(std::span<LetterEvidence> letters, std::span<const std::size_t> wanted);

    [[nodiscard]] const std::vector<KeyRange>& ranges() const { return m_ranges; }
    /// See KeySearch::Found.
    bool found(std::size_t range, std::size_t key, Offset offset);
    /// Writes LetterEvidence::later.
    void finish(const Result<std::vector<KeyRangeOutcome>>& outcomes);

private:
    struct Seeker
    {
        std::size_t letter = 0;
        LaterEvents later{};
        bool decided = false;
    };
    using Key = std::vector<std::size_t>; ///< seekers of it
    void add(std::size_t letter);
    void conclude(Seeker& seeker, const KeyRange& range, const KeyRangeOutcome& outcome);

    std::span<LetterEvidence> m_letters;
    std::set<std::tuple<std::string_view, std::string_view, std::int32_t, Offset>> m_failed; ///< origins
    std::vector<Seeker> m_seekers;
    std::vector<KeyRange> m_ranges;
    std::vector<std::vector<Key>> m_keys; ///< by range and key
    std::map<TopicPartition, std::size_t> m_rangeOf;
    std::vector<std::map<std::string, std::size_t>> m_keyOf; ///< by range
};

} // namespace projectionist
