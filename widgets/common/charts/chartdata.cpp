// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/charts/chartdata.h"

#include "backend/core/format.h"
#include "models/text.h"

#include <cmath>

namespace projectionist {

QString valueText(double value, ChartUnit unit)
{
    if (!std::isfinite(value))
        return QStringLiteral("\u2014");
    switch (unit) {
    case ChartUnit::Time:
        return toQString(formatDuration(Duration(std::llround(value))));
    case ChartUnit::Rate:
        return toQString(formatRate(value)) + QStringLiteral("\u00a0/s");
    case ChartUnit::Count:
        break;
    }
    return toQString(formatCount(std::llround(value)));
}

} // namespace projectionist
