// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// First: moc of Qt 6.4 cannot parse <concepts> unless another standard header came before.
#include <QAbstractTableModel>

#include "backend/reconcile/checkdesk.h"
#include "models/roles.h"
#include "models/sortedrowsmodel.h"
#include "models/zone.h"

#include <QMetaType>

namespace projectionist {

/// What the last runs of a check came to, oldest first: Good, Warning, Critical; Muted where there is no result.
struct CheckBars
{
    std::vector<ColorMeaning> runs;

    bool operator==(const CheckBars&) const = default;
};

struct CheckRow
{
    std::size_t key = 0; ///< place in the workspace
    CheckStanding standing;

    [[nodiscard]] std::uint32_t changedColumns(const CheckRow& next) const;
};

/// The checks of a board, one a row, in the order of the workspace.
class CheckListModel final : public SortedRowsModel<CheckRow>
{
    Q_OBJECT
public:
    enum Column
    {
        Check,
        Compares, ///< or how far it is, or why it failed
        LastRun,
        Rows,
        Took,
        Results,
        Differences,
        Next,
        ColumnCount
    };
    enum CheckRole : int
    {
        BarsRole = StaleRole + 100, ///< CheckBars; in Results
    };

    explicit CheckListModel(QObject* parent = nullptr);

    void setBoard(const CheckBoard& board, TimePoint now, Zone zone);
    void setZone(Zone zone);
    [[nodiscard]] const CheckStanding& standingAt(int row) const { return rowAt(row).standing; }
    [[nodiscard]] int rowOf(const std::string& check) const; ///< -1 if there is none

    [[nodiscard]] QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;

protected:
    [[nodiscard]] QList<int> changedRoles() const override;

private:
    [[nodiscard]] QString display(const CheckStanding& standing, int column) const;
    [[nodiscard]] QString toolTip(const CheckStanding& standing, int column) const;

    TimePoint m_now{};
    Zone m_zone = Zone::Utc;
};

/// Good if the run found nothing, Warning or Critical by its severity if it did; Muted without a result.
[[nodiscard]] ColorMeaning meaningOf(const CheckRunRecord& run);

} // namespace projectionist

Q_DECLARE_METATYPE(projectionist::CheckBars)
