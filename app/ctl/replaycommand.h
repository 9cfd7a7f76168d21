// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ctl/session.h"

#include <vector>

namespace projectionist::ctl {

/// Of "replay plan" and "replay show".
struct ReplayPlanOptions
{
    std::vector<std::string> references;
    std::vector<std::string> edits; ///< "reference=file"
    std::string where;
    std::string zone = "utc"; ///< see DeadLetterOptions
    std::string group;
    bool all = false;
    bool onlySafe = false;
    std::string target = "origin";
    std::vector<std::string> arguments; ///< of a command, behind those within `target`
    std::string partition = "by-key";
    std::string timestamp = "event";
    bool keepFailure = false;
    std::vector<std::string> keep;
    std::vector<std::string> drop;
    std::vector<std::string> add; ///< "name=value"
    double rate = 10;
    std::string ladder = "1,5,25";
    std::string proofWithin = "60s";
    std::string reason;
    std::string output;
    std::string timeout;
    std::string logTime = "30s";
    std::string file; ///< of a plan
    bool check = false;
    bool unmask = false;
    bool noExample = false;
    bool json = false;
    bool allLetters = false; ///< list them all
};

// Each answers with an ExitCode.
int planReplayOf(const ReplayPlanOptions& options, Session& session);
int showReplayPlan(const ReplayPlanOptions& options, Session& session);

} // namespace projectionist::ctl
