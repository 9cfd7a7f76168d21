// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/config/workspace.h"
#include "backend/reconcile/comparing.h"
#include "backend/reconcile/flightwatch.h"

#include <atomic>
#include <condition_variable>

namespace projectionist {

/// Opens a reader of a store; tests bring their own.
using OpenSnapshotReader = std::function<Result<std::unique_ptr<SnapshotReader>>(const StoreSettings&)>;

/// What `lint` tells of a check, from the catalogs of both stores and without reading rows.
struct CheckLint
{
    std::vector<CheckFinding> findings;
    std::vector<std::string> columns; ///< that would be compared

    [[nodiscard]] bool usable() const;
};

/// One run of one check. All calls are made by one thread, which they block, except cancel().
class CheckRun
{
public:
    /// `check` is of `workspace`, and so are its stores. `flight` may be null: nothing is known of events in flight
    /// then.
    CheckRun(const CheckSettings& check, const Workspace& workspace, OpenSnapshotReader open, const Clock& clock,
             FlightWatch* flight = nullptr);

    [[nodiscard]] Result<CheckLint> lint();
    /// Compares, and reads differences again until each of them is settled or confirmed, at most `mostRounds` times
    /// past the events in flight; what is left then stays pending. Fails if the check cannot be run, a store fails, or
    /// cancel() was called.
    [[nodiscard]] Result<CheckResult> run(const OnCheckProgress& progress = {});
    /// Any thread, for good: run() returns within a second with Cancelled.
    void cancel() noexcept;

    static constexpr int mostRounds = 5;

private:
    struct Sides;
    Result<SnapshotReader*> open(const StoreSettings& store);
    Result<void> prepare(Sides& sides);
    Result<void> compareRows(Sides& sides, CheckResult& result, const OnCheckProgress& progress);
    Result<void> compareCounts(Sides& sides, CheckResult& result);
    Result<Compared> compare(Sides& sides, CheckResult& result, const OnCheckProgress& progress);
    Result<std::optional<std::string>> obstacleToJoining(Sides& sides);
    Result<void> settle(Sides& sides, CheckResult& result);
    Result<void> waitForSettling(CheckResult& result);
    /// False: the time of waiting is over and the projection is not past what was written.
    Result<bool> waitForFlight(CheckResult& result);
    Result<void> beginBoth(Sides& sides);
    Error cancelled() const;

    const CheckSettings m_check;
    const Workspace& m_workspace;
    const OpenSnapshotReader m_open;
    const Clock& m_clock;
    FlightWatch* const m_flight;
    std::mutex m_mutex;
    std::condition_variable m_wake;
    std::vector<std::unique_ptr<SnapshotReader>> m_readers; ///< guarded by m_mutex; only added to
    std::atomic<bool> m_cancelled = false;
};

} // namespace projectionist
