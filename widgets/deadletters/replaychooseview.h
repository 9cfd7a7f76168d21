// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// First: moc of Qt 6.4 cannot parse <concepts> unless another standard header came before.
#include <QWidget>

#include "backend/deadletter/replay/replayrun.h"
#include "models/lettersheet.h"
#include "models/replaychosen.h"
#include "models/zone.h"

class QButtonGroup;
class QPushButton;
class QSettings;
class QVBoxLayout;

namespace projectionist {

class PlainLabel;
class TableView;

/// First page of the wizard: which letters, or which replay of this machine, or a plan from a file.
class ReplayChooseView : public QWidget
{
    Q_OBJECT
public:
    explicit ReplayChooseView(QSettings& settings, QWidget* parent = nullptr);

    /// What may be chosen; the first is, unless it is empty.
    void setScopes(std::vector<ReplayScope> scopes);
    [[nodiscard]] const ReplayScope* scope() const; ///< null: there is nothing to replay
    void setRuns(std::vector<ReplayStatus> runs, Zone zone);
    [[nodiscard]] const std::vector<ReplayStatus>& runs() const { return m_runs; }
    [[nodiscard]] TableView* runTable() const { return m_table; }
    /// Empty: nothing is under way.
    void setState(const QString& text);

signals:
    void scopeChanged();
    void openFileRequested();
    void runChosen(const projectionist::ReplayStatus& run);

protected:
    void focusInEvent(QFocusEvent* event) override;

private:
    [[nodiscard]] QWidget* makeRuns(QSettings& settings);
    void showRunButton();
    void chooseRun();

    std::vector<ReplayScope> m_scopes;
    std::vector<ReplayStatus> m_runs;
    LetterSheetModel m_model;
    QVBoxLayout* m_scopeBox;
    QButtonGroup* m_group;
    PlainLabel* m_state;
    PlainLabel* m_noRuns;
    QPushButton* m_open;
    TableView* m_table;
    QPushButton* m_openRun;
};

} // namespace projectionist
