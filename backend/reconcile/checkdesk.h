// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/reconcile/checkhistory.h"
#include "backend/reconcile/checkrun.h"
#include "backend/reconcile/repair.h"

namespace projectionist {

struct Snapshot;

/// A check of the context, its last runs, and what it does now.
struct CheckStanding
{
    CheckSettings check;
    std::vector<CheckRunRecord> runs;       ///< oldest first, at most CheckDesk::runsShown
    bool waiting = false;                   ///< for another check to end
    std::optional<CheckProgress> running{}; ///< by this desk
    bool paused = false;                    ///< by order; a moment later than CheckProgress::held says so
    std::optional<TimePoint> next{};        ///< by its schedule
    std::string complaint{};                ///< why the last order was not carried out; empty: it was

    /// The newest one that has a result; null if there is none.
    [[nodiscard]] const CheckRunRecord* lastFinished() const;
};

/// All checks of the context in the order of the workspace.
struct CheckBoard
{
    std::vector<CheckStanding> checks;
    std::string complaint{}; ///< about the history: runs are not kept; empty: all is well
};

/// The rows of one run.
struct ShownCheck
{
    std::uint64_t number = 0; ///< of the run; 0: there is none
    std::string check;
    std::shared_ptr<const CheckResult> result; ///< null: see `error`
    std::optional<Error> error{};
};

/// Where results go. Called on the desk's threads, must not block: push into a Mailbox.
struct CheckDeskSinks
{
    std::function<void(std::shared_ptr<const CheckBoard>)> board;
    std::function<void(ShownCheck)> shown;
};

/// Writes the causes of a result's differences, as far as they can be found.
using ExplainDifferences = std::function<void(const CheckSettings&, CheckResult&, const std::stop_token&)>;

/// Runs the checks of one context, one at a time, by order and by schedule, and keeps what they found. Construction
/// starts, destruction cancels what runs and joins. Functions may be called by any thread.
class CheckDesk
{
public:
    static constexpr std::size_t runsShown = 30;

    CheckDesk(const Workspace& workspace, const std::string& context, OpenSnapshotReader open, const Clock& clock,
              const std::filesystem::path& history, CheckDeskSinks sinks, ExplainDifferences explain = {});
    ~CheckDesk();
    CheckDesk(const CheckDesk&) = delete;
    CheckDesk& operator=(const CheckDesk&) = delete;

    /// Behind those that were ordered before; a check that waits or runs is not ordered twice.
    void run(const std::string& check);
    /// Whether it waits or runs.
    void cancel(const std::string& check);
    /// A check that runs; also while its causes are looked for, where it changes nothing.
    void pause(const std::string& check);
    void resume(const std::string& check);
    /// Keys whose events were replayed: checks them again, behind what was ordered before, and marks the run.
    void recheck(const ReprojectedRows& rows);
    /// The rows of a check's last finished run are given to CheckDeskSinks::shown, now and whenever there is a newer
    /// one, until another check is shown; empty: of none.
    void show(const std::string& check);
    /// What the sampling cycle saw; without that nothing is known of events in flight.
    void observe(const std::shared_ptr<const Snapshot>& snapshot);

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace projectionist
