// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/checkpreviewmodel.h"

#include "backend/core/format.h"
#include "models/checktext.h"
#include "models/lettertext.h"
#include "models/roles.h"
#include "models/text.h"

#include <algorithm>

namespace projectionist {

namespace {

constexpr qsizetype longestPreviewCell = 80;
constexpr int longestPreviewName = 80;

std::optional<std::size_t> placeOf(const SidePreview& side, const std::string& name)
{
    const auto at =
        std::find_if(side.columns.begin(), side.columns.end(), [&](const auto& one) { return one.name == name; });
    return at == side.columns.end() ? std::nullopt : std::optional(static_cast<std::size_t>(at - side.columns.begin()));
}

} // namespace

std::vector<std::size_t> previewOrder(const SidePreview& side, const SidePreview* other, const CheckSettings& check,
                                      ComparedSide which)
{
    const bool expected = which == ComparedSide::Expected;
    std::vector<std::size_t> order;
    const auto add = [&](const std::string& actualName) {
        const auto place = placeOf(side, expected ? check.expectedName(actualName) : actualName);
        if (place && std::find(order.begin(), order.end(), *place) == order.end())
            order.push_back(*place);
    };
    std::for_each(check.key.begin(), check.key.end(), add);
    const auto* const actual = expected ? other : &side;
    const auto* const others = expected ? &side : other;
    if (actual && others)
        for (const auto& column : actual->columns)
            if (placeOf(*others, check.expectedName(column.name)))
                add(column.name);
    for (std::size_t place = 0; place < side.columns.size(); ++place)
        if (std::find(order.begin(), order.end(), place) == order.end())
            order.push_back(place);
    return order;
}

CheckPreviewModel::CheckPreviewModel(QObject* parent) : QAbstractTableModel(parent) {}

void CheckPreviewModel::setRows(SidePreview preview, std::vector<std::size_t> order)
{
    if (preview == m_preview && order == m_order)
        return;
    beginResetModel();
    m_preview = std::move(preview);
    m_order = std::move(order);
    endResetModel();
}

int CheckPreviewModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_preview.rows.size());
}

int CheckPreviewModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_order.size());
}

QVariant CheckPreviewModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    const auto& cell =
        m_preview.rows[static_cast<std::size_t>(index.row())][m_order[static_cast<std::size_t>(index.column())]];
    switch (role) {
    case Qt::DisplayRole:
        return cell ? cellValueText(*cell, longestPreviewCell) : tr("null");
    case RawRole:
    case CopyRole:
        return cell ? toQString(*cell) : QString();
    case ColorRole:
        return static_cast<int>(cell ? ColorMeaning::Normal : ColorMeaning::Muted);
    default:
        return {};
    }
}

QVariant CheckPreviewModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= columnCount())
        return {};
    const auto& column = m_preview.columns[m_order[static_cast<std::size_t>(section)]];
    if (role == Qt::ToolTipRole)
        return strangersText(column.type, longestPreviewName).toHtmlEscaped();
    return role == Qt::DisplayRole ? QVariant(strangersText(column.name, longestPreviewName)) : QVariant();
}

QString previewText(const SidePreview& preview)
{
    const auto rows = preview.rows.size();
    auto text = rows == 0            ? CheckPreviewModel::tr("no rows")
                : rows < previewRows ? CheckPreviewModel::tr("all %1 rows").arg(rows)
                                     : CheckPreviewModel::tr("first %1 rows").arg(rows);
    if (rows == previewRows && preview.estimatedRows > static_cast<std::int64_t>(previewRows))
        text = CheckPreviewModel::tr("first %1 of about %2 rows")
                   .arg(rows)
                   .arg(toQString(formatNumber(preview.estimatedRows)));
    if (!preview.orderedBy.empty())
        text += CheckPreviewModel::tr(", by %1").arg(strangersText(joined(preview.orderedBy, ", "), 120));
    return text;
}

} // namespace projectionist
