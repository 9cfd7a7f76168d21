// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/clock.h"

#include <cstdint>

namespace projectionist {

/// Maps time to pixel columns. Plain values; half-open range [from, to).
struct TimeScale
{
    std::int64_t from = 0; ///< milliseconds since 1970
    std::int64_t to = 1;
    int columns = 1;

    [[nodiscard]] double x(std::int64_t at) const
    {
        return static_cast<double>(at - from) * columns / static_cast<double>(to - from);
    }
    [[nodiscard]] std::int64_t at(double x) const
    {
        return from + static_cast<std::int64_t>(x / columns * static_cast<double>(to - from));
    }
    /// First millisecond behind the column that holds `time`.
    [[nodiscard]] std::int64_t columnEnd(std::int64_t time) const
    {
        const std::int64_t column = (time - from) * columns / (to - from);
        return from + ((column + 1) * (to - from) + columns - 1) / columns;
    }
    bool operator==(const TimeScale&) const = default;
};

[[nodiscard]] TimeScale timeScale(TimePoint from, TimePoint to, int columns);

} // namespace projectionist
