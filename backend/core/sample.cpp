// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/core/sample.h"

#include <algorithm>

namespace projectionist {

std::optional<Offset> PartitionSample::backlog() const
{
    const auto at = position();
    if (!at || !head)
        return std::nullopt;
    return std::max<Offset>(0, *head - std::max(*at, logStart.value_or(0)));
}

std::optional<Offset> PartitionSample::lost() const
{
    const auto at = position();
    if (!at || !logStart)
        return std::nullopt;
    return std::max<Offset>(0, *logStart - *at);
}

} // namespace projectionist
