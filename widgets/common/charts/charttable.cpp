// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/charts/charttable.h"

#include "backend/core/format.h"
#include "models/roles.h"
#include "models/text.h"

#include <algorithm>
#include <cmath>

namespace projectionist {

namespace {

std::vector<std::int64_t> timesOf(const std::vector<ChartColumn>& columns)
{
    std::vector<std::int64_t> times;
    for (const auto& column : columns)
        for (const auto& point : column.points)
            times.push_back(point.at);
    std::sort(times.begin(), times.end(), std::greater<>());
    times.erase(std::unique(times.begin(), times.end()), times.end());
    return times;
}

std::optional<float> valueAt(const ChartColumn& column, std::int64_t at)
{
    const auto found = std::lower_bound(column.points.begin(), column.points.end(), at,
                                        [](const ChartPoint& point, std::int64_t time) { return point.at < time; });
    if (found == column.points.end() || found->at != at || std::isnan(found->last))
        return std::nullopt;
    return found->last;
}

/// Files have plain numbers, so their columns name the unit.
QString unitSuffix(ChartUnit unit)
{
    switch (unit) {
    case ChartUnit::Time:
        return QStringLiteral(" (ms)");
    case ChartUnit::Rate:
        return QStringLiteral(" (/s)");
    case ChartUnit::Count:
        break;
    }
    return {};
}

} // namespace

ChartTable::ChartTable(std::vector<ChartColumn> columns, ChartUnit unit, Zone zone, QObject* parent)
    : QAbstractTableModel(parent)
    , m_columns(std::move(columns))
    , m_unit(unit)
    , m_zone(zone)
    , m_times(timesOf(m_columns))
{
}

int ChartTable::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_times.size());
}

int ChartTable::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_columns.size()) + 1;
}

QVariant ChartTable::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant((index.column() == 0 ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    if (role != Qt::DisplayRole && role != RawRole && role != CopyRole)
        return {};
    const std::int64_t at = m_times[static_cast<std::size_t>(index.row())];
    if (index.column() == 0)
        return role == RawRole    ? QVariant(static_cast<qint64>(at))
               : role == CopyRole ? QVariant(toQString(formatRfc3339(TimePoint(Duration(at)))))
                                  : QVariant(dateTimeText(TimePoint(Duration(at)), m_zone));
    const auto value = valueAt(m_columns[static_cast<std::size_t>(index.column() - 1)], at);
    if (!value)
        return {};
    return role == RawRole    ? QVariant(static_cast<double>(*value))
           : role == CopyRole ? QVariant(QString::number(static_cast<double>(*value), 'g', 10))
                              : QVariant(valueText(*value, m_unit));
}

QVariant ChartTable::headerData(int section, Qt::Orientation orientation, int role) const
{
    const bool asked = role == Qt::DisplayRole || role == CopyRole;
    if (orientation != Qt::Horizontal || !asked || section < 0 || section >= columnCount())
        return {};
    if (section == 0)
        return role == CopyRole ? QStringLiteral("time") : tr("Time");
    const QString& name = m_columns[static_cast<std::size_t>(section - 1)].name;
    return role == CopyRole ? name + unitSuffix(m_unit) : name;
}

} // namespace projectionist
