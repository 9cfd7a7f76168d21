// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/lag/partitiontrack.h"

#include <algorithm>

namespace projectionist {

namespace {

constexpr Duration slotWidth{15'000};
constexpr Duration rateWindow{30'000};
constexpr Duration recreatedShown{600'000};
constexpr Duration rewoundShown{60'000};
constexpr std::size_t recentSlots = 9;

double perSecond(Offset from, Offset to, Duration time)
{
    if (time <= Duration(0) || to <= from)
        return 0;
    return static_cast<double>(to - from) * 1000.0 / static_cast<double>(time.count());
}

} // namespace

void PartitionTrack::forget()
{
    *this = PartitionTrack();
}

void PartitionTrack::take(const PartitionSample& sample, Duration at, Duration unobserved)
{
    const Slot now{*sample.position(), *sample.head, sample.logStart.value_or(0), *sample.backlog(), at};
    if (m_known && now.head < m_last.head) {
        forget();
        m_recreatedAt = at;
    }
    if (!m_known) {
        m_known = true;
        m_last = now;
        m_lowest = now.lowest;
        m_slotBegan = at;
        m_slots.push_back(now);
        if (now.lowest > 0)
            m_waitingSince = at;
        return;
    }
    if (m_waitingSince)
        *m_waitingSince += unobserved;
    notePosition(now.position, now.head, at);
    m_lowest = std::min(m_lowest, now.lowest);
    m_last = now;
    measureRates(now);
    if (at - m_slotBegan >= slotWidth)
        closeSlot(now);
}

void PartitionTrack::notePosition(Offset position, Offset head, Duration at)
{
    if (head > m_last.head)
        m_arrivedAt = at;
    if (position < m_last.position) {
        m_mark = std::max(m_mark, m_last.position);
        m_rewoundAt = at;
        m_waitingSince = at;
    } else if (position > m_last.position) {
        // Applied between two looks: the wait was shorter than the time between them.
        noteGap(at - m_waitingSince.value_or(m_last.at));
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

void PartitionTrack::noteGap(Duration gap)
{
    m_gaps[m_gapCount++ % m_gaps.size()] = static_cast<std::int32_t>(std::min(gap, longestStandstill).count());
}

std::optional<Duration> PartitionTrack::medianGap() const
{
    if (m_gapCount < 3)
        return std::nullopt;
    auto gaps = m_gaps;
    const auto count = static_cast<std::ptrdiff_t>(std::min(m_gapCount, gaps.size()));
    std::nth_element(gaps.begin(), gaps.begin() + count / 2, gaps.begin() + count);
    return Duration(gaps[static_cast<std::size_t>(count / 2)]);
}

void PartitionTrack::closeSlot(const Slot& now)
{
    Slot closed = now;
    closed.lowest = m_lowest;
    if (m_slots.size() < slots) {
        m_slots.push_back(closed);
    } else {
        m_slots[m_first] = closed;
        m_first = (m_first + 1) % slots;
    }
    m_slotBegan = now.at;
    m_lowest = now.lowest;
    measureTrend();
}

void PartitionTrack::measureRates(const Slot& now)
{
    // A worker that commits in batches needs a window of two batches, or its rate jumps between 0 and double.
    const Duration window = std::max(rateWindow, medianGap().value_or(Duration(0)) * 2);
    std::size_t index = m_slots.size();
    while (index > 1 && now.at - slot(index - 1).at < window)
        --index;
    const Slot& from = slot(index - 1);
    m_in = perSecond(from.head, now.head, now.at - from.at);
    m_out = perSecond(from.position, now.position, now.at - from.at);
    m_startRate = perSecond(from.start, now.start, now.at - from.at);
}

void PartitionTrack::measureTrend()
{
    // The lower envelope hides the sawtooth of batch commits, if each value spans at least one batch.
    const auto gap = medianGap().value_or(Duration(0));
    const auto fold =
        gap <= slotWidth / 2 ? 1 : static_cast<std::size_t>((gap + slotWidth).count() / slotWidth.count()) + 1;
    std::array<double, slots> values{};
    std::size_t count = m_slots.size() / fold;
    const std::size_t skip = m_slots.size() - count * fold;
    for (std::size_t i = 0; i < count; ++i) {
        Offset lowest = slot(skip + i * fold).lowest;
        for (std::size_t j = 1; j < fold; ++j)
            lowest = std::min(lowest, slot(skip + i * fold + j).lowest);
        values[i] = static_cast<double>(lowest);
    }
    const double seconds = static_cast<double>(fold) * static_cast<double>(slotWidth.count()) / 1000.0;
    m_trend = trendOf(std::span(values.data(), count));
    m_recent = trendOf(std::span(values.data(), count).last(std::min(count, recentSlots)));
    m_trend.slope /= seconds;
    m_recent.slope /= seconds;
}

bool PartitionTrack::recreated(Duration at) const
{
    return m_recreatedAt && at - *m_recreatedAt < recreatedShown;
}

bool PartitionTrack::rewoundAt(Duration at) const
{
    return m_mark >= 0 && at >= m_rewoundAt;
}

void PartitionTrack::excuse(Duration at)
{
    if (m_waitingSince)
        m_waitingSince = at;
}

std::optional<Duration> PartitionTrack::sinceAdvance(Duration at) const
{
    return m_advancedAt ? std::optional(at - *m_advancedAt) : std::nullopt;
}

std::optional<Duration> PartitionTrack::sinceArrival(Duration at) const
{
    return m_arrivedAt ? std::optional(at - *m_arrivedAt) : std::nullopt;
}

} // namespace projectionist
