// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/lag/evaluator.h"
#include "backend/lag/heldverdict.h"
#include "backend/lag/life.h"
#include "backend/lag/partitiontrack.h"

namespace projectionist {

/// Whether a member of the group has the partition.
enum class Tenure : std::uint8_t
{
    Unknown,   ///< no owners are known
    Owned,     ///< by a member
    Vacant,    ///< nobody has it, though members have others of the topic
    Abandoned, ///< members have partitions of other topics, and none of this one
};

/// What the rules know about the whole projection when they judge one of its partitions.
struct Surroundings
{
    const EvaluatorSettings* settings = nullptr;
    Duration at{0};
    Duration standstill{0}; ///< what is told; learned, or assumed
    bool learned = false;   ///< some partition has shown its rhythm
    Life::Signs life;
    std::size_t advancing = 0; ///< partitions that advanced within half the standstill time
    bool moving = false;       ///< one advanced within the last seconds
    bool rebalancing = false;
    bool pardoned = false; ///< a known reset, or a rebuild, explains a position that went back
};

/// The lag was above the objective when we first looked, or when a standstill ended: whether it shrinks has yet to
/// show.
struct Doubt
{
    Duration since{0};     ///< of the last sample without an advance: it begins anew until there is one
    Duration proof{0};     ///< how long after that the backlog's movement can be seen
    Offset backlog = 0;    ///< at `since`
    bool stood = false;    ///< a standstill ended; otherwise it is the first look
    bool resolved = false; ///< time is over; the lag is still above the objective
};

/// What holds for one partition besides its track.
struct Standing
{
    Tenure tenure = Tenure::Unknown;
    std::optional<Duration> above; ///< for how long the lag has been above the objective
    std::optional<Doubt> doubt;    ///< only while it is above
    std::optional<Duration>
        resumed;       ///< others move again for this long, after all had stood still, and it does not yet
    Duration ahead{0}; ///< for how long the position has been above the head
};

/// The objective, or what stands in for it where none is set.
[[nodiscard]] Duration limitOf(const EvaluatorSettings& settings);
/// Before anything is learned.
[[nodiscard]] Duration unlearnedStandstill();
/// The members of the group have other topics, and this one has not moved lately.
[[nodiscard]] bool isAbandoned(Tenure tenure, const PartitionTrack& track, const Surroundings& around);
/// The rules of lag.md for one partition with a position and a head, worst first.
[[nodiscard]] Finding judge(const PartitionSample& sample, const PartitionTrack& track, const Standing& standing,
                            const Surroundings& around);
/// The verdict's rule in words.
[[nodiscard]] std::string ruleOf(VerdictKind kind, Duration standstill);

} // namespace projectionist
