// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// First: moc of Qt 6.4 cannot parse <concepts> unless another standard header came before.
#include <QWidget>

#include "backend/deadletter/replay/replayplan.h"

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QFormLayout;
class QLineEdit;
class QPlainTextEdit;
class QSpinBox;

namespace projectionist {

class PlainLabel;

/// What the user decides of a plan: target, policies, pace, reason.
class ReplayPlanForm : public QWidget
{
    Q_OBJECT
public:
    explicit ReplayPlanForm(QWidget* parent = nullptr);

    /// Shows a plan's decisions; those of a plan from a file cannot be changed.
    void setPlan(const ReplayPlan& plan, bool fixed);
    /// Puts the decisions into a draft. False: something makes no sense, which stands below the form.
    [[nodiscard]] bool fill(ReplayPlan& draft) const;
    [[nodiscard]] QLineEdit* reason() const { return m_reason; }
    [[nodiscard]] QComboBox* target() const { return m_target; }
    [[nodiscard]] QLineEdit* targetName() const { return m_name; }
    [[nodiscard]] QPlainTextEdit* newHeaders() const { return m_add; }
    [[nodiscard]] QLineEdit* ladder() const { return m_ladder; }
    [[nodiscard]] QSpinBox* proofTime() const { return m_proof; }

signals:
    void changed();

protected:
    void focusInEvent(QFocusEvent* event) override;

private:
    void addTarget();
    void addHeaders();
    void addPace();
    void wire();
    void showTarget();
    void tell();
    [[nodiscard]] QString mistake(ReplayPlan& draft) const;

    QFormLayout* m_layout;
    QComboBox* m_target;
    QLineEdit* m_name;
    QComboBox* m_partition;
    QComboBox* m_timestamp;
    QCheckBox* m_strip;
    QLineEdit* m_keep;
    QLineEdit* m_drop;
    QPlainTextEdit* m_add;
    QDoubleSpinBox* m_rate;
    QLineEdit* m_ladder;
    QSpinBox* m_proof;
    QLineEdit* m_reason;
    PlainLabel* m_mistake;
};

} // namespace projectionist
