// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStyledItemDelegate>

namespace projectionist {

/// Pixels left and right of a cell's text, also in headers.
inline constexpr int cellMargin = 10;

/// Draws the cells of our models: a verdict's icon before the word in the first column, the colour that the value calls
/// for, a second text dimmed behind the first, and everything grey where the row is stale. Always plain text on one
/// line.
class CellDelegate : public QStyledItemDelegate
{
    Q_OBJECT
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

} // namespace projectionist
