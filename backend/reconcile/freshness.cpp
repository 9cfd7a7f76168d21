// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/reconcile/freshness.h"

#include <algorithm>

namespace projectionist {

namespace {

constexpr Duration unscheduled{std::chrono::hours(24)};

std::optional<Offset> headOf(const TopicPartition& id, const Snapshot& snapshot)
{
    for (const auto& projection : snapshot.projections)
        for (const auto& partition : projection->sample->partitions)
            if (partition.id == id && partition.head)
                return partition.head;
    return std::nullopt;
}

} // namespace

std::optional<std::int64_t> eventsSince(const LogPositions& through, const Snapshot& snapshot)
{
    if (through.empty())
        return std::nullopt;
    std::int64_t events = 0;
    for (const auto& [id, position] : through) {
        const auto head = headOf(id, snapshot);
        if (!head)
            return std::nullopt;
        events += std::max(*head - position, Offset{0});
    }
    return events;
}

TimePoint staleFrom(const CheckSettings& check, TimePoint verified)
{
    return check.schedule ? check.schedule->next(check.schedule->next(verified)) : verified + unscheduled;
}

} // namespace projectionist
