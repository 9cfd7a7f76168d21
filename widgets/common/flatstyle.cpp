// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/flatstyle.h"

#include "widgets/common/colors.h"

#include <algorithm>
#include <QPainter>
#include <QStyleFactory>
#include <QStyleOption>

namespace projectionist {

namespace {

/// Where `at`, from 0 to 1 in both directions, lies in a square.
QPointF within(const QRectF& square, double x, double y)
{
    return {square.left() + x * square.width(), square.top() + y * square.height()};
}

QRectF squareIn(const QRect& rect)
{
    const double side = std::min(rect.width(), rect.height()) - 1;
    return {rect.left() + (rect.width() - side) / 2, rect.top() + (rect.height() - side) / 2, side, side};
}

void drawButton(const QStyleOption& option, QPainter& painter, const Colors& colors)
{
    const bool pressed = option.state & (QStyle::State_Sunken | QStyle::State_On);
    const bool hovered = (option.state & QStyle::State_MouseOver) && (option.state & QStyle::State_Enabled);
    painter.setPen(option.state & QStyle::State_HasFocus ? colors.accent : colors.border);
    painter.setBrush(pressed || hovered ? colors.selection : colors.raised);
    painter.drawRoundedRect(QRectF(option.rect).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
}

void drawFieldFrame(const QStyleOption& option, QPainter& painter, const Colors& colors)
{
    painter.setPen(option.state & QStyle::State_HasFocus ? colors.accent : colors.border);
    painter.setBrush(Qt::NoBrush);
    painter.drawRoundedRect(QRectF(option.rect).adjusted(0.5, 0.5, -0.5, -0.5), 2, 2);
}

void setIndicatorPen(const QStyleOption& option, QPainter& painter, const Colors& colors)
{
    const bool enabled = option.state & QStyle::State_Enabled;
    painter.setPen(option.state & QStyle::State_HasFocus ? colors.accent : enabled ? colors.muted : colors.border);
    painter.setBrush((option.state & QStyle::State_MouseOver) && enabled ? colors.selection : colors.panel);
}

void drawRadio(const QStyleOption& option, QPainter& painter, const Colors& colors)
{
    const auto square = squareIn(option.rect);
    setIndicatorPen(option, painter, colors);
    painter.drawEllipse(square);
    if (!(option.state & QStyle::State_On))
        return;
    painter.setPen(Qt::NoPen);
    painter.setBrush(option.state & QStyle::State_Enabled ? colors.text : colors.muted);
    painter.drawEllipse(square.center(), square.width() / 4, square.height() / 4);
}

void drawCheck(const QStyleOption& option, QPainter& painter, const Colors& colors)
{
    const auto square = squareIn(option.rect);
    setIndicatorPen(option, painter, colors);
    painter.drawRoundedRect(square, 2, 2);
    const auto& ink = option.state & QStyle::State_Enabled ? colors.text : colors.muted;
    painter.setPen(QPen(ink, std::max(1.5, square.width() / 8), Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    if (option.state & QStyle::State_NoChange)
        painter.drawLine(within(square, 0.25, 0.5), within(square, 0.75, 0.5));
    else if (option.state & QStyle::State_On)
        painter.drawPolyline(
            QPolygonF{within(square, 0.22, 0.52), within(square, 0.42, 0.74), within(square, 0.78, 0.28)});
}

} // namespace

FlatStyle::FlatStyle() : QProxyStyle(QStyleFactory::create(QStringLiteral("Fusion"))) {}

void FlatStyle::drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                              const QWidget* widget) const
{
    const auto draw = element == PE_PanelButtonCommand || element == PE_PanelButtonTool ? drawButton
                      : element == PE_FrameLineEdit                                     ? drawFieldFrame
                      : element == PE_IndicatorRadioButton                              ? drawRadio
                      : element == PE_IndicatorCheckBox                                 ? drawCheck
                                                                                        : nullptr;
    if (!draw) {
        QProxyStyle::drawPrimitive(element, option, painter, widget);
        return;
    }
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    draw(*option, *painter, colorsFor(option->palette));
    painter->restore();
}

QSize FlatStyle::sizeFromContents(ContentsType type, const QStyleOption* option, const QSize& size,
                                  const QWidget* widget) const
{
    const auto plain = QProxyStyle::sizeFromContents(type, option, size, widget);
    switch (type) {
    case CT_PushButton:
        return plain + QSize(16, 6);
    case CT_ToolButton:
        return plain + QSize(12, 6);
    case CT_ComboBox:
    case CT_LineEdit:
        return plain + QSize(4, 6);
    default:
        return plain;
    }
}

} // namespace projectionist
