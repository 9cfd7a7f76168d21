// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/celldelegate.h"

#include "models/roles.h"
#include "widgets/common/colors.h"
#include "widgets/common/icons.h"
#include "widgets/common/panel.h"

#include <QApplication>
#include <QPainter>

namespace projectionist {

namespace {

constexpr int iconSide = 13;
constexpr int gap = 7;

void paintGround(QPainter& painter, QStyleOptionViewItem& cell)
{
    cell.text.clear();
    const auto* style = cell.widget ? cell.widget->style() : QApplication::style();
    style->drawControl(QStyle::CE_ItemViewItem, &cell, &painter, cell.widget);
}

QColor inkOf(const QModelIndex& index, const Colors& colors)
{
    if (index.data(StaleRole).toBool())
        return colors.muted;
    return colorOf(static_cast<ColorMeaning>(index.data(ColorRole).toInt()), colors);
}

} // namespace

QRectF paintCellForDrawing(QPainter& painter, QStyleOptionViewItem& cell, double tallest, double room)
{
    paintGround(painter, cell);
    const auto area = QRectF(cell.rect).adjusted(cellMargin, 0, -cellMargin, 0);
    const double height = std::min(tallest, area.height() - 2 * room);
    return {area.left(), area.center().y() - height / 2, area.width(), height};
}

void CellDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    QStyleOptionViewItem cell = option;
    initStyleOption(&cell, index);
    const auto text = displayable(cell.text);
    paintGround(*painter, cell);

    painter->save();
    const auto& colors = colorsFor(cell.palette);
    const auto ink = inkOf(index, colors);
    QRect area = cell.rect.adjusted(cellMargin, 0, -cellMargin, 0);
    if (const auto verdict = index.data(VerdictRole); verdict.isValid() && index.column() == 0) {
        const QRect place(area.left(), area.center().y() - iconSide / 2, iconSide, iconSide);
        paintIcon(*painter, place, verdictIconName(static_cast<VerdictKind>(verdict.toInt())), ink);
        area.setLeft(place.right() + gap);
    }
    painter->setFont(cell.font);
    painter->setPen(ink);
    const auto shown = shaped(text, cell, area.width());
    const auto place = QStyle::alignedRect(cell.direction, cell.displayAlignment, shown.size().toSize(), area);
    painter->drawStaticText(place.topLeft(), shown);
    if (const auto second = index.data(SecondaryRole).toString(); !second.isEmpty()) {
        area.setLeft(place.right() + 1 + gap);
        painter->setPen(colors.muted);
        painter->drawStaticText(area.left(), place.top(), shaped(displayable(second), cell, area.width()));
    }
    painter->restore();
}

QStaticText CellDelegate::shaped(const QString& text, const QStyleOptionViewItem& cell, int width) const
{
    if (m_font != cell.font) {
        m_shaped.clear();
        m_font = cell.font;
    }
    const std::pair key(text, width);
    if (const auto* known = m_shaped.object(key))
        return *known;
    auto* made = new QStaticText(cell.fontMetrics.elidedText(text, cell.textElideMode, width));
    made->setTextFormat(Qt::PlainText);
    made->prepare({}, cell.font);
    const QStaticText result = *made; // the cache may drop it at once
    m_shaped.insert(key, made);
    return result;
}

QSize CellDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    QStyleOptionViewItem cell = option;
    initStyleOption(&cell, index);
    int width = 2 * cellMargin + cell.fontMetrics.horizontalAdvance(displayable(cell.text, 60));
    if (index.column() == 0 && index.data(VerdictRole).isValid())
        width += iconSide + gap;
    if (const auto second = index.data(SecondaryRole).toString(); !second.isEmpty())
        width += gap + QFontMetrics(option.font).horizontalAdvance(displayable(second, 40));
    return {width, option.fontMetrics.height() + 13};
}

} // namespace projectionist
