// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sandbox/rateshape.h"

#include <cmath>
#include <numbers>

namespace projectionist {

double dayShape(TimePoint at)
{
    constexpr std::int64_t hour = 3'600'000;
    const double day = static_cast<double>(at.time_since_epoch().count() % hour) / static_cast<double>(hour);
    const auto wave = [day](double timesADay, double peakHour) {
        return std::cos(2 * std::numbers::pi * timesADay * (day - peakHour / 24));
    };
    return 1 + 0.45 * wave(1, 15) + 0.2 * wave(2, 9);
}

std::size_t Pace::due(double perSecond, Duration monotonic)
{
    if (m_last < Duration(0))
        m_last = monotonic;
    m_credit += perSecond * std::chrono::duration<double>(monotonic - m_last).count();
    m_credit = std::min(m_credit, std::max(perSecond, 1.0));
    m_last = monotonic;
    const double whole = std::max(0.0, std::floor(m_credit));
    m_credit -= whole;
    return static_cast<std::size_t>(whole);
}

} // namespace projectionist
