// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/timerange.h"

#include <optional>
#include <QObject>
#include <vector>

namespace projectionist {

/// The one time range, crosshair and zone that all charts and tables of a window share. Zooming is a stack.
class RangeController final : public QObject
{
    Q_OBJECT
public:
    explicit RangeController(TimePoint now, QObject* parent = nullptr);

    [[nodiscard]] const TimeRange& range() const { return m_range; }
    /// The range at this moment, or at the moment of the pause. from < to, always.
    [[nodiscard]] TimePoint from() const;
    [[nodiscard]] TimePoint to() const;
    [[nodiscard]] TimePoint now() const { return m_now; }
    [[nodiscard]] bool isLive() const { return m_live; }
    [[nodiscard]] Zone zone() const { return m_zone; }
    [[nodiscard]] const std::optional<TimePoint>& crosshair() const { return m_crosshair; }
    [[nodiscard]] bool canZoomBack() const { return !m_past.empty(); }

    /// Chosen or typed; zoomBack() returns to the former one.
    void setRange(const TimeRange& range);
    /// By dragging; too short a range is widened to shortestRange.
    void zoomTo(TimePoint from, TimePoint to);
    /// By the wheel: factor > 1 widens; the instant under the pointer stays where it is.
    void zoomAround(TimePoint centre, double factor);
    void zoomBack(); ///< Ctrl+Z
    void setLive(bool live);
    void setZone(Zone zone);
    void setCrosshair(std::optional<TimePoint> time);
    /// Time goes on; ignored while paused. Called by LiveFeed::ticked.
    void tick(TimePoint now);

signals:
    void rangeChanged(); ///< another range: data must be read
    void moved();        ///< the same range, later: charts scroll
    void crosshairChanged();
    void liveChanged(bool live);
    void zoneChanged();

private:
    void apply(const TimeRange& range);

    TimeRange m_range;
    std::vector<TimeRange> m_past;
    TimePoint m_now;
    TimePoint m_newest; ///< last tick, also while paused
    std::optional<TimePoint> m_crosshair;
    bool m_live = true;
    Zone m_zone = Zone::Utc;
};

} // namespace projectionist
