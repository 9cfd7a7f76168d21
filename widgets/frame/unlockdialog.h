// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/clock.h"

#include <QDialog>

class QComboBox;
class QLineEdit;
class QPushButton;

namespace projectionist {

class PlainLabel;

/// Asks why, and for how long, a production context shall be changeable.
class UnlockDialog : public QDialog
{
    Q_OBJECT
public:
    UnlockDialog(const QString& context, QWidget* parent);

    [[nodiscard]] QLineEdit* reason() const { return m_reason; }
    [[nodiscard]] QComboBox* time() const { return m_time; }
    [[nodiscard]] QPushButton* unlock() const { return m_unlock; }

signals:
    void unlockRequested(projectionist::Duration time, const QString& reason);

private:
    void showChoice();
    [[nodiscard]] Duration chosenTime() const;

    const QString m_context;
    QLineEdit* m_reason;
    QComboBox* m_time;
    PlainLabel* m_command;
    QPushButton* m_unlock;
};

} // namespace projectionist
