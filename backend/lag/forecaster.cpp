// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/lag/forecaster.h"

#include <algorithm>

namespace projectionist {

namespace {

Duration durationOf(double seconds)
{
    constexpr double centuries = 1e10;
    return Duration(static_cast<std::int64_t>(std::min(seconds, centuries) * 1000));
}

} // namespace

void Forecaster::addTotals(const PartitionAssessment& partition)
{
    m_in += partition.inPerSecond;
    m_out += partition.outPerSecond;
    if (partition.conditions & AbandonedTopic)
        return; // nobody is going to read it: neither lag nor backlog of this projection
    if (partition.backlog)
        m_totals.backlog = m_totals.backlog.value_or(0) + *partition.backlog;
    if (partition.lost)
        m_totals.lost = m_totals.lost.value_or(0) + *partition.lost;
    const bool known = partition.lag.origin != LagOrigin::Unknown;
    if (known && (m_totals.lag.origin == LagOrigin::Unknown || partition.lag.value > m_totals.lag.value))
        m_totals.lag = partition.lag;
}

void Forecaster::add(const PartitionAssessment& partition, const PartitionSample& sample, const PartitionTrack& track)
{
    addTotals(partition);
    const double in = partition.inPerSecond;
    const double out = partition.outPerSecond;
    const auto kind = partition.verdict.kind;
    const auto backlog = static_cast<double>(partition.backlog.value_or(0));
    if (backlog <= 0 || partition.conditions & AbandonedTopic)
        return;
    const auto margin = static_cast<double>(sample.position().value_or(0) - sample.logStart.value_or(0));
    if (const double closing = track.rates().deleted() - out; margin > 0 && closing > 0)
        m_loss = std::min(m_loss.value_or(margin / closing), margin / closing);
    if (kind == VerdictKind::Ok || kind == VerdictKind::Idle)
        return;
    // Lag grows by growth / in seconds a second.
    if (kind == VerdictKind::FallingBehind && m_objective && partition.lag.value < *m_objective && track.grows() &&
        in > 0) {
        const double left = static_cast<double>((*m_objective - partition.lag.value).count()) / 1000;
        m_breach = std::min(m_breach.value_or(1e12), left * in / track.growth());
    } else if (out > in) {
        m_slowest = std::max(m_slowest, backlog / (out - in));
    } else if (kind == VerdictKind::CatchingUp) {
        m_clear = false; // the rates are still of the time before
    } else {
        m_converges = false;
    }
}

void Forecaster::tell(Assessment& made, bool ratesKnown) const
{
    made.backlog = m_totals.backlog;
    made.lost = m_totals.lost;
    made.lag = m_totals.lag;
    if (!ratesKnown)
        return;
    made.inPerSecond = m_in;
    made.outPerSecond = m_out;
    if (!m_converges)
        made.forecast.kind = Forecast::Kind::NotConverging;
    else if (m_breach)
        made.forecast = {Forecast::Kind::Breaches, durationOf(*m_breach), std::nullopt};
    else if (m_clear && m_slowest > 0)
        made.forecast = {Forecast::Kind::CatchesUp, durationOf(m_slowest), std::nullopt};
    else if (m_clear)
        made.forecast.kind = Forecast::Kind::Now;
    if (m_loss)
        made.forecast.lossIn = durationOf(*m_loss);
}

} // namespace projectionist
