// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/firstrun/saveform.h"

#include "backend/config/workspacefile.h"
#include "models/text.h"
#include "widgets/common/panel.h"

#include <QComboBox>
#include <QFileDialog>
#include <QFormLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QRegularExpression>
#include <QRegularExpressionValidator>

namespace projectionist {

SaveForm::SaveForm(QWidget* parent)
    : QWidget(parent)
    , m_context(new QLineEdit(QStringLiteral("local"), this))
    , m_environment(new QComboBox(this))
    , m_file(new QLineEdit(this))
    , m_note(new PlainLabel({}, this))
    , m_save(new QPushButton(this))
{
    m_environment->addItems({tr("Development"), tr("Test"), tr("Production")}); // in the order of Environment
    m_environment->setAccessibleName(tr("Environment"));
    m_context->setAccessibleName(tr("Name of the context"));
    m_context->setValidator(new QRegularExpressionValidator(
        QRegularExpression(QStringLiteral("[A-Za-z0-9][A-Za-z0-9_.-]{0,60}")), m_context));
    m_file->setAccessibleName(tr("File to save to"));
    m_note->setWordWrap(true);
    auto* form = new QFormLayout(this);
    form->setContentsMargins(0, 0, 0, 0);
    form->addRow(tr("Name"), m_context);
    form->addRow(tr("Environment"), m_environment);
    form->addRow(tr("Save to"), makeFileRow());
    form->addRow(QString(), m_note);
    auto* buttons = new QHBoxLayout;
    buttons->addStretch(1);
    buttons->addWidget(m_save);
    form->addRow(buttons);
    connect(m_save, &QPushButton::clicked, this, &SaveForm::saveRequested);
    connect(m_context, &QLineEdit::textChanged, this, &SaveForm::tell);
    connect(m_file, &QLineEdit::textChanged, this, &SaveForm::lookAtFile);
    tell();
}

QWidget* SaveForm::makeFileRow()
{
    auto* row = new QWidget(this);
    auto* button = new QPushButton(tr("Choose…"), row);
    button->setAccessibleName(tr("Choose the file to save to"));
    connect(button, &QPushButton::clicked, this, &SaveForm::choose);
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_file, 1);
    layout->addWidget(button);
    return row;
}

std::string SaveForm::context() const
{
    return m_context->text().toStdString();
}

Environment SaveForm::environment() const
{
    return static_cast<Environment>(m_environment->currentIndex());
}

std::filesystem::path SaveForm::file() const
{
    return m_file->text().toStdString();
}

void SaveForm::refresh()
{
    if (m_file->text().isEmpty())
        m_file->setText(toQString(userWorkspacePath().string())); // looks at it
    else
        lookAtFile();
}

void SaveForm::setBusy(bool busy)
{
    m_busy = busy;
    tell();
}

/// An existing file is not replaced, so there is nothing to confirm.
void SaveForm::choose()
{
    auto* dialog =
        new QFileDialog(this, tr("Save the context to"), m_file->text(), tr("Workspace files (*.toml);;All files (*)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setFileMode(QFileDialog::AnyFile);
    dialog->setOption(QFileDialog::DontConfirmOverwrite);
    dialog->setDefaultSuffix(QStringLiteral("toml"));
    connect(dialog, &QFileDialog::fileSelected, m_file, &QLineEdit::setText);
    dialog->open();
}

SaveForm::Target SaveForm::look(const std::filesystem::path& file)
{
    Target target;
    std::error_code ignored;
    target.exists = std::filesystem::exists(file, ignored);
    if (!target.exists)
        return target;
    const auto loaded = loadWorkspace(file);
    for (const auto& diagnostic : loaded.diagnostics)
        if (diagnostic.level == DiagnosticLevel::Error && target.mistake.isEmpty())
            target.mistake = toQString(toString(diagnostic));
    if (loaded.workspace)
        for (const auto& context : loaded.workspace->contexts)
            target.contexts << toQString(context.name);
    return target;
}

void SaveForm::lookAtFile()
{
    m_tasks.cancel(m_looking);
    m_target.reset();
    m_looking = m_tasks.start<Target>([file = file()](const std::stop_token&) { return look(file); },
                                      [this](Target target) {
                                          m_target = std::move(target);
                                          tell();
                                      });
    tell();
}

void SaveForm::tell()
{
    const auto name = m_context->text();
    const bool adds = m_target && m_target->exists;
    QString wrong;
    if (m_file->text().isEmpty())
        wrong = tr("Name a file.");
    else if (!m_context->hasAcceptableInput())
        wrong = tr("The context needs a name.");
    else if (adds && !m_target->mistake.isEmpty())
        wrong = tr("The file exists and has mistakes, so nothing can be added to it. %1").arg(m_target->mistake);
    else if (adds && m_target->contexts.contains(name))
        wrong = tr("The file has a context “%1” already: choose another name, or another file.").arg(name);
    QString note = wrong;
    if (note.isEmpty() && adds)
        note = tr("The file exists: “%1” is added to its contexts (%2). What it has stays as it is, comments too.")
                   .arg(name, m_target->contexts.join(QStringLiteral(", ")));
    m_note->setText(note);
    m_note->setTint(wrong.isEmpty() ? ColorMeaning::Muted : ColorMeaning::Critical);
    m_note->setVisible(!note.isEmpty());
    m_save->setText(adds ? tr("Add and watch") : tr("Save and watch"));
    m_save->setEnabled(m_target && wrong.isEmpty() && !m_busy);
}

} // namespace projectionist
