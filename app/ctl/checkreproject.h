// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ctl/session.h"
#include "backend/deadletter/replay/replayplan.h"

#include <CLI/CLI.hpp>

namespace projectionist::ctl {

/// "reproject" of the subcommand "check".
void addReprojectCommand(CLI::App& parent, Session& session, int& exitCode);

/// After a plan has reprojected keys: checks them again, says what is left, and marks the run that found them. An
/// ExitCode: Warning if some are not right.
int checkReprojectedKeys(const Workspace& workspace, const ReplayPlan& plan, bool json, Session& session);

} // namespace projectionist::ctl
