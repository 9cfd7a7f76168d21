// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/lag/partitiontimes.h"

#include <algorithm>

namespace projectionist {

using namespace std::chrono_literals;

namespace {

/// A narrow interval is as good as the exact time while the position moves: the figure is old when it is drawn.
Duration tolerance(Duration lag)
{
    return std::clamp<Duration>(lag / 500, 20ms, 5s);
}

TimeLag lagOf(Duration value, LagOrigin origin)
{
    return {std::max<Duration>(value, 0ms), origin};
}

template<typename T>
T interpolate(T from, T to, double share)
{
    return from + std::chrono::duration_cast<Duration>(share * std::chrono::duration<double, std::milli>(to - from));
}

} // namespace

std::optional<TimePoint> PartitionTimes::Bracket::exact() const
{
    if (low && high && high->time - low->time <= 1ms)
        return low->time;
    return std::nullopt;
}

void PartitionTimes::forget()
{
    m_probes.clear();
    m_heads.clear();
    m_records.clear();
    m_exact.clear();
    m_asked.clear();
    m_askedBefore.clear();
}

bool PartitionTimes::seeHead(Offset newHead, Duration monotonic, const Limits& limits)
{
    const bool backwards = !m_heads.empty() && newHead < m_heads.back().head;
    if (backwards)
        forget();
    m_askedBefore.swap(m_asked);
    m_asked.clear();
    std::sort(m_askedBefore.begin(), m_askedBefore.end());
    std::erase_if(m_exact, [this](const auto& exact) {
        return !std::binary_search(m_askedBefore.begin(), m_askedBefore.end(), exact.first);
    });
    if (!m_heads.empty() && m_heads.back().head == newHead) {
        m_heads.back().last = monotonic;
        return true;
    }
    m_heads.push_back({newHead, monotonic, monotonic});
    if (m_heads.size() > limits.heads)
        m_heads.erase(m_heads.begin(), m_heads.end() - static_cast<std::ptrdiff_t>(limits.heads));
    return !backwards;
}

void PartitionTimes::learnProbe(TimePoint time, std::optional<Offset> answer, const Limits& limits)
{
    // An open answer says nothing of events to come: only those below the head of then are older.
    const TimeProbe probe{time, answer.value_or(head()), !answer, ++m_uses};
    const auto at = std::lower_bound(m_probes.begin(), m_probes.end(), time,
                                     [](const TimeProbe& known, TimePoint t) { return known.time < t; });
    if (at != m_probes.end() && at->time == time)
        *at = probe;
    else
        m_probes.insert(at, probe);
    if (m_probes.size() > limits.probes)
        m_probes.erase(std::min_element(m_probes.begin(), m_probes.end(),
                                        [](const auto& a, const auto& b) { return a.used < b.used; }));
}

void PartitionTimes::learnRecord(Offset asked, std::optional<TimePoint> time, Duration monotonic, const Limits& limits)
{
    const auto at = std::lower_bound(m_records.begin(), m_records.end(), asked,
                                     [](const KnownRecord& known, Offset offset) { return known.offset < offset; });
    KnownRecord record{asked, time, monotonic, std::nullopt};
    // Reading may just have been slow. If the index agrees that nothing younger follows, there really is no event.
    if (const Bracket known = bracket(asked); !time && known.high && known.high->open)
        record.emptyUpTo = head();
    if (at != m_records.end() && at->offset == asked)
        *at = record;
    else
        m_records.insert(at, record);
    if (m_records.size() >
        limits.records) // Positions go up: the lowest offset is the one least likely to be asked for.
        m_records.erase(m_records.begin());
}

PartitionTimes::Bracket PartitionTimes::bracket(Offset offset)
{
    TimeProbe* low = nullptr;
    TimeProbe* high = nullptr;
    for (TimeProbe& probe : m_probes) {
        if (probe.offset > offset) {
            high = high ? high : &probe;
        } else if (!probe.open) {
            low = &probe;
        }
    }
    ++m_uses;
    Bracket bracket;
    if (low) {
        low->used = m_uses;
        bracket.low = *low;
    }
    // Producers' clocks may differ so much that the log was rewritten in time; then the younger knowledge counts.
    if (high && (!low || high->time > low->time)) {
        high->used = m_uses;
        bracket.high = *high;
    }
    return bracket;
}

Offset PartitionTimes::skipUnreadable(Offset offset) const
{
    for (const KnownRecord& record : m_records) {
        if (record.offset == offset)
            return record.emptyUpTo.value_or(offset);
    }
    return offset;
}

std::optional<TimeLag> PartitionTimes::byRecord(Offset offset, TimePoint now) const
{
    for (const KnownRecord& record : m_records) {
        if (record.offset == offset && record.time && *record.time <= now)
            return lagOf(now - *record.time, LagOrigin::Exact);
    }
    return std::nullopt;
}

std::optional<TimeLag> PartitionTimes::betweenRecords(Offset offset, TimePoint now) const
{
    const KnownRecord* before = nullptr;
    for (const KnownRecord& after : m_records) {
        if (!after.time || *after.time > now)
            continue;
        if (after.offset <= offset) {
            before = &after;
            continue;
        }
        if (!before || *after.time < *before->time)
            return std::nullopt;
        const double share =
            static_cast<double>(offset - before->offset) / static_cast<double>(after.offset - before->offset);
        const TimePoint time = interpolate(*before->time, *after.time, share);
        if (*after.time - *before->time > 10 * tolerance(now - time))
            return std::nullopt;
        return lagOf(now - time, LagOrigin::Between);
    }
    return std::nullopt;
}

std::optional<TimeLag> PartitionTimes::byArrival(Offset offset, Duration monotonic) const
{
    const auto after = std::upper_bound(m_heads.begin(), m_heads.end(), offset,
                                        [](Offset q, const SeenHead& seen) { return q < seen.head; });
    if (after == m_heads.begin() || after == m_heads.end())
        return std::nullopt;
    const auto before = std::prev(after);
    const Duration width = after->first - before->last;
    const double share =
        (static_cast<double>(offset - before->head) + 0.5) / static_cast<double>(after->head - before->head);
    const Duration lag = monotonic - interpolate(before->last, after->first, share);
    if (width > std::max<Duration>(3s, lag / 10))
        return std::nullopt;
    return lagOf(lag, LagOrigin::Between);
}

TimeLag PartitionTimes::loose(const Bracket& known, Offset offset, Moment moment) const
{
    const auto after = std::upper_bound(m_heads.begin(), m_heads.end(), offset,
                                        [](Offset q, const SeenHead& seen) { return q < seen.head; });
    const Duration waited = after == m_heads.end() ? 0ms : moment.monotonic - after->first;
    if (known.high && moment.now - known.high->time >= std::max<Duration>(waited, 1ms))
        return lagOf(moment.now - known.high->time, LagOrigin::AtLeast);
    if (known.low && known.low->time <= moment.now && known.low->time.time_since_epoch() > 0ms)
        return lagOf(moment.now - known.low->time, LagOrigin::AtMost);
    if (after != m_heads.end())
        return lagOf(waited, LagOrigin::AtLeast);
    return {};
}

std::optional<TimePoint> PartitionTimes::exactTime(Offset offset, const Bracket& known)
{
    const auto at = std::lower_bound(m_exact.begin(), m_exact.end(), std::pair(offset, TimePoint::min()));
    if (at != m_exact.end() && at->first == offset)
        return at->second;
    const auto time = known.exact();
    if (time) // Many groups on one partition would push the anchors of each other out.
        m_exact.insert(at, {offset, *time});
    return time;
}

PartitionTimes::Estimate PartitionTimes::estimate(Offset offset, Moment moment, Motion motion)
{
    if (const auto lag = byRecord(offset, moment.now))
        return {*lag, true};
    const Bracket known = bracket(offset);
    if (const auto time = exactTime(offset, known); time && *time <= moment.now)
        return {lagOf(moment.now - *time, LagOrigin::Exact), true};
    if (const auto lag = byArrival(offset, moment.monotonic))
        return {*lag, motion != Motion::Stands};
    if (known.low && known.high && known.low->time <= moment.now) {
        const Duration width = known.high->time - known.low->time;
        const Duration lag = moment.now - (known.low->time + width / 2);
        if (width <= tolerance(lag))
            return {lagOf(lag, LagOrigin::Between), motion == Motion::Moves};
    }
    if (const auto lag = betweenRecords(offset, moment.now))
        return {*lag, motion == Motion::Moves};
    return {loose(known, offset, moment), false};
}

bool PartitionTimes::worthReading(Offset offset, Moment moment)
{
    const Bracket known = bracket(offset);
    const bool future = known.low && known.low->time > moment.now;
    return (future || (known.exact() && known.low->offset < offset)) && !hasRecord(offset, moment.monotonic);
}

bool PartitionTimes::hasRecord(Offset offset, Duration monotonic) const
{
    return std::any_of(m_records.begin(), m_records.end(), [&](const KnownRecord& record) {
        return record.offset == offset && (record.time || record.emptyUpTo || monotonic - record.readAt < 10s);
    });
}

PartitionTimes::Motion PartitionTimes::motion(Offset offset) const
{
    if (m_askedBefore.empty())
        return Motion::New;
    const bool before = std::binary_search(m_askedBefore.begin(), m_askedBefore.end(), offset);
    return before ? Motion::Stands : Motion::Moves;
}

} // namespace projectionist
