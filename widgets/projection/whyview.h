// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/verdict.h"
#include "models/zone.h"

#include <QScrollArea>

class QGridLayout;

namespace projectionist {

class PlainLabel;

/// Why a projection has the verdict that it has: evidence, rule, what was learned, what else was noticed.
class WhyView : public QScrollArea
{
    Q_OBJECT
public:
    explicit WhyView(QWidget* parent = nullptr);

    void setReport(const std::shared_ptr<const ProjectionReport>& report, TimePoint now, Zone zone);
    /// The command that shows the same in a terminal.
    void setCommand(const QString& command);
    [[nodiscard]] QString text() const;

signals:
    void helpRequested(const QString& heading);

private:
    struct Row
    {
        PlainLabel* name = nullptr;
        PlainLabel* value = nullptr;
    };
    Row addRow(QGridLayout* grid, const QString& name);
    static void setRow(const Row& row, const QString& value);
    void showRates(const Assessment& assessment, const std::optional<Duration>& objective);

    PlainLabel* m_since;
    PlainLabel* m_evidence;
    Row m_rule, m_lag, m_rates, m_forecast, m_margin, m_objective, m_learned, m_lost, m_noticed, m_problem;
    PlainLabel* m_command;
    QString m_heading;
};

} // namespace projectionist
