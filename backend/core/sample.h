// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/clock.h"
#include "backend/core/error.h"
#include "backend/core/position.h"

#include <optional>
#include <string>
#include <vector>

namespace projectionist {

/// How a lag in time came about; always shown beside it.
enum class LagOrigin : std::uint8_t
{
    Unknown, ///< no way to tell; value is meaningless
    None,    ///< no backlog, so no lag
    Exact,   ///< from the broker's time index, or the record at the position was read
    Between, ///< interpolated between two (offset, time) anchors
    AtMost,  ///< an upper bound: the event is not older than this
    AtLeast, ///< a lower bound
};

struct TimeLag
{
    Duration value{0}; ///< >= 0
    LagOrigin origin = LagOrigin::Unknown;

    bool operator==(const TimeLag&) const = default;
};

/// One partition of one projection as one sampling cycle saw it. Positions are read before heads in the same cycle,
/// so a head is never older than the position it is compared with.
struct PartitionSample
{
    TopicPartition id;
    std::optional<Offset> groupPosition;      ///< committed to the broker: next offset to apply
    std::optional<Offset> checkpointPosition; ///< from the checkpoint query: next offset to apply
    std::optional<TimePoint> checkpointTime;  ///< when the worker wrote that checkpoint, by its own word
    std::optional<Offset> logStart;           ///< oldest offset still kept
    std::optional<Offset> head;               ///< next offset to be written that a reader can see (last stable offset)
    std::optional<Offset> end;                ///< high watermark, where it is known to differ from head
    TimeLag lag;                              ///< age of the oldest event not yet applied
    std::string owner;                        ///< "client-id @ host" of the member that has it, or empty
    std::optional<Error> error;               ///< why something above is missing

    /// The checkpoint where there is one (it is what readers see), else the group's.
    [[nodiscard]] std::optional<Offset> position() const
    {
        return checkpointPosition ? checkpointPosition : groupPosition;
    }
    /// Events not yet applied: max(0, head - max(position, log start)).
    [[nodiscard]] std::optional<Offset> backlog() const;
    /// Events that retention deleted before they were applied: max(0, log start - position).
    [[nodiscard]] std::optional<Offset> lost() const;

    bool operator==(const PartitionSample&) const = default;
};

/// The state of a consumer group as the broker tells it.
struct GroupObservation
{
    std::string state;                    ///< "Stable", "Empty", "PreparingRebalance", ...; empty if not known
    std::optional<int> members;           ///< nullopt when it could not be asked
    std::vector<std::string> memberNames; ///< "client-id @ host", sorted

    bool operator==(const GroupObservation&) const = default;
};

/// The write side's outbox, or whatever feeds the topics of a projection.
struct WriteSideObservation
{
    std::int64_t pending = 0;            ///< written but not yet published
    std::optional<TimePoint> oldest;     ///< time of the oldest pending one
    std::optional<std::int64_t> written; ///< monotonic count of all that was ever written

    bool operator==(const WriteSideObservation&) const = default;
};

/// One projection in one cycle. Immutable once published.
struct ProjectionSample
{
    std::string projection;
    TimePoint at{};        ///< wall clock of the read of the positions
    Duration monotonic{0}; ///< the same instant on the monotonic clock
    bool fresh = true;     ///< false: nothing could be read this cycle, what is shown is the last good sample
    std::vector<PartitionSample> partitions; ///< sorted by id
    std::optional<GroupObservation> group;
    std::optional<TimePoint> heartbeat; ///< newest sign of life of a worker, from checkpoint or heartbeat column
    std::optional<WriteSideObservation> writeSide;
    std::optional<Error> error; ///< why the sample is not fresh, or which part of it is missing

    bool operator==(const ProjectionSample&) const = default;
};

} // namespace projectionist
