// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/verdict.h"
#include "backend/lag/partitiontrack.h"

namespace projectionist {

/// Adds up the partitions of a projection: totals, worst lag, and the forecast of the slowest.
class Forecaster
{
public:
    explicit Forecaster(std::optional<Duration> objective) : m_objective(objective) {}
    void add(const PartitionAssessment& partition, const PartitionSample& sample, const PartitionTrack& track);
    /// `ratesKnown`: it was observed for long enough.
    void tell(Assessment& made, bool ratesKnown) const;

private:
    void addTotals(const PartitionAssessment& partition);

    std::optional<Duration> m_objective;
    Assessment m_totals;
    double m_in = 0, m_out = 0;
    double m_slowest = 0; ///< seconds
    std::optional<double> m_breach, m_loss;
    bool m_converges = true;
    bool m_clear = true;
};

} // namespace projectionist
