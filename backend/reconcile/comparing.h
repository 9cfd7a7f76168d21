// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/reconcile/keyedrows.h"

#include <functional>

namespace projectionist {

/// How far a comparison is.
struct CheckProgress
{
    std::int64_t expectedRows = 0;
    std::int64_t actualRows = 0;
    std::int64_t estimatedRows = -1; ///< of the larger side, by the server's statistics; -1 = not known
    std::size_t differences = 0;     ///< so far, in flight or not
};
using OnCheckProgress = std::function<void(const CheckProgress&)>;

/// What an engine found in one snapshot of each side: all differences are pending, in the order of their keys.
struct Compared
{
    std::string why;
    std::int64_t expectedRows = 0;
    std::int64_t actualRows = 0;
    bool complete = true;
    std::vector<RowDifference> differences;
};

} // namespace projectionist
