// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/program.h"

#include <csignal>
#include <iostream>

namespace projectionist::ctl {

namespace {

constexpr const char* programFooter =
    "Exit codes: 0 fine, 1 warning, 2 critical or unreachable, 3 usage, configuration or internal error.\n"
    "Files: --config, PROJECTIONIST_CONFIG, ~/.config/projectionist/config.toml, later ones add to former "
    "ones.\n"
    "Each subcommand has its own --help with examples.";

int parseAndRun(CLI::App& app, const int& exitCode, int argc, char** argv)
{
    try {
        app.parse(argc, argv);
        return exitCode;
    } catch (const CLI::ParseError& e) {
        return app.exit(e) == 0 ? Fine : Failed;
    }
}

} // namespace

void describe(CLI::App& app, Session& session, int& exitCode)
{
    app.name("projectionistctl");
    app.description("Lag, verdicts, checks, history and dead letters of the projections of a CQRS system.");
    app.footer(programFooter);
    app.require_subcommand(1);
    app.set_version_flag("--version", "projectionistctl " PROJECTIONIST_VERSION);
    app.add_option("--config", session.options.config, "Workspace file, on top of those of user and system")
        ->type_name("FILE");
    app.add_option("--context", session.options.context, "Context to look at, instead of the current one")
        ->type_name("NAME");
    app.add_flag("-q,--quiet", session.options.quiet, "No messages beside errors");
    app.add_flag("--no-color", session.options.noColor,
                 "No colours; also with NO_COLOR set, and when not on a terminal");
    addLagCommand(app, session, exitCode);
    addVerdictCommand(app, session, exitCode);
    addRecordCommand(app, session, exitCode);
    addDiscoverCommand(app, session, exitCode);
    addCheckCommand(app, session, exitCode);
    addDrillCommand(app, session, exitCode);
    addConfigCommand(app, session, exitCode);
    addHistoryCommand(app, session, exitCode);
    addDeadLettersCommand(app, session, exitCode);
    addReplayCommand(app, session, exitCode);
    addAuditCommand(app, session, exitCode);
    addDeployedCommand(app, session, exitCode);
    addLockCommands(app, session, exitCode);
    addCompletionCommand(app, session, exitCode);
    for (auto* command : app.get_subcommands({}))
        command->fallthrough();
}

int run(int argc, char** argv)
{
    // Threads inherit the mask, so that only Interruption hears of Ctrl+C. A closed pipe is an error of write().
    std::signal(SIGPIPE, SIG_IGN);
    Interruption interruption;
    Console console;
    Session session{{}, console, interruption};
    int exitCode = Fine;
    CLI::App app;
    try {
        describe(app, session, exitCode);
        return parseAndRun(app, exitCode, argc, argv);
    } catch (const std::exception& e) {
        std::cerr << "projectionistctl: internal error: " << e.what() << '\n';
        return Failed;
    }
}

} // namespace projectionist::ctl
