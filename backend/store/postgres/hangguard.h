// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/clock.h"

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <thread>

namespace projectionist {

/// Frees a thread that waits for a server which hangs. A stopped process or a black hole in the network answers neither
/// to statement_timeout nor to a cancel request, and libpq waits for ever; shutting the socket down from another thread
/// makes it return at once.
class HangGuard
{
public:
    enum class Fired : std::uint8_t
    {
        No,
        Deadline,
        Interrupt
    };

    HangGuard();
    HangGuard(const HangGuard&) = delete;
    HangGuard& operator=(const HangGuard&) = delete;

    /// The socket to shut, or -1; must be called before the socket is closed.
    void watch(int socket);
    void begin();             ///< a call begins; forgets what fired before
    void extend(Duration by); ///< the next statement has this long from now
    void rest();              ///< no statement runs; the call goes on, and what fired stays known
    void end();               ///< the call is over: nothing fires any more
    void interrupt() noexcept;
    [[nodiscard]] Fired fired() const;

private:
    using SteadyTime = std::chrono::steady_clock::time_point;
    void run(const std::stop_token& stop);
    void fire(Fired why); ///< with m_mutex held

    mutable std::mutex m_mutex;
    std::condition_variable_any m_changed;
    std::optional<SteadyTime> m_deadline; ///< guarded by m_mutex
    int m_socket = -1;                    ///< guarded by m_mutex
    bool m_busy = false;                  ///< guarded by m_mutex
    Fired m_fired = Fired::No;            ///< guarded by m_mutex
    std::jthread m_thread;                ///< ends first
};

} // namespace projectionist
