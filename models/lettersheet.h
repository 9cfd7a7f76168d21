// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/roles.h"
#include "models/sortedrowsmodel.h"

namespace projectionist {

struct LetterCell
{
    QString text;   ///< shown
    QVariant raw{}; ///< sorted by; the text if there is none
    ColorMeaning color = ColorMeaning::Normal;
    QString copy{}; ///< for the clipboard; the text if there is none
    bool operator==(const LetterCell&) const = default;
};

using LetterCells = std::vector<LetterCell>;

struct LetterSheetRow
{
    int key = 0; ///< place in the sheet
    LetterCells cells;

    [[nodiscard]] std::uint32_t changedColumns(const LetterSheetRow& next) const;
};

/// A table of one letter: its headers, its path, its comparison.
class LetterSheetModel final : public SortedRowsModel<LetterSheetRow>
{
    Q_OBJECT
public:
    explicit LetterSheetModel(std::vector<ColumnHeader> headers, QObject* parent = nullptr);

    void setRows(std::vector<LetterCells> rows);

    [[nodiscard]] QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;

protected:
    [[nodiscard]] QList<int> changedRoles() const override;
};

} // namespace projectionist
