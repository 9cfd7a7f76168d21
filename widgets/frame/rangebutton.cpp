// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/frame/rangebutton.h"

#include "models/rangecontroller.h"
#include "models/text.h"
#include "widgets/common/icons.h"
#include "widgets/common/panel.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QKeyEvent>
#include <QLineEdit>
#include <QMenu>
#include <QVBoxLayout>
#include <QWidgetAction>

namespace projectionist {

namespace {

constexpr auto presets = {"5m", "15m", "30m", "1h", "3h", "6h", "12h", "24h", "2d", "7d", "30d", "90d"};

} // namespace

RangeButton::RangeButton(RangeController& range, QWidget* parent)
    : QToolButton(parent), m_range(range), m_line(new QLineEdit), m_error(new PlainLabel)
{
    setPopupMode(QToolButton::InstantPopup);
    setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    setIcon(themeIcon(QStringLiteral("clock")));
    setFocusPolicy(Qt::TabFocus);
    setMenu(new QMenu(this));
    fillMenu();
    connect(&m_range, &RangeController::rangeChanged, this, &RangeButton::updateText);
    connect(&m_range, &RangeController::zoneChanged, this, &RangeButton::updateText);
    updateText();
}

void RangeButton::edit()
{
    // Not showMenu(): that would run an event loop of its own.
    menu()->popup(mapToGlobal(rect().bottomLeft()));
    m_line->setFocus(Qt::ShortcutFocusReason);
    m_line->selectAll();
}

bool RangeButton::apply(const QString& text)
{
    const auto parsed = parseTimeRange(text, m_range.zone(), m_range.now());
    m_error->setVisible(!parsed);
    if (!parsed) {
        m_error->setText(toQString(toString(parsed.error())));
        menu()->adjustSize();
        return false;
    }
    m_range.setRange(*parsed);
    return true;
}

/// Enter would go on to the menu, which would close over the explanation of what cannot be understood.
bool RangeButton::eventFilter(QObject* watched, QEvent* event)
{
    if (watched != m_line || event->type() != QEvent::KeyPress)
        return QToolButton::eventFilter(watched, event);
    const int key = static_cast<QKeyEvent*>(event)->key();
    if (key == Qt::Key_Down && m_firstPreset) {
        menu()->setFocus();
        menu()->setActiveAction(m_firstPreset);
        return true;
    }
    if (key != Qt::Key_Return && key != Qt::Key_Enter)
        return false;
    if (apply(m_line->text()))
        menu()->close();
    return true;
}

void RangeButton::updateText()
{
    const auto label = rangeLabel(m_range.range(), m_range.zone(), m_range.now());
    setText(label);
    setAccessibleName(tr("Time range: %1").arg(label));
    setToolTip(tr("Time range of all charts and tables (Ctrl+T): %1").arg(toText(m_range.range())));
    m_line->setText(toText(m_range.range()));
    m_error->hide();
}

void RangeButton::fillMenu()
{
    auto* box = new QWidget;
    auto* layout = new QVBoxLayout(box);
    m_line->setMinimumWidth(300);
    m_line->setAccessibleName(tr("Time range, typed"));
    m_line->setPlaceholderText(tr("now-6h, or 2026-11-21 02:10 to now"));
    m_error->setTint(ColorMeaning::Critical);
    m_error->setWordWrap(true);
    layout->addWidget(m_line);
    layout->addWidget(m_error);
    auto* typed = new QWidgetAction(this);
    typed->setDefaultWidget(box);
    menu()->addAction(typed);
    menu()->addSeparator();
    for (const auto* preset : presets) {
        const auto text = QStringLiteral("now-%1").arg(QLatin1String(preset));
        const auto range = parseTimeRange(text, m_range.zone(), m_range.now());
        if (!range)
            continue;
        auto* action = menu()->addAction(rangeLabel(*range, m_range.zone(), m_range.now()));
        connect(action, &QAction::triggered, this, [this, range = *range] { m_range.setRange(range); });
        if (!m_firstPreset)
            m_firstPreset = action;
    }
    menu()->addSeparator();
    connect(menu()->addAction(themeIcon(QStringLiteral("copy")), tr("Copy range")), &QAction::triggered, this,
            [this] { QGuiApplication::clipboard()->setText(toText(m_range.range())); });
    connect(menu()->addAction(tr("Paste range")), &QAction::triggered, this,
            [this] { apply(QGuiApplication::clipboard()->text()); });
    m_line->installEventFilter(this);
}

} // namespace projectionist
