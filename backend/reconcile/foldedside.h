// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/projector/logfold.h"
#include "backend/reconcile/foldcomparison.h"

namespace projectionist {

/// The expected side of a check of kind Events: rows that the projection's declaration makes of its log, handed to the
/// server that has the table, so that it compares them by the columns' own types. Blocks; belongs to one thread.
class FoldedSide
{
public:
    /// `check`: of checkOfDeclaration(). All outlive it.
    FoldedSide(const CheckSettings& check, const Workspace& workspace, const LetterConnectors& log, const Clock& clock,
               std::stop_token stop);

    /// The relation of the fold, without rows, as the expected side of `sides`; the actual one's shape has to be there.
    [[nodiscard]] Result<void> shape(CheckSides& sides);
    /// Folds all of the log up to where the projection is, while no snapshot is held.
    [[nodiscard]] Result<void> foldAhead(CheckSides& sides, CheckPace& pace);
    /// Within the actual side's snapshot: goes on to the positions that are there, and compares all rows.
    [[nodiscard]] Result<Compared> compare(CheckSides& sides, CheckPace& pace);
    /// Likewise puts the rows of these keys into the expected side of `sides`.
    [[nodiscard]] Result<void> provide(std::span<const RowKey> keys, CheckSides& sides);
    /// Of a key that provide() was given last: its row is exactly what the log makes up to the positions, as these are
    /// of the table's snapshot, and no event of the key is behind them that somebody may have applied already.
    [[nodiscard]] bool isExact(const RowKey& key) const;
    /// Up to where the log was folded.
    [[nodiscard]] const NextOffsets& positions() const { return m_positions; }

private:
    [[nodiscard]] Result<LogFold*> log();
    [[nodiscard]] bool positionsAreInStore() const;
    [[nodiscard]] Result<NextOffsets> readPositions(SnapshotReader& reader);
    [[nodiscard]] Result<NextOffsets> committedPositions();
    [[nodiscard]] Result<void> foldTo(NextOffsets positions, CheckPace& pace);

    const CheckSettings& m_check;
    const Workspace& m_workspace;
    const LetterConnectors& m_connectors;
    const Clock& m_clock;
    const std::stop_token m_stop;
    const ProjectionSettings* m_projection = nullptr;
    std::optional<LogFold> m_log;
    std::optional<FoldState> m_state;
    NextOffsets m_positions;
    FoldRelation m_relation;
    std::set<FoldKey> m_ahead; ///< that have events behind the positions
    WrittenKeys m_written;
};

} // namespace projectionist
