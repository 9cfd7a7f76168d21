// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/verdict.h"
#include "backend/lag/evaluator.h"
#include "backend/lag/partitiontrack.h"

namespace projectionist {

/// What the rules know about the whole projection when they judge one of its partitions.
struct Surroundings
{
    const EvaluatorSettings* settings = nullptr;
    Duration at{0};
    Duration standstill{0};
    bool alive = false; ///< members or a fresh heartbeat
    bool anyAdvances = false;
    std::size_t advancing = 0; ///< partitions that advanced within the standstill time
    std::size_t still = 0;     ///< partitions that stand still with a backlog
    bool rebalancing = false;
    bool pardoned = false; ///< a known reset, or a rebuild, explains a position that went back
};

struct Finding
{
    VerdictKind kind = VerdictKind::Ok;
    std::string evidence;
};

/// The rules of lag.md for one partition with a position and a head, worst first. `above`: for how long the lag has
/// been above the objective.
[[nodiscard]] Finding judge(const PartitionSample& sample, const PartitionTrack& track, const Surroundings& around,
                            std::optional<Duration> above);
[[nodiscard]] std::string ruleOf(VerdictKind kind, Duration standstill);

} // namespace projectionist
