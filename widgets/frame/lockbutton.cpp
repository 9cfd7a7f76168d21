// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/frame/lockbutton.h"

#include "models/text.h"
#include "models/zone.h"
#include "widgets/common/colors.h"
#include "widgets/common/icons.h"
#include "widgets/common/panel.h"

namespace projectionist {

QString countdownText(std::int64_t seconds)
{
    const auto two = [](std::int64_t number) { return QStringLiteral("%1").arg(number, 2, 10, QLatin1Char('0')); };
    const auto rest = two(seconds / 60 % 60) + u':' + two(seconds % 60);
    return seconds < 3600 ? rest : QString::number(seconds / 3600) + u':' + rest;
}

LockButton::LockButton(QWidget* parent) : QToolButton(parent)
{
    setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    setFocusPolicy(Qt::TabFocus);
    connect(this, &QToolButton::clicked, this, &LockButton::act);
    hide();
    showState();
}

void LockButton::setContext(const QString& name)
{
    setVisible(!name.isEmpty());
    if (name == m_context)
        return;
    if (m_dialog)
        m_dialog->reject();
    m_context = name;
    m_unlock.reset();
    m_shown.reset();
    showState();
}

void LockButton::setUnlock(const std::optional<Unlock>& unlock, TimePoint now)
{
    m_unlock = unlock;
    tick(now);
}

void LockButton::tick(TimePoint now)
{
    const bool open = m_unlock && now < m_unlock->until;
    const auto left = open ? std::optional(std::chrono::ceil<std::chrono::seconds>(m_unlock->until - now).count())
                           : std::optional<std::int64_t>();
    if (left == m_shown)
        return;
    m_shown = left;
    showState();
}

void LockButton::showState()
{
    const auto& left = m_shown;
    setText(left ? tr("Unlocked, %1 left").arg(countdownText(*left)) : tr("Locked"));
    setIcon(left ? themeIcon(QStringLiteral("unlock"), colorsFor(palette()).warning)
                 : themeIcon(QStringLiteral("lock")));
    if (!left) {
        setAccessibleName(tr("%1 is locked; press to unlock it for a time").arg(displayable(m_context, 60)));
        setToolTip(tr("Production is read-only. Click to unlock it for a time, with a reason.").toHtmlEscaped());
        return;
    }
    setAccessibleName(tr("%1 is unlocked; press to lock it").arg(displayable(m_context, 60)));
    setToolTip(tr("Unlocked by %1 until %2: %3\nClick to lock it now.")
                   .arg(displayable(toQString(m_unlock->who), 80), clockText(m_unlock->until, Zone::Utc) + tr(" UTC"),
                        displayable(toQString(m_unlock->reason)))
                   .toHtmlEscaped());
}

void LockButton::act()
{
    if (isUnlocked()) {
        emit lockRequested();
        return;
    }
    if (m_dialog)
        return;
    m_dialog = new UnlockDialog(m_context, this);
    m_dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(m_dialog, &UnlockDialog::unlockRequested, this, &LockButton::unlockRequested);
    m_dialog->open();
}

} // namespace projectionist
