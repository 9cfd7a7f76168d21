// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <QObject>
#include <QTimer>
#include <stop_token>
#include <thread>
#include <vector>

namespace projectionist {

/// Runs what may take long (network, files) on threads of its own; results come back to the GUI thread by a timer.
/// A cancelled or superseded task is told to stop and its result is thrown away. The GUI thread never waits, except in
/// the destructor, for at most the time-outs of what still runs.
class BackgroundTasks : public QObject
{
    Q_OBJECT
public:
    using Token = std::uint64_t;

    explicit BackgroundTasks(QObject* parent = nullptr);
    ~BackgroundTasks() override;

    /// `work` runs on another thread, `done` on this one.
    template<typename T>
    Token start(std::function<T(std::stop_token)> work, std::function<void(T)> done)
    {
        auto slot = std::make_shared<std::optional<T>>();
        return add([slot, work = std::move(work)](const std::stop_token& stop) { slot->emplace(work(stop)); },
                   [slot, done = std::move(done)] {
                       if (*slot)
                           done(std::move(**slot));
                   });
    }
    void cancel(Token token);
    void cancelAll();
    [[nodiscard]] bool running(Token token) const;

private:
    struct Task;
    Token add(std::function<void(const std::stop_token&)> work, std::function<void()> done);
    void collect();

    std::vector<std::unique_ptr<Task>> m_tasks;
    QTimer m_timer;
    Token m_last = 0;
};

} // namespace projectionist
