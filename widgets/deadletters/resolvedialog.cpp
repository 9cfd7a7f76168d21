// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/deadletters/resolvedialog.h"

#include "backend/core/format.h"
#include "models/text.h"
#include "widgets/common/panel.h"

#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLineEdit>
#include <QPushButton>

namespace projectionist {

namespace {

constexpr int longestNote = 500;

} // namespace

ResolveDialog::ResolveDialog(std::size_t count, const QString& hint, QWidget* parent)
    : QDialog(parent), m_note(new QLineEdit(this))
{
    setWindowTitle(tr("Resolve dead letters"));
    const auto letters =
        count == 1 ? tr("1 letter") : tr("%1 letters").arg(toQString(formatNumber(static_cast<std::int64_t>(count))));
    auto* what =
        new PlainLabel(tr("%1 will be hidden as resolved. They stay where they are and can be restored; letters "
                          "that come later are not in it. The note is written into the audit trail.")
                           .arg(letters),
                       this);
    what->setWordWrap(true);
    m_note->setMaxLength(longestNote);
    m_note->setPlaceholderText(tr("INC-4711: corrected by hand"));
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    m_resolve = buttons->addButton(tr("Resolve %1").arg(letters), QDialogButtonBox::AcceptRole);
    m_resolve->setEnabled(false);
    auto* form = new QFormLayout(this);
    form->addRow(what);
    if (!hint.isEmpty()) {
        auto* more = new PlainLabel(hint, this);
        more->setWordWrap(true);
        more->setTint(ColorMeaning::Warning);
        form->addRow(more);
    }
    form->addRow(tr("&Note"), m_note);
    form->addRow(buttons);
    setMinimumWidth(460);
    connect(m_note, &QLineEdit::textChanged, this,
            [this](const QString& note) { m_resolve->setEnabled(!note.trimmed().isEmpty()); });
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(buttons, &QDialogButtonBox::accepted, this, [this] {
        emit resolveRequested(m_note->text().trimmed());
        accept();
    });
}

} // namespace projectionist
