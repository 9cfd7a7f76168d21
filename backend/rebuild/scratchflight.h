// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/rebuild/drillbench.h"
#include "backend/reconcile/flightwatch.h"

namespace projectionist {

/// For a comparison of the table in use, on the expected side, with one in a scratch schema, on the actual side, that
/// is made of the same log: whatever the projection has applied is applied to the latter too.
class ScratchFlight final : public FlightWatch
{
public:
    /// All outlive it; `tables` are of `bench`.
    ScratchFlight(const Workspace& workspace, const ProjectionSettings& projection, const LetterConnectors& letters,
                  DrillBench& bench, TargetTables tables, const Clock& clock, std::stop_token stop);

    /// Applies events up to where the projection is. How many.
    [[nodiscard]] Result<std::int64_t> catchUp(const BuiltinWorker::OnApplied& applied = {});

    [[nodiscard]] Result<bool> waitUntilPassed(std::string& obstacle) override;
    [[nodiscard]] LogPositions positions() override { return m_reached; }
    [[nodiscard]] std::string rule() const override;
    void cancel() noexcept override {} // `stop` does that

private:
    [[nodiscard]] Result<NextOffsets> projectionPositions();
    /// Of those who commit behind their rows: all that is written by now is committed, too. False: it is not.
    [[nodiscard]] Result<bool> waitForCommits(std::string& obstacle);

    const Workspace& m_workspace;
    const ProjectionSettings& m_projection;
    const LetterConnectors& m_letters;
    DrillBench& m_bench;
    const TargetTables m_tables;
    const Clock& m_clock;
    const std::stop_token m_stop;
    NextOffsets m_reached;
};

} // namespace projectionist
