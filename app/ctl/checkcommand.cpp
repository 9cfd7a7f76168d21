// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/checkreport.h"
#include "app/ctl/program.h"
#include "backend/config/nearest.h"
#include "backend/core/format.h"
#include "backend/deadletter/letterescape.h"
#include "backend/lag/connectors.h"
#include "backend/lag/watcher.h"
#include "backend/reconcile/sampledflight.h"
#include "backend/store/postgres/postgressnapshot.h"

#include <algorithm>
#include <fmt/format.h>
#include <future>

namespace projectionist::ctl {

namespace {

constexpr const char* checkListFooter = "Examples:\n"
                                        "  projectionistctl check list\n"
                                        "  projectionistctl --context production check list --json";
constexpr const char* lintFooter =
    "Asks both stores for columns, types and keys; compares nothing.\n"
    "Examples:\n"
    "  projectionistctl check lint\n"
    "  projectionistctl check lint order_summary\n"
    "Exit code 3 if a check cannot be run, 2 if a store cannot be asked, 1 if there are warnings only.";
constexpr const char* checkRunFooter =
    "Differences are read again before they count, so that changes in flight do not: after the check's \"settle\", "
    "and\n"
    "once the projection has passed what was written before. Only what is confirmed is drift.\n"
    "Examples:\n"
    "  projectionistctl check run                            all checks of the context\n"
    "  projectionistctl check run order_summary --max-differences 20\n"
    "  projectionistctl check run --json | jq 'select(.drift) | .check'\n"
    "Exit code 0 if there is no drift, 1 or 2 if there is, by the check's severity (warning, critical); 2 also if a\n"
    "check could not be finished, and 3 if it cannot be run as it is written.";

struct CheckOptions
{
    std::vector<std::string> names;
    bool json = false;
    std::size_t maxDifferences = 0; ///< 0: as the check has it
};

/// Those of the context that are named, or all; nullopt after a complaint.
std::optional<std::vector<CheckSettings>> chosenChecks(const Workspace& workspace, const CheckOptions& options,
                                                       Session& session)
{
    std::vector<CheckSettings> all;
    std::vector<std::string> names;
    for (const auto& check : workspace.checks)
        if (check.context == workspace.currentContext) {
            all.push_back(check);
            names.push_back(check.name);
        }
    bool known = true;
    for (const auto& name : options.names)
        if (std::find(names.begin(), names.end(), name) == names.end()) {
            const auto hint = suggestion(name, names);
            session.console.complain(fmt::format("context \"{}\" has no check \"{}\"{}{}", workspace.currentContext,
                                                 name, hint.empty() ? "" : "; ", hint));
            known = false;
        }
    if (all.empty() && known) {
        session.console.complain(
            fmt::format("context \"{}\" has no checks; [[checks]] in projectionist-workspace(5) says how to add one",
                        workspace.currentContext));
        return std::nullopt;
    }
    if (!options.names.empty())
        std::erase_if(all, [&](const CheckSettings& check) {
            return std::find(options.names.begin(), options.names.end(), check.name) == options.names.end();
        });
    for (auto& check : all)
        if (options.maxDifferences > 0)
            check.maxDifferences = options.maxDifferences;
    return known ? std::optional(all) : std::nullopt;
}

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

int listChecks(const CheckOptions& options, Session& session)
{
    session.applyOptions();
    const auto workspace = session.workspace();
    const auto checks = workspace ? chosenChecks(*workspace, options, session) : std::nullopt;
    if (!checks)
        return Failed;
    for (const auto& check : *checks)
        if (!session.console.print(options.json ? harmlessJson(text(toJson(check), true)) : checkLine(check)))
            break;
    return Fine;
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
    const std::string summary = check.kind == CheckKind::Rows
                                    ? fmt::format("{}: compares {}", check.name, joined(lint->columns, ", "))
                                    : check.name + ": compares numbers of rows";
    session.console.print(json ? harmlessJson(text(all, true))
                               : harmless(summary) + '\n' + findingLines(lint->findings));
    return !lint->usable() ? Failed : has(DiagnosticLevel::Warning) ? Warning : Fine;
}

int lintChecks(const CheckOptions& options, Session& session)
{
    session.applyOptions();
    const auto workspace = session.workspace();
    const auto checks = workspace ? chosenChecks(*workspace, options, session) : std::nullopt;
    if (!checks)
        return Failed;
    int code = Fine;
    const SystemClock clock;
    for (const auto& check : *checks) {
        CheckRun run(check, *workspace, readPostgresSnapshot, clock);
        std::atomic<bool> stop = false;
        const auto lint = interruptibly<CheckLint>(run, session, stop, [&] { return run.lint(); });
        code = std::max(code, printLint(check, lint, options.json, session));
        if (stop)
            break;
    }
    return code;
}

OnCheckProgress progressOn(Session& session)
{
    if (!session.console.isTerminal())
        return {};
    return [&session](const CheckProgress& now) {
        session.console.note(fmt::format(
            "{} and {} rows{}, {} differences so far", formatNumber(now.expectedRows), formatNumber(now.actualRows),
            now.estimatedRows > 0 ? fmt::format(" of about {}", formatNumber(now.estimatedRows)) : std::string(),
            formatNumber(static_cast<std::int64_t>(now.differences))));
    };
}

int runCheck(const CheckSettings& check, const Workspace& workspace, bool json, Session& session,
             std::atomic<bool>& stop)
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
    const auto progress = progressOn(session);
    const auto result = interruptibly<CheckResult>(run, session, stop, [&] { return run.run(progress); });
    if (!result) {
        session.console.complain(harmless(check.name + ": " + toString(result.error())));
        return codeOf(result.error());
    }
    session.console.print(json ? harmlessJson(text(toJson(*result), true)) : resultText(*result));
    if (!result->hasDrift())
        return Fine;
    return result->severity == CheckSeverity::Critical ? Critical : Warning;
}

int runChecks(const CheckOptions& options, Session& session)
{
    session.applyOptions();
    const auto workspace = session.workspace();
    const auto checks = workspace ? chosenChecks(*workspace, options, session) : std::nullopt;
    if (!checks)
        return Failed;
    int code = Fine;
    std::atomic<bool> stop = false;
    for (const auto& check : *checks) {
        code = std::max(code, runCheck(check, *workspace, options.json, session, stop));
        if (stop)
            break;
    }
    return code;
}

} // namespace

void addCheckCommand(CLI::App& app, Session& session, int& exitCode)
{
    const auto options = std::make_shared<CheckOptions>();
    auto* const command = app.add_subcommand("check", "Is a read model right? Compare it with its source of truth");
    command->require_subcommand(1);
    command->footer("Examples:\n  projectionistctl check list\n  projectionistctl check lint\n"
                    "  projectionistctl check run order_summary");

    auto* const listing = command->add_subcommand("list", "The checks of the context");
    listing->footer(checkListFooter);
    listing->callback([options, &session, &exitCode] { exitCode = listChecks(*options, session); });

    auto* const linting = command->add_subcommand("lint", "What cannot be compared, and why");
    linting->footer(lintFooter);
    linting->callback([options, &session, &exitCode] { exitCode = lintChecks(*options, session); });

    auto* const running = command->add_subcommand("run", "Compare row by row, and name the rows that differ");
    running->footer(checkRunFooter);
    running
        ->add_option("--max-differences", options->maxDifferences, "End at so many, instead of the check's own limit")
        ->type_name("N")
        ->check(CLI::Range(std::size_t{1}, mostCheckDifferences));
    running->callback([options, &session, &exitCode] { exitCode = runChecks(*options, session); });

    for (auto* nested : {listing, linting, running}) {
        nested->add_option("name", options->names, "Only these checks; all of the context by default")
            ->type_name("NAME");
        nested->add_flag("--json", options->json, "One JSON object a line for each check");
        nested->fallthrough();
    }
}

} // namespace projectionist::ctl
