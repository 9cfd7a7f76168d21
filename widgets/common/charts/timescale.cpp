// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/charts/timescale.h"

#include <algorithm>

namespace projectionist {

TimeScale timeScale(TimePoint from, TimePoint to, int columns)
{
    const std::int64_t start = from.time_since_epoch().count();
    return {start, std::max(start + 1, to.time_since_epoch().count()), std::max(columns, 1)};
}

} // namespace projectionist
