// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/actslink.h"
#include "app/desktop/checklink.h"
#include "app/desktop/differenceexports.h"
#include "app/desktop/drilllink.h"
#include "app/desktop/latehistory.h"
#include "app/desktop/letterexports.h"
#include "app/desktop/options.h"
#include "app/desktop/replaylink.h"
#include "app/desktop/sandboxchild.h"
#include "app/desktop/sandboxlink.h"
#include "app/desktop/workspaceloader.h"
#include "backend/lag/connectors.h"
#include "models/livefeed.h"
#include "models/rangecontroller.h"
#include "widgets/common/backgroundtasks.h"
#include "widgets/frame/mainwindow.h"

#include <QSettings>

namespace projectionist {

/// One run of the window: workspace, watcher, history, sandbox, and the window that shows them.
class Session : public QObject
{
    Q_OBJECT
public:
    explicit Session(const Options& options);
    ~Session() override;

    /// Shows the window; everything that takes time begins after that.
    void start();
    /// As if the user closed the window: what is remembered is written, and the event loop ends.
    void close();

private:
    void wire();
    void loadWorkspace(const std::optional<std::filesystem::path>& file);
    void poll();
    void take(const WorkspaceReading& reading);
    void watch(const std::string& context);
    [[nodiscard]] WatcherSinks sinks() const;
    void startSandbox();
    // sessionletters.cpp
    void wireLetters();
    void pollLetters();
    void watchLetters();
    // sessionchecks.cpp
    void wireChecks();
    void pollChecks();
    void watchChecks();
    // sessiondrills.cpp
    void wireDrills();
    void pollDrills();
    void watchDrills();
    // sessionacts.cpp
    void wireActs();
    template<typename Page>
    void wireUnmasking(Page* page);
    void wireResolving();
    void pollActs();
    // session.cpp
    void showHistoryHealth();
    void finish();
    /// Ends something whose destructor may wait for a server, on another thread.
    template<typename T>
    void retire(std::unique_ptr<T> thing)
    {
        retire(std::shared_ptr<T>(std::move(thing)));
    }
    /// Or with whoever else still needs it.
    template<typename T>
    void retire(std::shared_ptr<T> thing)
    {
        if (!thing)
            return;
        m_retired.start<bool>(
            [held = std::make_shared<std::shared_ptr<T>>(std::move(thing))](const std::stop_token&) {
                held->reset();
                return true;
            },
            [](bool) {});
    }

    const Options m_options;
    SystemClock m_clock;
    QSettings m_settings;
    Theme m_theme;
    std::shared_ptr<LateHistory> m_history;
    LiveFeed m_feed;
    RangeController m_range;
    HistoryReader m_reader;
    MainWindow m_window;
    BackgroundTasks m_retired;
    std::unique_ptr<WorkspaceLoader> m_loader;
    std::unique_ptr<Watcher> m_watcher;
    std::shared_ptr<LetterLink> m_letters;
    ActsLink m_acts;
    ReplayLink m_replays;
    LetterExports m_exports;
    std::unique_ptr<CheckLink> m_checks;
    std::unique_ptr<DrillLink> m_drills;
    DifferenceExports m_differenceExports;
    std::shared_ptr<const std::vector<ResolvedLetter>> m_resolvedTold; ///< to the desk
    std::unique_ptr<SandboxLink> m_sandboxLink;
    std::filesystem::path m_sandboxSocket;
    SandboxChild m_sandboxChild;
    Workspace m_workspace;
    std::string m_wantedContext; ///< asked for by option or chip; empty: the workspace's current one
    std::string m_wantedLetter;  ///< reference; empty: shown, or none
    std::string m_watchedContext;
};

} // namespace projectionist
