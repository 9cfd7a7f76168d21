// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/broker/kafka/handle.h"

#include <future>
#include <thread>

namespace projectionist::kafka {

/// A late answer to a question that was asked longer ago is no longer news.
constexpr auto newsFor = std::chrono::seconds(30);
/// Who was silent and is asked with the others gets at least so long after these have answered.
constexpr auto leastGrace = std::chrono::milliseconds(20);

[[nodiscard]] inline SteadyTime steadyNow()
{
    return std::chrono::steady_clock::now();
}

/// See PartitionBounds::late.
[[nodiscard]] inline Duration latenessOf(SteadyTime asked, SteadyTime called)
{
    return std::max(Duration(0), std::chrono::duration_cast<Duration>(called - asked));
}

/// Runs the work on a thread of its own, which nobody has to wait for: dropping the future lets it go on. For calls of
/// the library that end only when a server answers, or after a time that is longer than ours.
template<typename Work>
[[nodiscard]] std::future<std::invoke_result_t<Work>> inBackground(Work work)
{
    std::packaged_task<std::invoke_result_t<Work>()> task(std::move(work));
    auto result = task.get_future();
    std::thread(std::move(task)).detach();
    return result;
}

template<typename T>
[[nodiscard]] bool isReady(const std::future<T>& future)
{
    return future.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
}

} // namespace projectionist::kafka
