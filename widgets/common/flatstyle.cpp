// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/flatstyle.h"

#include "widgets/common/colors.h"

#include <QPainter>
#include <QStyleFactory>
#include <QStyleOption>

namespace projectionist {

FlatStyle::FlatStyle() : QProxyStyle(QStyleFactory::create(QStringLiteral("Fusion"))) {}

void FlatStyle::drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                              const QWidget* widget) const
{
    if (element != PE_PanelButtonCommand && element != PE_PanelButtonTool) {
        QProxyStyle::drawPrimitive(element, option, painter, widget);
        return;
    }
    const auto& colors = colorsFor(option->palette);
    const bool pressed = option->state & (State_Sunken | State_On);
    const bool hovered = (option->state & State_MouseOver) && (option->state & State_Enabled);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(option->state & State_HasFocus ? colors.accent : colors.border);
    painter->setBrush(pressed || hovered ? colors.selection : colors.raised);
    painter->drawRoundedRect(QRectF(option->rect).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
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
