// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/editedvalue.h"

#include <QDialog>

class QPlainTextEdit;
class QPushButton;

namespace projectionist {

class PlainLabel;

/// The value of one letter as it failed, and beside it the one that is sent in its place. Takes over nothing but JSON.
class EditValueDialog : public QDialog
{
    Q_OBJECT
public:
    /// `text`: of the value as it failed, see editableText().
    EditValueDialog(const EditableValue& value, const QString& text, QWidget* parent);

    [[nodiscard]] QPlainTextEdit* before() const { return m_before; }
    [[nodiscard]] QPlainTextEdit* after() const { return m_after; }
    [[nodiscard]] QPushButton* takeOver() const { return m_takeOver; }
    [[nodiscard]] QPushButton* restore() const { return m_restore; }
    [[nodiscard]] QString state() const;

signals:
    /// nullopt: the value as it failed.
    void edited(const std::optional<std::string>& value);

private:
    [[nodiscard]] QPlainTextEdit* makeEdit(const QString& name, QWidget* parent);
    void check();
    void take();

    const std::string m_value;
    const QString m_text;
    const bool m_wasEdited;
    QPlainTextEdit* m_before;
    QPlainTextEdit* m_after;
    PlainLabel* m_state;
    QPushButton* m_restore;
    QPushButton* m_takeOver;
};

} // namespace projectionist
