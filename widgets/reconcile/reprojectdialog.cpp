// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/reconcile/reprojectdialog.h"

#include "backend/core/format.h"
#include "models/shellwords.h"
#include "models/text.h"
#include "widgets/common/panel.h"

#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QRadioButton>

namespace projectionist {

namespace {

PlainLabel* makeNote(const QString& text, ColorMeaning meaning, QWidget* parent)
{
    auto* note = new PlainLabel(text, parent);
    note->setWordWrap(true);
    note->setTint(meaning);
    return note;
}

} // namespace

ReprojectDialog::ReprojectDialog(std::size_t keys, const QString& whyNoRows, QWidget* parent)
    : QDialog(parent)
    , m_rows(new QRadioButton(tr("The projection's &declaration writes the rows"), this))
    , m_command(new QRadioButton(tr("A &program applies the events"), this))
    , m_program(new QLineEdit(this))
    , m_reason(new QLineEdit(this))
{
    setWindowTitle(tr("Reproject keys"));
    const auto count =
        keys == 1 ? tr("1 key") : tr("%1 keys").arg(toQString(formatNumber(static_cast<std::int64_t>(keys))));
    m_program->setPlaceholderText(tr("program and arguments; the event on standard input"));
    m_program->setAccessibleName(tr("Program and arguments"));
    m_reason->setPlaceholderText(tr("INC-4711: the handler is mended"));
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    m_plan = buttons->addButton(tr("Plan\u2026"), QDialogButtonBox::AcceptRole);
    auto* form = new QFormLayout(this);
    form->addRow(makeNote(tr("All events of %1 are replayed, from the first one in the log on; then these keys are "
                             "checked again. First a plan is made, which changes nothing.")
                              .arg(count),
                          ColorMeaning::Normal, this));
    form->addRow(m_rows);
    if (!whyNoRows.isEmpty())
        form->addRow(makeNote(whyNoRows, ColorMeaning::Muted, this));
    form->addRow(m_command);
    form->addRow(QString(), m_program);
    form->addRow(tr("&Reason"), m_reason);
    form->addRow(buttons);
    setMinimumWidth(520);
    m_rows->setEnabled(whyNoRows.isEmpty());
    (whyNoRows.isEmpty() ? m_rows : m_command)->setChecked(true);
    connect(m_command, &QRadioButton::toggled, this, &ReprojectDialog::tell);
    connect(m_program, &QLineEdit::textChanged, this, &ReprojectDialog::tell);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(buttons, &QDialogButtonBox::accepted, this, [this] {
        emit planRequested(target(), m_reason->text().trimmed());
        accept();
    });
    tell();
}

void ReprojectDialog::tell()
{
    m_program->setEnabled(m_command->isChecked());
    m_plan->setEnabled(m_rows->isChecked() || !target().command.empty());
}

ReplayTarget ReprojectDialog::target() const
{
    ReplayTarget target{ReplayTargetKind::Rows, {}, {}};
    if (m_rows->isChecked())
        return target;
    target.kind = ReplayTargetKind::Command;
    const auto words = shellWords(m_program->text());
    for (const auto& word : words.value_or(QStringList()))
        target.command.push_back(word.toStdString());
    return target;
}

} // namespace projectionist
