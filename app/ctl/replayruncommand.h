// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ctl/session.h"
#include "app/ctl/snapshotjson.h"

#include "backend/deadletter/replay/replayrun.h"

#include <CLI/CLI.hpp>

namespace projectionist::ctl {

/// What the user said of a run.
struct ReplayRunOptionsGiven
{
    std::string plan;
    std::string assume;
    std::string reason;
    std::vector<std::string> confirm;
    bool json = false;
    bool yes = false;
    bool all = false;
};

/// Asks, runs a plan and shows it; keys that were reprojected are checked again. An ExitCode.
int runReplay(const ReplayRunOptionsGiven& given, const ReplayPlan& plan, bool resume, Session& session);

/// "run", "resume" and "status" of the subcommand "replay".
void addReplayRunCommands(CLI::App& parent, Session& session, int& exitCode);

/// What somebody has to type before a plan runs on production: the topics that it writes to, or its command.
[[nodiscard]] std::vector<std::string> namesToConfirm(const ReplayPlan& plan);

// How a run is shown.

/// "step 2, proving: 3 of 412 sent, 1 proved, 2 in flight"
[[nodiscard]] std::string replayLine(const ReplayProgress& progress);
/// What became of it, then the letters that need a look, each list whole. Ends with a line end.
[[nodiscard]] std::string replayReport(const ReplayPlan& plan, const ReplayProgress& progress, bool everything);
/// `letters`: each of them too.
[[nodiscard]] Json replayJson(const ReplayPlan& plan, const ReplayProgress& progress, bool letters);
/// Of `status`, where nobody runs it any more although it did not end.
[[nodiscard]] std::string stateWord(const ReplayStatus& status);

} // namespace projectionist::ctl
