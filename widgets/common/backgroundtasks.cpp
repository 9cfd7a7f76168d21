// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/backgroundtasks.h"

#include <algorithm>
#include <atomic>

namespace projectionist {

namespace {

constexpr int pollMilliseconds = 50;

} // namespace

struct BackgroundTasks::Task
{
    Token token = 0;
    std::function<void()> done;         ///< empty once cancelled
    std::atomic<bool> finished = false; ///< set last by the thread: what it wrote can be read after
    std::jthread thread;                ///< last member: joins before the others go
};

BackgroundTasks::BackgroundTasks(QObject* parent) : QObject(parent)
{
    m_timer.setInterval(pollMilliseconds);
    connect(&m_timer, &QTimer::timeout, this, &BackgroundTasks::collect);
}

BackgroundTasks::~BackgroundTasks()
{
    cancelAll();
}

void BackgroundTasks::cancel(Token token)
{
    for (const auto& task : m_tasks) {
        if (task->token != token)
            continue;
        task->done = nullptr;
        task->thread.request_stop();
    }
}

void BackgroundTasks::cancelAll()
{
    for (const auto& task : m_tasks)
        cancel(task->token);
}

bool BackgroundTasks::running(Token token) const
{
    return std::any_of(m_tasks.begin(), m_tasks.end(),
                       [token](const auto& task) { return task->token == token && task->done; });
}

BackgroundTasks::Token BackgroundTasks::add(std::function<void(const std::stop_token&)> work,
                                            std::function<void()> done)
{
    auto task = std::make_unique<Task>();
    task->token = ++m_last;
    task->done = std::move(done);
    task->thread = std::jthread([task = task.get(), work = std::move(work)](const std::stop_token& stop) {
        work(stop);
        task->finished.store(true, std::memory_order_release);
    });
    m_tasks.push_back(std::move(task));
    m_timer.start();
    return m_last;
}

void BackgroundTasks::collect()
{
    std::vector<std::function<void()>> ready;
    std::erase_if(m_tasks, [&](const auto& task) {
        if (!task->finished.load(std::memory_order_acquire))
            return false;
        if (task->done)
            ready.push_back(std::move(task->done));
        return true;
    });
    if (m_tasks.empty())
        m_timer.stop();
    // Last, because what they do may start the next task.
    for (const auto& done : ready)
        done();
}

} // namespace projectionist
