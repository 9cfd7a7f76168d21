// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/zone.h"
#include "widgets/common/charts/chartdata.h"

#include <QAbstractTableModel>

namespace projectionist {

struct ChartColumn
{
    QString name;
    std::vector<ChartPoint> points; ///< oldest first
};

/// The numbers behind a chart: a row for each time at which any series has a value, newest first. What is not known is
/// empty. Answers RawRole with milliseconds and plain numbers, CopyRole with the same as text and RFC 3339.
class ChartTable final : public QAbstractTableModel
{
    Q_OBJECT
public:
    ChartTable(std::vector<ChartColumn> columns, ChartUnit unit, Zone zone, QObject* parent = nullptr);

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    const std::vector<ChartColumn> m_columns;
    const ChartUnit m_unit;
    const Zone m_zone;
    std::vector<std::int64_t> m_times; ///< newest first
};

} // namespace projectionist
