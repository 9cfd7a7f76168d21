// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/mailbox.h"
#include "widgets/frame/sandboxmenu.h"

#include <condition_variable>
#include <deque>
#include <filesystem>
#include <mutex>
#include <thread>

namespace projectionist {

class SandboxControl;

/// Talks to the watched sandbox on a thread of its own: asks for its state once a second, plants and clears faults.
class SandboxLink
{
public:
    explicit SandboxLink(std::filesystem::path socket);

    void request(const QString& fault, bool clear);
    /// States since the last call; the newest last.
    [[nodiscard]] std::vector<SandboxMenuState> drain() { return m_states.drain(); }

private:
    struct Order
    {
        std::string fault;
        bool clear = false;
    };
    void run(const std::stop_token& stop);
    [[nodiscard]] std::string carryOut(const SandboxControl& control);

    const std::filesystem::path m_socket;
    Mailbox<SandboxMenuState> m_states{4};
    std::mutex m_mutex;
    std::condition_variable_any m_wake;
    std::deque<Order> m_orders; ///< guarded by m_mutex
    std::jthread m_thread;      ///< last: starts when all the rest is there
};

} // namespace projectionist
