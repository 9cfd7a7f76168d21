// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/zone.h"
#include "widgets/common/charts/chartdata.h"
#include "widgets/common/charts/timescale.h"

namespace projectionist {

struct AxisTick
{
    double at = 0; ///< value, or milliseconds since 1970
    QString label;
};

/// Ticks at round times of the zone, far enough apart for labels of `labelWidth` pixels. Labels that would reach over
/// the right edge by more than `overhang` are left out.
[[nodiscard]] std::vector<AxisTick> timeTicks(const TimeScale& scale, Zone zone, double labelWidth, double overhang);

/// From 0 to `upper` in round steps of one unit: "0, 1 m, 2 m", never "1 m 30 s".
[[nodiscard]] std::vector<AxisTick> valueTicks(double upper, ChartUnit unit, int most);

/// The round number at which an axis ends that has to show `highest`. It grows at once but shrinks only when half of it
/// would do, so that the axis does not jump to and fro.
[[nodiscard]] double axisEnd(double highest, double current, ChartUnit unit);

} // namespace projectionist
