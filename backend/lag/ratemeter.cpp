// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/lag/ratemeter.h"

#include <algorithm>
#include <cmath>

namespace projectionist {

namespace {

constexpr Duration retentionWindow{900'000};
constexpr Duration leastRetention{60'000};
/// Two samples closer than this make a rate out of jitter.
constexpr Duration leastSpan{500};

double perSecond(Offset change, Duration time)
{
    return time > Duration(0) && change > 0 ? static_cast<double>(change) * 1000.0 / static_cast<double>(time.count())
                                            : 0;
}

} // namespace

void RateMeter::take(Offset position, Offset head, Offset logStart, Duration at, Duration window)
{
    measureRetention(logStart, at);
    std::size_t index = m_count;
    while (index > 1 && at - anchor(index - 1).at < window)
        --index;
    if (index > 0 && at - anchor(index - 1).at >= leastSpan) {
        const Anchor& from = anchor(index - 1);
        m_in = perSecond(head - from.head, at - from.at);
        m_out = perSecond(position - from.position, at - from.at);
        const auto arrived = static_cast<double>(std::max<Offset>(0, head - from.head));
        const auto applied = static_cast<double>(std::max<Offset>(0, position - from.position));
        m_drains = applied - arrived > 3 * std::sqrt(arrived);
    }
    const Duration spacing = std::max(leastSpan, window / static_cast<int>(m_anchors.size() - 1));
    if (m_count > 0 && at - anchor(m_count - 1).at < spacing)
        return;
    if (m_count == m_anchors.size())
        m_first = (m_first + 1) % m_anchors.size();
    else
        ++m_count;
    m_anchors[(m_first + m_count - 1) % m_anchors.size()] = {position, head, at};
}

void RateMeter::measureRetention(Offset logStart, Duration at)
{
    if (m_since.at < Duration(0)) {
        m_before = m_since = {logStart, at};
    } else if (at - m_since.at > retentionWindow) {
        m_before = m_since;
        m_since = {logStart, at};
    }
    const Duration time = at - m_before.at;
    m_deleted = time < leastRetention ? 0 : perSecond(logStart - m_before.logStart, time);
}

} // namespace projectionist
