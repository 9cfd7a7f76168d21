// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/clock.h"

#include <cstdint>
#include <optional>

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
    /// First millisecond of a column, and the first behind the one that holds `time`.
    [[nodiscard]] std::int64_t columnBegin(std::int64_t column) const
    {
        return from + (column * (to - from) + columns - 1) / columns;
    }
    [[nodiscard]] std::int64_t columnEnd(std::int64_t time) const { return columnBegin(columnOf(time) + 1); }
    /// Of a time not before `from`.
    [[nodiscard]] std::int64_t columnOf(std::int64_t time) const { return (time - from) * columns / (to - from); }
    /// How many columns later this is than `other`; nullopt if the two do not share their columns.
    [[nodiscard]] std::optional<std::int64_t> columnsAfter(const TimeScale& other) const;
    bool operator==(const TimeScale&) const = default;
};

[[nodiscard]] TimeScale timeScale(TimePoint from, TimePoint to, int columns);
/// The same, moved to where columns begin at multiples of their width since 1970, so that a range that goes on with
/// time shows the same columns in other places. Where that would be off by more than a column it stays as it is.
[[nodiscard]] TimeScale alignedTimeScale(TimePoint from, TimePoint to, int columns);

} // namespace projectionist
