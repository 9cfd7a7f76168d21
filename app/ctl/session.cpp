// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/session.h"

#include "backend/config/nearest.h"

#include <algorithm>
#include <fmt/format.h>

namespace projectionist::ctl {

void Session::applyOptions()
{
    console.setQuiet(options.quiet);
    console.setNoColor(options.noColor);
}

LoadedWorkspace Session::load() const
{
    return loadWorkspaceByPrecedence(options.config.empty() ? std::nullopt
                                                            : std::optional<std::filesystem::path>(options.config));
}

std::optional<Workspace> Session::workspace()
{
    auto loaded = load();
    for (const auto& diagnostic : loaded.diagnostics) {
        if (diagnostic.level == DiagnosticLevel::Error)
            console.complain(toString(diagnostic));
        else if (diagnostic.level == DiagnosticLevel::Warning)
            console.note(toString(diagnostic));
    }
    if (!loaded.workspace && loaded.diagnostics.empty())
        console.complain(
            fmt::format("there is no workspace file. Write {}, or give one with --config; \"projectionistctl "
                        "discover --save FILE\" proposes one",
                        userWorkspacePath().string()));
    if (!loaded.workspace || options.context.empty())
        return std::move(loaded.workspace);
    std::vector<std::string> names;
    for (const auto& context : loaded.workspace->contexts)
        names.push_back(context.name);
    if (std::find(names.begin(), names.end(), options.context) == names.end()) {
        const auto hint = suggestion(options.context, names);
        console.complain(
            fmt::format("there is no context \"{}\"{}{}", options.context, hint.empty() ? "" : "; ", hint));
        return std::nullopt;
    }
    loaded.workspace->currentContext = options.context;
    return std::move(loaded.workspace);
}

} // namespace projectionist::ctl
