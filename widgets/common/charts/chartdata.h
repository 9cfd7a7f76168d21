// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/clock.h"
#include "backend/core/snapshot.h"

#include <QString>
#include <vector>

namespace projectionist {

/// What the numbers of an axis are. Times are durations in milliseconds.
enum class ChartUnit : std::uint8_t
{
    Time,
    Rate,
    Count
};

/// A bucket of time: lowest, highest and last value in it. NaN in `last`: known to be unknown.
struct ChartPoint
{
    std::int64_t at = 0; ///< begin, milliseconds since 1970
    float width = 1000;  ///< milliseconds
    float low = 0;
    float high = 0;
    float last = 0;
};

enum class LineStyle : std::uint8_t
{
    Solid,
    Dash,
    Dot,
    DashDot
};

/// Series are told apart by colour and line style; both follow from the index unless a style is given.
struct ChartSeries
{
    QString name;
    std::optional<int> color; ///< index into ChartColors::series
    std::optional<LineStyle> style;
};

/// A dotted vertical line with a label.
struct ChartAnnotation
{
    TimePoint at{};
    QString text;

    bool operator==(const ChartAnnotation&) const = default;
};

/// "4 m 05 s", "214 /s", "8 412"; "—" for NaN.
[[nodiscard]] QString valueText(double value, ChartUnit unit);

} // namespace projectionist
