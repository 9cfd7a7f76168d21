// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/lag/slope.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace projectionist {

namespace {

constexpr std::size_t most = 64;

/// Variance of Kendall's S, reduced by groups of equal values.
double varianceOfS(std::span<const TrendPoint> points)
{
    std::array<double, most> sorted{};
    std::transform(points.begin(), points.end(), sorted.begin(), [](const TrendPoint& point) { return point.value; });
    const auto end = sorted.begin() + static_cast<std::ptrdiff_t>(points.size());
    std::sort(sorted.begin(), end);
    const auto term = [](double n) { return n * (n - 1) * (2 * n + 5); };
    double sum = term(static_cast<double>(points.size()));
    for (auto it = sorted.begin(); it != end;) {
        const auto next = std::upper_bound(it, end, *it);
        sum -= term(static_cast<double>(next - it));
        it = next;
    }
    return sum / 18;
}

} // namespace

Trend trendOf(std::span<const TrendPoint> points)
{
    if (points.size() > most)
        points = points.last(most);
    if (points.size() < 3)
        return {};
    std::array<double, most*(most - 1) / 2> slopes{};
    std::size_t count = 0;
    int s = 0;
    for (std::size_t i = 0; i < points.size(); ++i)
        for (std::size_t j = i + 1; j < points.size(); ++j) {
            const double rise = points[j].value - points[i].value;
            const double time = points[j].at - points[i].at;
            s += (rise > 0) - (rise < 0);
            slopes[count++] = time > 0 ? rise / time : 0;
        }
    const auto middle = slopes.begin() + static_cast<std::ptrdiff_t>(count / 2);
    std::nth_element(slopes.begin(), middle, slopes.begin() + static_cast<std::ptrdiff_t>(count));
    const double variance = varianceOfS(points);
    if (s == 0 || variance <= 0)
        return {*middle, 0};
    return {*middle, (s - (s > 0 ? 1 : -1)) / std::sqrt(variance)};
}

} // namespace projectionist
