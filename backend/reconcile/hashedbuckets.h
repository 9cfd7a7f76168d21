// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/clock.h"
#include "backend/reconcile/comparing.h"

namespace projectionist {

/// Which of the two ways to compare two databases is cheaper here.
struct StoresProbe
{
    bool hash = false;
    std::string why; ///< a part of a sentence, with what was measured
};

/// Reads and hashes some rows of each side, which takes a moment. Small tables are not worth that.
[[nodiscard]] Result<StoresProbe> probeStores(const ComparisonPlan& plan, const SideReader& expected,
                                              const SideReader& actual, const Clock& clock);

/// Lets each database sum up hashes of its rows in 4096 buckets by key, both at the same time, and streams only the
/// rows of buckets that are not alike: little goes over the network. Rows that read alike have the same hash, so that
/// no difference is missed but with a probability of 2^-64 a bucket, and none is made up. Ends at `most` differences.
[[nodiscard]] Result<Compared> compareBuckets(const ComparisonPlan& plan, const SideReader& expected,
                                              const SideReader& actual, std::size_t most,
                                              const OnCheckProgress& progress);

} // namespace projectionist
