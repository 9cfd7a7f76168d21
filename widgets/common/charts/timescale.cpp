// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/charts/timescale.h"

#include <algorithm>

namespace projectionist {

TimeScale timeScale(TimePoint from, TimePoint to, int columns)
{
    const std::int64_t start = from.time_since_epoch().count();
    return {start, std::max(start + 1, to.time_since_epoch().count()), std::max(columns, 1)};
}

TimeScale alignedTimeScale(TimePoint from, TimePoint to, int columns)
{
    const TimeScale exact = timeScale(from, to, columns);
    const std::int64_t length = exact.to - exact.from;
    // A whole number of milliseconds each; rounding must not add up to more than a column.
    const std::int64_t width = (length + exact.columns / 2) / exact.columns;
    if (std::abs(width * exact.columns - length) > width)
        return exact;
    const std::int64_t end = (exact.to + width - 1) / width * width;
    return {end - width * exact.columns, end, exact.columns};
}

std::optional<std::int64_t> TimeScale::columnsAfter(const TimeScale& other) const
{
    const std::int64_t length = to - from;
    const std::int64_t scaled = (from - other.from) * columns;
    if (other.columns != columns || other.to - other.from != length || scaled % length != 0)
        return std::nullopt;
    return scaled / length;
}

} // namespace projectionist
