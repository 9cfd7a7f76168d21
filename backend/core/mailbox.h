// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <deque>
#include <mutex>
#include <utility>
#include <vector>

namespace projectionist {

/// Carries values from worker threads to one reader that drains it by a timer. Move only; never blocks for longer than
/// a move. With a capacity the oldest values give way to new ones and are counted, so a sleeping reader costs no
/// memory.
template<typename T>
class Mailbox
{
public:
    explicit Mailbox(std::size_t capacity = 256) : m_capacity(capacity) {}

    void push(T value)
    {
        const std::lock_guard lock(m_mutex);
        if (m_values.size() == m_capacity) {
            m_values.pop_front();
            ++m_dropped;
        }
        m_values.push_back(std::move(value));
    }

    [[nodiscard]] std::vector<T> drain()
    {
        std::deque<T> taken;
        {
            const std::lock_guard lock(m_mutex);
            taken.swap(m_values);
        }
        return {std::make_move_iterator(taken.begin()), std::make_move_iterator(taken.end())};
    }

    /// How many values nobody has read because the reader was too slow.
    [[nodiscard]] std::size_t dropped() const
    {
        const std::lock_guard lock(m_mutex);
        return m_dropped;
    }

private:
    mutable std::mutex m_mutex;
    std::deque<T> m_values;    ///< guarded by m_mutex
    std::size_t m_dropped = 0; ///< guarded by m_mutex
    const std::size_t m_capacity;
};

} // namespace projectionist
