// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/deadletter/letterconnectors.h"
#include "backend/reconcile/checksides.h"
#include "backend/reconcile/comparing.h"
#include "backend/reconcile/flightwatch.h"
#include "backend/reconcile/foldedside.h"
#include "backend/reconcile/storeload.h"

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

/// One run of one check. All calls are made by one thread, which they block, except cancel(), pause() and resume().
class CheckRun
{
public:
    /// `check` is of `workspace`, and so are its stores. `flight` may be null: nothing is known of events in flight
    /// then. `log`: for the order of a projection's events.
    CheckRun(const CheckSettings& check, const Workspace& workspace, OpenSnapshotReader open, const Clock& clock,
             FlightWatch* flight = nullptr, LetterConnectors log = defaultLetterConnectors());

    [[nodiscard]] Result<CheckLint> lint();
    /// Compares, and reads differences again until each of them is settled or confirmed, at most `mostRounds` times
    /// past the events in flight; what is left then stays pending. Fails if the check cannot be run, a store fails, or
    /// cancel() was called.
    [[nodiscard]] Result<CheckResult> run(const OnCheckProgress& progress = {});
    /// Reads differences of an earlier result of this check once more, those of these keys, and settles them as run()
    /// does; what it returns has those that are left. Of kind Groups: keys of rows.
    [[nodiscard]] Result<CheckResult> recheck(const CheckResult& former,
                                              const std::vector<std::vector<std::string>>& keys);
    /// Any thread, for good: run() returns within a second with Cancelled.
    void cancel() noexcept;
    /// Any thread: run() waits behind what the stores are asked at that moment, and holds no snapshot meanwhile.
    void pause() { m_pace.pause(); }
    void resume() { m_pace.resume(); }

    static constexpr int mostRounds = 5;

private:
    Result<SnapshotReader*> open(const StoreSettings& store);
    Result<void> prepare(CheckSides& sides);
    Result<void> refuse(const CheckSides& sides);
    Result<void> compareRows(CheckSides& sides, CheckResult& result);
    Result<void> compareCounts(CheckSides& sides, CheckResult& result);
    Error notCounted(const Error& error) const;
    Result<void> recheckRows(const CheckResult& former, CheckSides& sides, CheckResult& result);
    Result<void> compareRowsOfGroups(const CheckSides& sides, CheckResult& result);
    /// The differences once more, each in its place; what is wrong beside them by now is added to `open`.
    Result<std::vector<RowDifference>> readAgain(CheckSides& sides, std::vector<RowDifference>& open);
    Result<void> settle(CheckSides& sides, CheckResult& result);
    Result<void> waitForSettling(CheckResult& result);
    /// False: the time of waiting is over and the projection is not past what was written.
    Result<bool> waitForFlight(CheckResult& result);
    /// In new snapshots, again where a connection is lost.
    Result<std::vector<RowDifference>> readAgainSteadily(CheckSides& sides, std::vector<RowDifference>& open);
    Result<void> watchLoad();
    // Of kind Events.
    Result<void> requireDeclaration() const;
    Result<Compared> compareFold(CheckSides& sides, CheckResult& result);
    Error cancelled() const;

    const CheckSettings m_check;
    const Workspace& m_workspace;
    const OpenSnapshotReader m_open;
    const Clock& m_clock;
    FlightWatch* const m_flight;
    const LetterConnectors m_log;
    CheckPace m_pace;
    StoreLoad m_load;
    std::stop_source m_stop;            ///< of reading the log
    std::unique_ptr<FoldedSide> m_fold; ///< of kind Events, once both sides are prepared
    std::mutex m_mutex;
    std::condition_variable m_wake;
    std::vector<std::unique_ptr<SnapshotReader>> m_readers; ///< guarded by m_mutex; only added to
    std::atomic<bool> m_cancelled = false;
};

} // namespace projectionist
