// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// First: moc of Qt 6.4 cannot parse <concepts> unless another standard header came before.
#include <QWidget>

#include "backend/config/workspace.h"
#include "widgets/common/backgroundtasks.h"

#include <filesystem>

class QComboBox;
class QFormLayout;
class QLineEdit;
class QPushButton;

namespace projectionist {

class PlainLabel;

/// Name and environment of a new context, and the file it goes to: a new one, or one that is there, to which it is
/// added.
class SaveForm : public QWidget
{
    Q_OBJECT
public:
    explicit SaveForm(QWidget* parent = nullptr);

    [[nodiscard]] std::string context() const;
    [[nodiscard]] Environment environment() const;
    [[nodiscard]] std::filesystem::path file() const;
    /// The user's workspace file, unless another was chosen. Looks at the file again.
    void refresh();
    void setBusy(bool busy);

signals:
    void saveRequested();

private:
    /// What is there under the name of the file; found out on another thread.
    struct Target
    {
        bool exists = false;
        QStringList contexts;
        QString mistake; ///< the file cannot be used
    };
    static Target look(const std::filesystem::path& file);
    QWidget* makeFileRow();
    void choose();
    void lookAtFile();
    void tell();

    QLineEdit* m_context;
    QComboBox* m_environment;
    QLineEdit* m_file;
    PlainLabel* m_note;
    QPushButton* m_save;
    std::optional<Target> m_target; ///< nullopt until it has been looked at
    bool m_busy = false;
    BackgroundTasks m_tasks;
    BackgroundTasks::Token m_looking = 0;
};

} // namespace projectionist
