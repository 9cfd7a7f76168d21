// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/lag/verdictrules.h"

namespace projectionist {

/// One partition: its memory and its verdict over time.
class PartitionJudge
{
public:
    /// `late`: the partition was not there when the projection was first looked at. `phase`: see Envelope.
    PartitionJudge(TopicPartition id, bool late, Duration phase)
        : m_id(std::move(id)), m_track(phase), m_seenEmpty(late)
    {
    }

    [[nodiscard]] const TopicPartition& id() const { return m_id; }
    [[nodiscard]] PartitionTrack& track() { return m_track; }
    [[nodiscard]] const PartitionTrack& track() const { return m_track; }
    void take(const PartitionSample& sample, TimePoint now, Duration at, Duration unobserved);
    /// Called Blocked or Stopped, that is: its position does not move.
    [[nodiscard]] bool stands() const;
    /// All partitions stood still, and others advance from this sample on. It gets a newcomer's patience, once until it
    /// advances: a worker that crashes and restarts for ever must not hide the event that it crashes at.
    void othersResumed(Duration at);
    [[nodiscard]] PartitionAssessment assess(const PartitionSample& sample, Tenure tenure, const Surroundings& around,
                                             TimePoint now);

private:
    void keepDoubt(Offset backlog, Duration at);
    [[nodiscard]] Finding find(const PartitionSample& sample, Tenure tenure, const Surroundings& around) const;
    [[nodiscard]] Finding neverCommitted(const PartitionSample& sample, const Surroundings& around) const;
    [[nodiscard]] Finding unread(const PartitionSample& sample, const Surroundings& around) const;
    [[nodiscard]] std::uint32_t conditions(const PartitionSample& sample, Tenure tenure,
                                           const Surroundings& around) const;

    TopicPartition m_id;
    PartitionTrack m_track;
    HeldVerdict m_held;
    std::optional<Doubt> m_doubt;
    /// Monotonic: of the last sample with a position, and since when what their names say holds.
    std::optional<Duration> m_readAt, m_aboveSince, m_aheadSince, m_disagreesSince, m_uncommittedSince, m_resumedSince;
    bool m_seenEmpty; ///< or new: that nothing is committed yet says little
};

} // namespace projectionist
