// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <condition_variable>
#include <mutex>

namespace projectionist {

/// What a test and its fake share; everything in `Self` is guarded by the mutex.
template<typename Self>
struct Shared
{
    std::mutex mutex;
    std::condition_variable changed;

    template<typename Change>
    void change(Change&& what)
    {
        {
            const std::lock_guard lock(mutex);
            what(static_cast<Self&>(*this));
        }
        changed.notify_all();
    }
    template<typename Question>
    auto ask(Question&& what)
    {
        const std::lock_guard lock(mutex);
        return what(static_cast<Self&>(*this));
    }
};

} // namespace projectionist
