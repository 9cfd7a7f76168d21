// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ctl/session.h"
#include "app/ctl/snapshotjson.h"
#include "backend/rebuild/drillhistory.h"
#include "backend/rebuild/drillrun.h"

namespace projectionist::ctl {

/// Of all subcommands of "drill"; each has its part.
struct DrillOptions
{
    std::string projection;
    std::int64_t events = eventsOfDrill;
    int kills = 5;
    std::string confirm;
    std::string reason;
    std::size_t last = 10;
    bool json = false;
};

// Each answers with an ExitCode.
int runDrill(DrillKind kind, const DrillOptions& options, Session& session);
int listDrills(const DrillOptions& options, Session& session);
int listDrillRuns(const DrillOptions& options, Session& session);
/// Serves the order on standard input, see workerorder.h.
int serveDrill(Session& session);

// What "drill" prints. Names and cells come from strangers: nothing harmful reaches the terminal.
[[nodiscard]] std::string drillText(const DrillResult& result);
[[nodiscard]] Json toJson(const DrillRecord& record);

} // namespace projectionist::ctl
