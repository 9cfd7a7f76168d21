// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>

namespace projectionist {

/// All durations and times of the domain have millisecond resolution, as Kafka's record timestamps have.
using Duration = std::chrono::milliseconds;
/// Wall-clock time in UTC.
using TimePoint = std::chrono::time_point<std::chrono::system_clock, Duration>;

/// Where time comes from; tests bring their own. Thread-safe.
class Clock
{
public:
    virtual ~Clock() = default;
    /// Wall clock; may step in either direction.
    [[nodiscard]] virtual TimePoint now() const = 0;
    /// Never steps; the origin is arbitrary. Rates and "stands still since" are measured with it.
    [[nodiscard]] virtual Duration monotonic() const = 0;

protected:
    Clock() = default;
    Clock(const Clock&) = default;
    Clock& operator=(const Clock&) = default;
};

class SystemClock final : public Clock
{
public:
    [[nodiscard]] TimePoint now() const override;
    [[nodiscard]] Duration monotonic() const override;
};

} // namespace projectionist
