// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/rebuild/drillbench.h"
#include "backend/reconcile/checkrun.h"

#include <mutex>

namespace projectionist {

/// How drills reach the servers, and their worker.
struct DrillConnectors
{
    LetterConnectors letters;
    OpenScratch open;
    OpenSnapshotReader snapshots;
    MakeTarget target;
    /// Program and arguments that serve a WorkerOrder, see workerorder.h: it is killed in the middle.
    std::vector<std::string> worker{};
};
/// Kafka, PostgreSQL, TableTarget; without a worker.
[[nodiscard]] DrillConnectors defaultDrillConnectors();

struct DrillRequest
{
    DrillKind kind = DrillKind::Idempotency;
    std::string context;
    std::string projection;              ///< as CheckSettings::projection
    std::string by;                      ///< user@host
    std::int64_t events = eventsOfDrill; ///< not of Reprojection, which takes all
    int kills = 5;                       ///< of CrashRecovery, > 0
};

/// One drill: it writes to a schema of its own only, which is gone afterwards. run() blocks; belongs to one thread,
/// except cancel().
class DrillRun
{
public:
    /// `workspace` outlives it.
    DrillRun(const Workspace& workspace, DrillRequest request, DrillConnectors connectors, const Clock& clock);

    /// An Error: the drill could not be brought to its end, and tells nothing about the projection.
    [[nodiscard]] Result<DrillResult> run(OnDrillProgress progress = {});
    /// Any thread, for good: run() returns soon with Cancelled.
    void cancel() noexcept;

private:
    [[nodiscard]] Result<void> drill();
    [[nodiscard]] Result<void> drillIdempotency();
    [[nodiscard]] Result<void> drillCrashRecovery();
    [[nodiscard]] Result<void> drillAtomicity();
    [[nodiscard]] Result<void> drillReprojection();
    [[nodiscard]] Result<void> compareWithLive(const TargetTables& tables, FlightWatch& flight);
    [[nodiscard]] Result<void> takeCompared(CheckResult compared);
    [[nodiscard]] Result<void> killRepeatedly(const TargetTables& tables, const NextOffsets& upTo);
    [[nodiscard]] Result<void> sawKills(int kills, const std::string& where);
    /// After a session was ended between rows and positions.
    [[nodiscard]] Result<void> judgeStopped(const TargetTables& stopped, const TargetTables& before,
                                            const NextOffsets& positions, const NextOffsets& upTo);
    [[nodiscard]] Result<TargetTables> buildClean(const std::string& name, const NextOffsets& upTo);
    /// The first events, as many as were asked for.
    [[nodiscard]] Result<NextOffsets> takeEvents(std::int64_t most);
    [[nodiscard]] Result<void> judge(const TargetTables& expected, const TargetTables& actual, const std::string& same,
                                     const std::string& differing);
    void tell(std::string doing, std::int64_t events = 0, std::int64_t total = 0) const;
    void see(std::string sentence) { m_result.seen.push_back(std::move(sentence)); }
    [[nodiscard]] BuiltinWorker::OnApplied progressOf(const char* doing) const;

    const Workspace& m_workspace;
    const DrillRequest m_request;
    const DrillConnectors m_connectors;
    const Clock& m_clock;
    OnDrillProgress m_progress;
    const ProjectionSettings* m_projection = nullptr;
    std::unique_ptr<DrillBench> m_bench;
    DrillResult m_result;
    std::stop_source m_stop;
    std::mutex m_mutex;
    CheckRun* m_check = nullptr; ///< guarded by m_mutex; while one runs
};

} // namespace projectionist
