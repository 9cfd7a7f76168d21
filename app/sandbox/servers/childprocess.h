// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/clock.h"
#include "backend/core/error.h"

#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <sys/types.h>
#include <thread>
#include <vector>

namespace projectionist {

struct ChildCommand
{
    std::vector<std::string> arguments{};             ///< the first is the program: a path, or a name to find in PATH
    std::map<std::string, std::string> environment{}; ///< added to ours; wins over it
    std::filesystem::path workingFolder = "/";
    std::filesystem::path inputFile = "/dev/null";
    std::filesystem::path logFile = "/dev/null"; ///< standard output and error are appended to it
    std::string user{};                          ///< drop privileges to this user (needs root); empty: stay
    int deathSignal = 9;                         ///< what the kernel sends to the child when we die
};

struct ExitStatus
{
    int code = 0;   ///< meaningful if signal is 0
    int signal = 0; ///< what killed it; 0: it exited by itself

    bool operator==(const ExitStatus&) const = default;
};

/// "exit code 1", "killed by signal 9".
[[nodiscard]] std::string toString(const ExitStatus& status);

/// One foreground process that never outlives us, not even a kill -9: the kernel sends it deathSignal when the thread
/// that forked it ends (PR_SET_PDEATHSIG), so every object keeps the forking thread and waits in it for the child's
/// end. It runs in a process group of its own: a Ctrl+C in the terminal reaches only us, and we decide the order of the
/// end. All functions may be called from any thread.
class ChildProcess
{
public:
    /// Returns when the program runs (exec succeeded) or why it does not.
    [[nodiscard]] static Result<std::unique_ptr<ChildProcess>> start(ChildCommand command);
    ~ChildProcess(); ///< kills and reaps
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;

    [[nodiscard]] pid_t pid() const noexcept { return m_pid; }
    [[nodiscard]] bool running() const;
    /// nullopt while it runs.
    [[nodiscard]] std::optional<ExitStatus> exitStatus() const;
    /// nullopt when it still runs after the timeout.
    std::optional<ExitStatus> waitForExit(Duration timeout) const;

    /// False when it runs no more; a reused process id is never hit.
    bool signal(int number) const;
    /// Sends the signal, waits for at most grace, then kills.
    ExitStatus terminate(Duration grace, int number = 15);
    /// SIGKILL; returns when it is reaped.
    void kill();

    /// SIGSTOP to the process and all its descendants; returns when all stand still, or false after the timeout.
    bool pauseTree(Duration timeout = Duration(10'000));
    void resumeTree();
    [[nodiscard]] bool paused() const noexcept { return m_paused; }

private:
    struct Prepared;
    ChildProcess() = default;
    void forkAndWait(Prepared& prepared);
    void publish(Result<pid_t> started);

    mutable std::mutex m_mutex;
    mutable std::condition_variable m_changed;
    std::optional<Result<pid_t>> m_started; ///< guarded by m_mutex
    std::optional<ExitStatus> m_exit;       ///< guarded by m_mutex; set in the same breath as the child is reaped
    std::atomic<bool> m_paused = false;
    pid_t m_pid = -1;     ///< set before start() returns, constant then
    std::thread m_thread; ///< forked the child
};

} // namespace projectionist
