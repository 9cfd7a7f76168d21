// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/clock.h"

#include <atomic>
#include <cstdint>
#include <thread>

namespace projectionist {

/// A TCP proxy on a port of 127.0.0.1 behind which a server seems to be far away: what clients send is passed on at
/// once, each byte of the answers comes late by the same time. Rewrites nothing. Throws when it cannot listen.
class LateProxy
{
public:
    LateProxy();
    ~LateProxy();
    LateProxy(const LateProxy&) = delete;
    LateProxy& operator=(const LateProxy&) = delete;

    [[nodiscard]] std::uint16_t port() const noexcept { return m_port; }
    /// The server's port at 127.0.0.1. Until it is known, clients are turned away.
    void forwardTo(std::uint16_t port) { m_target = port; }
    /// Of what the server says from now on.
    void setDelay(Duration delay) { m_delay = delay.count(); }

private:
    void run(const std::stop_token& stop) const;

    int m_listener = -1;
    std::uint16_t m_port = 0;
    std::atomic<std::uint16_t> m_target = 0;
    std::atomic<Duration::rep> m_delay = 0;
    std::jthread m_thread;
};

} // namespace projectionist
