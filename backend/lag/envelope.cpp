// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/lag/envelope.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace projectionist {

namespace {

constexpr Duration slotWidth{10'000};
constexpr std::size_t slots = 48;
constexpr Duration longWindow{480'000};
constexpr std::size_t leastPoints = 10; ///< also when older, for workers that commit rarely
constexpr std::size_t recentPoints = 9;
constexpr std::size_t mostPairsFrom = 24; ///< every second point does above this
constexpr double longShare = 0.01;        ///< of what arrives; less is the shape of the day, not a slow worker
constexpr double recentShare = 0.03;
constexpr double inFlightSeconds = 3; ///< of arrivals: less is in flight, and swings with the load
constexpr double leastLagGrowth = 0.005;

double secondsOf(Duration time)
{
    return static_cast<double>(time.count()) / 1000.0;
}

} // namespace

void Envelope::take(Offset backlog, const TimeLag& lag, bool advanced, Duration at)
{
    if (!m_began) {
        m_began = true;
        m_slotBegan = at - m_phase;
    }
    if (advanced && (!m_open || backlog <= m_lowest.backlog)) {
        const bool known = lag.origin != LagOrigin::Unknown && lag.origin != LagOrigin::AtMost;
        constexpr std::int64_t longest = std::numeric_limits<std::int32_t>::max();
        m_lowest = {at, backlog,
                    backlog == 0 ? 0
                    : known      ? static_cast<std::int32_t>(std::min(lag.value.count(), longest))
                                 : -1};
        m_open = true;
    }
    if (m_open && at - m_slotBegan >= slotWidth)
        close(at);
}

void Envelope::close(Duration at)
{
    m_behind += m_lowest.backlog > 0 ? 1 : 0;
    if (m_points.size() < slots) {
        m_points.push_back(m_lowest);
    } else {
        m_behind -= m_points[m_first].backlog > 0 ? 1 : 0;
        m_points[m_first] = m_lowest;
        m_first = (m_first + 1) % slots;
    }
    m_open = false;
    m_slotBegan = at;
    if (m_behind == 0) { // nothing moves, which is so for nearly all of many partitions
        m_long = m_recent = {};
        return;
    }
    const std::size_t count = m_points.size();
    std::size_t from = count - std::min(count, leastPoints);
    while (from > 0 && at - point(from - 1).at <= longWindow)
        --from;
    m_long = movement(from, count - from > mostPairsFrom ? 2 : 1);
    m_recent = movement(count - std::min(count, recentPoints), 1);
}

Envelope::Movement Envelope::movement(std::size_t from, std::size_t stride) const
{
    std::array<TrendPoint, slots> backlogs{};
    std::array<TrendPoint, slots> lags{};
    std::size_t count = 0;
    bool lagKnown = true;
    // The newest point always takes part.
    for (std::size_t i = from + (m_points.size() - 1 - from) % stride; i < m_points.size(); i += stride) {
        const Point& one = point(i);
        backlogs[count] = {secondsOf(one.at), static_cast<double>(one.backlog)};
        lags[count++] = {secondsOf(one.at), one.lagMs / 1000.0};
        lagKnown = lagKnown && one.lagMs >= 0;
    }
    Movement made;
    made.backlog = trendOf(std::span(backlogs.data(), count));
    made.count = count;
    made.fromTheFirst = count > 1 && backlogs[1].value > backlogs[0].value;
    made.seconds = count > 0 ? backlogs[count - 1].at - backlogs[0].at : 0;
    if (lagKnown && made.backlog.slope > 0)
        made.lag = trendOf(std::span(lags.data(), count)).slope;
    return made;
}

bool Envelope::believed(const Movement& movement, double arriving, double share) const
{
    if (movement.count < 3)
        return false;
    const auto last = static_cast<double>(point(m_points.size() - 1).backlog);
    // A worker that commits rarely is looked at rarely, and is allowed a weaker proof.
    const bool rare = movement.seconds / static_cast<double>(movement.count - 1) > secondsOf(slotWidth) * 3;
    const double slope = movement.backlog.slope;
    return movement.backlog.z >= (rare ? 2.6 : 3) && slope > arriving * share && last >= arriving * inFlightSeconds &&
           slope * movement.seconds >= 4 * std::sqrt(last + 1) && movement.lag >= leastLagGrowth;
}

/// A burst of a minute is no slow worker: it has to grow for all of the time.
bool Envelope::grewLately(double arriving) const
{
    return m_recent.count == recentPoints && m_recent.fromTheFirst && believed(m_recent, arriving, recentShare);
}

/// The newest point lies below the two before it: a burst that has ended leaves a rise in the window for minutes.
bool Envelope::turned() const
{
    const std::size_t count = m_points.size();
    return count >= 3 && point(count - 1).backlog < std::min(point(count - 2).backlog, point(count - 3).backlog);
}

bool Envelope::grows(double arriving) const
{
    return !falls() && !turned() && (believed(m_long, arriving, longShare) || grewLately(arriving));
}

double Envelope::slope(double arriving) const
{
    return grewLately(arriving) ? m_recent.backlog.slope : m_long.backlog.slope;
}

} // namespace projectionist
