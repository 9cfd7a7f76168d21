// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// First: moc of Qt 6.4 cannot parse <concepts> unless another standard header came before.
#include <QWidget>

#include "backend/reconcile/checkresult.h"
#include "models/zone.h"
#include "widgets/common/panel.h"

class QPushButton;

namespace projectionist {

/// What is to be said of one difference beside its cells: the likely cause and what that rests on; and of the run: when
/// a difference counts, why this engine, what could not be compared.
class DifferenceDetail : public Panel
{
    Q_OBJECT
public:
    explicit DifferenceDetail(QWidget* parent = nullptr);

    /// `one`: null if none is chosen.
    void show(const CheckResult& result, const RowDifference* one, TimePoint now, Zone zone);
    [[nodiscard]] QString text() const;
    [[nodiscard]] QPushButton* letterButton() const { return m_open; }

signals:
    /// The dead letter that is the cause.
    void letterRequested(const std::string& reference);

private:
    PlainLabel* m_title;
    PlainLabel* m_cause;
    PlainLabel* m_events;
    PlainLabel* m_run;
    QPushButton* m_open;
    std::string m_letter;
};

} // namespace projectionist
