// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// First: moc of Qt 6.4 cannot parse <concepts> unless another standard header came before.
#include <QWidget>

#include "models/replaychoicemodel.h"

class QCheckBox;
class QProgressBar;
class QSettings;
class QVBoxLayout;

namespace projectionist {

class PlainLabel;
class TableView;

/// Second page of the wizard: what replaying each letter would do, and which of them are sent.
class ReplayJudgeView : public QWidget
{
    Q_OBJECT
public:
    explicit ReplayJudgeView(QSettings& settings, QWidget* parent = nullptr);

    void setChosen(std::shared_ptr<const ReplayChosen> chosen);
    void setJudging(std::uint64_t done, std::uint64_t total);
    void setJudgements(ReplayJudgements judgements);
    [[nodiscard]] const ReplayChoiceModel& model() const { return m_model; }
    [[nodiscard]] QCheckBox* box(ReplayVerdict verdict) const { return m_boxes.at(verdict).box; }
    [[nodiscard]] TableView* table() const { return m_table; }

signals:
    void choiceChanged();

protected:
    void focusInEvent(QFocusEvent* event) override;

private:
    struct VerdictLine
    {
        QCheckBox* box = nullptr;
        PlainLabel* count = nullptr;
    };
    [[nodiscard]] QWidget* makeVerdicts();
    void choose();
    void showCounts();
    void showWarnings();

    ReplayChoiceModel m_model;
    std::map<ReplayVerdict, VerdictLine> m_boxes;
    PlainLabel* m_summary;
    PlainLabel* m_warnings;
    QProgressBar* m_progress;
    TableView* m_table;
};

} // namespace projectionist
