// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/deadletter/replay/replayplan.h"
#include "backend/reconcile/checkhistory.h"
#include "backend/reconcile/checkrun.h"

namespace projectionist {

/// What became of the keys that a plan has reprojected.
struct ReprojectionResult
{
    CheckResult again; ///< has those that are not right, or not known to be so
    std::size_t keys = 0;
    CheckRepair repair; ///< of the run, this plan and those before it

    [[nodiscard]] std::size_t right() const { return keys - again.differences.size(); }
};

/// Checks the keys of a plan again, once it has been run, and marks the check's run that found them. `run` is one of
/// that check. An Error: they could not be checked, or the run's rows are not kept. Blocks.
[[nodiscard]] Result<ReprojectionResult> checkReprojected(CheckRun& run, const ReplayPlan& plan, CheckHistory& history,
                                                          const std::string& by, const Clock& clock);

} // namespace projectionist
