// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// First: moc of Qt 6.4 cannot parse <concepts> unless another standard header came before.
#include <QWidget>

#include "models/checkdraft.h"

class QCheckBox;
class QComboBox;
class QFormLayout;
class QLineEdit;

namespace projectionist {

class PlainLabel;

/// When a check is run, what drift means, where it ends, and how causes are looked for.
class CheckTermsForm : public QWidget
{
    Q_OBJECT
public:
    explicit CheckTermsForm(QWidget* parent = nullptr);

    void setDraft(const CheckDraft& draft);
    /// Its part of the draft.
    void fill(CheckDraft& draft) const;
    /// The next times of the schedule, or what is wrong with it.
    void showTimes(TimePoint now, Zone zone);
    [[nodiscard]] QLineEdit* schedule() const { return m_schedule; }
    [[nodiscard]] QString times() const;

signals:
    void changed();

private:
    void addSchedule();
    void addLimits();
    void addPace();
    void addCauses();
    [[nodiscard]] QLineEdit* addField(const QString& label, const QString& hint, const QString& toolTip = {});

    QFormLayout* m_layout;
    QLineEdit* m_schedule = nullptr;
    QComboBox* m_timeZone = nullptr;
    PlainLabel* m_times = nullptr;
    QComboBox* m_severity = nullptr;
    QLineEdit* m_differences = nullptr;
    QLineEdit* m_timeout = nullptr;
    QLineEdit* m_settle = nullptr;
    QLineEdit* m_snapshotAge = nullptr;
    QLineEdit* m_budgetTime = nullptr;
    QLineEdit* m_budgetRows = nullptr;
    QLineEdit* m_activeSessions = nullptr;
    QLineEdit* m_replicaDelay = nullptr;
    QCheckBox* m_emptyIsDrift = nullptr;
    QCheckBox* m_ownEventKey = nullptr;
    QLineEdit* m_eventKey = nullptr;
    QLineEdit* m_separator = nullptr;
    QLineEdit* m_eraseEvents = nullptr;
};

} // namespace projectionist
