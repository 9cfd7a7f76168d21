// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/rebuild/drillrun.h"

#include "backend/core/format.h"
#include "backend/reconcile/eventkeys.h"
#include "backend/store/postgres/postgressnapshot.h"
#include "backend/store/postgres/postgresstore.h"

#include <fmt/format.h>

namespace projectionist {

DrillConnectors defaultDrillConnectors()
{
    return {defaultLetterConnectors(),
            [](const StoreSettings& settings) { return connectPostgres(settings, Access::ReadWrite); },
            readPostgresSnapshot, makeTableTarget};
}

DrillRun::DrillRun(const Workspace& workspace, DrillRequest request, DrillConnectors connectors, const Clock& clock)
    : m_workspace(workspace), m_request(std::move(request)), m_connectors(std::move(connectors)), m_clock(clock)
{
}

void DrillRun::cancel() noexcept
{
    m_stop.request_stop();
    const std::lock_guard lock(m_mutex);
    if (m_check)
        m_check->cancel();
}

void DrillRun::tell(std::string doing, std::int64_t events, std::int64_t total) const
{
    if (m_progress)
        m_progress({std::move(doing), events, total});
}

BuiltinWorker::OnApplied DrillRun::progressOf(const char* doing) const
{
    return [this, doing](std::int64_t events) { tell(doing, events, m_result.events); };
}

Result<DrillResult> DrillRun::run(OnDrillProgress progress)
{
    m_progress = std::move(progress);
    m_result = {};
    m_result.kind = m_request.kind;
    m_result.projection = m_request.projection;
    m_result.began = m_clock.now();
    const Duration start = m_clock.monotonic();
    m_projection = projectionCalled(m_workspace, m_request.context, m_request.projection);
    if (!m_projection)
        return tl::unexpected(
            Error{ErrorKind::NotFound,
                  "The drill cannot be run",
                  fmt::format("context \"{}\" has no projection \"{}\"", m_request.context, m_request.projection),
                  {},
                  false});
    tell("making a scratch schema");
    auto bench = DrillBench::open(m_workspace, *m_projection, m_connectors.letters, m_connectors.open,
                                  m_connectors.target, m_request.by, m_clock, m_stop.get_token());
    if (!bench)
        return tl::unexpected(bench.error());
    m_bench = *std::move(bench);
    auto done = drill();
    const auto dropped = m_bench->scratch().drop();
    if (!dropped)
        see(fmt::format("The schema {} stays: {}. The next drill drops it.", m_bench->scratch().name(),
                        toString(dropped.error())));
    m_bench.reset();
    if (m_stop.stop_requested())
        return tl::unexpected(Error{ErrorKind::Cancelled, "The drill was cancelled", {}, {}, false});
    if (!done)
        return tl::unexpected(done.error());
    m_result.took = m_clock.monotonic() - start;
    return std::move(m_result);
}

Result<void> DrillRun::drill()
{
    switch (m_request.kind) {
    case DrillKind::Idempotency:
        return drillIdempotency();
    case DrillKind::CrashRecovery:
        return drillCrashRecovery();
    case DrillKind::CheckpointAtomicity:
        return drillAtomicity();
    case DrillKind::Reprojection:
        return drillReprojection();
    }
    return {};
}

Result<NextOffsets> DrillRun::takeEvents(std::int64_t most)
{
    auto upTo = m_bench->firstEvents(most, m_result.events);
    const auto lost = m_bench->lostBeginning();
    if (!upTo || !lost)
        return tl::unexpected(upTo ? lost.error() : upTo.error());
    see(fmt::format("The first {} events of the log were taken.", formatNumber(m_result.events)));
    if (!lost->empty())
        see(*lost + '.');
    return upTo;
}

Result<TargetTables> DrillRun::buildClean(const std::string& name, const NextOffsets& upTo)
{
    auto tables = m_bench->addTable(name);
    if (!tables)
        return tables;
    const auto applied = m_bench->apply(*tables, upTo, progressOf("building without trouble"));
    return applied ? tables : tl::unexpected(applied.error());
}

Result<void> DrillRun::judge(const TargetTables& expected, const TargetTables& actual, const std::string& same,
                             const std::string& differing)
{
    tell("comparing");
    const auto count = m_bench->compare(expected, actual, m_result);
    if (!count)
        return tl::unexpected(count.error());
    m_result.passed = m_result.passed && *count == 0;
    see(*count == 0
            ? fmt::format("{}: {} rows, byte by byte.", same, formatNumber(m_result.rows))
            : fmt::format("{}: {} of {} rows differ.", differing, formatNumber(*count), formatNumber(m_result.rows)));
    return {};
}

} // namespace projectionist
