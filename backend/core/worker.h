// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/error.h"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <stop_token>
#include <thread>

namespace projectionist {

/// One thread that alone owns one connection and runs orders on it in turn. It opens the connection for the first order
/// and again after a failed opening. The only place that catches what libraries throw.
template<typename Connection>
class Worker
{
public:
    using Open = std::function<Result<std::unique_ptr<Connection>>()>;
    using Interrupt = std::function<void(Connection&)>;

    /// `interrupt`, where the connection has such a thing, ends from any thread what runs on it.
    explicit Worker(Open open, Interrupt interrupt = {}) : m_open(std::move(open)), m_interrupt(std::move(interrupt))
    {
        m_thread = std::thread([this] { run(m_stop.get_token()); });
    }
    ~Worker()
    {
        stop();
        // An order may have begun between the last interruption and the stop: repeat until the thread has seen it.
        while (m_ended.wait_for(std::chrono::milliseconds(50)) != std::future_status::ready)
            interrupt();
        m_thread.join();
    }
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    /// Runs `work` on the connection and gives what comes of it to `done`, both on the worker's thread. After stop()
    /// neither is called any more.
    template<typename T>
    void post(std::function<Result<T>(Connection&)> work, std::function<void(Result<T>)> done)
    {
        {
            const std::lock_guard lock(m_mutex);
            m_orders.push_back([this, work = std::move(work), done = std::move(done)] {
                auto result = attempt<T>(work);
                if (!m_stop.stop_requested())
                    done(std::move(result));
            });
        }
        m_wake.notify_one();
    }

    /// Any thread: ends what runs, if the connection can do that.
    void interrupt()
    {
        const std::lock_guard lock(m_connectionMutex);
        if (m_connection && m_interrupt)
            m_interrupt(*m_connection);
    }
    /// Takes no further orders and ends what runs, without waiting for it.
    void stop()
    {
        m_stop.request_stop();
        interrupt();
    }
    /// After stop(): destruction would not block.
    [[nodiscard]] bool ended() const { return m_ended.wait_for(std::chrono::seconds(0)) == std::future_status::ready; }

private:
    template<typename T>
    Result<T> attempt(const std::function<Result<T>(Connection&)>& work)
    {
        try {
            if (!m_connection) {
                auto opened = m_open();
                if (!opened)
                    return tl::unexpected(opened.error());
                const std::lock_guard lock(m_connectionMutex);
                m_connection = *std::move(opened);
            }
            return work(*m_connection);
        } catch (const std::exception& failure) {
            return tl::unexpected(Error{ErrorKind::Internal, "An operation on a connection failed unexpectedly",
                                        failure.what(), "Please report this", true});
        }
    }

    void run(const std::stop_token& stop)
    {
        while (true) {
            std::unique_lock lock(m_mutex);
            if (!m_wake.wait(lock, stop, [this] { return !m_orders.empty(); }) || stop.stop_requested())
                break;
            const auto order = std::move(m_orders.front());
            m_orders.pop_front();
            lock.unlock();
            order();
        }
        m_end.set_value();
    }

    const Open m_open;
    const Interrupt m_interrupt;
    std::mutex m_mutex;
    std::condition_variable_any m_wake;
    std::deque<std::function<void()>> m_orders; ///< guarded by m_mutex
    std::mutex m_connectionMutex;               ///< against interrupt() while the connection comes into being
    std::unique_ptr<Connection> m_connection;   ///< set by the thread only, once; guarded for others
    std::promise<void> m_end;
    std::shared_future<void> m_ended = m_end.get_future().share();
    std::stop_source m_stop;
    std::thread m_thread;
};

} // namespace projectionist
