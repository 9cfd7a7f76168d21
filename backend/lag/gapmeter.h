// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/clock.h"

#include <array>
#include <cstdint>
#include <optional>

namespace projectionist {

/// Learns a rhythm from the last nine gaps: between advances, arrivals or heartbeats.
class GapMeter
{
public:
    void note(Duration gap);
    /// nullopt before the third gap: two are no rhythm.
    [[nodiscard]] std::optional<Duration> median() const
    {
        return m_count >= 3 ? std::optional(Duration(m_median)) : std::nullopt;
    }
    /// Of the gaps that are remembered; 0 before the first.
    [[nodiscard]] Duration longest() const { return Duration(m_longest); }

private:
    std::array<std::int32_t, 9> m_gaps{}; ///< ms, a ring
    std::int32_t m_median = 0;
    std::int32_t m_longest = 0;
    std::uint32_t m_count = 0;
};

} // namespace projectionist
