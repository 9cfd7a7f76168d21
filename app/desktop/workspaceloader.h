// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/config/workspacefile.h"
#include "backend/core/mailbox.h"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

namespace projectionist {

/// What a reading of the workspace files came to.
struct WorkspaceReading
{
    std::optional<Workspace> workspace; ///< the last good one
    std::vector<Diagnostic> diagnostics;
    bool broken = false; ///< the files as they are now cannot be used
    std::string notice;  ///< for people, when broken
};

/// Reads the workspace and looks for changes once a second, on a thread of its own: files may lie on slow disks.
class WorkspaceLoader
{
public:
    explicit WorkspaceLoader(std::optional<std::filesystem::path> file);

    /// New readings, oldest first.
    [[nodiscard]] std::vector<WorkspaceReading> drain() { return m_readings.drain(); }

private:
    void run(const std::stop_token& stop);

    const std::optional<std::filesystem::path> m_file;
    Mailbox<WorkspaceReading> m_readings{8};
    std::mutex m_mutex;
    std::condition_variable_any m_wake;
    std::jthread m_thread; ///< last: starts when all the rest is there
};

} // namespace projectionist
