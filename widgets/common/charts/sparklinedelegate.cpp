// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/charts/sparklinedelegate.h"

#include "models/roles.h"
#include "models/sparkline.h"

#include <algorithm>
#include <cmath>
#include <QApplication>
#include <QPainter>

namespace projectionist {

namespace {

constexpr int marginX = 4;
constexpr int marginY = 5;

/// Below this, in milliseconds, a line is drawn flat: noise of a healthy projection must not look like trouble.
constexpr float leastHeight = 1000;

/// Where nothing is known yet: a hint of the line to come.
void drawUnknown(QPainter& painter, const QRectF& rect, const Sparkline& line, QColor color)
{
    const auto values = line.values();
    const auto known = std::find_if(values.begin(), values.end(), [](float value) { return !std::isnan(value); });
    const double share = static_cast<double>(known - values.begin()) / static_cast<double>(values.size() - 1);
    if (share * rect.width() < 6)
        return;
    color.setAlphaF(0.35F);
    painter.setPen(QPen(color, 1, Qt::DotLine));
    painter.drawLine(rect.bottomLeft(), rect.bottomLeft() + QPointF(std::min(share, 1.0) * rect.width() - 3, 0));
}

void drawLine(QPainter& painter, const QRectF& rect, const Sparkline& line)
{
    const float highest = std::max(line.highest(), leastHeight);
    const auto values = line.values();
    const double step = rect.width() / static_cast<double>(values.size() - 1);
    QPolygonF piece;
    const auto finish = [&] {
        if (piece.size() == 1)
            piece << piece.front() + QPointF(step, 0);
        if (!piece.isEmpty())
            painter.drawPolyline(piece);
        piece.clear();
    };
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (std::isnan(values[i]))
            finish();
        else
            piece << QPointF(rect.left() + step * static_cast<double>(i),
                             rect.bottom() - static_cast<double>(values[i] / highest) * rect.height());
    }
    finish();
}

} // namespace

SparklineDelegate::SparklineDelegate(std::function<QColor(const QModelIndex&)> colorOf, QObject* parent)
    : QStyledItemDelegate(parent), m_colorOf(std::move(colorOf))
{
}

void SparklineDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    QStyleOptionViewItem cell(option);
    initStyleOption(&cell, index);
    cell.text.clear();
    const QWidget* widget = option.widget;
    QStyle* style = widget ? widget->style() : QApplication::style();
    style->drawControl(QStyle::CE_ItemViewItem, &cell, painter, widget);
    const auto line = index.data(SparklineRole).value<Sparkline>();
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    const auto rect = QRectF(option.rect).adjusted(marginX, marginY, -marginX, -marginY);
    drawUnknown(*painter, rect, line, cell.palette.color(QPalette::Text));
    painter->setPen(QPen(m_colorOf(index), 1.4, Qt::SolidLine, Qt::FlatCap, Qt::BevelJoin));
    drawLine(*painter, rect, line);
    painter->restore();
}

QSize SparklineDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const
{
    return {148, option.fontMetrics.height() + 2 * marginY};
}

} // namespace projectionist
