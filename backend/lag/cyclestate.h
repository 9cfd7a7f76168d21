// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/lag/assembly.h"
#include "backend/lag/evaluator.h"

#include <set>

namespace projectionist {

/// A projection with what is kept of it from cycle to cycle.
struct WatchedProjection
{
    ProjectionSettings settings;
    Evaluator evaluator;
    std::shared_ptr<const ProjectionSample> last; ///< as published; may be a stale copy
    std::optional<VerdictKind> verdict;
    bool pastAsked = false;
};

/// One round of questions: topics if they are not known, then positions, then heads.
struct Round
{
    enum class Phase : std::uint8_t
    {
        Topics,
        Positions,
        Heads
    };
    Phase phase = Phase::Topics;
    TimePoint began{};
    Duration monotonic{0};
    Duration overdueAt{0};
    Duration brokerTook{0};           ///< to answer what it was asked so far; waiting for stores is none of its time
    std::set<std::string> waitingFor; ///< stores asked in this round
    std::optional<PositionsAnswer> positions;
    std::unique_ptr<Assembly> assembly;
};

/// What is asked between the rounds and when again (monotonic).
struct SideQuestions
{
    Duration topicsDue{0};
    Duration topicsAsked{0};
    std::optional<ClusterDescription> topics; ///< learned at the begin of the next round
    Duration membersDue{0};
    std::size_t nextGroup = 0;
    bool topicsBusy = false;
    bool membersBusy = false;
    bool pastBusy = false;
    bool pastPending = false;
};

struct PastStep
{
    std::vector<RetroactiveSeries> series;
    bool pending = false;
};

} // namespace projectionist
