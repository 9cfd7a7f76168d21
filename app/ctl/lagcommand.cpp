// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/livetable.h"
#include "app/ctl/observer.h"
#include "app/ctl/program.h"
#include "app/ctl/snapshotjson.h"
#include "backend/core/format.h"

#include <algorithm>
#include <fmt/format.h>

namespace projectionist::ctl {

namespace {

struct LagOptions
{
    std::vector<std::string> projections;
    bool json = false;
    bool partitions = false;
    bool watch = false;
    bool once = false;
    double seconds = 0;
    std::string timeout;
};

constexpr const char* footer =
    "Examples:\n"
    "  projectionistctl lag                                 all projections, once, worst first\n"
    "  projectionistctl lag --watch                         until Ctrl+C\n"
    "  projectionistctl lag --projection order_summary --partitions\n"
    "  projectionistctl lag --once --json | jq '.projections[].verdict.state'\n"
    "As a monitoring plug-in: projectionistctl --quiet lag --once --timeout 2m";

/// Without --once lag and backlog are enough; a verdict on movement needs to have seen it, or to have waited for it.
class Judgement
{
public:
    [[nodiscard]] bool isSettled(const Snapshot& snapshot, const std::vector<std::string>& projections)
    {
        const auto reports = selected(snapshot, projections);
        return std::all_of(reports.begin(), reports.end(),
                           [&](const auto& report) { return isSettled(*report, snapshot); });
    }

private:
    [[nodiscard]] bool isSettled(const ProjectionReport& report, const Snapshot& snapshot)
    {
        const Duration now = report.sample->monotonic;
        const Duration first = m_firstSeen.try_emplace(report.sample->projection, now).first->second;
        const Assessment& assessment = report.assessment;
        const bool bad = severity(assessment.verdict.kind) == 2 && assessment.verdict.kind != VerdictKind::Unknown;
        const bool nothingToDo = report.sample->fresh && assessment.backlog == 0 && assessment.inPerSecond.has_value();
        return bad || nothingToDo || now - first > assessment.standstill + 2 * snapshot.interval;
    }

    std::map<std::string, Duration> m_firstSeen;
};

class LagCommand
{
public:
    LagCommand(const LagOptions& options, Session& session, const Workspace& workspace)
        : m_options(options), m_session(session), m_observer(workspace, session.interruption)
    {
    }

    int watch();
    int once(Duration timeout);

private:
    bool show(const Snapshot& snapshot, bool clear)
    {
        if (m_options.json)
            return m_session.console.print(
                text(toJson(snapshot, m_options.projections, m_options.partitions), m_options.watch));
        const TableStyle style{m_session.console.color(), m_options.partitions, m_options.projections};
        // Home, the table, and what was below it erased: no flicker.
        return m_session.console.print((clear ? "\x1b[H" : "") + liveTable(snapshot, m_observer.clock().now(), style) +
                                       (clear             ? "\x1b[J"
                                        : m_options.watch ? "\n"
                                                          : ""));
    }

    const LagOptions& m_options;
    Session& m_session;
    Observer m_observer;
};

int LagCommand::watch()
{
    const bool clear = m_session.console.isTerminal() && !m_options.json;
    if (clear)
        m_session.console.print("\x1b[2J");
    constexpr Duration forever{std::chrono::hours(24 * 365 * 100)};
    const Duration end =
        m_observer.clock().monotonic() +
        (m_options.seconds > 0 ? Duration(static_cast<Duration::rep>(m_options.seconds * 1000)) : forever);
    int code = Critical;
    std::shared_ptr<const Snapshot> snapshot;
    while (m_observer.next(snapshot, end - m_observer.clock().monotonic()) == Observer::Outcome::Snapshot) {
        code = exitCodeOf(*snapshot, m_options.projections);
        if (!show(*snapshot, clear))
            return code;
    }
    if (!snapshot)
        m_session.console.complain(
            "no answer in the given time; \"projectionistctl config show\" tells what was asked");
    return code;
}

int LagCommand::once(Duration timeout)
{
    const Duration end = m_observer.clock().monotonic() + timeout;
    Judgement judgement;
    std::shared_ptr<const Snapshot> last;
    for (bool ready = false; !ready;) {
        const auto outcome = m_observer.next(last, end - m_observer.clock().monotonic(), true);
        if (outcome == Observer::Outcome::Interrupted)
            return Failed;
        if (outcome == Observer::Outcome::TimedOut)
            break;
        ready = isComplete(*last, m_options.projections) &&
                (!m_options.once || judgement.isSettled(*last, m_options.projections));
    }
    if (!last) {
        m_session.console.complain(
            fmt::format("no answer within {}; raise --timeout, or look at the connection", compactDuration(timeout)));
        return Critical;
    }
    for (const auto& source : last->sources)
        if (source.error)
            m_session.console.complain(source.name + ": " + toString(*source.error));
    show(*last, false);
    return exitCodeOf(*last, m_options.projections);
}

int runLag(const LagOptions& options, Session& session)
{
    session.applyOptions();
    const auto timeout = parseDuration(options.timeout.empty() ? (options.once ? "60s" : "15s") : options.timeout);
    if (!timeout) {
        session.console.complain(fmt::format("--timeout {}: not a duration; write 30s or 2m", options.timeout));
        return Failed;
    }
    const auto workspace = session.workspace();
    if (!workspace || !checkProjections(session, *workspace, options.projections))
        return Failed;
    LagCommand command(options, session, *workspace);
    return options.watch ? command.watch() : command.once(*timeout);
}

} // namespace

void addLagCommand(CLI::App& app, Session& session, int& exitCode)
{
    const auto options = std::make_shared<LagOptions>();
    auto* const command =
        app.add_subcommand("lag", "Lag, backlog, rates, verdict and forecast of every projection, worst first");
    command->footer(footer);
    command->add_option("-p,--projection", options->projections, "Only this projection; may be repeated")
        ->type_name("NAME");
    command->add_flag("--partitions", options->partitions, "Every partition too");
    command->add_flag("--json", options->json, "JSON; with --watch one object a line");
    auto* const watch = command->add_flag("-w,--watch", options->watch, "Show every cycle until Ctrl+C");
    command->add_option("--seconds", options->seconds, "With --watch: end after this time")
        ->type_name("N")
        ->check(CLI::PositiveNumber)
        ->needs(watch);
    command->add_flag("--once", options->once, "Wait until there is enough for a verdict")->excludes(watch);
    command->add_option("--timeout", options->timeout, "Longest wait, 15s, or 60s with --once")
        ->type_name("DURATION")
        ->excludes(watch);
    command->callback([options, &session, &exitCode] { exitCode = runLag(*options, session); });
}

} // namespace projectionist::ctl
