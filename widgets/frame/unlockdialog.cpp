// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/frame/unlockdialog.h"

#include "backend/core/format.h"
#include "models/shellwords.h"
#include "models/text.h"
#include "widgets/common/icons.h"
#include "widgets/common/panel.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLineEdit>
#include <QPushButton>

namespace projectionist {

namespace {

constexpr int longestReason = 500;

} // namespace

UnlockDialog::UnlockDialog(const QString& context, QWidget* parent)
    : QDialog(parent)
    , m_context(context)
    , m_reason(new QLineEdit(this))
    , m_time(new QComboBox(this))
    , m_command(new PlainLabel({}, this))
{
    setWindowTitle(tr("Unlock %1").arg(displayable(context, 60)));
    auto* why =
        new PlainLabel(tr("%1 is production: read-only until it is unlocked, for a time and with a reason. Both "
                          "are written into the audit trail.")
                           .arg(displayable(context, 60)),
                       this);
    why->setWordWrap(true);
    m_reason->setMaxLength(longestReason);
    m_reason->setPlaceholderText(tr("INC-4711: replay of orders"));
    m_time->addItem(tr("15 minutes"), 15);
    m_time->addItem(tr("30 minutes"), 30);
    m_time->addItem(tr("1 hour"), 60);
    m_command->setTint(ColorMeaning::Muted);
    m_command->elide(Qt::ElideMiddle);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    m_unlock = buttons->addButton(tr("Unlock"), QDialogButtonBox::AcceptRole);
    m_unlock->setIcon(themeIcon(QStringLiteral("unlock")));
    auto* form = new QFormLayout(this);
    form->addRow(why);
    form->addRow(tr("&Reason"), m_reason);
    form->addRow(tr("&Time"), m_time);
    form->addRow(tr("As command"), m_command);
    form->addRow(buttons);
    setMinimumWidth(460);
    connect(m_reason, &QLineEdit::textChanged, this, &UnlockDialog::showChoice);
    connect(m_time, &QComboBox::currentIndexChanged, this, &UnlockDialog::showChoice);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(buttons, &QDialogButtonBox::accepted, this, [this] {
        emit unlockRequested(chosenTime(), m_reason->text().trimmed());
        accept();
    });
    showChoice();
}

Duration UnlockDialog::chosenTime() const
{
    return std::chrono::minutes(m_time->currentData().toInt());
}

void UnlockDialog::showChoice()
{
    const auto reason = m_reason->text().trimmed();
    m_unlock->setEnabled(!reason.isEmpty());
    m_unlock->setToolTip(reason.isEmpty() ? tr("Say why, first") : QString());
    m_command->setText(QStringLiteral("projectionistctl unlock %1 --for %2 --reason %3")
                           .arg(shellQuoted(m_context), toQString(compactDuration(chosenTime())), shellQuoted(reason)));
}

} // namespace projectionist
