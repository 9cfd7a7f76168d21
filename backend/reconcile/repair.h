// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/reconcile/checkhistory.h"
#include "backend/reconcile/checkrun.h"

namespace projectionist {

/// Keys of rows whose events were replayed, and which are to be checked again.
struct ReprojectedRows
{
    std::string context;
    std::string check;
    std::uint64_t run = 0; ///< of the check, that found them
    std::vector<std::vector<std::string>> keys;
    std::string replay; ///< id of its plan
};

/// What became of them.
struct RepairOutcome
{
    CheckResult again;  ///< has those that are not right, or not known to be so
    CheckResult marked; ///< the run's, with those that are
    CheckRepair repair; ///< of the run, by this replay and those before it
};

/// Checks these keys again, and marks the run that found them. `run` is one of that check. An Error: they could not be
/// checked, or the run's rows are not kept. Blocks.
[[nodiscard]] Result<RepairOutcome> checkRepair(CheckRun& run, const ReprojectedRows& rows, CheckHistory& history,
                                                const std::string& by, const Clock& clock);

} // namespace projectionist
