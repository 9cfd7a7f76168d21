// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/clock.h"
#include "backend/core/error.h"

#include <optional>
#include <stop_token>
#include <string>
#include <sys/types.h>
#include <vector>

namespace projectionist {

/// A worker in a process of its own. Killed at the latest when the object goes. Belongs to one thread.
class WorkerChild
{
public:
    WorkerChild() = default;
    ~WorkerChild() { kill(); }
    WorkerChild(const WorkerChild&) = delete;
    WorkerChild& operator=(const WorkerChild&) = delete;

    /// Starts the program, with `order` and a line end as its standard input. Configuration: it cannot be started.
    [[nodiscard]] Result<void> start(const std::vector<std::string>& program, const std::string& order);
    /// The next line that it says; nullopt: it has ended and says no more. Timeout: nothing for so long; Cancelled.
    [[nodiscard]] Result<std::optional<std::string>> nextLine(Duration limit, const std::stop_token& stop);
    /// At once, by SIGKILL; waits until it is gone.
    void kill();

private:
    pid_t m_pid = -1;
    int m_output = -1;
    std::string m_text; ///< lines that were read and not given yet
};

} // namespace projectionist
