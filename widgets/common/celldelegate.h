// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCache>
#include <QStaticText>
#include <QStyledItemDelegate>

namespace projectionist {

/// Pixels left and right of a cell's text, also in headers.
inline constexpr int cellMargin = 10;

/// Paints a cell of the table without its text. Where a drawing that is at most `tallest` pixels high and leaves `room`
/// above and below goes in it.
QRectF paintCellForDrawing(QPainter& painter, QStyleOptionViewItem& cell, double tallest, double room);

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

private:
    /// The text, elided where it is wider than `width` pixels. Shaping it takes longer than all else in a cell, and
    /// tables show the same words and numbers again and again.
    [[nodiscard]] QStaticText shaped(const QString& text, const QStyleOptionViewItem& cell, int width) const;

    mutable QFont m_font; ///< of what is remembered
    mutable QCache<std::pair<QString, int>, QStaticText> m_shaped{2000};
};

} // namespace projectionist
