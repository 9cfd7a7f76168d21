// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/config/workspace.h"
#include "backend/core/error.h"

#include <vector>

namespace projectionist {

enum class DiagnosticLevel : std::uint8_t
{
    Info,
    Warning,
    Error
};

/// One finding in a configuration file: "file:line:column: error: unknown key ...; did you mean ...?".
struct Diagnostic
{
    DiagnosticLevel level = DiagnosticLevel::Error;
    Origin origin;
    std::string message; ///< what is wrong; never a secret
    std::string hint;    ///< what would be right; may be empty

    bool operator==(const Diagnostic&) const = default;
};

[[nodiscard]] std::string toString(const Diagnostic& diagnostic);

/// One value in force, for `config show`: references unresolved, passwords as "***".
struct EffectiveSetting
{
    std::string path; ///< "brokers.local.bootstrap.servers"
    std::string value;
    Origin origin;

    bool operator==(const EffectiveSetting&) const = default;
};

struct LoadedWorkspace
{
    std::optional<Workspace> workspace;       ///< nullopt if any diagnostic is an Error
    std::vector<Diagnostic> diagnostics;      ///< all of them, in the order of the file
    std::vector<std::filesystem::path> files; ///< all that was read or looked for, for watching; may not exist
    std::vector<EffectiveSetting> settings;   ///< in the order in which they were first met
};

/// Reads one workspace file with its includes and references. Throws nothing.
[[nodiscard]] LoadedWorkspace loadWorkspace(const std::filesystem::path& file);

/// Reads by precedence: `explicitFile` (--config), PROJECTIONIST_CONFIG, user, system; a later layer adds to and
/// overrides a former one. An empty result without diagnostics means: no workspace yet (first run).
[[nodiscard]] LoadedWorkspace loadWorkspaceByPrecedence(const std::optional<std::filesystem::path>& explicitFile);

/// $XDG_CONFIG_HOME/projectionist/config.toml.
[[nodiscard]] std::filesystem::path userWorkspacePath();
/// $XDG_STATE_HOME/projectionist, for history and window state. Not created.
[[nodiscard]] std::filesystem::path stateDirectory();
/// Where the window keeps its history, and the command line finds it.
[[nodiscard]] std::filesystem::path historyFile();

/// Writes a TOML file that a person would be glad to read: grouped, commented, secrets as ${env:} or ${file:}
/// references where the workspace came with them. Written to a temporary file, synced, renamed.
[[nodiscard]] Result<void> saveWorkspace(const Workspace& workspace, const std::filesystem::path& file);
/// Adds contexts with all that belongs to them at the end of an existing file; what it has, comments too, stays as it
/// is. Refused where a context of that name exists, or the file has mistakes. A broker or store that the file has
/// already under the same name is used, another of that name is renamed. Written as saveWorkspace() does.
[[nodiscard]] Result<void> addToWorkspace(Workspace addition, const std::filesystem::path& file);

} // namespace projectionist
