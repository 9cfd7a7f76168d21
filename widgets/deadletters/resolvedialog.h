// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

class QLineEdit;
class QPushButton;

namespace projectionist {

/// Asks what was done about letters that are to be hidden as resolved.
class ResolveDialog : public QDialog
{
    Q_OBJECT
public:
    ResolveDialog(std::size_t count, const QString& hint, QWidget* parent);

    [[nodiscard]] QLineEdit* note() const { return m_note; }
    [[nodiscard]] QPushButton* resolve() const { return m_resolve; }

signals:
    void resolveRequested(const QString& note);

private:
    QLineEdit* m_note;
    QPushButton* m_resolve;
};

} // namespace projectionist
