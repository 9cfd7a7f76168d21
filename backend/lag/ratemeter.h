// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/clock.h"
#include "backend/core/position.h"

#include <array>
#include <cstddef>

namespace projectionist {

/// Events per second that arrive at, are applied from, and are deleted from one partition.
class RateMeter
{
public:
    /// `window`: over which rates are taken; older points are kept when there are none that young.
    void take(Offset position, Offset head, Offset logStart, Duration at, Duration window);
    [[nodiscard]] double in() const { return m_in; }
    [[nodiscard]] double out() const { return m_out; }
    /// Retention deletes whole segments, so this is over a quarter of an hour or more; 0 in the first minute.
    [[nodiscard]] double deleted() const { return m_deleted; }
    /// The backlog fell over the window by more than chance explains (three standard deviations of what arrived).
    [[nodiscard]] bool drains() const { return m_drains; }

private:
    struct Anchor
    {
        Offset position = 0;
        Offset head = 0;
        Duration at{0};
    };
    struct Retention
    {
        Offset logStart = 0;
        Duration at{-1};
    };
    [[nodiscard]] const Anchor& anchor(std::size_t index) const
    {
        return m_anchors[(m_first + index) % m_anchors.size()];
    }
    void measureRetention(Offset logStart, Duration at);

    std::array<Anchor, 12> m_anchors{}; ///< a ring, oldest at m_first
    std::size_t m_first = 0;
    std::size_t m_count = 0;
    Retention m_before, m_since; ///< one at least a quarter of an hour old, as soon as there is
    double m_in = 0, m_out = 0, m_deleted = 0;
    bool m_drains = false;
};

} // namespace projectionist
