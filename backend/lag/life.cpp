// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/lag/life.h"

#include "backend/core/format.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace projectionist {

namespace {

constexpr Duration rebalanceGrace{30'000};
constexpr Duration longestGrace{120'000};
constexpr Duration membersShown{60'000};
constexpr Duration shortestTimeout{10'000};
constexpr Duration unlearnedTimeout{30'000};
constexpr Duration longestTimeout{300'000};
constexpr Duration commitFresh{15'000}; ///< a heartbeat that is only the time of the last commit
constexpr Duration oldMark{300'000};
constexpr Duration oldMarkObserved{15'000};
constexpr Duration memberlessProof{10'000}; ///< so long after the last member left, an advance is not its last commit

bool rebalances(const std::string& state)
{
    return state.find("Rebalance") != std::string::npos || state == "Assigning" || state == "Reconciling";
}

} // namespace

void Life::take(const ProjectionSample& sample, bool advanced, Duration at, Duration unobserved)
{
    m_beatAt += unobserved;
    if (m_emptySince)
        *m_emptySince += unobserved;
    takeHeartbeat(sample, advanced, at);
    if (sample.group)
        takeGroup(*sample.group, advanced, at);
    else
        m_members.reset();
}

void Life::takeHeartbeat(const ProjectionSample& sample, bool advanced, Duration at)
{
    if (!sample.heartbeat || sample.heartbeat == m_heartbeat) {
        if (!sample.heartbeat)
            m_heartbeat.reset();
        return;
    }
    if (m_heartbeat) {
        m_beats.note(at - m_beatAt);
        m_changed = true;
        m_alone = std::min(m_alone + (advanced ? 0 : 1), 3);
    } else {
        m_changed = false;
        m_ageAtFirst = sample.at - *sample.heartbeat;
    }
    m_heartbeat = sample.heartbeat;
    m_beatAt = at;
}

void Life::takeGroup(const GroupObservation& group, bool advanced, Duration at)
{
    if (rebalances(group.state)) {
        if (!m_rebalanceSeen || at - *m_rebalanceSeen > rebalanceGrace)
            m_rebalanceBegan = at;
        m_rebalanceSeen = at;
    }
    const bool nobody = !group.members && (group.state == "Empty" || group.state == "Dead");
    const auto before = std::exchange(m_members, nobody ? std::optional(0) : group.members);
    if (m_members && *m_members == 0) {
        m_emptySince = m_emptySince.value_or(at);
        m_memberless = m_memberless || (advanced && at - *m_emptySince >= memberlessProof);
    } else if (m_members) {
        m_emptySince.reset();
        m_memberless = false;
    }
    if (m_members && group.memberNames != m_names) {
        if (before)
            m_namesChangedAt = at;
        m_names = group.memberNames;
    }
}

bool Life::beats(Duration at) const
{
    if (!m_heartbeat)
        return false;
    const Duration silent = at - m_beatAt;
    if (!m_changed)
        return silent < unlearnedTimeout && std::chrono::abs(m_ageAtFirst) < unlearnedTimeout;
    if (!beatsAlone())
        return silent < commitFresh;
    return silent <
           (m_beats.median() ? std::clamp(*m_beats.median() * 5, shortestTimeout, longestTimeout) : unlearnedTimeout);
}

Life::Signs Life::signs(Duration at) const
{
    Signs signs;
    const Duration silent = at - m_beatAt;
    const bool beating = beats(at);
    // A worker that was killed stays a member until its session times out; its own heartbeat knows better.
    const bool silenced = m_heartbeat && beatsAlone() && !beating;
    const bool nobody = m_members && *m_members == 0 && !m_memberless;
    signs.alive = beating || (m_members.value_or(0) > 0 && !silenced);
    if (!beating && silenced)
        signs.deadFor = silent;
    else if (!beating && nobody)
        signs.deadFor = at - *m_emptySince;
    else if (!beating && m_heartbeat && !m_changed && !m_members && m_ageAtFirst > oldMark &&
             silent >= oldMarkObserved) {
        signs.deadFor = silent;
        signs.byOldMark = true;
    }
    if (m_members)
        signs.words = *m_members == 0
                          ? "the group has no member"
                          : fmt::format("the group lists {} member{}", *m_members, *m_members == 1 ? "" : "s");
    if (m_heartbeat) {
        const Duration age = m_changed ? silent : std::max(silent, m_ageAtFirst + silent);
        signs.words +=
            (signs.words.empty() ? "" : ", ") + (beating ? "the last heartbeat came " + formatDuration(age) + " ago"
                                                         : "no heartbeat for " + formatDuration(age));
    }
    return signs;
}

bool Life::rebalancing(Duration at) const
{
    return m_rebalanceSeen && at - *m_rebalanceSeen < rebalanceGrace && at - *m_rebalanceBegan < longestGrace;
}

void Life::observe(std::vector<std::string>& observations, Duration at) const
{
    if (rebalancing(at))
        observations.push_back("The group is rebalancing; partitions that stand still are not judged meanwhile.");
    if (m_namesChangedAt && at - *m_namesChangedAt < membersShown)
        observations.push_back(fmt::format("Members changed {} ago; there are {} now.",
                                           formatDuration(at - *m_namesChangedAt), m_names.size()));
}

} // namespace projectionist
