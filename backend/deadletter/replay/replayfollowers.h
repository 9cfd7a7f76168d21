// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/broker/eventlog.h"
#include "backend/deadletter/replay/replayplan.h"
#include "backend/deadletter/replay/replayprogress.h"
#include "backend/deadletter/replay/replaystores.h"
#include "backend/deadletter/replay/replaytrace.h"

namespace projectionist {

/// Who reads what a plan sends: how far they are, and how far behind.
class ReplayFollowers
{
public:
    ReplayFollowers(const Workspace& workspace, const ReplayPlan& plan, ReplayStores& stores, const Clock& clock);

    /// Why nobody can tell what has been passed; empty: somebody can.
    [[nodiscard]] const std::string& unprovable() const { return m_unprovable; }
    /// Whose position proves it, for people: "group order-summary", "checkpoint of order_summary".
    [[nodiscard]] std::string prover() const;
    /// Next offsets to be applied, of the projection (or group) whose letters these are.
    [[nodiscard]] Result<LogHeads> positions(Broker& broker, const std::vector<TopicPartition>& ids, Duration timeout);
    /// How far behind in the target topics each receiving projection with an objective is, in milliseconds. Replayed
    /// letters are as old as their sending, whatever time they bear.
    [[nodiscard]] Result<std::map<std::string, std::int64_t>>
    lags(Broker& broker, const std::vector<ReplayLetterProgress>& letters, Duration timeout);
    [[nodiscard]] std::optional<Duration> objectiveOf(const std::string& projection) const;
    [[nodiscard]] const ProjectionSettings* projection() const { return m_prover ? &*m_prover : nullptr; }

private:
    using SentTimes = std::map<std::pair<TopicPartition, Offset>, TimePoint>; ///< of our own letters
    [[nodiscard]] Result<Duration> lagOf(const ProjectionSettings& projection, Broker& broker, const LogHeads& heads,
                                         const SentTimes& sent, Duration timeout);
    [[nodiscard]] Result<LogHeads> positionsOf(const ProjectionSettings& projection, Broker& broker,
                                               const std::vector<TopicPartition>& ids, Duration timeout);

    const ReplayPlan& m_plan;
    const std::set<std::string> m_topics; ///< of the target
    ReplayStores& m_stores;
    const Clock& m_clock;
    std::optional<ProjectionSettings> m_prover;  ///< its group is the plan's
    std::vector<ProjectionSettings> m_receivers; ///< with an objective
    std::string m_unprovable;
};

} // namespace projectionist
