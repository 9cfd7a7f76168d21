// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/broker/eventlog.h"
#include "backend/lag/partitiontimes.h"

namespace projectionist {

/// A position whose lag could be told better than it is.
struct LagCandidate
{
    const TopicPartition* id = nullptr;
    PartitionTimes* times = nullptr;
    Duration* notBefore = nullptr; ///< the partition's own back-off, monotonic
    std::size_t row = 0;
    Offset offset = 0;
    PartitionTimes::Motion motion = PartitionTimes::Motion::New;
    PartitionTimes::Estimate estimate;
    Duration width = Duration::max(); ///< of the bracket at the last look-up
    bool done = false;
};

/// Searches the times of many offsets at once: in each round one look-up a partition, by interpolation between the
/// anchors, by halves where interpolation does not pay. What is learned stays in PartitionTimes.
class TimeSearch
{
public:
    TimeSearch(const Clock& clock, const PartitionTimes::Limits& limits, std::span<LagCandidate> candidates)
        : m_clock(clock), m_limits(limits), m_candidates(candidates)
    {
    }

    /// The next round; empty when nothing is left to find out.
    [[nodiscard]] std::vector<TimeQuery> nextQueries(std::size_t atMost);
    /// Answers in the order asked. Returns the last error of a single row.
    [[nodiscard]] std::optional<Error> learn(std::span<const TimeAnswer> answers);

private:
    [[nodiscard]] std::optional<TimePoint> nextProbe(LagCandidate& candidate, TimePoint now) const;

    const Clock& m_clock;
    const PartitionTimes::Limits& m_limits;
    std::span<LagCandidate> m_candidates;
    std::vector<LagCandidate*> m_asked; ///< parallel to the queries of the round
    std::vector<TimePoint> m_times;
};

} // namespace projectionist
