// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/reconcile/enginechoice.h"

#include "backend/reconcile/hashedbuckets.h"
#include "backend/reconcile/samedatabase.h"
#include "backend/reconcile/steadycomparison.h"

#include <fmt/format.h>

namespace projectionist {

namespace {

Result<Compared> compareDerived(const CheckSides& sides, bool together, std::size_t most, CheckPace& pace,
                                CheckEngine& engine)
{
    const bool order = sides.kind == CheckKind::Order;
    engine = order ? CheckEngine::OneStream : CheckEngine::TwoStreams;
    const auto expected = sides.expectedSide();
    const auto actual = sides.actualSide();
    StreamComparison comparison(sides.plan, expected, actual, most, pace);
    auto compared = compareSteadily(comparison, sides, together, pace);
    if (compared)
        compared->why = order ? "the store puts the versions of each key in order and tells what is wrong with them"
                              : "each store makes its own groups, which are merged here";
    return compared;
}

Result<Compared> compareStores(const CheckSides& sides, bool together, const std::string& obstacle, std::size_t most,
                               const Clock& clock, CheckPace& pace, CheckEngine& engine)
{
    const auto expected = sides.expectedSide();
    const auto actual = sides.actualSide();
    const auto probe = probeStores(sides.plan, expected, actual, clock);
    if (!probe)
        return tl::unexpected(probe.error());
    std::unique_ptr<Comparison> comparison;
    engine = probe->hash ? CheckEngine::HashedBuckets : CheckEngine::TwoStreams;
    if (probe->hash)
        comparison = std::make_unique<BucketComparison>(sides.plan, expected, actual, most, pace);
    else
        comparison = std::make_unique<StreamComparison>(sides.plan, expected, actual, most, pace);
    auto compared = compareSteadily(*comparison, sides, together, pace);
    if (compared)
        compared->why = fmt::format("{}{}, so {}", obstacle, probe->why.empty() ? "" : ", and " + probe->why,
                                    probe->hash ? "each store hashes its own rows; " + compared->why
                                                : "both are streamed in the order of their keys and merged here");
    return compared;
}

} // namespace

Result<Compared> compareSides(const CheckSides& sides, std::size_t most, const Clock& clock, CheckPace& pace,
                              CheckEngine& engine)
{
    auto obstacle = obstacleToOneSnapshot(sides);
    const bool together = obstacle && !*obstacle;
    if (together) {
        // So that nothing is in flight between two readings.
        if (const auto begun = sides.shareSnapshot(); !begun)
            return tl::unexpected(begun.error());
        if (!sides.isDerived())
            obstacle = obstacleToJoin(sides.plan, sides.expectedSide(), sides.actualSide());
    }
    if (!obstacle)
        return tl::unexpected(obstacle.error());
    if (sides.isDerived())
        return compareDerived(sides, together, most, pace, engine);
    if (*obstacle)
        return compareStores(sides, together, **obstacle, most, clock, pace, engine);
    engine = CheckEngine::SameDatabase;
    JoinComparison comparison(sides.plan, sides.expected, sides.actual, {*sides.actualReader, *sides.expectedReader},
                              most, pace);
    return compareSteadily(comparison, sides, together, pace);
}

} // namespace projectionist
