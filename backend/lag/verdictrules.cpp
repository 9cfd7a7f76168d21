// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/lag/verdictrules.h"

#include "backend/core/format.h"

#include <fmt/format.h>

namespace projectionist {

namespace {

constexpr double relevantShare = 0.01; ///< of what arrives; less is the shape of the day, not a slow worker
constexpr Duration believedAbove{60'000};
constexpr Duration quiet{60'000};

std::string rates(const PartitionTrack& track)
{
    return fmt::format("{}/s arrive, {}/s are applied", formatRate(track.inPerSecond()),
                       formatRate(track.outPerSecond()));
}

std::string oldest(const PartitionSample& sample, const EvaluatorSettings& settings)
{
    if (sample.lag.origin == LagOrigin::Unknown || sample.lag.origin == LagOrigin::None)
        return fmt::format(" {} events wait.", formatCount(sample.backlog().value_or(0)));
    const auto limit = settings.objective ? fmt::format(" (objective {})", formatDuration(*settings.objective)) : "";
    return fmt::format(" Oldest waiting event is {} old{}.", formatLag(sample.lag), limit);
}

std::optional<Finding> lossOrRewind(const PartitionSample& sample, const PartitionTrack& track,
                                    const Surroundings& around)
{
    const Offset position = *sample.position();
    if (*sample.lost() > 0 && *sample.head > position)
        return Finding{VerdictKind::LosingEvents,
                       fmt::format("{} stands at offset {}, but the log starts at {}: {} events were deleted before "
                                   "they were applied.",
                                   toString(sample.id), formatNumber(position), formatNumber(*sample.logStart),
                                   formatNumber(*sample.lost()))};
    if (track.rewoundAt(around.at) && !around.pardoned)
        return Finding{VerdictKind::Rewound,
                       fmt::format("{} went back from offset {} and stands at {}; no reset or rebuild is known.",
                                   toString(sample.id), formatNumber(track.mark()), formatNumber(position))};
    return std::nullopt;
}

std::optional<Finding> standstill(const PartitionSample& sample, const PartitionTrack& track,
                                  const Surroundings& around)
{
    const Duration still = track.stoodStill(around.at);
    if (around.rebalancing || *sample.backlog() == 0 || still < around.standstill)
        return std::nullopt;
    const auto where = fmt::format("{} has not moved from offset {} for {}", toString(sample.id),
                                   formatNumber(*sample.position()), formatDuration(still));
    if (around.advancing > 0)
        return Finding{VerdictKind::Blocked, fmt::format("{} while {} other partition{}.{}", where, around.advancing,
                                                         around.advancing == 1 ? " advances" : "s advance",
                                                         oldest(sample, *around.settings))};
    if (around.alive)
        return Finding{VerdictKind::Blocked, fmt::format("{}; the worker is alive, but applies nothing: no partition "
                                                         "advances.{}",
                                                         where, oldest(sample, *around.settings))};
    return Finding{VerdictKind::Stopped, fmt::format("{}, no partition advances, and there is no sign of a living "
                                                     "worker.{}",
                                                     where, oldest(sample, *around.settings))};
}

Finding trend(const PartitionSample& sample, const PartitionTrack& track, const Surroundings& around,
              std::optional<Duration> above)
{
    // A worker that commits in batches is above its objective before every commit; that is its rhythm, not an incident.
    const Duration rhythm = track.medianGap().value_or(Duration(0)) * 2;
    const Duration aboveFor = above.value_or(Duration(0));
    const bool isAbove = above.has_value() && aboveFor >= rhythm;
    const bool shrinks = track.recent().falls() || track.outPerSecond() > track.inPerSecond() * (1 + relevantShare);
    const bool grows =
        track.trend().rises() && !track.recent().falls() && track.trend().slope > track.inPerSecond() * relevantShare;
    const std::string tail = oldest(sample, *around.settings);
    if (isAbove && (shrinks || around.settings->rebuild))
        return {VerdictKind::CatchingUp,
                fmt::format("{} is behind, but the backlog shrinks: {}.{}", toString(sample.id), rates(track), tail)};
    if (grows && !around.settings->rebuild)
        return {VerdictKind::FallingBehind,
                fmt::format("The backlog of {} grows by {} events/s: {}.{}", toString(sample.id),
                            formatRate(track.trend().slope), rates(track), tail)};
    if (isAbove && around.settings->objective && aboveFor >= believedAbove)
        return {VerdictKind::FallingBehind,
                fmt::format("{} has been above its objective for {} and does not shrink: {}.{}", toString(sample.id),
                            formatDuration(aboveFor), rates(track), tail)};
    const auto arrived = track.sinceArrival(around.at);
    if (*sample.backlog() == 0 && (!arrived || *arrived >= quiet) && track.inPerSecond() == 0)
        return {VerdictKind::Idle, fmt::format("{} has nothing to apply, and nothing arrives.", toString(sample.id))};
    return {VerdictKind::Ok, fmt::format("{} keeps up: {}.", toString(sample.id), rates(track))};
}

} // namespace

Finding judge(const PartitionSample& sample, const PartitionTrack& track, const Surroundings& around,
              std::optional<Duration> above)
{
    if (auto found = lossOrRewind(sample, track, around))
        return *found;
    if (auto found = standstill(sample, track, around))
        return *found;
    return trend(sample, track, around, above);
}

std::string ruleOf(VerdictKind kind, Duration standstill)
{
    switch (kind) {
    case VerdictKind::Unknown:
        return "No fresh sample for three intervals, or the source cannot be reached.";
    case VerdictKind::LosingEvents:
        return "The position is below the start of the log.";
    case VerdictKind::Rewound:
        return "The position went back, and not by a rebuild or reset that we know of.";
    case VerdictKind::Blocked:
        return fmt::format("There is a backlog and the position stands still for {} (5 times the usual wait between "
                           "advances, 15 s to 5 min) while the worker lives.",
                           formatDuration(standstill));
    case VerdictKind::Stopped:
        return fmt::format("There is a backlog, nothing advances for {} (5 times the usual wait between advances, 15 s "
                           "to 5 min), and no member or heartbeat shows.",
                           formatDuration(standstill));
    case VerdictKind::FallingBehind:
        return "Over ten minutes the lower envelope of the backlog rises with confidence (Theil-Sen, Mann-Kendall z of "
               "3 "
               "or more, at least 1 % of what arrives), or the lag is above the objective for a minute and does not "
               "shrink.";
    case VerdictKind::CatchingUp:
        return "The lag is above the objective (one minute where none is set) and the backlog shrinks.";
    case VerdictKind::SourceFrozen:
        return "The head does not move for 30 s while the write side has events that wait to be published.";
    case VerdictKind::NotStarted:
        return "The projection has never committed a position.";
    case VerdictKind::Idle:
        return "Nothing waits, and nothing arrived for a minute.";
    case VerdictKind::Ok:
        break;
    }
    return "No other rule applies.";
}

} // namespace projectionist
