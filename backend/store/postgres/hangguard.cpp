// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/store/postgres/hangguard.h"

#include <sys/socket.h>

namespace projectionist {

HangGuard::HangGuard() : m_thread([this](const std::stop_token& stop) { run(stop); }) {}

void HangGuard::watch(int socket)
{
    const std::lock_guard lock(m_mutex);
    m_socket = socket;
    if (m_fired != Fired::No)
        fire(m_fired); // it came while we were connecting
}

void HangGuard::begin()
{
    const std::lock_guard lock(m_mutex);
    m_busy = true;
    m_fired = Fired::No;
}

void HangGuard::extend(Duration by)
{
    const std::lock_guard lock(m_mutex);
    m_deadline = std::chrono::steady_clock::now() + by;
    m_changed.notify_all();
}

void HangGuard::rest()
{
    const std::lock_guard lock(m_mutex);
    m_deadline.reset();
}

void HangGuard::end()
{
    const std::lock_guard lock(m_mutex);
    m_busy = false;
    m_deadline.reset();
}

void HangGuard::interrupt() noexcept
{
    const std::lock_guard lock(m_mutex);
    if (m_busy)
        fire(Fired::Interrupt);
}

HangGuard::Fired HangGuard::fired() const
{
    const std::lock_guard lock(m_mutex);
    return m_fired;
}

void HangGuard::fire(Fired why)
{
    m_fired = why;
    if (m_socket >= 0)
        ::shutdown(m_socket, SHUT_RDWR);
}

void HangGuard::run(const std::stop_token& stop)
{
    std::unique_lock lock(m_mutex);
    while (!stop.stop_requested()) {
        if (!m_deadline) {
            m_changed.wait(lock, stop, [this] { return m_deadline.has_value(); });
        } else if (const auto until = *m_deadline; std::chrono::steady_clock::now() < until) {
            m_changed.wait_until(lock, stop, until, [&] { return m_deadline != until; });
        } else {
            m_deadline.reset();
            fire(Fired::Deadline);
        }
    }
}

} // namespace projectionist
