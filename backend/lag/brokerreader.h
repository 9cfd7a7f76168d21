// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/lag/layout.h"
#include "backend/lag/retroactive.h"
#include "backend/lag/timelag.h"

namespace projectionist {

struct PositionsAnswer
{
    TimePoint began{}; ///< before the request
    Duration monotonic{0};
    std::vector<GroupOffsets> groups; ///< parallel to Layout::groups
};

struct HeadsAnswer
{
    std::vector<PartitionBounds> bounds; ///< parallel to Layout::partitions
    std::vector<TimeLag> lags;           ///< parallel to the rows asked
    std::vector<TopicPartition> recreated;
};

/// What the cycles ask the event log for. Lives on the broker's thread, with all that is known of times there.
class BrokerReader
{
public:
    explicit BrokerReader(const Clock& clock) : m_clock(clock), m_times(clock) {}

    [[nodiscard]] Result<ClusterDescription> describe(Broker& broker, Duration timeout);
    [[nodiscard]] Result<PositionsAnswer> positions(Broker& broker, const Layout& layout, Duration timeout);
    /// Heads, and right after them the lag in time of the given positions.
    [[nodiscard]] Result<HeadsAnswer> heads(Broker& broker, const Layout& layout, std::span<const LagRow> rows,
                                            const LagBudget& budget);
    [[nodiscard]] static InspectedEvent inspect(Broker& broker, std::uint64_t token, const TopicPartition& id,
                                                Offset offset);
    /// The past of the projections given last, a piece at a time; see Retroactive.
    [[nodiscard]] Retroactive& past() { return m_past; }
    [[nodiscard]] bool hasTimeIndex() const { return m_times.hasTimeIndex().value_or(true); }

private:
    const Clock& m_clock;
    TimeLagService m_times;
    Retroactive m_past;
    std::string m_clusterId;
};

} // namespace projectionist
