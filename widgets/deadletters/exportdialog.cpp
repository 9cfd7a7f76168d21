// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/deadletters/exportdialog.h"

#include "widgets/common/fonts.h"
#include "widgets/common/icons.h"
#include "widgets/common/panel.h"

#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QFormLayout>
#include <QGuiApplication>
#include <QLineEdit>
#include <QPushButton>
#include <QStandardPaths>

namespace projectionist {

namespace {

const QString jsonLinesSuffix = QStringLiteral(".jsonl");
const QString csvSuffix = QStringLiteral(".csv");

QString firstFile()
{
    return QDir(QStandardPaths::writableLocation(QStandardPaths::HomeLocation))
        .filePath(QStringLiteral("dead-letters") + jsonLinesSuffix);
}

} // namespace

ExportDialog::ExportDialog(const QString& what, std::function<QString(const LetterExportOrder&)> command,
                           QWidget* parent)
    : QDialog(parent)
    , m_commandOf(std::move(command))
    , m_format(new QComboBox(this))
    , m_payload(new QCheckBox(tr("With messages, headers and payloads"), this))
    , m_file(new QLineEdit(firstFile(), this))
    , m_hint(new PlainLabel({}, this))
    , m_command(new PlainLabel({}, this))
{
    setWindowTitle(tr("Export dead letters"));
    auto* intro =
        new PlainLabel(tr("%1 Masks apply. The file appears when it is whole; only you may read it.").arg(what), this);
    intro->setWordWrap(true);
    m_format->addItems({tr("JSON Lines"), tr("CSV")}); // in the order of ExportFormat
    m_payload->setToolTip(tr("Topics are read once more for that"));
    m_hint->setTint(ColorMeaning::Warning);
    m_hint->setWordWrap(true);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    m_export = buttons->addButton(tr("Export"), QDialogButtonBox::AcceptRole);
    auto* form = new QFormLayout(this);
    form->addRow(intro);
    form->addRow(tr("F&ormat"), m_format);
    form->addRow(QString(), m_payload);
    form->addRow(tr("&File"), makeFileRow());
    form->addRow(QString(), m_hint);
    if (m_commandOf)
        form->addRow(tr("Command"), makeCommandRow());
    form->addRow(buttons);
    setMinimumWidth(640);
    connect(m_format, &QComboBox::currentIndexChanged, this, &ExportDialog::changeSuffix);
    connect(m_payload, &QCheckBox::toggled, this, &ExportDialog::showOrder);
    connect(m_file, &QLineEdit::textChanged, this, &ExportDialog::showOrder);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(buttons, &QDialogButtonBox::accepted, this, [this] {
        emit exportRequested(order());
        accept();
    });
    showOrder();
}

QWidget* ExportDialog::makeFileRow()
{
    auto* row = new QWidget(this);
    auto* browseButton = new QPushButton(tr("Browse\u2026"), row);
    browseButton->setAutoDefault(false);
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    m_file->setAccessibleName(tr("File"));
    layout->addWidget(m_file, 1);
    layout->addWidget(browseButton);
    connect(browseButton, &QPushButton::clicked, this, &ExportDialog::browse);
    return row;
}

QWidget* ExportDialog::makeCommandRow()
{
    auto* row = new QWidget(this);
    m_command->setFont(fixedFont(m_command->font()));
    m_command->elide(Qt::ElideRight);
    m_command->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred); // a long one makes no wide dialog
    auto* copy = new QPushButton(themeIcon(QStringLiteral("copy")), tr("Copy as command"), row);
    copy->setAutoDefault(false);
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_command, 1);
    layout->addWidget(copy);
    connect(copy, &QPushButton::clicked, this, [this] { QGuiApplication::clipboard()->setText(command()); });
    return row;
}

QString ExportDialog::command() const
{
    return m_commandOf ? m_commandOf(order()) : QString();
}

LetterExportOrder ExportDialog::order() const
{
    LetterExportOrder order;
    order.file = m_file->text().trimmed();
    order.content.format = static_cast<ExportFormat>(m_format->currentIndex());
    order.content.payload = m_payload->isChecked();
    return order;
}

void ExportDialog::browse()
{
    auto* dialog = new QFileDialog(this, tr("Export dead letters"), m_file->text());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setFileMode(QFileDialog::AnyFile);
    dialog->selectFile(m_file->text());
    connect(dialog, &QFileDialog::fileSelected, m_file, &QLineEdit::setText);
    dialog->open();
}

void ExportDialog::showOrder()
{
    const auto name = order().file;
    const QFileInfo info(name);
    m_hint->setText(name.isEmpty()                            ? tr("Name a file.")
                    : info.isDir()                            ? tr("This is a folder: name a file in it.")
                    : !QFileInfo(info.absolutePath()).isDir() ? tr("There is no such folder.")
                    : info.exists()                           ? tr("There is such a file: it will be replaced.")
                                                              : QString());
    m_hint->setVisible(!m_hint->text().isEmpty());
    m_export->setEnabled(!name.isEmpty() && !info.isDir() && QFileInfo(info.absolutePath()).isDir());
    m_command->setText(command());
}

/// The name follows the format as long as it ends like one.
void ExportDialog::changeSuffix()
{
    const bool csv = m_format->currentIndex() == static_cast<int>(ExportFormat::Csv);
    auto name = m_file->text();
    const auto& former = csv ? jsonLinesSuffix : csvSuffix;
    if (name.endsWith(former))
        m_file->setText(name.chopped(former.size()) + (csv ? csvSuffix : jsonLinesSuffix));
    showOrder();
}

} // namespace projectionist
