// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/lag/envelope.h"
#include "backend/lag/gapmeter.h"
#include "backend/lag/ratemeter.h"

namespace projectionist {

/// Shortest and longest time after which "does not move" is believed.
constexpr Duration shortestStandstill{15'000};
constexpr Duration longestStandstill{300'000};

/// What is remembered of one partition, about 2 kB. All times are monotonic.
class PartitionTrack
{
public:
    explicit PartitionTrack(Duration phase = Duration(0)) : m_phase(phase), m_envelope(phase) {}

    /// A sample with a position and a head, read at `now` by the wall clock. `unobserved` is time nobody looked (sleep,
    /// outage): it counts for nothing.
    void take(const PartitionSample& sample, TimePoint now, Duration at, Duration unobserved);

    [[nodiscard]] bool known() const { return m_known; }
    [[nodiscard]] Duration bornAt() const { return m_bornAt; }
    [[nodiscard]] bool recreated(Duration at) const;
    /// The position before it went back; -1 = it did not.
    [[nodiscard]] Offset mark() const { return m_mark; }
    void pardonRewind() { m_mark = -1; }
    /// Since when the position has not moved although there was something to apply.
    [[nodiscard]] Duration stoodStill(Duration at) const { return m_waitingSince ? at - *m_waitingSince : Duration(0); }
    void excuse(Duration at);
    [[nodiscard]] bool advancedWithin(Duration time, Duration at) const;
    [[nodiscard]] bool advancedWith(Duration at) const { return m_advancedAt == at; }
    [[nodiscard]] bool advancedSince(Duration since) const { return m_advancedAt && *m_advancedAt >= since; }
    /// Nothing arrived for a minute, and for several times the usual gap between arrivals.
    [[nodiscard]] bool quiet(Duration at) const;
    /// Waits between advances while there was something to apply.
    [[nodiscard]] const GapMeter& gaps() const { return m_gaps; }
    [[nodiscard]] const RateMeter& rates() const { return m_rates; }
    /// Over which rates are taken.
    [[nodiscard]] Duration rateWindow() const;
    [[nodiscard]] bool grows() const { return m_envelope.grows(m_rates.in()); }
    [[nodiscard]] double growth() const { return m_envelope.slope(m_rates.in()); }
    [[nodiscard]] bool shrinks() const { return m_envelope.falls() || m_rates.drains(); }

private:
    void begin(const PartitionSample& sample, TimePoint now, Duration at);
    void restart();
    void notePosition(Offset position, Offset head, Duration at, bool paused);

    Duration m_phase;
    Envelope m_envelope;
    RateMeter m_rates;
    GapMeter m_gaps, m_arrivals;
    Offset m_position = 0, m_head = 0;
    Offset m_mark = -1;
    Duration m_bornAt{0}, m_lastAt{0}, m_rewoundAt{0};
    std::optional<Duration> m_waitingSince, m_advancedAt, m_arrivedAt, m_recreatedAt;
    bool m_known = false;
    bool m_fromCheckpoint = false;
};

} // namespace projectionist
