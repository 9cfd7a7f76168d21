// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/reconcile/comparing.h"

namespace projectionist {

/// Streams both sides in the order of their keys and merges them here: any two databases, memory for a row of each and
/// the differences. Ends at `most` differences.
[[nodiscard]] Result<Compared> compareStreams(const ComparisonPlan& plan, const SideReader& expected,
                                              const SideReader& actual, std::size_t most,
                                              const OnCheckProgress& progress);

} // namespace projectionist
