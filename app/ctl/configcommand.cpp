// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/program.h"
#include "app/ctl/snapshotjson.h"

#include "backend/deadletter/letterscanner.h"
#include "backend/projector/declaredprojection.h"

#include <algorithm>
#include <fmt/format.h>

namespace projectionist::ctl {

namespace {

constexpr const char* checkFooter =
    "Examples:\n"
    "  projectionistctl config check                    what is in force now\n"
    "  projectionistctl config check team.toml          this file alone, say before a commit\n"
    "Exit code 3 if there are errors, 1 if there are warnings only.";
constexpr const char* showFooter = "Examples:\n"
                                   "  projectionistctl config show\n"
                                   "  projectionistctl config show --origin | grep bootstrap\n"
                                   "Passwords are shown as ***, references as they are written.";
constexpr const char* pathFooter = "Examples:\n"
                                   "  projectionistctl config path\n"
                                   "  $EDITOR \"$(projectionistctl config path | head -n 1)\"";

struct ConfigOptions
{
    std::string file;
    bool json = false;
    bool origin = false;
};

/// Whether profiles of dead letters make rules is not seen before they are made.
void checkDecoding(LoadedWorkspace& loaded)
{
    if (!loaded.workspace)
        return;
    for (const auto& context : loaded.workspace->contexts)
        if (const auto rules = DecodeRules::build(decodeSettingsOf(context.deadLetters)); !rules)
            loaded.diagnostics.push_back({DiagnosticLevel::Error, context.origin,
                                          rules.error().what + ": " + rules.error().why, rules.error().next});
}

/// Likewise the expressions of declared projections.
void checkDeclarations(LoadedWorkspace& loaded)
{
    if (!loaded.workspace)
        return;
    for (const auto& projection : loaded.workspace->projections)
        if (projection.declared)
            if (const auto compiled = DeclaredProjection::compile(projection); !compiled)
                loaded.diagnostics.push_back({DiagnosticLevel::Error, projection.declared->origin,
                                              compiled.error().what + ": " + compiled.error().why,
                                              compiled.error().next});
}

int check(const ConfigOptions& options, Session& session)
{
    session.applyOptions();
    auto loaded = options.file.empty() ? session.load() : loadWorkspace(options.file);
    checkDecoding(loaded);
    checkDeclarations(loaded);
    const auto has = [&](DiagnosticLevel level) {
        return std::any_of(loaded.diagnostics.begin(), loaded.diagnostics.end(),
                           [&](const auto& one) { return one.level == level; });
    };
    Json all = Json::array();
    std::string lines;
    for (const auto& diagnostic : loaded.diagnostics) {
        all.push_back(toJson(diagnostic));
        lines += toString(diagnostic) + '\n';
    }
    session.console.print(options.json ? text(all, false) : lines);
    if (has(DiagnosticLevel::Error))
        return Failed;
    if (!loaded.workspace) {
        session.console.complain(
            fmt::format("there is no workspace file; {} would be read", userWorkspacePath().string()));
        return Failed;
    }
    const auto& workspace = *loaded.workspace;
    session.console.note(fmt::format(
        "{}: {} contexts, {} brokers, {} stores, {} projections, {} write sides, {} checks", workspace.file.string(),
        workspace.contexts.size(), workspace.brokers.size(), workspace.stores.size(), workspace.projections.size(),
        workspace.writeSides.size(), workspace.checks.size()));
    return has(DiagnosticLevel::Warning) ? Warning : Fine;
}

std::string originText(const Origin& origin)
{
    return origin.line > 0 ? fmt::format("{}:{}", origin.file.string(), origin.line) : origin.file.string();
}

int show(const ConfigOptions& options, Session& session)
{
    session.applyOptions();
    const auto loaded = session.load();
    Json all = Json::array();
    std::string lines;
    for (const auto& setting : loaded.settings) {
        Json json{{"path", setting.path}, {"value", setting.value}};
        if (options.origin)
            json["origin"] = originText(setting.origin);
        all.push_back(std::move(json));
        lines +=
            setting.path + " = " + setting.value + (options.origin ? "  # " + originText(setting.origin) : "") + '\n';
    }
    session.console.print(options.json ? text(all, false) : lines);
    return session.workspace() ? Fine : Failed;
}

int path(Session& session)
{
    session.applyOptions();
    const auto loaded = session.load();
    std::string lines;
    if (loaded.workspace)
        lines += loaded.workspace->file.string() + '\n';
    for (const auto& file : loaded.files)
        if (std::error_code ignored;
            !(loaded.workspace && file == loaded.workspace->file) && std::filesystem::exists(file, ignored))
            lines += file.string() + '\n';
    if (lines.empty())
        lines = userWorkspacePath().string() + '\n';
    session.console.print(lines);
    return Fine;
}

} // namespace

void addConfigCommand(CLI::App& app, Session& session, int& exitCode)
{
    const auto options = std::make_shared<ConfigOptions>();
    auto* const command = app.add_subcommand("config", "Check and show the workspace file");
    command->require_subcommand(1);
    command->footer("Examples:\n  projectionistctl config check\n  projectionistctl config show --origin\n"
                    "  projectionistctl config path");

    auto* const checking =
        command->add_subcommand("check", "Name every mistake with file, line, column and what would be right");
    checking->footer(checkFooter);
    checking->add_option("file", options->file, "Check this file alone, without those of user and system")
        ->type_name("FILE");
    checking->add_flag("--json", options->json, "JSON");
    checking->callback([options, &session, &exitCode] { exitCode = check(*options, session); });

    auto* const showing = command->add_subcommand("show", "Print the settings in force");
    showing->footer(showFooter);
    showing->add_flag("--origin", options->origin, "With file and line of each");
    showing->add_flag("--json", options->json, "JSON");
    showing->callback([options, &session, &exitCode] { exitCode = show(*options, session); });

    auto* const paths = command->add_subcommand("path", "Print which files are read, the most specific one first");
    paths->footer(pathFooter);
    paths->callback([&session, &exitCode] { exitCode = path(session); });
    for (auto* nested : {checking, showing, paths})
        nested->fallthrough();
}

} // namespace projectionist::ctl
