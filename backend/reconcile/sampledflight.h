// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/config/workspace.h"
#include "backend/core/snapshot.h"
#include "backend/reconcile/flightwatch.h"

#include <condition_variable>
#include <memory>
#include <mutex>

namespace projectionist {

/// Knows from the snapshots of the sampling cycle how far a projection is: what was written is out of the outbox, where
/// the workspace has one, and then the projection's positions have passed the heads of its partitions.
class SampledFlight final : public FlightWatch
{
public:
    /// A projection that is not past the heads of a moment by then is behind, which is another verdict's matter.
    static constexpr Duration longestWait{60'000};
    /// For the first snapshot, where only positions are asked for.
    static constexpr Duration firstWait{5'000};

    /// `projection` is its place among those of the context.
    SampledFlight(const Workspace& workspace, const std::string& context, std::size_t projection, const Clock& clock);

    Result<bool> waitUntilPassed(std::string& obstacle) override;
    LogPositions positions() override;
    std::string rule() const override;
    void cancel() noexcept override;
    /// Any thread.
    void observe(std::shared_ptr<const Snapshot> snapshot);

private:
    /// The projection in the next cycle that began after `after`; null at the end of the time.
    Result<std::shared_ptr<const ProjectionSample>> nextSample(TimePoint after, Duration deadline);
    Result<bool> waitForOutbox(TimePoint written, Duration deadline, std::string& obstacle);

    const Clock& m_clock;
    const std::size_t m_projection;
    bool m_outbox = false;
    std::string m_complaint; ///< of the last sample that could not be read
    std::mutex m_mutex;
    std::condition_variable m_wake;
    std::shared_ptr<const Snapshot> m_newest; ///< guarded by m_mutex
    bool m_cancelled = false;                 ///< guarded by m_mutex
};

/// The place of the projection that a check belongs to among those of its context; nullopt if there is none.
[[nodiscard]] std::optional<std::size_t> projectionOf(const CheckSettings& check, const Workspace& workspace);

} // namespace projectionist
