// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/reconcile/comparing.h"

namespace projectionist {

/// Streams both sides in the order of their keys and merges them here: any two databases, memory for a row of each and
/// the differences. Ends at `most` differences.
class StreamComparison final : public Comparison
{
public:
    StreamComparison(const ComparisonPlan& plan, const SideReader& expected, const SideReader& actual, std::size_t most,
                     CheckPace& pace);

    /// The rows were counted before: this is told of instead, with the differences added.
    void countAs(const CheckProgress& counted) { m_counted = counted; }

    Result<CheckStep> goOn() override;
    std::int64_t rows() const override { return m_compared.expectedRows + m_compared.actualRows; }
    std::string rest() const override;
    Compared found() override { return std::move(m_compared); }

private:
    class RowStream;
    class Merge;
    [[nodiscard]] CheckProgress progress() const;

    const ComparisonPlan& m_plan;
    const SideReader m_expected;
    const SideReader m_actual;
    const std::size_t m_most;
    CheckPace& m_pace;
    std::optional<CheckProgress> m_counted;
    std::optional<RowKey> m_last; ///< all rows up to this one are in m_compared
    Compared m_compared;
};

/// The same in one go, in the snapshots that there are.
[[nodiscard]] Result<Compared> compareStreams(const ComparisonPlan& plan, const SideReader& expected,
                                              const SideReader& actual, std::size_t most, const Clock& clock);

} // namespace projectionist
