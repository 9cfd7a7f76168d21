// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// First: moc of Qt 6.4 cannot parse <concepts> unless another standard header came before.
#include <QDialog>

#include "backend/deadletter/replay/replayplan.h"

class QLineEdit;
class QPushButton;
class QRadioButton;

namespace projectionist {

/// Asks what applies the events of keys that are to be reprojected, and why. Nothing is done by it.
class ReprojectDialog : public QDialog
{
    Q_OBJECT
public:
    /// `whyNoRows`: why the projection's declaration cannot write rows; empty: it can.
    ReprojectDialog(std::size_t keys, const QString& whyNoRows, QWidget* parent);

    [[nodiscard]] QRadioButton* rows() const { return m_rows; }
    [[nodiscard]] QRadioButton* command() const { return m_command; }
    [[nodiscard]] QLineEdit* program() const { return m_program; }
    [[nodiscard]] QLineEdit* reason() const { return m_reason; }
    [[nodiscard]] QPushButton* planButton() const { return m_plan; }

signals:
    void planRequested(const projectionist::ReplayTarget& target, const QString& reason);

private:
    void tell();
    [[nodiscard]] ReplayTarget target() const;

    QRadioButton* m_rows;
    QRadioButton* m_command;
    QLineEdit* m_program;
    QLineEdit* m_reason;
    QPushButton* m_plan;
};

} // namespace projectionist
