// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// First: moc of Qt 6.4 cannot parse <concepts> unless another standard header came before.
#include <QWidget>

#include "backend/deadletter/replay/replayrun.h"
#include "backend/history/productionlock.h"
#include "models/lettersheet.h"
#include "models/replaylightsmodel.h"

class QComboBox;
class QLineEdit;
class QProgressBar;
class QPushButton;
class QSettings;

namespace projectionist {

class MessageArea;
class PlainLabel;
class TableView;

/// Fourth page of the wizard: starts, watches, pauses and ends a run.
class ReplayRunView : public QWidget
{
    Q_OBJECT
public:
    /// `lights` outlives this.
    ReplayRunView(ReplayLightsModel& lights, QSettings& settings, QWidget* parent = nullptr);

    /// The lights have its plan already, and its progress if there is one. `ours`: this program runs it now.
    /// `elsewhere`: who else does; empty: nobody.
    void showRun(bool ours, const QString& elsewhere);
    /// `watched`: the plan is for the context that is watched, whose lock `unlock` is.
    void setLock(bool watched, const std::optional<Unlock>& unlock, Zone zone);
    /// The start, or the pressing of another button, failed.
    void setFailed();
    [[nodiscard]] QPushButton* start() const { return m_start; }
    [[nodiscard]] QPushButton* pause() const { return m_pause; }
    [[nodiscard]] QPushButton* cancel() const { return m_cancel; }
    [[nodiscard]] QLineEdit* typedName() const { return m_name; }
    [[nodiscard]] QPushButton* unlock() const { return m_unlock; }
    [[nodiscard]] TableView* lights() const { return m_table; }
    [[nodiscard]] TableView* steps() const { return m_stepTable; }
    [[nodiscard]] QString state() const;

signals:
    void startWanted(bool resume, projectionist::ReplayAssumption assume);
    void pauseWanted(bool paused);
    void cancelWanted();
    void unlockRequested();

protected:
    void focusInEvent(QFocusEvent* event) override;

private:
    [[nodiscard]] QWidget* makeLock();
    [[nodiscard]] QWidget* makeStart();
    [[nodiscard]] QWidget* makeState();
    void setUpTables(QSettings& settings);
    void showState();
    void showEnd();
    void showControls();
    [[nodiscard]] bool mayStart() const;

    ReplayLightsModel& m_lights;
    LetterSheetModel m_steps;
    MessageArea* m_messages;
    QWidget* m_lockRow;
    PlainLabel* m_lockState;
    QPushButton* m_unlock;
    QWidget* m_startRow;
    PlainLabel* m_typeHint;
    QLineEdit* m_name;
    QComboBox* m_assume;
    QPushButton* m_start;
    PlainLabel* m_state;
    PlainLabel* m_counts;
    QProgressBar* m_bar;
    QPushButton* m_pause;
    QPushButton* m_cancel;
    TableView* m_stepTable;
    TableView* m_table;
    bool m_watched = true;
    bool m_unlocked = false;
    QString m_elsewhere;
    bool m_ours = false;
    bool m_asked = false; ///< a button was pressed and has not had its effect
};

} // namespace projectionist
