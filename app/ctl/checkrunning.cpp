// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/checkcauses.h"
#include "app/ctl/checkcommand.h"
#include "app/ctl/checkfreshness.h"
#include "app/ctl/checkreport.h"
#include "backend/config/nearest.h"
#include "backend/core/format.h"
#include "backend/deadletter/letterescape.h"
#include "backend/history/audittrail.h"
#include "backend/lag/connectors.h"
#include "backend/lag/watcher.h"
#include "backend/reconcile/freshness.h"
#include "backend/reconcile/sampledflight.h"
#include "backend/store/postgres/postgressnapshot.h"

#include <algorithm>
#include <fmt/format.h>
#include <future>

namespace projectionist::ctl {

namespace {

int codeOf(const Error& error)
{
    const bool settings = error.kind == ErrorKind::Configuration || error.kind == ErrorKind::NotFound ||
                          error.kind == ErrorKind::InvalidData || error.kind == ErrorKind::Internal;
    return settings ? Failed : Critical;
}

/// Runs `work` on a thread of its own, so that Ctrl+C finds somebody who hears it.
template<typename T>
Result<T> interruptibly(CheckRun& run, Session& session, std::atomic<bool>& stop,
                        const std::function<Result<T>()>& work)
{
    auto answer = std::async(std::launch::async, work);
    while (answer.wait_for(Duration(0)) != std::future_status::ready)
        if (session.interruption.wait(Duration(20))) {
            stop = true;
            run.cancel();
            answer.wait();
        }
    return answer.get();
}

int printLint(const CheckSettings& check, const Result<CheckLint>& lint, bool json, Session& session)
{
    if (!lint) {
        session.console.complain(harmless(check.name + ": " + toString(lint.error())));
        return codeOf(lint.error());
    }
    const auto has = [&](DiagnosticLevel level) {
        return std::any_of(lint->findings.begin(), lint->findings.end(),
                           [&](const auto& finding) { return finding.level == level; });
    };
    Json findings = Json::array();
    for (const auto& finding : lint->findings)
        findings.push_back(toJson(finding));
    const Json all{{"check", check.name},
                   {"usable", lint->usable()},
                   {"columns", lint->columns},
                   {"findings", std::move(findings)}};
    const std::string compared = check.kind == CheckKind::Count   ? "compares numbers of rows"
                                 : check.kind == CheckKind::Order ? "looks at versions"
                                                                  : "compares " + joined(lint->columns, ", ");
    const std::string summary = check.name + ": " + compared;
    session.console.print(json ? harmlessJson(text(all, true))
                               : harmless(summary) + '\n' + findingLines(lint->findings));
    return !lint->usable() ? Failed : has(DiagnosticLevel::Warning) ? Warning : Fine;
}

std::string progressLine(const CheckProgress& now)
{
    return fmt::format(
        "{} and {} rows{}, {} differences so far{}{}", formatNumber(now.expectedRows), formatNumber(now.actualRows),
        now.estimatedRows > 0 ? fmt::format(" of about {}", formatNumber(now.estimatedRows)) : std::string(),
        formatNumber(static_cast<std::int64_t>(now.differences)),
        now.snapshots > 1 ? fmt::format(", in snapshot {}", now.snapshots) : std::string(),
        now.held.empty() ? std::string() : "; it waits: " + harmless(now.held));
}

/// Whoever reads no terminal is told why it waits, once each time.
OnCheckProgress progressOn(const CheckSettings& check, Session& session)
{
    if (session.console.isTerminal())
        return [&session](const CheckProgress& now) { session.console.note(progressLine(now)); };
    return [&session, name = harmless(check.name), held = std::string()](const CheckProgress& now) mutable {
        if (std::exchange(held, now.held) != now.held && !now.held.empty())
            session.console.note(name + " waits: " + harmless(now.held));
    };
}

} // namespace

Result<CheckResult> onCheckRun(const CheckSettings& check, const Workspace& workspace, Session& session,
                               std::atomic<bool>& stop, const std::function<Result<CheckResult>(CheckRun&)>& work)
{
    const SystemClock clock;
    std::unique_ptr<SampledFlight> flight;
    std::unique_ptr<Watcher> watcher; // goes before the flight that it tells
    if (const auto projection = projectionOf(check, workspace)) {
        flight = std::make_unique<SampledFlight>(workspace, check.context, *projection, clock);
        watcher = std::make_unique<Watcher>(
            workspace, check.context, defaultConnectors(), clock,
            WatcherSinks{[&flight](std::shared_ptr<const Snapshot> snapshot) { flight->observe(std::move(snapshot)); },
                         [](const InspectedEvent&) {}, [](const RetroactiveSeries&) {}});
    }
    CheckRun run(check, workspace, readPostgresSnapshot, clock, flight.get());
    return interruptibly<CheckResult>(run, session, stop, [&] { return work(run); });
}

std::string keptContext(const Workspace& workspace)
{
    const auto* const context = workspace.context(workspace.currentContext);
    return context ? historyContext(*context) : workspace.currentContext;
}

namespace {

/// The history, for a run that is done in any case: a check tells the truth also where nothing can be kept.
class KeptRun
{
public:
    KeptRun(CheckHistory* history, const Session& session) : m_history(history), m_session(session) {}

    /// An error: somebody else runs it.
    Result<void> begin(const CheckSettings& check, const std::string& context)
    {
        if (!m_history)
            return {};
        const auto number = m_history->begin(context, check.name, m_clock.now(), actingUser());
        if (!number && number.error().kind == ErrorKind::Conflict)
            return tl::unexpected(number.error());
        if (number)
            m_number = *number;
        else
            tell(number.error());
        m_began = m_clock.monotonic();
        return {};
    }
    void end(const Result<CheckResult>& result)
    {
        if (m_number == 0)
            return;
        const auto kept = result ? m_history->finish(m_number, *result)
                                 : m_history->fail(m_number, result.error(), m_clock.monotonic() - m_began);
        if (!kept)
            tell(kept.error());
    }
    [[nodiscard]] std::uint64_t number() const { return m_number; } ///< 0: it is not kept

private:
    void tell(const Error& error) const { m_session.console.complain("this run is not kept: " + toString(error)); }

    CheckHistory* const m_history;
    const Session& m_session;
    const SystemClock m_clock;
    std::uint64_t m_number = 0;
    Duration m_began{0};
};

int runCheck(const CheckSettings& check, const ChosenChecks& chosen, CheckHistory* history, const CheckOptions& options,
             Session& session, std::atomic<bool>& stop)
{
    KeptRun kept(history, session);
    if (const auto begun = kept.begin(check, keptContext(chosen.workspace)); !begun) {
        if (options.due) // somebody was faster
            return Fine;
        session.console.complain(harmless(toString(begun.error())));
        return Critical;
    }
    auto result = onCheckRun(check, chosen.workspace, session, stop,
                             [progress = progressOn(check, session)](CheckRun& run) { return run.run(progress); });
    if (result && !options.noCauses)
        findCauses(check, *result, chosen.workspace, session, stop);
    kept.end(result);
    if (!result) {
        session.console.complain(harmless(check.name + ": " + toString(result.error())));
        return codeOf(result.error());
    }
    session.console.print(options.json ? harmlessJson(text(toJson(*result, kept.number()), true))
                                       : resultText(*result));
    if (!result->hasDrift())
        return result->ending.empty() ? Fine : Warning; // what was not compared is not proved
    return result->severity == CheckSeverity::Critical ? Critical : Warning;
}

/// A check that was never begun is due, one that is being run is not.
Result<bool> isDue(const CheckSettings& check, const std::string& context, CheckHistory& history, TimePoint now)
{
    if (!check.schedule)
        return false;
    const auto runs = history.runs(context, check.name, 1);
    if (!runs)
        return tl::unexpected(runs.error());
    return runs->empty() ||
           (runs->back().state != CheckRunState::Running && check.schedule->next(runs->back().began) <= now);
}

/// False, after a complaint, if the history does not tell.
bool keepDue(ChosenChecks& chosen, CheckHistory& history, Session& session)
{
    auto& checks = chosen.checks;
    const auto context = keptContext(chosen.workspace);
    if (std::none_of(checks.begin(), checks.end(), [](const auto& check) { return check.schedule.has_value(); }))
        session.console.note("no check has a schedule; projectionist-workspace(5) says how to give it one");
    const auto now = SystemClock().now();
    std::vector<CheckSettings> due;
    for (const auto& check : checks) {
        const auto answer = isDue(check, context, history, now);
        if (!answer) {
            session.console.complain(answer.error());
            return false;
        }
        if (*answer)
            due.push_back(check);
    }
    checks = std::move(due);
    return true;
}

} // namespace

std::string unknownCheck(const std::string& context, const std::string& name, const std::vector<std::string>& names)
{
    const auto hint = suggestion(name, names);
    return fmt::format("context \"{}\" has no check \"{}\"{}{}", context, name, hint.empty() ? "" : "; ", hint);
}

std::optional<ChosenChecks> chosenChecks(const CheckOptions& options, Session& session)
{
    session.applyOptions();
    auto workspace = session.workspace();
    if (!workspace)
        return std::nullopt;
    std::vector<CheckSettings> all;
    std::vector<std::string> names;
    for (const auto& check : workspace->checks)
        if (check.context == workspace->currentContext) {
            all.push_back(check);
            names.push_back(check.name);
        }
    bool known = true;
    for (const auto& name : options.names)
        if (std::find(names.begin(), names.end(), name) == names.end()) {
            session.console.complain(unknownCheck(workspace->currentContext, name, names));
            known = false;
        }
    if (all.empty() && known) {
        session.console.complain(
            fmt::format("context \"{}\" has no checks; [[checks]] in projectionist-workspace(5) says how to add one",
                        workspace->currentContext));
        return std::nullopt;
    }
    if (!options.names.empty())
        std::erase_if(all, [&](const CheckSettings& check) {
            return std::find(options.names.begin(), options.names.end(), check.name) == options.names.end();
        });
    for (auto& check : all) {
        if (options.maxDifferences > 0)
            check.maxDifferences = options.maxDifferences;
        check.emptyIsDrift = check.emptyIsDrift || options.emptyIsDrift;
    }
    return known ? std::optional(ChosenChecks{*std::move(workspace), std::move(all)}) : std::nullopt;
}

int listChecks(const CheckOptions& options, Session& session)
{
    const auto chosen = chosenChecks(options, session);
    if (!chosen)
        return Failed;
    const auto verified = verifiedTimes(chosen->workspace);
    const TimePoint now = SystemClock().now();
    for (const auto& check : chosen->checks) {
        const auto at = verified.find(check.name);
        auto line = checkLine(check);
        auto json = toJson(check);
        json["verified_at"] = at == verified.end() ? Json() : Json(formatRfc3339(at->second));
        json["stale"] = at == verified.end() ? Json() : Json(staleFrom(check, at->second) <= now);
        if (at != verified.end())
            line.insert(line.size() - 1, ", verified " + ageText(check, at->second, now));
        if (!session.console.print(options.json ? harmlessJson(text(json, true)) : line))
            break;
    }
    return Fine;
}

int lintChecks(const CheckOptions& options, Session& session)
{
    const auto chosen = chosenChecks(options, session);
    if (!chosen)
        return Failed;
    int code = Fine;
    const SystemClock clock;
    std::atomic<bool> stop = false;
    for (const auto& check : chosen->checks) {
        CheckRun run(check, chosen->workspace, readPostgresSnapshot, clock);
        const auto lint = interruptibly<CheckLint>(run, session, stop, [&] { return run.lint(); });
        code = std::max(code, printLint(check, lint, options.json, session));
        if (stop)
            break;
    }
    return code;
}

int runChecks(const CheckOptions& options, Session& session)
{
    auto chosen = chosenChecks(options, session);
    if (!chosen)
        return Failed;
    auto history = CheckHistory::open(checkHistoryFile(stateDirectory()));
    if (!history) {
        session.console.complain((options.due ? "nothing was run: " : "no run is kept: ") + toString(history.error()));
        if (options.due)
            return Critical;
    }
    if (options.due && !keepDue(*chosen, *history, session))
        return Critical;
    int code = Fine;
    std::atomic<bool> stop = false;
    for (const auto& check : chosen->checks) {
        code = std::max(code, runCheck(check, *chosen, history ? &*history : nullptr, options, session, stop));
        if (stop)
            break;
    }
    return code;
}

} // namespace projectionist::ctl
