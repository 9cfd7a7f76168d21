// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/flatheader.h"

#include "widgets/common/celldelegate.h"
#include "widgets/common/colors.h"

#include <QPainter>

namespace projectionist {

QSize FlatHeader::sizeHint() const
{
    return {QHeaderView::sizeHint().width(), fontMetrics().height() + 14};
}

void FlatHeader::paintEvent(QPaintEvent* event)
{
    QPainter painter(viewport());
    const auto& colors = colorsFor(palette());
    painter.fillRect(viewport()->rect(), colors.panel);
    painter.end();
    QHeaderView::paintEvent(event);
    QPainter line(viewport());
    line.fillRect(0, height() - 1, width(), 1, colors.border);
}

void FlatHeader::paintSection(QPainter* painter, const QRect& rect, int section) const
{
    const auto& colors = colorsFor(palette());
    painter->fillRect(rect, colors.panel);
    const QRect area = rect.adjusted(cellMargin, 0, -cellMargin, 0);
    const bool sorted = isSortIndicatorShown() && sortIndicatorSection() == section;
    auto text = model()->headerData(section, orientation()).toString();
    if (sorted)
        text += sortIndicatorOrder() == Qt::DescendingOrder ? QStringLiteral(" \u2193") : QStringLiteral(" \u2191");
    const auto alignment = model()->headerData(section, orientation(), Qt::TextAlignmentRole);
    const auto where = alignment.isValid() ? Qt::Alignment(alignment.toInt()) : defaultAlignment();
    painter->setPen(sorted ? colors.text : colors.muted);
    painter->drawText(area,
                      static_cast<int>((where & Qt::AlignHorizontal_Mask) | Qt::AlignVCenter) | Qt::TextSingleLine,
                      fontMetrics().elidedText(text, Qt::ElideRight, area.width()));
}

QSize FlatHeader::sectionSizeFromContents(int section) const
{
    const auto text = model()->headerData(section, orientation()).toString() + QStringLiteral(" \u2193");
    return {fontMetrics().horizontalAdvance(text) + 2 * cellMargin, sizeHint().height()};
}

} // namespace projectionist
