// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/lag/gapmeter.h"

#include <algorithm>

namespace projectionist {

void GapMeter::note(Duration gap)
{
    constexpr Duration day{86'400'000};
    m_gaps[m_count++ % m_gaps.size()] = static_cast<std::int32_t>(std::clamp(gap, Duration(0), day).count());
    auto sorted = m_gaps;
    const auto count = static_cast<std::ptrdiff_t>(std::min<std::size_t>(m_count, m_gaps.size()));
    std::sort(sorted.begin(), sorted.begin() + count);
    m_median = sorted[static_cast<std::size_t>(count / 2)];
    m_longest = sorted[static_cast<std::size_t>(count - 1)];
}

} // namespace projectionist
