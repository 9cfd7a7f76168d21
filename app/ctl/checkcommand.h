// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ctl/session.h"
#include "backend/reconcile/checkhistory.h"
#include "backend/reconcile/checkrun.h"

#include <limits>

namespace projectionist::ctl {

constexpr std::size_t allRuns = std::numeric_limits<std::size_t>::max();

/// Of all subcommands of "check"; each has its part.
struct CheckOptions
{
    std::vector<std::string> names;
    bool json = false;
    bool due = false;
    bool noCauses = false;
    bool emptyIsDrift = false;      ///< false: as the check has it
    std::size_t maxDifferences = 0; ///< 0: as the check has it
    std::size_t last = 20;
    std::string run; ///< number, or name of a check
};

/// The checks of the context that are named, or all of them.
struct ChosenChecks
{
    Workspace workspace;
    std::vector<CheckSettings> checks;
};
/// nullopt: it was complained about.
[[nodiscard]] std::optional<ChosenChecks> chosenChecks(const CheckOptions& options, Session& session);
/// "context "c" has no check "driff"; did you mean "drift"?"
[[nodiscard]] std::string unknownCheck(const std::string& context, const std::string& name,
                                       const std::vector<std::string>& names);

/// As the history of checks knows the workspace's context.
[[nodiscard]] std::string keptContext(const Workspace& workspace);

/// Does `work` on a run of the check that is told of events in flight. Ctrl+C cancels it, and sets `stop`.
[[nodiscard]] Result<CheckResult> onCheckRun(const CheckSettings& check, const Workspace& workspace, Session& session,
                                             std::atomic<bool>& stop,
                                             const std::function<Result<CheckResult>(CheckRun&)>& work);

// Each answers with an ExitCode.
int listChecks(const CheckOptions& options, Session& session);
int lintChecks(const CheckOptions& options, Session& session);
int runChecks(const CheckOptions& options, Session& session);
int listCheckRuns(const CheckOptions& options, Session& session);
int showCheckRun(const CheckOptions& options, Session& session);

} // namespace projectionist::ctl
