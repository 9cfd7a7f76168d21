// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/clock.h"
#include "backend/core/error.h"

#include <filesystem>
#include <optional>
#include <vector>

namespace projectionist {

/// A fault of a running sandbox, for a menu.
struct SandboxFault
{
    std::string name;       ///< "worker-killed"
    std::string title;      ///< "Kill a worker"
    std::string see;        ///< what a person should see, and what clearing does
    std::string projection; ///< whom it hits; empty: all
    std::string verdict;    ///< that this should lead to ("stopped"); empty: none for sure
    std::string refusal;    ///< why it is not possible with these servers; empty: possible
    bool active = false;
    std::optional<TimePoint> since; ///< when active

    bool operator==(const SandboxFault&) const = default;
};

struct SandboxProcess
{
    std::string name;  ///< "relay"
    std::string state; ///< "running", "held" (by a fault), "waiting" (before it is started again)
    int pid = 0;       ///< 0 if it does not run
    int restarts = 0;

    bool operator==(const SandboxProcess&) const = default;
};

struct SandboxStatus
{
    std::filesystem::path workspace;
    TimePoint startedAt{};
    double rate = 0;           ///< events per second at present, by plan
    std::string broker, store; ///< what they are and where, without secrets
    std::vector<SandboxProcess> processes;

    bool operator==(const SandboxStatus&) const = default;
};

/// Talks to a running sandbox over its control socket: one connection a call, which ends within the timeout. Any
/// thread. Stopping and starting servers takes the sandbox some seconds, so give inject() and clear() ten or more.
class SandboxControl
{
public:
    explicit SandboxControl(std::filesystem::path socket) : m_socket(std::move(socket)) {}

    [[nodiscard]] Result<std::vector<SandboxFault>> faults(Duration timeout) const;
    /// Doing it twice is fine. Refused (kind Permission) when the servers are not the sandbox's own.
    [[nodiscard]] Result<void> inject(const std::string& fault, Duration timeout) const;
    [[nodiscard]] Result<void> clear(const std::string& fault, Duration timeout) const;
    [[nodiscard]] Result<SandboxStatus> status(Duration timeout) const;

private:
    std::filesystem::path m_socket;
};

/// The control socket of the one sandbox that runs for this user; NotFound if none does, Conflict if several do.
[[nodiscard]] Result<std::filesystem::path> findSandbox();

} // namespace projectionist
