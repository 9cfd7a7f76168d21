// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/drillcommand.h"

#include "app/ctl/program.h"

namespace projectionist::ctl {

namespace {

constexpr const char* drillFooter =
    "The projection's events are applied by its declaration, see [projections.declared] in\n"
    "projectionist-workspace(5), to tables like its own in a schema projectionist_drill_... that is dropped "
    "afterwards;\n"
    "tables in use are only read. The user of the store has to be allowed to make schemas:\n"
    "GRANT CREATE ON DATABASE orders TO orders_drills.\n"
    "Examples:\n"
    "  projectionistctl drill idempotency order_summary\n"
    "  projectionistctl drill crash-recovery order_summary --events 100000 --kills 10\n"
    "  projectionistctl drill reprojection order_summary --json | jq .passed\n"
    "  projectionistctl drill list\n"
    "Exit codes: 0 passed, 1 failed, 2 the drill could not be finished or is being run by somebody else, 3 it cannot "
    "be "
    "run\nas the workspace is.";

using DrillOptionsPointer = std::shared_ptr<DrillOptions>;

void addDrill(CLI::App& parent, DrillKind kind, const char* text, const DrillOptionsPointer& options, Session& session,
              int& exitCode)
{
    auto& command = *parent.add_subcommand(std::string(toString(kind)), text);
    command.fallthrough();
    command.footer(drillFooter);
    command.add_option("projection", options->projection, "Name, or name:version")->type_name("NAME")->required();
    if (kind != DrillKind::Reprojection)
        command.add_option("--events", options->events, "Take so many from the log's start; 10000 by default")
            ->type_name("N")
            ->check(CLI::Range(std::int64_t{2}, mostEventsOfDrill));
    if (kind == DrillKind::CrashRecovery)
        command.add_option("--kills", options->kills, "Kill the worker so often; 5 by default")
            ->type_name("N")
            ->check(CLI::Range(1, 1000));
    command.add_option("--confirm", options->confirm, "On production: the projection")->type_name("NAME");
    command.add_option("--reason", options->reason, "For the audit trail")->type_name("TEXT");
    command.add_flag("--json", options->json, "One JSON object");
    command.callback([kind, options, &session, &exitCode] { exitCode = runDrill(kind, *options, session); });
}

} // namespace

void addDrillCommand(CLI::App& app, Session& session, int& exitCode)
{
    const auto options = std::make_shared<DrillOptions>();
    auto& command = *app.add_subcommand("drill", "Can a projection be trusted when things go wrong? Try it in scratch "
                                                 "tables");
    command.require_subcommand(1);
    command.footer(drillFooter);
    const auto drill = [&](DrillKind kind, const char* text) {
        addDrill(command, kind, text, options, session, exitCode);
    };
    drill(DrillKind::Idempotency, "Apply the same events twice: the rows have to be the same, byte by byte");
    drill(DrillKind::CrashRecovery, "Kill a worker in the middle, again and again, and compare with a clean build");
    drill(DrillKind::CheckpointAtomicity,
          "End the session between rows and positions, and see that neither of them moved");
    drill(DrillKind::Reprojection, "Build the rows beside, from the log's start, and compare with the table in use");
    const auto add = [&](const char* name, const char* text, int (*run)(const DrillOptions&, Session&)) -> CLI::App& {
        auto& nested = *command.add_subcommand(name, text);
        nested.fallthrough();
        nested.add_flag("--json", options->json, "One JSON object a line");
        nested.callback([options, run, &session, &exitCode] { exitCode = run(*options, session); });
        return nested;
    };
    add("list", "The last result of each drill of each projection", listDrills)
        .footer("Example:  projectionistctl drill list --json | jq 'select(.passed == false)'\n"
                "Exit codes: 0 nothing that was drilled has failed, 1 something has, 2 the history cannot be read, 3 "
                "usage.");
    auto& history = add("history", "What former drills have found", listDrillRuns);
    history.footer("Exit codes: 0 done, 2 the history cannot be read, 3 usage.");
    history.add_option("projection", options->projection, "Only this one")->type_name("NAME");
    history.add_option("--last", options->last, "Only the newest N of each drill; 10 by default")
        ->type_name("N")
        ->check(CLI::PositiveNumber);
    auto& worker = *command.add_subcommand("worker", "Serves crash-recovery: it is the one that is killed");
    worker.group(""); // nobody starts it by hand
    worker.fallthrough();
    worker.callback([&session, &exitCode] { exitCode = serveDrill(session); });
}

} // namespace projectionist::ctl
