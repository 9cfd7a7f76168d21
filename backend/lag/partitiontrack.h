// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/sample.h"
#include "backend/lag/slope.h"

#include <array>
#include <vector>

namespace projectionist {

/// Shortest and longest time after which "does not move" is believed.
constexpr Duration shortestStandstill{15'000};
constexpr Duration longestStandstill{300'000};

/// What is remembered of one partition: about ten minutes in slots of fifteen seconds, and the last gaps between
/// advances. All times are monotonic.
class PartitionTrack
{
public:
    /// A sample with a position and a head. `unobserved` is time nobody looked (sleep, outage): it counts for nothing.
    void take(const PartitionSample& sample, Duration at, Duration unobserved);
    void forget();

    [[nodiscard]] bool known() const { return m_known; }
    [[nodiscard]] bool recreated(Duration at) const;
    [[nodiscard]] bool rewoundAt(Duration at) const;
    [[nodiscard]] Offset mark() const { return m_mark; }
    void pardonRewind() { m_mark = -1; }
    /// Since when the position has not moved although there was something to apply.
    [[nodiscard]] Duration stoodStill(Duration at) const { return m_waitingSince ? at - *m_waitingSince : Duration(0); }
    void excuse(Duration at);
    void assumeStillSince(Duration since) { m_waitingSince = since; }
    [[nodiscard]] std::optional<Duration> sinceAdvance(Duration at) const;
    [[nodiscard]] std::optional<Duration> sinceArrival(Duration at) const;
    /// Median wait between advances while there was something to apply; nullopt before the third.
    [[nodiscard]] std::optional<Duration> medianGap() const;
    [[nodiscard]] double inPerSecond() const { return m_in; }
    [[nodiscard]] double outPerSecond() const { return m_out; }
    [[nodiscard]] double startPerSecond() const { return m_startRate; }
    /// Of the lower envelope of the backlog, in events per second; recent: over the last two minutes.
    [[nodiscard]] const Trend& trend() const { return m_trend; }
    [[nodiscard]] const Trend& recent() const { return m_recent; }

private:
    struct Slot
    {
        Offset position, head, start, lowest;
        Duration at;
    };
    static constexpr std::size_t slots = 40;

    void notePosition(Offset position, Offset head, Duration at);
    void closeSlot(const Slot& now);
    void measureRates(const Slot& now);
    void measureTrend();
    void noteGap(Duration gap);
    [[nodiscard]] const Slot& slot(std::size_t index) const { return m_slots[(m_first + index) % m_slots.size()]; }

    std::vector<Slot> m_slots; ///< a ring once full, oldest at m_first
    std::size_t m_first = 0;
    Slot m_last{};
    Offset m_lowest = 0; ///< of the slot in progress
    Offset m_mark = -1;  ///< position before it went back; -1: it did not
    Duration m_slotBegan{0};
    Duration m_rewoundAt{0};
    std::optional<Duration> m_waitingSince, m_advancedAt, m_arrivedAt, m_recreatedAt;
    std::array<std::int32_t, 9> m_gaps{};
    std::size_t m_gapCount = 0;
    double m_in = 0, m_out = 0, m_startRate = 0;
    Trend m_trend, m_recent;
    bool m_known = false;
};

} // namespace projectionist
