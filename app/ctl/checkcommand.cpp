// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/checkcommand.h"

#include "app/ctl/checkreproject.h"
#include "app/ctl/program.h"

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
    "once the projection has passed what was written before. Only what is confirmed is drift. Each run is kept in the\n"
    "history; a check is run once at a time, whatever program does it.\n"
    "Examples:\n"
    "  projectionistctl check run                            all checks of the context\n"
    "  projectionistctl check run order_summary --max-differences 20\n"
    "  projectionistctl check run --due                      for cron: those whose schedule says so\n"
    "  projectionistctl check run --json | jq 'select(.drift) | .check'\n"
    "Exit code 0 if there is no drift, 1 or 2 if there is, by the check's severity (warning, critical); 1 also if its\n"
    "budget ended a check that had found none, 2 also if a\n"
    "check could not be finished or is being run by somebody else, and 3 if it cannot be run as it is written.";
constexpr const char* checkHistoryFooter =
    "Oldest first. The last line of each check says how its differences have developed.\n"
    "Examples:\n"
    "  projectionistctl check history\n"
    "  projectionistctl check history order_summary --last 100\n"
    "  projectionistctl check history --json | jq 'select(.drift) | .number'\n"
    "Exit codes: 0 done, 2 the history cannot be read, 3 usage.";
constexpr const char* checkShowFooter =
    "Examples:\n"
    "  projectionistctl check show order_summary             its last finished run\n"
    "  projectionistctl check show 17 --json                 one that \"check history\" lists\n"
    "Exit codes: 0 done, 2 the history cannot be read, 3 usage, or the rows of that run are not kept.";

using CheckOptionsPointer = std::shared_ptr<CheckOptions>;

void addNames(CLI::App& command, const CheckOptionsPointer& options)
{
    command.add_option("name", options->names, "Only these checks; all of the context by default")->type_name("NAME");
}

void addRun(CLI::App& command, const CheckOptionsPointer& options)
{
    command.footer(checkRunFooter);
    command
        .add_option("--max-differences", options->maxDifferences, "End at so many, instead of the check's own limit")
        ->type_name("N")
        ->check(CLI::Range(std::size_t{1}, mostCheckDifferences));
    command.add_flag("--empty-is-drift", options->emptyIsDrift,
                     "Name every row of one side where the other has none; it is taken for a mistake otherwise");
    command.add_flag("--due", options->due,
                     "Only checks whose schedule says so by the history; prints nothing if none is");
    command.add_flag("--no-causes", options->noCauses,
                     "Do not look for causes of differences in the event log and among the dead letters");
    addNames(command, options);
}

void addHistory(CLI::App& command, const CheckOptionsPointer& options)
{
    command.footer(checkHistoryFooter);
    command.add_option("--last", options->last, "Only the newest N of each check; 20 by default")
        ->type_name("N")
        ->check(CLI::PositiveNumber);
    addNames(command, options);
}

void addShow(CLI::App& command, const CheckOptionsPointer& options)
{
    command.footer(checkShowFooter);
    command.add_option("run", options->run, "Number of a run, or the name of a check: its last finished one")
        ->type_name("NUMBER|NAME")
        ->required();
}

} // namespace

void addCheckCommand(CLI::App& app, Session& session, int& exitCode)
{
    const auto options = std::make_shared<CheckOptions>();
    auto* const command = app.add_subcommand("check", "Is a read model right? Compare it with its source of truth");
    command->require_subcommand(1);
    command->footer("Examples:\n  projectionistctl check list\n  projectionistctl check lint\n"
                    "  projectionistctl check run order_summary\n  projectionistctl check history order_summary");
    const auto add = [&](const char* name, const char* text, const char* json,
                         int (*run)(const CheckOptions&, Session&)) -> CLI::App& {
        auto& nested = *command->add_subcommand(name, text);
        nested.add_flag("--json", options->json, json);
        nested.fallthrough();
        nested.callback([options, run, &session, &exitCode] { exitCode = run(*options, session); });
        return nested;
    };
    constexpr const char* objectEach = "One JSON object a line for each check";
    auto& listing = add("list", "The checks of the context", objectEach, listChecks);
    listing.footer(checkListFooter);
    addNames(listing, options);
    auto& linting = add("lint", "What cannot be compared, and why", objectEach, lintChecks);
    linting.footer(lintFooter);
    addNames(linting, options);
    addRun(add("run", "Compare, and name the rows that differ", objectEach, runChecks), options);
    addHistory(add("history", "What former runs have found", "One JSON object a line for each run", listCheckRuns),
               options);
    addShow(add("show", "The rows of a former run", "One JSON object", showCheckRun), options);
    addReprojectCommand(*command, session, exitCode);
}

} // namespace projectionist::ctl
