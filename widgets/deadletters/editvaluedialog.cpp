// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/deadletters/editvaluedialog.h"

#include "models/lettertext.h"
#include "widgets/common/colors.h"
#include "widgets/common/jsonhighlighter.h"
#include "widgets/common/panel.h"

#include <QDialogButtonBox>
#include <QGridLayout>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollBar>
#include <QTextBlock>

namespace projectionist {

namespace {

void markLines(QPlainTextEdit* edit, int first, int count)
{
    if (count == 0) {
        edit->setExtraSelections({});
        return;
    }
    const auto last = edit->document()->findBlockByNumber(first + count - 1);
    QTextEdit::ExtraSelection mark;
    mark.cursor = QTextCursor(edit->document()->findBlockByNumber(first));
    // With the line's end, or its rest would not be marked; the document's end is none.
    mark.cursor.setPosition(last.position() + last.length() - (last.next().isValid() ? 0 : 1), QTextCursor::KeepAnchor);
    mark.format.setBackground(colorsFor(edit->palette()).warningPanel);
    mark.format.setProperty(QTextFormat::FullWidthSelection, true);
    edit->setExtraSelections({mark});
}

} // namespace

EditValueDialog::EditValueDialog(const EditableValue& value, const QString& text, QWidget* parent)
    : QDialog(parent)
    , m_value(value.before)
    , m_text(text)
    , m_wasEdited(value.edited.has_value())
    , m_before(makeEdit(tr("As it failed"), this))
    , m_after(makeEdit(tr("As it is sent"), this))
    , m_state(new PlainLabel({}, this))
{
    setWindowTitle(tr("Edit %1 before its replay").arg(strangersText(value.reference)));
    auto* what = new PlainLabel(tr("Another value is sent in its place. The letter stays as it is, and what is sent "
                                   "names it in its header projectionist-replay-of."),
                                this);
    what->setWordWrap(true);
    m_before->setReadOnly(true);
    m_before->setPlainText(m_text);
    m_after->setPlainText(value.edited ? editableText(*value.edited).value() : m_text);
    m_state->setWordWrap(true);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    m_restore = buttons->addButton(tr("As it failed"), QDialogButtonBox::ResetRole);
    m_restore->setToolTip(tr("Puts back what failed"));
    m_takeOver = buttons->addButton(tr("Take over"), QDialogButtonBox::AcceptRole);
    auto* grid = new QGridLayout(this);
    grid->addWidget(what, 0, 0, 1, 2);
    grid->addWidget(new PlainLabel(tr("As it failed"), this), 1, 0);
    grid->addWidget(new PlainLabel(tr("As it is sent"), this), 1, 1);
    grid->addWidget(m_before, 2, 0);
    grid->addWidget(m_after, 2, 1);
    grid->addWidget(m_state, 3, 0, 1, 2);
    grid->addWidget(buttons, 4, 0, 1, 2);
    grid->setRowStretch(2, 1);
    resize(1000, 620);
    for (const auto& [one, other] : {std::pair(m_before, m_after), std::pair(m_after, m_before)})
        connect(one->verticalScrollBar(), &QScrollBar::valueChanged, other->verticalScrollBar(), &QScrollBar::setValue);
    connect(m_after, &QPlainTextEdit::textChanged, this, &EditValueDialog::check);
    connect(m_restore, &QPushButton::clicked, this, [this] {
        m_after->selectAll(); // so that it can be undone
        m_after->insertPlainText(m_text);
    });
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(buttons, &QDialogButtonBox::accepted, this, &EditValueDialog::take);
    check();
    m_after->setFocus();
}

QPlainTextEdit* EditValueDialog::makeEdit(const QString& name, QWidget* parent)
{
    auto* edit = new QPlainTextEdit(parent);
    edit->setAccessibleName(name);
    edit->setFont(fixedFont(edit->font()));
    edit->setLineWrapMode(QPlainTextEdit::NoWrap);
    edit->setTabChangesFocus(true);
    (new JsonHighlighter(edit->document()))->setOn(true);
    return edit;
}

void EditValueDialog::check()
{
    const auto text = m_after->toPlainText();
    const auto lines = differingLines(m_text, text);
    markLines(m_before, lines.first, lines.before);
    markLines(m_after, lines.first, lines.after);
    const auto flaw = editFlawText(text);
    const bool same = text == m_text;
    m_state->setText(!flaw.isEmpty() ? flaw
                     : same          ? tr("The same as it failed.")
                                     : tr("JSON; what differs is marked."));
    m_state->setTint(flaw.isEmpty() ? ColorMeaning::Muted : ColorMeaning::Critical);
    m_restore->setEnabled(!same);
    m_takeOver->setEnabled(flaw.isEmpty() && (!same || m_wasEdited));
}

void EditValueDialog::take()
{
    const auto text = m_after->toPlainText();
    emit edited(text == m_text ? std::nullopt : std::optional(editedValue(text, m_value)));
    accept();
}

QString EditValueDialog::state() const
{
    return m_state->text();
}

} // namespace projectionist
