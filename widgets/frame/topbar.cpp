// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/frame/topbar.h"

#include "models/rangecontroller.h"
#include "models/text.h"
#include "widgets/common/colors.h"
#include "widgets/common/icons.h"
#include "widgets/common/panel.h"
#include "widgets/frame/contextchip.h"
#include "widgets/frame/lockbutton.h"
#include "widgets/frame/rangebutton.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QPainter>

namespace projectionist {

namespace {

QToolButton* makeButton(QWidget* parent)
{
    auto* button = new QToolButton(parent);
    button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    button->setFocusPolicy(Qt::TabFocus);
    return button;
}

} // namespace

TopBar::TopBar(RangeController& range, std::function<std::vector<JumpTarget>(const QString&)> jumpTargets,
               QWidget* parent)
    : QWidget(parent)
    , m_range(range)
    , m_chip(new ContextChip(this))
    , m_lock(new LockButton(this))
    , m_jump(new JumpBox(std::move(jumpTargets), this))
    , m_rangeButton(new RangeButton(range, this))
    , m_live(makeButton(this))
    , m_zone(makeButton(this))
    , m_alerts(makeButton(this))
{
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(12, 7, 12, 9);
    row->setSpacing(8);
    row->addWidget(m_chip);
    row->addWidget(m_lock);
    row->addWidget(m_jump, 3);
    row->addStretch(2);
    for (QWidget* widget : std::initializer_list<QWidget*>{m_rangeButton, m_live, m_zone, m_alerts})
        row->addWidget(widget);
    m_jump->setMinimumWidth(180);
    m_jump->setMaximumWidth(360);

    connect(m_chip, &ContextChip::contextChosen, this, &TopBar::contextChosen);
    connect(m_alerts, &QToolButton::clicked, this, &TopBar::alertsClicked);
    connect(m_live, &QToolButton::clicked, this, [this] { m_range.setLive(!m_range.isLive()); });
    connect(m_zone, &QToolButton::clicked, this,
            [this] { m_range.setZone(m_range.zone() == Zone::Utc ? Zone::Local : Zone::Utc); });
    connect(&m_range, &RangeController::liveChanged, this, &TopBar::updateLive);
    connect(&m_range, &RangeController::zoneChanged, this, &TopBar::updateZone);
    updateLive();
    updateZone();
    setAlerts(0, 0);
    clearContext();
}

void TopBar::setContext(const ContextSettings& context, const QStringList& all)
{
    m_chip->setContext(context, all);
    m_chip->show();
    for (auto* widget : std::initializer_list<QWidget*>{m_rangeButton, m_live, m_alerts})
        widget->show();
    const bool production = context.environment == Environment::Production;
    m_lock->setContext(production ? toQString(context.name) : QString());
    m_line = production ? m_chip->color() : QColor();
    update();
}

void TopBar::clearContext()
{
    for (auto* widget : std::initializer_list<QWidget*>{m_chip, m_rangeButton, m_live, m_alerts})
        widget->hide();
    m_lock->setContext({});
    m_line = QColor();
    update();
}

void TopBar::setAlerts(int warnings, int critical)
{
    const int all = warnings + critical;
    m_alerts->setText(all == 0 ? tr("No alerts") : all == 1 ? tr("1 alert") : tr("%1 alerts").arg(all));
    const auto& colors = colorsFor(palette());
    m_alerts->setIcon(all == 0 ? themeIcon(QStringLiteral("verdict-ok"), colors.ok)
                               : themeIcon(QStringLiteral("alert"), critical > 0 ? colors.critical : colors.warning));
    m_alerts->setAccessibleName(tr("Alerts: %1 critical, %2 warnings").arg(critical).arg(warnings));
    m_alerts->setToolTip(tr("%1. Click shows the worst.").arg(m_alerts->accessibleName()));
}

void TopBar::paintEvent(QPaintEvent*)
{
    const auto& colors = colorsFor(palette());
    QPainter painter(this);
    painter.fillRect(rect(), colors.panel);
    const int thickness = m_line.isValid() ? 2 : 1;
    painter.fillRect(0, height() - thickness, width(), thickness, m_line.isValid() ? m_line : colors.border);
}

void TopBar::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        updateLive();
}

void TopBar::updateLive()
{
    const bool live = m_range.isLive();
    m_live->setText(live ? tr("Live") : tr("Paused"));
    m_live->setIcon(live ? themeIcon(QStringLiteral("dot"), colorsFor(palette()).ok)
                         : themeIcon(QStringLiteral("pause")));
    m_live->setAccessibleName(live ? tr("Live; press to pause") : tr("Paused; press to go on"));
    m_live->setToolTip(live ? tr("Shows what happens now. Pause with Ctrl+P; sampling goes on.")
                            : tr("The picture stands still, sampling goes on. Ctrl+P resumes."));
}

void TopBar::updateZone()
{
    m_zone->setText(zoneName(m_range.now(), m_range.zone()));
    m_zone->setAccessibleName(tr("Time zone %1; press to change").arg(m_zone->text()));
    m_zone->setToolTip(tr("Times in UTC or local time (Ctrl+U)"));
}

} // namespace projectionist
