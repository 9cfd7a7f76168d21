// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/reconcile/differencedelegate.h"

#include "widgets/common/colors.h"

#include <QApplication>
#include <QPainter>

namespace projectionist {

namespace {

constexpr int boxPadding = 4;
constexpr int boxGap = 6;

int widthOf(const DifferenceValue& value, const QFontMetrics& metrics)
{
    return metrics.horizontalAdvance(value.text) + 2 * boxPadding + 2; // advances are rounded
}

int widthOf(const DifferenceCell& cell, const QFontMetrics& metrics)
{
    int width = -boxGap;
    for (const auto& value : cell.values)
        width += widthOf(value, metrics) + boxGap;
    return width;
}

/// Background and ink of a value; null alone has no box.
struct BoxLook
{
    QColor fill;
    QColor ink;
};

BoxLook lookOf(const DifferenceCell& cell, const DifferenceValue& value, const Colors& colors, bool stale)
{
    const bool boxed = cell.differs && !stale && (!value.isNull || cell.values.size() > 1);
    if (!boxed)
        return {Qt::transparent, value.isNull || stale ? colors.muted : colors.text};
    QColor fill = value.wrong ? colors.critical : colors.ok;
    fill.setAlphaF(0.24F);
    const auto background = value.wrong ? colors.criticalPanel : colors.panel;
    return {fill, readableOn(background, value.isNull ? colors.muted : colors.text)};
}

} // namespace

void DifferenceDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const auto data = index.data(DifferenceModel::CellRole);
    if (!data.isValid())
        return CellDelegate::paint(painter, option, index);
    QStyleOptionViewItem cell(option);
    initStyleOption(&cell, index);
    cell.text.clear();
    const auto* style = cell.widget ? cell.widget->style() : QApplication::style();
    style->drawControl(QStyle::CE_ItemViewItem, &cell, painter, cell.widget);

    const auto shown = data.value<DifferenceCell>();
    const auto& colors = colorsFor(cell.palette);
    const bool stale = index.data(StaleRole).toBool();
    const QRect area = cell.rect.adjusted(cellMargin - boxPadding, 0, -(cellMargin - boxPadding), 0);
    const int width = widthOf(shown, cell.fontMetrics);
    const int height = cell.fontMetrics.height() + 2;
    int left = cell.displayAlignment & Qt::AlignRight ? std::max(area.left(), area.right() + 1 - width) : area.left();
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setFont(cell.font);
    for (const auto& value : shown.values) {
        const int room = std::min(widthOf(value, cell.fontMetrics), area.right() + 1 - left);
        if (room <= 2 * boxPadding)
            break;
        const QRect box(left, area.center().y() - height / 2, room, height);
        const auto look = lookOf(shown, value, colors, stale);
        painter->setPen(Qt::NoPen);
        painter->setBrush(look.fill);
        painter->drawRoundedRect(box, 3, 3);
        painter->setPen(look.ink);
        const auto inside = box.adjusted(boxPadding, 0, -boxPadding, 0);
        painter->drawText(inside, Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine,
                          cell.fontMetrics.elidedText(value.text, Qt::ElideRight, inside.width()));
        left += room + boxGap;
    }
    painter->restore();
}

QSize DifferenceDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const auto size = CellDelegate::sizeHint(option, index);
    const auto data = index.data(DifferenceModel::CellRole);
    if (!data.isValid())
        return size;
    return {2 * (cellMargin - boxPadding) + widthOf(data.value<DifferenceCell>(), option.fontMetrics), size.height()};
}

} // namespace projectionist
