// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/sample.h"
#include "backend/lag/slope.h"

#include <vector>

namespace projectionist {

/// The lower envelope of a partition's backlog over about eight minutes. Only the backlog right after an advance
/// counts: that is what is really left, and in between it is the saw tooth of the commit interval.
class Envelope
{
public:
    /// `phase` spreads the cost of many envelopes that began together.
    explicit Envelope(Duration phase = Duration(0)) : m_phase(phase) {}
    /// `advanced`: the position moved with this sample, or there is no backlog.
    void take(Offset backlog, const TimeLag& lag, bool advanced, Duration at);

    /// Grows with confidence, by a share of `arriving` (events per second) that matters and more than chance explains;
    /// in lag as well, where that is known: with a rising load a worker that keeps up has more in flight, but not
    /// older.
    [[nodiscard]] bool grows(double arriving) const;
    [[nodiscard]] bool falls() const { return m_recent.backlog.falls(); }
    /// Events per second, of the movement that grows() is about.
    [[nodiscard]] double slope(double arriving) const;

private:
    struct Point
    {
        Duration at{0};
        Offset backlog = 0;
        std::int32_t lagMs = -1; ///< -1: not known
    };
    struct Movement
    {
        Trend backlog;
        double lag = 1;     ///< seconds per second; 1 when not known
        double seconds = 0; ///< first to last
        std::size_t count = 0;
        bool fromTheFirst = false; ///< the first step went up
    };
    [[nodiscard]] const Point& point(std::size_t index) const { return m_points[(m_first + index) % m_points.size()]; }
    [[nodiscard]] Movement movement(std::size_t from, std::size_t stride) const;
    [[nodiscard]] bool believed(const Movement& movement, double arriving, double share) const;
    [[nodiscard]] bool turned() const;
    [[nodiscard]] bool grewLately(double arriving) const;
    void close(Duration at);

    std::vector<Point> m_points; ///< a ring once full, oldest at m_first
    std::size_t m_first = 0;
    std::size_t m_behind = 0; ///< points with a backlog
    Point m_lowest;           ///< of the slot in progress
    bool m_open = false;
    bool m_began = false;
    Duration m_slotBegan{0};
    Duration m_phase;
    Movement m_long, m_recent;
};

} // namespace projectionist
