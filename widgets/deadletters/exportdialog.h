// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/letteracts.h"

#include <functional>
#include <QDialog>

class QCheckBox;
class QComboBox;
class QLineEdit;
class QPushButton;

namespace projectionist {

class PlainLabel;

/// Asks into which file dead letters are exported, and what of them. Shows the command that does the same.
class ExportDialog : public QDialog
{
    Q_OBJECT
public:
    /// `what`: which letters. `command`: empty where the command line cannot name these letters.
    ExportDialog(const QString& what, std::function<QString(const LetterExportOrder&)> command, QWidget* parent);

    [[nodiscard]] QComboBox* format() const { return m_format; }
    [[nodiscard]] QCheckBox* payload() const { return m_payload; }
    [[nodiscard]] QLineEdit* file() const { return m_file; }
    [[nodiscard]] QPushButton* exportButton() const { return m_export; }
    [[nodiscard]] QString command() const;

signals:
    /// File and content; the rest is the page's.
    void exportRequested(const projectionist::LetterExportOrder& order);

private:
    [[nodiscard]] LetterExportOrder order() const;
    [[nodiscard]] QWidget* makeFileRow();
    [[nodiscard]] QWidget* makeCommandRow();
    void browse();
    void showOrder();
    void changeSuffix();

    const std::function<QString(const LetterExportOrder&)> m_commandOf;
    QComboBox* m_format;
    QCheckBox* m_payload;
    QLineEdit* m_file;
    PlainLabel* m_hint;
    PlainLabel* m_command;
    QPushButton* m_export;
};

} // namespace projectionist
