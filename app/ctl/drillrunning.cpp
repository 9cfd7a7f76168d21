// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/drillcommand.h"
#include "app/ctl/livetable.h"
#include "app/ctl/recordedact.h"
#include "backend/core/format.h"
#include "backend/deadletter/letterescape.h"
#include "backend/history/productionlock.h"
#include "backend/rebuild/workerorder.h"
#include "backend/reconcile/eventkeys.h"

#include <algorithm>
#include <fmt/format.h>
#include <future>
#include <iostream>
#include <unistd.h>

namespace projectionist::ctl {

namespace {

int codeOfDrill(const Error& error)
{
    const bool settings = error.kind == ErrorKind::Configuration || error.kind == ErrorKind::NotFound ||
                          error.kind == ErrorKind::Permission || error.kind == ErrorKind::InvalidData ||
                          error.kind == ErrorKind::Internal;
    return settings ? Failed : Critical;
}

/// Ourselves, with the same workspace.
std::vector<std::string> workerProgram(const Workspace& workspace, const Session& session)
{
    std::error_code problem;
    const auto self = std::filesystem::read_symlink("/proc/self/exe", problem);
    std::vector<std::string> words{problem ? "projectionistctl" : self.string()};
    if (!session.options.config.empty())
        words.insert(words.end(), {"--config", session.options.config});
    words.insert(words.end(), {"--context", workspace.currentContext, "drill", "worker"});
    return words;
}

/// False, after a complaint, if the context is for production and it is not unlocked, or not confirmed.
bool permitted(const ContextSettings& context, const DrillOptions& options, Session& session)
{
    if (context.environment != Environment::Production)
        return true;
    auto lock = ProductionLock::open(auditFile(stateDirectory()));
    const auto unlock = lock ? lock->unlocked(context.name, SystemClock().now()) : tl::unexpected(lock.error());
    if (!unlock || !*unlock) {
        session.console.complain(unlock ? lockedError(context.name) : unlock.error());
        return false;
    }
    if (options.confirm == options.projection)
        return true;
    session.console.complain(harmless(fmt::format("on production a drill writes to a schema of its own in the read "
                                                  "store; say so: --confirm {}",
                                                  options.projection)));
    return false;
}

/// Runs on a thread of its own, so that Ctrl+C finds somebody who hears it.
Result<DrillResult> drillInterruptibly(DrillRun& run, Session& session)
{
    const bool shown = session.console.isTerminal();
    const OnDrillProgress progress = [&session, shown](const DrillProgress& now) {
        if (shown)
            session.console.note(now.total > 0 ? fmt::format("{}: {} of {} events", now.doing, formatNumber(now.events),
                                                             formatNumber(now.total))
                                               : now.doing);
    };
    auto answer = std::async(std::launch::async, [&] { return run.run(progress); });
    while (answer.wait_for(Duration(0)) != std::future_status::ready)
        if (session.interruption.wait(Duration(20))) {
            run.cancel();
            answer.wait();
        }
    return answer.get();
}

std::string drillContext(const Workspace& workspace)
{
    const auto* const context = workspace.context(workspace.currentContext);
    return context ? historyContext(*context) : workspace.currentContext;
}

/// The history, for a drill that is run in any case.
class KeptDrill
{
public:
    explicit KeptDrill(const Session& session) : m_session(session)
    {
        auto history = DrillHistory::open(drillHistoryFile(stateDirectory()));
        if (history)
            m_history = *std::move(history);
        else
            tell(history.error());
    }
    /// An error: somebody else runs it.
    Result<void> begin(const std::string& context, const DrillRequest& request)
    {
        m_began = m_clock.monotonic();
        if (!m_history)
            return {};
        const auto number = m_history->begin(context, request.projection, request.kind, m_clock.now(), request.by);
        if (!number && number.error().kind == ErrorKind::Conflict)
            return tl::unexpected(number.error());
        if (number)
            m_record.number = *number;
        else
            tell(number.error());
        m_record.context = request.context;
        m_record.by = request.by;
        return {};
    }
    DrillRecord end(const Result<DrillResult>& result, const DrillRequest& request)
    {
        m_record.state = result                                        ? CheckRunState::Finished
                         : result.error().kind == ErrorKind::Cancelled ? CheckRunState::Cancelled
                                                                       : CheckRunState::Failed;
        if (result) {
            m_record.result = *result;
        } else {
            m_record.error = toString(result.error());
            m_record.result.kind = request.kind;
            m_record.result.projection = request.projection;
            m_record.result.took = m_clock.monotonic() - m_began;
        }
        m_record.began = m_record.result.began;
        if (m_record.number == 0)
            return m_record;
        const auto kept = result ? m_history->finish(m_record.number, *result)
                                 : m_history->fail(m_record.number, result.error(), m_record.result.took);
        if (!kept)
            tell(kept.error());
        return m_record;
    }

private:
    void tell(const Error& error) const { m_session.console.complain("this drill is not kept: " + toString(error)); }

    const Session& m_session;
    const SystemClock m_clock;
    std::optional<DrillHistory> m_history;
    DrillRecord m_record;
    Duration m_began{0};
};

std::string labelOf(const ProjectionSettings& projection)
{
    return projection.version.empty() ? projection.name : projection.name + ':' + projection.version;
}

bool noteDrill(DrillKind kind, const Workspace& workspace, const ProjectionSettings& projection,
               const DrillOptions& options, const Session& session)
{
    AuditEntry entry;
    entry.context = workspace.currentContext;
    entry.act = "drill";
    entry.object = labelOf(projection);
    entry.reason = options.reason;
    entry.detail = std::string(toString(kind)) + ", in a scratch schema";
    return recordAct(entry, session.console);
}

} // namespace

int runDrill(DrillKind kind, const DrillOptions& options, Session& session)
{
    session.applyOptions();
    const auto workspace = session.workspace();
    if (!workspace)
        return Failed;
    const auto* const projection = projectionCalled(*workspace, workspace->currentContext, options.projection);
    if (!projection) {
        session.console.complain(harmless(
            fmt::format("context \"{}\" has no projection \"{}\"", workspace->currentContext, options.projection)));
        return Failed;
    }
    if (const auto why = whyNoDrill(*workspace, *projection)) {
        session.console.complain(harmless(toString(*why)));
        return Failed;
    }
    if (!permitted(*workspace->context(workspace->currentContext), options, session))
        return Failed;
    if (!noteDrill(kind, *workspace, *projection, options, session))
        return Failed;
    const DrillRequest request{
        kind, workspace->currentContext, labelOf(*projection), actingUser(), options.events, options.kills};
    KeptDrill kept(session);
    if (const auto begun = kept.begin(drillContext(*workspace), request); !begun) {
        session.console.complain(harmless(toString(begun.error())));
        return Critical;
    }
    auto connectors = defaultDrillConnectors();
    connectors.worker = workerProgram(*workspace, session);
    const SystemClock clock;
    DrillRun run(*workspace, request, std::move(connectors), clock);
    const auto result = drillInterruptibly(run, session);
    const auto record = kept.end(result, request);
    if (options.json)
        session.console.print(harmlessJson(text(toJson(record), true)));
    else if (result)
        session.console.print(drillText(*result));
    if (!result) {
        session.console.complain(harmless(options.projection + ": " + toString(result.error())));
        return codeOfDrill(result.error());
    }
    return result->passed ? Fine : Warning;
}

int serveDrill(Session& session)
{
    session.applyOptions();
    std::string line;
    std::getline(std::cin, line);
    const auto order = WorkerOrder::parse(line);
    if (!order) {
        session.console.complain(order.error());
        return Failed;
    }
    const auto workspace = session.workspace();
    if (!workspace)
        return Failed;
    const auto connectors = defaultDrillConnectors();
    return serveOrder(*order, *workspace, connectors.letters, connectors.open, connectors.target, STDOUT_FILENO)
               ? Fine
               : Critical;
}

} // namespace projectionist::ctl
