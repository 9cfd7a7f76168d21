// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/clock.h"

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <stop_token>
#include <utility>

namespace projectionist {

/// What other threads want a thread to do. It alone touches its state, so nothing else is locked.
class Inbox
{
public:
    using Task = std::function<void()>;

    void push(Task task)
    {
        {
            const std::lock_guard lock(m_mutex);
            m_tasks.push_back(std::move(task));
        }
        m_wake.notify_one();
    }

    /// Waits until there is something, or for so long at most.
    [[nodiscard]] std::deque<Task> take(Duration atMost, const std::stop_token& stop)
    {
        std::unique_lock lock(m_mutex);
        m_wake.wait_for(lock, stop, atMost, [this] { return !m_tasks.empty(); });
        return std::exchange(m_tasks, {});
    }

private:
    std::mutex m_mutex;
    std::condition_variable_any m_wake;
    std::deque<Task> m_tasks; ///< guarded by m_mutex
};

} // namespace projectionist
