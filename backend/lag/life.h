// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/sample.h"
#include "backend/lag/gapmeter.h"

namespace projectionist {

/// Whether a projection's worker lives, from the members of its group and from heartbeats. A heartbeat is fresh when it
/// *changes*; its value is another machine's clock and is trusted only where nothing better is known.
class Life
{
public:
    /// `advanced`: a position moved with this sample. `unobserved`: as in PartitionTrack.
    void take(const ProjectionSample& sample, bool advanced, Duration at, Duration unobserved);

    struct Signs
    {
        bool alive = false;
        Duration deadFor{0};    ///< 0: not known to be dead
        bool byOldMark = false; ///< dead only because the heartbeat was old when first seen
        std::string words;      ///< "2 members", "no heartbeat for 41 s"; empty when there is nothing to go by
    };
    [[nodiscard]] Signs signs(Duration at) const;
    /// A rebalance began not long ago, and partitions that stand still are not judged.
    [[nodiscard]] bool rebalancing(Duration at) const;
    void observe(std::vector<std::string>& observations, Duration at) const;

private:
    void takeHeartbeat(const ProjectionSample& sample, bool advanced, Duration at);
    void takeGroup(const GroupObservation& group, bool advanced, Duration at);
    [[nodiscard]] bool beatsAlone() const { return m_alone >= 3; }
    [[nodiscard]] bool beats(Duration at) const;

    std::optional<TimePoint> m_heartbeat;
    Duration m_beatAt{0};
    bool m_changed = false; ///< the heartbeat was seen to change
    Duration m_ageAtFirst{0};
    GapMeter m_beats;
    int m_alone = 0; ///< beats without an advance: more than the time of the last commit
    std::optional<int> m_members;
    std::optional<Duration> m_emptySince;
    bool m_memberless = false; ///< advances without members: it assigns its partitions itself
    std::vector<std::string> m_names;
    std::optional<Duration> m_namesChangedAt, m_rebalanceBegan, m_rebalanceSeen;
};

} // namespace projectionist
