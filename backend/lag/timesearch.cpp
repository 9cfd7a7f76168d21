// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/lag/timesearch.h"

#include <algorithm>
#include <unordered_set>

namespace projectionist {

using namespace std::chrono_literals;

namespace {

/// Inside a bracket: where the offset would be if events came evenly, or the middle if that did not halve it last time.
TimePoint between(const TimeProbe& low, const TimeProbe& high, Offset offset, bool halve)
{
    const Duration width = high.time - low.time;
    if (halve || high.offset - low.offset < 4)
        return low.time + width / 2;
    const double share =
        (static_cast<double>(offset - low.offset) + 0.5) / static_cast<double>(high.offset - low.offset);
    const auto step = std::chrono::duration_cast<Duration>(share * std::chrono::duration<double, std::milli>(width));
    return low.time + std::clamp<Duration>(step, 1ms, width - 1ms);
}

} // namespace

std::optional<TimePoint> TimeSearch::nextProbe(LagCandidate& candidate, TimePoint now) const
{
    const auto known = candidate.times->bracket(candidate.offset);
    if (known.low && known.high) {
        const Duration width = known.high->time - known.low->time;
        if (width <= 1ms)
            return std::nullopt;
        const bool halve = candidate.width != Duration::max() && width > candidate.width / 2;
        candidate.width = width;
        return between(*known.low, *known.high, candidate.offset, halve);
    }
    if (known.low) {
        if (known.low->time > now) // a record from the future: the index cannot tell what came after it
            return std::nullopt;
        return std::max(now, known.low->time) + 1ms;
    }
    if (!known.high)
        return now - 1min;
    // Gallop into the past. No event is older than the epoch, so f(0) is the log start and needs no look-up.
    const Duration age = std::max<Duration>(now - known.high->time, 1min);
    return std::max(now - 8 * age, TimePoint{});
}

std::vector<TimeQuery> TimeSearch::nextQueries(std::size_t atMost)
{
    m_asked.clear();
    m_times.clear();
    std::vector<TimeQuery> queries;
    std::unordered_set<const PartitionTimes*> inRound;
    const PartitionTimes::Moment moment{m_clock.now(), m_clock.monotonic()};
    for (LagCandidate& candidate : m_candidates) {
        if (queries.size() == atMost)
            break;
        if (candidate.done || inRound.contains(candidate.times))
            continue;
        candidate.done = candidate.times->estimate(candidate.offset, moment, candidate.motion).settled;
        auto time = candidate.done ? std::nullopt : nextProbe(candidate, moment.now);
        if (time == TimePoint{}) {
            candidate.times->learnProbe(TimePoint{}, Offset{0}, m_limits);
            time = nextProbe(candidate, moment.now);
        }
        candidate.done = !time;
        if (!time)
            continue;
        inRound.insert(candidate.times);
        queries.push_back({*candidate.id, *time});
        m_asked.push_back(&candidate);
        m_times.push_back(*time);
    }
    return queries;
}

std::optional<Error> TimeSearch::learn(std::span<const TimeAnswer> answers)
{
    std::optional<Error> error;
    for (std::size_t i = 0; i < m_asked.size(); ++i) {
        LagCandidate& candidate = *m_asked[i];
        if (i < answers.size() && !answers[i].error) {
            candidate.times->learnProbe(m_times[i], answers[i].offset, m_limits);
            continue;
        }
        candidate.done = true;
        *candidate.notBefore = m_clock.monotonic() + 10s;
        if (i < answers.size())
            error = answers[i].error;
    }
    return error;
}

} // namespace projectionist
