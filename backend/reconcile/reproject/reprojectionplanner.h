// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/deadletter/replay/replayplanner.h"
#include "backend/reconcile/repair.h"

namespace projectionist {

/// Which rows are to be reprojected, and how.
struct ReprojectionRequest
{
    CheckSettings check;
    std::uint64_t run = 0; ///< of the check, in its history; 0: it is not kept
    std::vector<ReprojectedKey> keys;
    /// Target (a command, or rows), reason, madeBy, rate, ladder and proofWithin; the rest is found out.
    ReplayPlan draft;
    std::size_t mostEvents = 1000;    ///< a key with more is refused
    Duration logTime{600'000};        ///< for reading the log
    std::filesystem::path journals{}; ///< as in ReplayRequest
    std::function<void(std::size_t read, std::size_t total)> progress{};
};

/// Those of a result's confirmed differences whose key is in `chosen`; if that is empty, all that are not repaired. Of
/// kind Groups: of the rows of its groups. Configuration: a check of this kind names no rows, it is of no projection,
/// or it does not tell how rows and events belong together. NotFound: a chosen key is no confirmed difference.
[[nodiscard]] Result<std::vector<ReprojectedKey>> wrongKeys(const CheckSettings& check, const Workspace& workspace,
                                                            const CheckResult& result,
                                                            const std::vector<std::vector<std::string>>& chosen);

/// Makes a frozen plan that sends all events of these keys once more: see Reprojection. Changes nothing anywhere. What
/// stands against it is among the refusals of its dry run: a log that has lost its beginning, keys with too many
/// events. An Error: it could not be found out. Blocks; any thread.
[[nodiscard]] Result<ReplayPlan> planReprojection(const Workspace& workspace, ReprojectionRequest request,
                                                  const ReplayConnectors& connectors, const Clock& clock,
                                                  const std::stop_token& stop);

/// What is to be checked again when the plan has been run.
[[nodiscard]] ReprojectedRows reprojectedRows(const ReplayPlan& plan);

} // namespace projectionist
