// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/clock.h"

namespace projectionist {

/// A day of trade pressed into an hour: quiet at night, peaks before noon and in the evening. A factor for the mean
/// rate, 0.35 to 1.65, with a mean of exactly 1 over each full hour. A pure function of the time, so that every process
/// knows the arrival rate without asking.
[[nodiscard]] double dayShape(TimePoint at);

/// Hands out whole events at a rate, no more than a second's worth at once: after a pause nothing is made up for.
class Pace
{
public:
    /// How many events are due since the last call; the fraction is carried over.
    [[nodiscard]] std::size_t due(double perSecond, Duration monotonic);
    /// Gives back what was not used, as far as a second's worth holds.
    void giveBack(std::size_t events) { m_credit += static_cast<double>(events); }

private:
    double m_credit = 0;
    Duration m_last{-1};
};

} // namespace projectionist
