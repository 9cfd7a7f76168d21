// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/laterevents.h"

#include <algorithm>
#include <fmt/format.h>

namespace projectionist {

LaterEventsQuest::LaterEventsQuest(std::span<LetterEvidence> letters, std::span<const std::size_t> wanted)
    : m_letters(letters)
{
    for (const auto& letter : letters)
        if (letter.origin.exact())
            m_failed.emplace(letter.projection, letter.origin.topic, *letter.origin.partition, *letter.origin.offset);
    for (const std::size_t letter : wanted)
        add(letter);
}

void LaterEventsQuest::add(std::size_t letter)
{
    LetterEvidence& evidence = m_letters[letter];
    const Offset from = *evidence.origin.offset + 1;
    if (evidence.applied && *evidence.applied <= from) {
        evidence.later = LaterEvents{{}, true, {}}; // nothing behind it was applied
        return;
    }
    const TopicPartition id{evidence.origin.topic, *evidence.origin.partition};
    const auto [place, isNew] = m_rangeOf.emplace(id, m_ranges.size());
    if (isNew) {
        m_ranges.push_back({id, from, evidence.applied, {}});
        m_keys.emplace_back();
        m_keyOf.emplace_back();
    }
    KeyRange& range = m_ranges[place->second];
    range.from = std::min(range.from, from);
    range.until =
        range.until && evidence.applied ? std::optional(std::max(*range.until, *evidence.applied)) : std::nullopt;
    const auto [key, isNewKey] = m_keyOf[place->second].emplace(*evidence.key, range.keys.size());
    if (isNewKey) {
        range.keys.push_back(*evidence.key);
        m_keys[place->second].emplace_back();
    }
    m_keys[place->second][key->second].push_back(m_seekers.size());
    m_seekers.push_back({letter});
}

bool LaterEventsQuest::found(std::size_t range, std::size_t key, Offset offset)
{
    bool more = false;
    for (const std::size_t at : m_keys[range][key]) {
        Seeker& seeker = m_seekers[at];
        const LetterEvidence& letter = m_letters[seeker.letter];
        const bool counts = offset > *letter.origin.offset && (!letter.applied || offset < *letter.applied);
        if (!seeker.decided && counts) {
            seeker.later.offsets.push_back(offset);
            seeker.decided =
                !m_failed.contains({letter.projection, letter.origin.topic, *letter.origin.partition, offset});
        }
        more = more || !seeker.decided;
    }
    return more;
}

void LaterEventsQuest::finish(const Result<std::vector<KeyRangeOutcome>>& outcomes)
{
    for (std::size_t range = 0; range < m_ranges.size(); ++range)
        for (const auto& key : m_keys[range])
            for (const std::size_t at : key) {
                Seeker& seeker = m_seekers[at];
                if (outcomes)
                    conclude(seeker, m_ranges[range], (*outcomes)[range]);
                else
                    m_letters[seeker.letter].later = tl::unexpected(outcomes.error());
            }
}

void LaterEventsQuest::conclude(Seeker& seeker, const KeyRange& range, const KeyRangeOutcome& outcome)
{
    LetterEvidence& letter = m_letters[seeker.letter];
    if (outcome.error && !seeker.decided) {
        letter.later = tl::unexpected(*outcome.error);
        return;
    }
    const Offset origin = *letter.origin.offset;
    const bool enough = seeker.decided || outcome.complete || (letter.applied && outcome.passed >= *letter.applied);
    if (!seeker.decided && outcome.from > origin + 1 && outcome.from > range.from)
        seeker.later.incompleteness = fmt::format("retention deleted what came after offset {}: {} begins at {}",
                                                  origin, toString(range.id), outcome.from);
    else if (!enough)
        seeker.later.incompleteness =
            fmt::format("the log was read up to offset {} only, in the time that there was", outcome.passed);
    seeker.later.complete = seeker.later.incompleteness.empty();
    letter.later = std::move(seeker.later);
}

} // namespace projectionist
