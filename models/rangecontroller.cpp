// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/rangecontroller.h"

#include <algorithm>

namespace projectionist {

namespace {

constexpr std::size_t longestPast = 100;

Duration scaled(Duration duration, double factor)
{
    return Duration(static_cast<std::int64_t>(static_cast<double>(duration.count()) * factor));
}

} // namespace

RangeController::RangeController(TimePoint now, QObject* parent) : QObject(parent), m_now(now), m_newest(now) {}

TimePoint RangeController::from() const
{
    return std::min(m_range.from.resolve(m_now), to() - shortestRange);
}

TimePoint RangeController::to() const
{
    return m_range.to.resolve(m_now);
}

void RangeController::setRange(const TimeRange& range)
{
    if (range == m_range)
        return;
    m_past.push_back(m_range);
    if (m_past.size() > longestPast)
        m_past.erase(m_past.begin());
    apply(range);
}

void RangeController::zoomTo(TimePoint from, TimePoint to)
{
    if (to < from)
        std::swap(from, to);
    const Duration missing = shortestRange - (to - from);
    if (missing > Duration(0)) {
        from -= missing / 2;
        to = from + shortestRange;
    }
    setRange(TimeRange::between(from, to));
}

void RangeController::zoomAround(TimePoint centre, double factor)
{
    const Duration length = to() - from();
    const Duration wanted = std::clamp(scaled(length, factor), shortestRange, longestRange);
    if (wanted == length)
        return;
    if (m_range.endsNow()) {
        // A live chart stays live; only its past gets longer or shorter.
        setRange(TimeRange::last(wanted));
        return;
    }
    const double share = static_cast<double>((centre - from()).count()) / static_cast<double>(length.count());
    const TimePoint start = centre - scaled(wanted, share);
    setRange(TimeRange::between(start, start + wanted));
}

void RangeController::zoomBack()
{
    if (m_past.empty())
        return;
    const TimeRange range = m_past.back();
    m_past.pop_back();
    apply(range);
}

void RangeController::setLive(bool live)
{
    if (live == m_live)
        return;
    m_live = live;
    emit liveChanged(live);
    if (live)
        tick(m_newest);
}

void RangeController::setZone(Zone zone)
{
    if (zone == m_zone)
        return;
    m_zone = zone;
    emit zoneChanged();
}

void RangeController::setCrosshair(std::optional<TimePoint> time)
{
    if (time == m_crosshair)
        return;
    m_crosshair = time;
    emit crosshairChanged();
}

void RangeController::tick(TimePoint now)
{
    m_newest = now;
    if (!m_live || now == m_now)
        return;
    m_now = now;
    if (m_range.from.relative || m_range.to.relative)
        emit moved();
}

void RangeController::apply(const TimeRange& range)
{
    m_range = range;
    emit rangeChanged();
}

} // namespace projectionist
