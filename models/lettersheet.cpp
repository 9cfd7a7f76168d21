// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/lettersheet.h"

namespace projectionist {

std::uint32_t LetterSheetRow::changedColumns(const LetterSheetRow& next) const
{
    std::uint32_t changed = 0;
    for (std::size_t i = 0; i < cells.size(); ++i)
        if (!(cells[i] == next.cells[i]))
            changed |= 1U << i;
    return changed;
}

LetterSheetModel::LetterSheetModel(std::vector<ColumnHeader> headers, QObject* parent)
    : SortedRowsModel(std::move(headers), parent)
{
}

void LetterSheetModel::setRows(std::vector<LetterCells> rows)
{
    std::vector<LetterSheetRow> next;
    next.reserve(rows.size());
    for (auto& cells : rows)
        next.push_back({static_cast<int>(next.size()), std::move(cells)});
    merge(std::move(next), [](LetterSheetRow&, LetterSheetRow&) {});
}

QVariant LetterSheetModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    const auto& cell = rowAt(index.row()).cells[static_cast<std::size_t>(index.column())];
    switch (role) {
    case Qt::DisplayRole:
        return cell.text;
    case Qt::ToolTipRole:
        return cell.text.toHtmlEscaped();
    case RawRole:
        return cell.raw.isValid() ? cell.raw : QVariant(cell.text);
    case CopyRole:
        return cell.copy.isEmpty() ? cell.text : cell.copy;
    case OrderRole:
        return 0;
    case ColorRole:
        return static_cast<int>(cell.color);
    case Qt::TextAlignmentRole:
        return alignment(index.column());
    default:
        return {};
    }
}

QList<int> LetterSheetModel::changedRoles() const
{
    return {Qt::DisplayRole, Qt::ToolTipRole, RawRole, CopyRole, ColorRole};
}

} // namespace projectionist
