// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ctl/session.h"

#include <CLI/CLI.hpp>

namespace projectionist::ctl {

/// Sets up the whole command line; what a subcommand returns goes to `exitCode`. Also used to write completion and to
/// check the manual.
void describe(CLI::App& app, Session& session, int& exitCode);

/// The program: parses, runs one subcommand, answers with an ExitCode.
int run(int argc, char** argv);

// One for each subcommand, in its own file. Options live as long as the App.
void addLagCommand(CLI::App& app, Session& session, int& exitCode);
void addVerdictCommand(CLI::App& app, Session& session, int& exitCode);
void addRecordCommand(CLI::App& app, Session& session, int& exitCode);
void addDiscoverCommand(CLI::App& app, Session& session, int& exitCode);
void addCheckCommand(CLI::App& app, Session& session, int& exitCode);
void addDrillCommand(CLI::App& app, Session& session, int& exitCode);
void addConfigCommand(CLI::App& app, Session& session, int& exitCode);
void addHistoryCommand(CLI::App& app, Session& session, int& exitCode);
void addDeadLettersCommand(CLI::App& app, Session& session, int& exitCode);
void addReplayCommand(CLI::App& app, Session& session, int& exitCode);
void addAuditCommand(CLI::App& app, Session& session, int& exitCode);
void addDeployedCommand(CLI::App& app, Session& session, int& exitCode);
void addLockCommands(CLI::App& app, Session& session, int& exitCode);
void addCompletionCommand(CLI::App& app, Session& session, int& exitCode);

/// A script for bash that completes subcommands, options and file names.
[[nodiscard]] std::string bashCompletion(const CLI::App& app);

} // namespace projectionist::ctl
