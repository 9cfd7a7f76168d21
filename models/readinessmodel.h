// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// First: moc of Qt 6.4 cannot parse <concepts> unless another standard header came before.
#include <QAbstractTableModel>

#include "backend/rebuild/drilldesk.h"
#include "models/roles.h"
#include "models/sortedrowsmodel.h"
#include "models/zone.h"

namespace projectionist {

struct ReadinessRow
{
    std::size_t key = 0; ///< place on the board
    DrillStanding standing;

    [[nodiscard]] std::uint32_t changedColumns(const ReadinessRow& next) const;
};

/// Drills of projections, one a row, in the order of the board.
class ReadinessModel final : public SortedRowsModel<ReadinessRow>
{
    Q_OBJECT
public:
    enum Column
    {
        Projection,
        Drill,
        Result, ///< or how far it is, or why it cannot be run
        LastRun,
        Events,
        Took,
        By,
        ColumnCount
    };

    explicit ReadinessModel(QObject* parent = nullptr);

    void setBoard(const DrillBoard& board, TimePoint now, Zone zone);
    /// Ages are told anew.
    void setNow(TimePoint now);
    [[nodiscard]] const DrillStanding& standingAt(int row) const { return rowAt(row).standing; }
    [[nodiscard]] int rowOf(const std::string& projection, DrillKind kind) const; ///< -1 if there is none

    [[nodiscard]] QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;

protected:
    [[nodiscard]] QList<int> changedRoles() const override;

private:
    [[nodiscard]] QString display(const DrillStanding& standing, int column) const;

    TimePoint m_now{};
    Zone m_zone = Zone::Utc;
};

/// What a drill does, a sentence or two.
[[nodiscard]] QString drillPurpose(DrillKind kind);
/// What was done and seen by its last run, and the first rows that differ; lines. Or why it cannot be run, and what to
/// do.
[[nodiscard]] QString drillDetail(const DrillStanding& standing, Zone zone);
/// "passed", "failed: 3 rows differ", "never run"; how far it is while it runs.
[[nodiscard]] QString drillState(const DrillStanding& standing);

} // namespace projectionist
