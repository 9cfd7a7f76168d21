// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/clock.h"
#include "backend/core/error.h"

#include <map>
#include <stop_token>
#include <string>
#include <vector>

namespace projectionist {

struct CommandOutcome
{
    int code = 0;         ///< of the exit; meaningful if signal is 0 and it was not ended by us
    int signal = 0;       ///< what killed it
    bool ended = true;    ///< by itself; false: it took too long, or `stop`, and was killed
    std::string output{}; ///< the end of standard output and error, at most 4096 bytes
};
/// "exit code 3", "killed by signal 9", "it did not end in time".
[[nodiscard]] std::string toString(const CommandOutcome& outcome);

/// Runs a program to its end with these bytes on standard input; no shell, a process group of its own. `environment` is
/// added to ours. An Error: it was not started. What it leaves running in its group is killed when it took too long.
[[nodiscard]] Result<CommandOutcome> runCommand(const std::vector<std::string>& arguments,
                                                const std::map<std::string, std::string>& environment,
                                                std::string_view input, Duration timeout, const std::stop_token& stop);

} // namespace projectionist
