// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// First: moc of Qt 6.4 cannot parse <concepts> unless another standard header came before.
#include <QWidget>

#include "backend/config/workspace.h"
#include "models/checkdraft.h"

class QBoxLayout;
class QComboBox;
class QFormLayout;
class QLineEdit;

namespace projectionist {

class CheckSideForm;

/// What a check compares: its kind, both sides, and the columns that tell rows apart.
class CheckSubjectForm : public QWidget
{
    Q_OBJECT
public:
    CheckSubjectForm(const Workspace& workspace, const std::string& context, QWidget* parent = nullptr);

    void setDraft(const CheckDraft& draft);
    /// Its part of the draft.
    void fill(CheckDraft& draft) const;
    /// The key of the read model's table, for who has not said one.
    void suggestKey(const std::vector<std::string>& columns);
    [[nodiscard]] QLineEdit* name() const { return m_name; }
    [[nodiscard]] QComboBox* projection() const { return m_projection; }
    [[nodiscard]] QComboBox* kind() const { return m_kind; }
    [[nodiscard]] QLineEdit* key() const { return m_key; }
    [[nodiscard]] CheckSideForm* expected() const { return m_expected; }
    [[nodiscard]] CheckSideForm* actual() const { return m_actual; }

signals:
    void changed();

protected:
    void focusInEvent(QFocusEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void addSubject();
    void addKeys();
    void wire();
    void showKind();
    void followProjection();
    [[nodiscard]] CheckKind chosenKind() const;

    std::vector<ProjectionSettings> m_projections;
    QFormLayout* m_top;
    QFormLayout* m_bottom;
    QBoxLayout* m_sides;
    QLineEdit* m_name;
    QComboBox* m_projection;
    QComboBox* m_kind;
    CheckSideForm* m_expected;
    CheckSideForm* m_actual;
    QLineEdit* m_key;
    QLineEdit* m_sums;
    QLineEdit* m_rowsKey;
    QLineEdit* m_version;
    QWidget* m_settled;
    QLineEdit* m_settledBy;
    QLineEdit* m_settledFor;
};

} // namespace projectionist
