// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/lag/partitiontrack.h"

#include <algorithm>

namespace projectionist {

namespace {

constexpr Duration shortestRateWindow{30'000};
constexpr Duration recreatedShown{600'000};
constexpr Duration rewoundShown{60'000};
constexpr Duration shortestQuiet{60'000};
constexpr Duration longestQuiet{900'000};
constexpr int quietGaps = 8;
/// A checkpoint's own time makes at most this much of a standstill: the rest we want to have seen ourselves.
constexpr Duration mostAssumed{75'000};

/// How long it has stood before we came: since its checkpoint was written, or since there was something to apply.
Duration assumedWait(const PartitionSample& sample, TimePoint now)
{
    const bool measured = sample.lag.origin == LagOrigin::Exact || sample.lag.origin == LagOrigin::Between;
    if (!sample.checkpointTime || !measured)
        return Duration(0);
    return std::clamp(std::min(now - *sample.checkpointTime, sample.lag.value), Duration(0), mostAssumed);
}

} // namespace

/// What was learned of the rhythm stays: it is the worker's, not the log's.
void PartitionTrack::restart()
{
    PartitionTrack fresh(m_phase);
    fresh.m_gaps = m_gaps;
    fresh.m_arrivals = m_arrivals;
    fresh.m_recreatedAt = m_recreatedAt;
    *this = std::move(fresh);
}

void PartitionTrack::begin(const PartitionSample& sample, TimePoint now, Duration at)
{
    m_known = true;
    m_bornAt = at;
    m_position = *sample.position();
    m_head = *sample.head;
    m_fromCheckpoint = sample.checkpointPosition.has_value();
    if (*sample.backlog() > 0)
        m_waitingSince = at - assumedWait(sample, now);
}

void PartitionTrack::take(const PartitionSample& sample, TimePoint now, Duration at, Duration unobserved)
{
    const Offset position = *sample.position();
    const Offset head = *sample.head;
    // A head that goes back is another topic under the same name. A position that now comes from the other source
    // (checkpoint or group) is no move.
    if (m_known && head < m_head) {
        m_recreatedAt = at;
        restart();
    } else if (m_known && sample.checkpointPosition.has_value() != m_fromCheckpoint) {
        restart();
    }
    if (!m_known)
        begin(sample, now, at);
    if (m_waitingSince)
        *m_waitingSince = std::min(at, *m_waitingSince + unobserved);
    notePosition(position, head, at, unobserved > Duration(0));
    m_rates.take(position, head, sample.logStart.value_or(0), at, rateWindow());
    m_envelope.take(*sample.backlog(), sample.lag, advancedWith(at) || *sample.backlog() == 0, at);
    m_position = position;
    m_head = head;
    m_lastAt = at;
}

void PartitionTrack::notePosition(Offset position, Offset head, Duration at, bool paused)
{
    if (head > m_head) {
        if (m_arrivedAt && !paused)
            m_arrivals.note(at - *m_arrivedAt);
        m_arrivedAt = at;
    }
    if (position < m_position) {
        m_mark = std::max(m_mark, m_position);
        m_rewoundAt = at;
        m_waitingSince = at;
    } else if (position > m_position) {
        // Applied between two looks: the wait was shorter than the time between them.
        if (m_waitingSince || !paused)
            m_gaps.note(at - m_waitingSince.value_or(m_lastAt));
        m_advancedAt = at;
        m_waitingSince.reset();
    }
    if (m_mark >= 0 && position >= m_mark && at - m_rewoundAt >= rewoundShown)
        m_mark = -1;
    if (position >= head)
        m_waitingSince.reset();
    else if (!m_waitingSince)
        m_waitingSince = at;
}

bool PartitionTrack::recreated(Duration at) const
{
    return m_recreatedAt && at - *m_recreatedAt < recreatedShown;
}

Duration PartitionTrack::rateWindow() const
{
    const Duration rhythm = std::min(m_gaps.median().value_or(Duration(0)), longestStandstill);
    // A worker that commits in batches needs a window of two batches, or its rate jumps between 0 and double.
    return std::max(shortestRateWindow, rhythm * 2);
}

void PartitionTrack::excuse(Duration at)
{
    if (m_waitingSince)
        m_waitingSince = at;
}

bool PartitionTrack::advancedWithin(Duration time, Duration at) const
{
    return m_advancedAt && at - *m_advancedAt < time;
}

bool PartitionTrack::quiet(Duration at) const
{
    const Duration usual = m_arrivals.median().value_or(Duration(0)) * quietGaps;
    return at - m_arrivedAt.value_or(m_bornAt) >= std::clamp(usual, shortestQuiet, longestQuiet);
}

} // namespace projectionist
