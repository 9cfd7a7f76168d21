// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/sandbox/controlserver.h"
#include "app/sandbox/process.h"
#include "app/sandbox/processpool.h"
#include "app/sandbox/runtimefolder.h"
#include "app/sandbox/sandboxservers.h"

namespace projectionist {

/// `projectionist-sandbox run`: servers, processes, faults and the control socket of one sandbox. One thread. Ends all
/// of it when asked to, when its time is over, or when its parent is gone.
class Supervisor
{
public:
    Supervisor(RunOptions options, const Clock& clock, StopSignal& stop);

    [[nodiscard]] Result<void> run();

private:
    struct Control
    {
        ControlServer server;
        Announcement announcement;
    };

    [[nodiscard]] Result<void> prepare();
    [[nodiscard]] Result<void> seed();
    void watch(const Control& control);
    [[nodiscard]] bool shouldEnd();
    [[nodiscard]] nlohmann::json answer(const nlohmann::json& request);
    [[nodiscard]] Result<void> inject(Fault fault);
    [[nodiscard]] Result<void> clear(Fault fault);
    [[nodiscard]] Result<void> act(Fault fault, bool on);
    [[nodiscard]] std::vector<SandboxFault> faults() const;
    [[nodiscard]] SandboxStatus status() const;

    RunOptions m_options;
    const Clock& m_clock;
    StopSignal& m_stop;
    pid_t m_parent;
    TimePoint m_startedAt;
    std::optional<TemporaryFolder> m_folder;
    std::unique_ptr<SandboxServers> m_servers;
    std::optional<FaultBoard> m_board;
    std::optional<ProcessPool> m_pool;
};

} // namespace projectionist
