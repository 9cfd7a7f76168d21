// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// First: moc of Qt 6.4 cannot parse <concepts> unless another standard header came before.
#include <QWidget>

#include "backend/config/workspace.h"
#include "backend/reconcile/differenceexport.h"
#include "backend/reconcile/reproject/reprojectionplanner.h"
#include "models/checklistmodel.h"
#include "models/differencemodel.h"
#include "widgets/common/backgroundtasks.h"
#include "widgets/common/windowservices.h"

class QLineEdit;
class QMenu;
class QStackedWidget;
class QToolButton;

namespace projectionist {

class ActLine;
class CheckForm;
class CheckTiles;
class DifferenceDetail;
class DifferenceGroups;
class MessageArea;
class PlainLabel;
class TableView;

/// What shall be written into which file.
struct DifferenceExportOrder
{
    std::uint64_t token = 0;
    QString file;
    DifferenceFormat format = DifferenceFormat::Csv;
    std::shared_ptr<const CheckResult> result;
    std::vector<std::uint32_t> differences; ///< indexes, as they are listed
};

/// Is every read model right? The checks with their last runs, what the chosen one found, and the difference that is
/// looked at. Asks for runs and results by signals; writes checks into the workspace file by itself.
class ReconcilePage : public QWidget
{
    Q_OBJECT
public:
    explicit ReconcilePage(const WindowServices& services, QWidget* parent = nullptr);
    ~ReconcilePage() override;

    void setWorkspace(const Workspace& workspace, const std::string& context);
    /// Another desk answers from now on: forgets what the former one told.
    void startOver();
    void setBoard(const std::shared_ptr<const CheckBoard>& board);
    void setShown(const ShownCheck& shown);
    void setExporting(std::uint64_t token, std::size_t done);
    void setExported(std::uint64_t token, const Result<void>& outcome);
    void chooseCheck(const std::string& check);

    [[nodiscard]] const std::shared_ptr<const CheckBoard>& board() const { return m_board; }
    [[nodiscard]] const std::string& check() const { return m_check; } ///< the chosen one; empty: none
    [[nodiscard]] TableView* checks() const { return m_checkTable; }
    [[nodiscard]] TableView* differences() const { return m_differenceTable; }
    [[nodiscard]] CheckTiles* tiles() const { return m_tiles; }
    [[nodiscard]] DifferenceGroups* groups() const { return m_groups; }
    [[nodiscard]] DifferenceDetail* detail() const { return m_detail; }
    [[nodiscard]] QLineEdit* filter() const { return m_filter; }
    [[nodiscard]] QString hint() const; ///< in place of differences; empty: these are shown
    [[nodiscard]] QString counts() const;
    [[nodiscard]] ActLine* exportLine() const { return m_exportLine; }
    [[nodiscard]] QToolButton* groupsButton() const { return m_allGroups; } ///< where rows of one group are listed

public slots:
    void runOrCancel();
    void pauseOrResume(); ///< a check that runs
    void openExport();
    /// What is confirmed of the listed differences; asks how.
    void reprojectListed();
    /// Forms that write the workspace file; it is read again by itself. Of the chosen check, but for the first one.
    void newCheck();
    void editCheck();
    void duplicateCheck();
    void removeCheck(); ///< asks before

signals:
    void runWanted(const std::string& check);
    void cancelWanted(const std::string& check);
    void pauseWanted(const std::string& check);
    void resumeWanted(const std::string& check);
    /// Answered by setShown(), also whenever there is a newer result.
    void showWanted(const std::string& check);
    /// Answered by setExporting() and setExported(), until exportStopped().
    void exportWanted(const projectionist::DifferenceExportOrder& order);
    void exportStopped();
    void letterRequested(const std::string& reference);
    void reprojectWanted(const projectionist::ReprojectionRequest& request);

protected:
    void focusInEvent(QFocusEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    // reconcilechecks.cpp
    [[nodiscard]] QWidget* makeEmpty();
    [[nodiscard]] QWidget* makeCheckBar(QWidget* parent);
    [[nodiscard]] QToolButton* makeNewButton(QWidget* parent);
    void wireChecks();
    void openForm(const CheckSettings& check, std::optional<CheckSettings> before);
    void removeNow(const CheckSettings& check);
    void showChanged(const std::string& check);
    // reconcilepage.cpp
    [[nodiscard]] QWidget* makeContent();
    [[nodiscard]] QWidget* makeDifferences();
    void setUpTables();
    void wire();
    void takeCheck(const std::string& check);
    [[nodiscard]] const CheckStanding* standing() const; ///< of the chosen check
    void showBoard();
    void showTroubles();
    // reconcileresult.cpp
    void showResult();
    void showHint();
    void showDetail();
    void showCounts();
    void rearrange(const std::function<void()>& change);
    void fitColumns();
    void fillMenu(QMenu* menu, const QModelIndex& index);
    void showListed();
    void showRowsOf(int difference); ///< of a group
    void showAllGroups();
    [[nodiscard]] QString hintText() const;
    [[nodiscard]] QString runningText(const CheckStanding& standing) const;
    [[nodiscard]] const CheckResult* result() const { return m_differences.result().get(); }
    void beginExport(const QString& file);
    // reconcilereproject.cpp
    void reproject(const std::vector<std::vector<std::string>>& keys);

    WindowServices m_services;
    BackgroundTasks m_tasks; ///< of forms, which may close before these end
    Workspace m_workspace;
    std::string m_context;
    CheckListModel m_checks;
    DifferenceModel m_differences;
    MessageArea* m_messages;
    ActLine* m_exportLine;
    QStackedWidget* m_whole; ///< without checks; with them
    PlainLabel* m_noChecks = nullptr;
    TableView* m_checkTable = nullptr;
    CheckTiles* m_tiles = nullptr;
    QToolButton* m_allGroups = nullptr;
    QLineEdit* m_filter = nullptr;
    DifferenceGroups* m_groups = nullptr;
    PlainLabel* m_counts = nullptr;
    QWidget* m_bar = nullptr;
    QStackedWidget* m_stack = nullptr; ///< hint; differences
    PlainLabel* m_hint = nullptr;
    TableView* m_differenceTable = nullptr;
    DifferenceDetail* m_detail = nullptr;
    std::shared_ptr<const CheckBoard> m_board;
    ShownCheck m_shown;
    std::vector<std::string> m_group; ///< key of the one whose rows are listed; empty: all is listed
    std::string m_check;
    std::string m_wanted; ///< the check that was written: chosen once it is there; empty: none
    std::uint64_t m_exportToken = 0;
    QString m_exportFile;
    std::size_t m_exportTotal = 0;
    bool m_arranging = false; ///< we are the ones who move rows
};

} // namespace projectionist
