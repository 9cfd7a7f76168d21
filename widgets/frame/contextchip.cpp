// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/frame/contextchip.h"

#include "models/text.h"
#include "widgets/common/colors.h"
#include "widgets/common/panel.h"

#include <QCoreApplication>
#include <QMenu>
#include <QPainter>

namespace projectionist {

namespace {

constexpr int margin = 10;

QColor defaultColor(Environment environment)
{
    switch (environment) {
    case Environment::Production:
        return {0xd5, 0x5e, 0x00};
    case Environment::Test:
        return {0xe6, 0x9f, 0x00};
    case Environment::Development:
        break;
    }
    return {0x00, 0x72, 0xb2};
}

QColor mixed(const QColor& one, const QColor& other, float share)
{
    return QColor::fromRgbF(one.redF() * share + other.redF() * (1 - share),
                            one.greenF() * share + other.greenF() * (1 - share),
                            one.blueF() * share + other.blueF() * (1 - share));
}

} // namespace

QString environmentWord(Environment environment)
{
    switch (environment) {
    case Environment::Production:
        return QCoreApplication::translate("ContextChip", "PRODUCTION");
    case Environment::Test:
        return QCoreApplication::translate("ContextChip", "TEST");
    case Environment::Development:
        break;
    }
    return QCoreApplication::translate("ContextChip", "DEVELOPMENT");
}

ContextChip::ContextChip(QWidget* parent) : QToolButton(parent)
{
    setPopupMode(QToolButton::InstantPopup);
    setFocusPolicy(Qt::TabFocus);
}

void ContextChip::setContext(const ContextSettings& context, const QStringList& all)
{
    m_environment = environmentWord(context.environment);
    m_name = displayable(toQString(context.name), 40);
    m_color = QColor(toQString(context.color));
    if (!m_color.isValid())
        m_color = defaultColor(context.environment);
    setAccessibleName(tr("Context %1, %2").arg(m_name, m_environment.toLower()));
    setToolTip(accessibleName().toHtmlEscaped());
    auto* menu = new QMenu(this);
    for (const auto& name : all) {
        auto* action = menu->addAction(displayable(name, 60));
        action->setCheckable(true);
        action->setChecked(name == toQString(context.name));
        connect(action, &QAction::triggered, this, [this, name] { emit contextChosen(name); });
    }
    delete this->menu();
    // A menu with one entry is no choice.
    setMenu(all.size() > 1 ? menu : nullptr);
    if (all.size() <= 1)
        menu->deleteLater();
    updateGeometry();
    update();
}

QSize ContextChip::sizeHint() const
{
    const QFontMetrics bold(scaledFont(font(), 1, true));
    return {bold.horizontalAdvance(m_environment + m_name) + 2 * margin + 9 + 4 + (menu() ? 14 : 0),
            bold.height() + 12};
}

void ContextChip::paintEvent(QPaintEvent*)
{
    const auto& colors = colorsFor(palette());
    const auto ground = mixed(m_color, colors.panel, 0.24F);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(hasFocus() ? colors.accent : m_color);
    painter.setBrush(ground);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
    const auto bold = scaledFont(font(), 1, true);
    painter.setFont(bold);
    QRect area = rect().adjusted(margin, 0, -margin, 0);
    painter.setPen(readableOn(ground, m_color));
    painter.drawText(area, Qt::AlignVCenter | Qt::AlignLeft, m_environment);
    area.setLeft(area.left() + QFontMetrics(bold).horizontalAdvance(m_environment) + 9);
    painter.setPen(colors.text);
    painter.drawText(area, Qt::AlignVCenter | Qt::AlignLeft, m_name);
    if (menu())
        painter.drawText(area, Qt::AlignVCenter | Qt::AlignRight, QStringLiteral("\u25be"));
}

} // namespace projectionist
