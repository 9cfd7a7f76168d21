// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/lag/verdictrules.h"

#include "backend/core/format.h"

#include <algorithm>
#include <fmt/format.h>

namespace projectionist {

namespace {

constexpr Duration impliedObjective{60'000};
constexpr Duration believedAbove{60'000};
constexpr Duration aheadBelieved{15'000};
constexpr Duration unlearned{90'000};
constexpr Duration unlearnedYoung{150'000}; ///< a worker that commits every two minutes leaves nothing older than this
constexpr Duration newcomer{20'000};        ///< a partition of which nothing is learned, among others that advance
constexpr Duration leftAlone{60'000};

bool measured(const TimeLag& lag)
{
    return lag.origin == LagOrigin::Exact || lag.origin == LagOrigin::Between || lag.origin == LagOrigin::AtLeast;
}

std::string rates(const PartitionTrack& track)
{
    return fmt::format("{}/s arrive, {}/s are applied", formatRate(track.rates().in()),
                       formatRate(track.rates().out()));
}

std::string oldest(const PartitionSample& sample, const EvaluatorSettings& settings)
{
    if (sample.lag.origin == LagOrigin::Unknown || sample.lag.origin == LagOrigin::None)
        return fmt::format(" {} events wait.", formatCount(sample.backlog().value_or(0)));
    const auto limit = settings.objective ? fmt::format(" (objective {})", formatDuration(*settings.objective)) : "";
    return fmt::format(" Oldest waiting event is {} old{}.", formatLag(sample.lag), limit);
}

std::optional<Finding> leftOrAhead(const PartitionSample& sample, const PartitionTrack& track, const Standing& standing,
                                   const Surroundings& around)
{
    if (isAbandoned(standing.tenure, track, around))
        return Finding{
            VerdictKind::Idle,
            fmt::format("The group lives but no longer reads {}: its members have other topics. {} events are "
                        "left there and count as no lag.",
                        sample.id.topic, formatCount(*sample.backlog()))};
    if (standing.ahead >= aheadBelieved)
        return Finding{VerdictKind::Unknown,
                       fmt::format("The position {} of {} is above the head {}: the topic was recreated, or the "
                                   "checkpoint belongs to another cluster. Lag cannot be known.",
                                   formatNumber(*sample.position()), toString(sample.id), formatNumber(*sample.head))};
    return std::nullopt;
}

std::optional<Finding> loss(const PartitionSample& sample)
{
    if (*sample.lost() == 0 || *sample.head <= *sample.position())
        return std::nullopt;
    return Finding{VerdictKind::LosingEvents,
                   fmt::format("{} stands at offset {}, but the log starts at {}: {} events were deleted before "
                               "they were applied.",
                               toString(sample.id), formatNumber(*sample.position()), formatNumber(*sample.logStart),
                               formatNumber(*sample.lost()))};
}

/// How long this partition may stand before it is called standing.
Duration patience(const PartitionSample& sample, const PartitionTrack& track, const Surroundings& around)
{
    // A partition that is slower by nature than its siblings gets its own time.
    if (const auto gap = track.gaps().median())
        return std::clamp(std::max(around.learned ? around.standstill : Duration(0), *gap * 5), shortestStandstill,
                          longestStandstill);
    if (around.learned)
        return std::max(around.standstill, newcomer);
    const bool young = measured(sample.lag) && sample.lag.value < unlearnedYoung;
    return std::min(std::max(young ? unlearnedYoung : unlearned, track.gaps().longest() * 2), longestStandstill);
}

/// It stands still for long enough to be called standing. After a standstill of all, partitions do not all move at
/// once.
bool isOutOfPatience(const PartitionSample& sample, const PartitionTrack& track, const Standing& standing,
                     const Surroundings& around)
{
    const Duration still = track.stoodStill(around.at);
    const Duration limit = patience(sample, track, around);
    return standing.resumed ? std::min(still, *standing.resumed) >= std::max(limit, newcomer) : still >= limit;
}

/// Nobody is there, and that is known: no need to wait for what the worker's rhythm would be.
bool isDead(const PartitionSample& sample, const Surroundings& around)
{
    const bool longWaited = !measured(sample.lag) || sample.lag.value > longestStandstill;
    return around.life.deadFor >= shortestStandstill && !around.moving && (!around.life.byOldMark || longWaited);
}

std::optional<Finding> standstill(const PartitionSample& sample, const PartitionTrack& track, const Standing& standing,
                                  const Surroundings& around)
{
    const Duration still = track.stoodStill(around.at);
    if (around.rebalancing || *sample.backlog() == 0 || still < shortestStandstill)
        return std::nullopt;
    const bool dead = isDead(sample, around);
    if (!dead && !isOutOfPatience(sample, track, standing, around))
        return std::nullopt;
    const auto where = fmt::format("{} has not moved from offset {} for {}", toString(sample.id),
                                   formatNumber(*sample.position()), formatDuration(still));
    const auto tail = oldest(sample, *around.settings);
    if (!dead && around.advancing > 0) {
        const auto others = fmt::format("while {} other partition{}", around.advancing,
                                        around.advancing == 1 ? " advances" : "s advance");
        if (standing.tenure == Tenure::Vacant)
            return Finding{VerdictKind::Stopped,
                           fmt::format("{} {}: no member of the group has this partition.{}", where, others, tail)};
        return Finding{VerdictKind::Blocked, fmt::format("{} {}.{}", where, others, tail)};
    }
    const std::string words = around.life.words.empty() ? "" : " (" + around.life.words + ")";
    if (!dead && around.life.alive)
        return Finding{VerdictKind::Blocked,
                       fmt::format("{}; the worker is alive, but applies nothing{}: no partition advances.{}", where,
                                   words, tail)};
    return Finding{
        VerdictKind::Stopped,
        fmt::format("{}, no partition advances, and there is no sign of a living worker{}.{}", where, words, tail)};
}

std::optional<Finding> rewind(const PartitionSample& sample, const PartitionTrack& track, const Surroundings& around)
{
    if (track.mark() < 0 || around.pardoned)
        return std::nullopt;
    return Finding{VerdictKind::Rewound,
                   fmt::format("{} went back from offset {} and stands at {}; no reset or rebuild is known.",
                               toString(sample.id), formatNumber(track.mark()), formatNumber(*sample.position()))};
}

/// Above the objective, and neither a trend nor a standstill is proven.
std::string doubtful(const PartitionSample& sample, const PartitionTrack& track, const Doubt& doubt, Duration at)
{
    const auto id = toString(sample.id);
    const bool moves = track.advancedSince(doubt.since);
    if (!moves && doubt.stood)
        return fmt::format(
            "{} has not moved from offset {} yet; it is given time, since the group rebalances or others "
            "have just begun to move again.",
            id, formatNumber(*sample.position()));
    if (!moves && at - track.bornAt() >= doubt.proof)
        return fmt::format("{} has not moved from offset {} since it is watched; whether it stands still or only waits "
                           "is not known yet.",
                           id, formatNumber(*sample.position()));
    if (doubt.stood)
        return fmt::format("{} moves again after it stood still; whether the backlog shrinks shows soon.", id);
    return fmt::format("{} is above the objective; whether it shrinks shows with the next samples.", id);
}

std::optional<Finding> behind(const PartitionSample& sample, const PartitionTrack& track, const Standing& standing,
                              const Surroundings& around)
{
    const EvaluatorSettings& settings = *around.settings;
    // A worker that commits in batches is above its objective before every commit; that is its rhythm, not an incident.
    const Duration rhythm = track.gaps().median().value_or(Duration(0)) * 2;
    const Duration aboveFor = standing.above.value_or(Duration(0));
    const bool above = standing.above && aboveFor >= rhythm;
    const std::string tail = oldest(sample, settings);
    if (above && (track.shrinks() || settings.rebuild))
        return Finding{VerdictKind::CatchingUp,
                       fmt::format("{} is behind, but {}: {}.{}", toString(sample.id),
                                   track.shrinks() ? "the backlog shrinks" : "this is a rebuild", rates(track), tail)};
    if (standing.doubt && !standing.doubt->resolved)
        return Finding{VerdictKind::CatchingUp, doubtful(sample, track, *standing.doubt, around.at) + tail};
    if (track.grows() && !settings.rebuild)
        return Finding{VerdictKind::FallingBehind,
                       fmt::format("The backlog of {} grows by {} events/s: {}.{}", toString(sample.id),
                                   formatRate(track.growth()), rates(track), tail)};
    if (!above || !settings.objective)
        return std::nullopt;
    if (standing.doubt || aboveFor >= believedAbove)
        return Finding{VerdictKind::FallingBehind,
                       fmt::format("{} has been above the objective for {} and does not shrink: {}.{}",
                                   toString(sample.id), formatDuration(aboveFor), rates(track), tail)};
    return std::nullopt;
}

Finding well(const PartitionSample& sample, const PartitionTrack& track, const Surroundings& around)
{
    const Offset hidden = sample.end ? *sample.end - *sample.head : 0;
    if (hidden > 0)
        return {VerdictKind::Ok, fmt::format("{} keeps up: {}. {} events cannot be read yet: a transaction is open.",
                                             toString(sample.id), rates(track), formatCount(hidden))};
    if (*sample.backlog() == 0 && track.quiet(around.at))
        return {VerdictKind::Idle, fmt::format("{} has nothing to apply, and nothing arrives.", toString(sample.id))};
    return {VerdictKind::Ok, fmt::format("{} keeps up: {}.", toString(sample.id), rates(track))};
}

} // namespace

Duration limitOf(const EvaluatorSettings& settings)
{
    return settings.objective.value_or(impliedObjective);
}

Duration unlearnedStandstill()
{
    return unlearned;
}

bool isAbandoned(Tenure tenure, const PartitionTrack& track, const Surroundings& around)
{
    return tenure == Tenure::Abandoned && !around.rebalancing &&
           !track.advancedWithin(std::max(around.standstill, leftAlone), around.at);
}

Finding judge(const PartitionSample& sample, const PartitionTrack& track, const Standing& standing,
              const Surroundings& around)
{
    if (auto found = leftOrAhead(sample, track, standing, around))
        return *std::move(found);
    if (auto found = loss(sample))
        return *std::move(found);
    if (auto found = standstill(sample, track, standing, around))
        return *std::move(found);
    if (auto found = rewind(sample, track, around))
        return *std::move(found);
    if (auto found = behind(sample, track, standing, around))
        return *std::move(found);
    return well(sample, track, around);
}

} // namespace projectionist
