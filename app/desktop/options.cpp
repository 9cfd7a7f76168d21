// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/options.h"

#include <CLI/CLI.hpp>

namespace projectionist {

namespace {

constexpr int usageError = 3; ///< as in projectionistctl

} // namespace

std::variant<Options, int> parseOptions(int argc, char** argv)
{
    Options options;
    std::string workspace;
    std::string theme;
    std::string snapshot;
    CLI::App app{"Shows how far every projection of a CQRS system is behind, what is broken and why. Only reads."};
    app.set_version_flag("--version", PROJECTIONIST_VERSION);
    app.add_option("file,--config", workspace, "Workspace file, on top of those of user and system")->type_name("FILE");
    app.add_option("--context", options.context, "Context to watch, instead of the current one")->type_name("NAME");
    app.add_option("--letter", options.letter, "Show this dead letter first, without waiting until all have been read")
        ->type_name("REFERENCE");
    app.add_flag("--sandbox", options.sandbox, "Start a sandbox and watch it; it ends with the window");
    app.add_option("--theme", theme, "system, dark or light, for this run")
        ->check(CLI::IsMember({"system", "dark", "light"}));
    app.add_option("--snapshot", snapshot, "Write a picture of the window (PNG) after --seconds, then end")
        ->type_name("FILE");
    app.add_option("--seconds", options.seconds, "End after this time")->check(CLI::PositiveNumber)->type_name("N");
    app.footer("Exit codes:\n  0  the window was closed, also by SIGTERM, SIGINT or SIGHUP\n"
               "  2  there is no display, or the picture could not be written\n"
               "  3  usage\n\n"
               "Examples:\n  projectionist --sandbox\n  projectionist --config orders.toml --context prod-eu\n"
               "  projectionist --config orders.toml --letter 'orders-dlt[3]@1042'\n"
               "  projectionist --config orders.toml --snapshot overview.png --seconds 30");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : usageError;
    }
    if (!workspace.empty())
        options.workspace = workspace;
    if (!snapshot.empty())
        options.snapshot = snapshot;
    if (!theme.empty())
        options.theme = theme == "dark"    ? ThemeChoice::Dark
                        : theme == "light" ? ThemeChoice::Light
                                           : ThemeChoice::System;
    return options;
}

} // namespace projectionist
