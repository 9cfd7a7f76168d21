// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/deadletters/groupdelegate.h"

#include "models/lettergroupmodel.h"
#include "widgets/common/celldelegate.h"
#include "widgets/common/colors.h"
#include "widgets/common/panel.h"

#include <QApplication>
#include <QPainter>

namespace projectionist {

namespace {

constexpr int betweenLines = 3;

/// Draws what fits and returns where it ends.
int drawElided(QPainter& painter, const QFont& font, const QColor& ink, const QRect& area, const QString& text)
{
    const QFontMetrics metrics(font);
    painter.setFont(font);
    painter.setPen(ink);
    const auto shown = metrics.elidedText(text, Qt::ElideRight, area.width());
    painter.drawText(area, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine, shown);
    return area.left() + metrics.horizontalAdvance(shown);
}

} // namespace

void GroupDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    QStyleOptionViewItem cell(option);
    initStyleOption(&cell, index);
    const auto exception = displayable(cell.text);
    cell.text.clear();
    const auto* style = cell.widget ? cell.widget->style() : QApplication::style();
    style->drawControl(QStyle::CE_ItemViewItem, &cell, painter, cell.widget);

    painter->save();
    const auto& colors = colorsFor(cell.palette);
    const int line = cell.fontMetrics.height();
    QRect area = cell.rect.adjusted(cellMargin, 0, -cellMargin, 0);
    area.setTop(area.center().y() - (2 * line + betweenLines) / 2);
    area.setHeight(line);
    auto bold = cell.font;
    bold.setBold(true);
    QRect rest = area;
    rest.setLeft(drawElided(*painter, bold, colors.text, area, exception) + line / 3);
    if (rest.width() > line)
        drawElided(*painter, cell.font, colors.text, rest,
                   displayable(index.data(LetterGroupModel::FrameRole).toString()));
    area.translate(0, line + betweenLines);
    drawElided(*painter, cell.font, colors.muted, area,
               displayable(index.data(LetterGroupModel::PatternRole).toString()));
    painter->restore();
}

QSize GroupDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const
{
    return {320, 2 * option.fontMetrics.height() + betweenLines + 14};
}

} // namespace projectionist
