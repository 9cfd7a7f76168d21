// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/config/workspace.h"
#include "backend/core/snapshot.h"
#include "backend/deadletter/letterdesk.h"
#include "models/timerange.h"
#include "widgets/common/messages.h"
#include "widgets/common/windowservices.h"
#include "widgets/firstrun/connectservices.h"
#include "widgets/frame/jumpbox.h"
#include "widgets/frame/sandboxmenu.h"
#include "widgets/frame/sourcemessages.h"

#include <QMainWindow>

class QStackedWidget;

namespace projectionist {

class ConnectPage;
class DeadLettersPage;
class FirstRunPage;
class HelpPage;
class Navigation;
class OverviewPage;
class ProjectionPage;
class ReconcilePage;
class ReadinessPage;
class ReplayPage;
class StatusStrip;
class TopBar;
class TrayIcon;
struct CheckBoard;
struct DrillBoard;
struct Unlock;

/// The window: bars, pages and menus. It knows what is shown; what happens (servers, files, processes) is asked for by
/// signals.
class MainWindow : public QMainWindow
{
    Q_OBJECT
public:
    enum Page
    {
        Overview,
        Projections,
        DeadLetters,
        Help,
        FirstRun,
        Connect,
        Replay,
        Reconciliation,
        Readiness
    };

    MainWindow(const WindowServices& services, const ConnectServices& connectServices, QWidget* parent = nullptr);
    ~MainWindow() override;

    /// What is watched, also after the file changed. The feed has been told to start over before if it is another
    /// context.
    void setWorkspace(const Workspace& workspace, const std::string& context);
    /// There is no workspace: three ways to get one.
    void showFirstRun();
    void showPage(Page page);
    [[nodiscard]] Page page() const;
    [[nodiscard]] MessageArea& messages() { return *m_messages; }
    /// Makes the Sandbox menu appear; nullopt takes it away.
    void setSandbox(const std::optional<SandboxMenuState>& state);
    void openProjection(const std::string& projection);
    /// See DeadLettersPage::openReference().
    void openLetter(const std::string& reference);
    /// The dead letters as of now; another desk tells from now on.
    void setLetters(const std::shared_ptr<const LetterBoard>& board);
    void forgetLetters();
    /// The checks as of now; forgetChecks(): another desk tells from now on.
    void setChecks(const std::shared_ptr<const CheckBoard>& board);
    void forgetChecks();
    /// The drills as of now.
    void setDrills(const std::shared_ptr<const DrillBoard>& board);
    /// Whether somebody has unlocked the context, if it is production.
    void setUnlock(const std::optional<Unlock>& unlock);

    [[nodiscard]] TopBar* topBar() const { return m_topBar; }
    [[nodiscard]] StatusStrip* statusStrip() const { return m_status; }
    [[nodiscard]] OverviewPage* overview() const { return m_overview; }
    [[nodiscard]] ProjectionPage* projectionPage() const { return m_projection; }
    [[nodiscard]] DeadLettersPage* deadLetters() const { return m_deadLetters; }
    [[nodiscard]] ReplayPage* replays() const { return m_replay; }
    [[nodiscard]] ReconcilePage* reconciliation() const { return m_reconciliation; }
    [[nodiscard]] ReadinessPage* readiness() const { return m_readiness; }
    [[nodiscard]] ConnectPage* connectPage() const { return m_connect; }
    [[nodiscard]] HelpPage* helpPage() const { return m_help; }
    [[nodiscard]] SandboxMenu* sandboxMenu() const { return m_sandbox; }

signals:
    void openWorkspaceRequested(const QString& file);
    void sandboxRequested();
    void contextRequested(const QString& name);
    void inspectRequested(std::uint64_t token, const projectionist::TopicPartition& id, projectionist::Offset offset);
    void faultRequested(const QString& name, bool clear);
    void unlockRequested(projectionist::Duration time, const QString& reason);
    void lockRequested();

protected:
    void closeEvent(QCloseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    // mainwindow.cpp
    QWidget* makeContent();
    void wireFeed();
    void wirePages();
    void showSnapshot(const std::shared_ptr<const Snapshot>& snapshot);
    void updateTitle(const Snapshot* snapshot);
    void inspectSuspectOf(const std::string& projection);
    void goBack();
    void restoreState();
    void applyDefaultRange();
    [[nodiscard]] std::vector<JumpTarget> jumpTargets(const QString& typed);
    [[nodiscard]] bool namesLetter(const std::string& reference) const;
    // mainwindowmenus.cpp
    void makeMenus();
    void makeFileMenu();
    void makeViewMenu();
    void makeHelpMenu();
    void chooseWorkspaceFile();
    void showAbout();
    void showHelp(const QString& name, const QString& heading = {});
    QAction* addCommand(QMenu* menu, const QString& text, const QKeySequence& keys, std::function<void()> act);

    WindowServices m_services;
    TopBar* m_topBar;
    Navigation* m_navigation;
    MessageArea* m_messages;
    SourceMessages m_sourceMessages;
    QStackedWidget* m_stack;
    StatusStrip* m_status;
    OverviewPage* m_overview;
    ProjectionPage* m_projection;
    DeadLettersPage* m_deadLetters;
    HelpPage* m_help;
    FirstRunPage* m_firstRun;
    ConnectPage* m_connect;
    ReplayPage* m_replay;
    ReconcilePage* m_reconciliation;
    ReadinessPage* m_readiness;
    SandboxMenu* m_sandbox;
    TrayIcon* m_tray;
    QAction* m_settingsPath = nullptr;
    std::vector<QAction*> m_commands; ///< what the jump box offers as actions
    Workspace m_workspace;
    std::string m_context;
    Page m_former = Overview;
    std::optional<TimeRange> m_defaultRange; ///< nullopt: somebody chose one
    QStringList m_faultMessages;
};

} // namespace projectionist
