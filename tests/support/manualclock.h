// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/clock.h"

#include <atomic>

namespace projectionist {

/// A clock that stands still until it is told; thread-safe.
class ManualClock final : public Clock
{
public:
    explicit ManualClock(TimePoint start = TimePoint(Duration(1'795'000'000'000)))
        : m_now(start.time_since_epoch().count())
    {
    }
    [[nodiscard]] TimePoint now() const override { return TimePoint(Duration(m_now)); }
    [[nodiscard]] Duration monotonic() const override { return Duration(m_monotonic); }
    void advance(Duration by)
    {
        m_now += by.count();
        m_monotonic += by.count();
    }
    /// Only the wall clock: somebody set it.
    void step(Duration by) { m_now += by.count(); }

private:
    std::atomic<Duration::rep> m_now;
    std::atomic<Duration::rep> m_monotonic = 1'000'000;
};

} // namespace projectionist
