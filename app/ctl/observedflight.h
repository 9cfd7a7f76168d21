// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ctl/observer.h"
#include "backend/reconcile/flightwatch.h"

#include <atomic>
#include <map>

namespace projectionist::ctl {

/// Knows from the sampling cycle of `lag` how far a projection is: what was written is out of the outbox, where the
/// workspace has one, and then the projection's positions have passed the heads of its partitions.
class ObservedFlight final : public FlightWatch
{
public:
    /// `projection` is its place among those of the workspace's current context. Connects at the first wait.
    ObservedFlight(const Workspace& workspace, std::size_t projection, Interruption& interruption,
                   const std::atomic<bool>& stop);
    ~ObservedFlight() override;

    Result<bool> waitUntilPassed(std::string& obstacle) override;
    std::string rule() const override;

private:
    using Heads = std::map<TopicPartition, Offset>;
    /// The projection in the next cycle that began after `after`; null at the end of the time.
    Result<std::shared_ptr<const ProjectionSample>> nextSample(TimePoint after, Duration deadline);
    Result<bool> waitForOutbox(TimePoint written, Duration deadline, std::string& obstacle);

    const Workspace m_workspace;
    const std::size_t m_projection;
    Interruption& m_interruption;
    const std::atomic<bool>& m_stop;
    SystemClock m_clock;
    std::unique_ptr<Observer> m_observer;
    std::string m_complaint; ///< of the last sample that could not be read
};

} // namespace projectionist::ctl
