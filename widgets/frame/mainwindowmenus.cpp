// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The menu bar of the window and what its entries do.
#include "widgets/frame/mainwindow.h"

#include "backend/config/workspacefile.h"
#include "models/livefeed.h"
#include "models/rangecontroller.h"
#include "models/text.h"
#include "widgets/common/icons.h"
#include "widgets/common/tableview.h"
#include "widgets/common/theme.h"
#include "widgets/deadletters/deadletterspage.h"
#include "widgets/frame/helppage.h"
#include "widgets/frame/rangebutton.h"
#include "widgets/frame/topbar.h"
#include "widgets/frame/trayicon.h"
#include "widgets/overview/overviewpage.h"
#include "widgets/projection/projectionpage.h"
#include "widgets/readiness/readinesspage.h"
#include "widgets/reconcile/reconcilepage.h"

#include <QActionGroup>
#include <QClipboard>
#include <QCoreApplication>
#include <QFileDialog>
#include <QGuiApplication>
#include <QMenuBar>
#include <QShortcut>

namespace projectionist {

void MainWindow::makeMenus()
{
    makeFileMenu();
    makeViewMenu();
    menuBar()->addMenu(m_sandbox);
    makeHelpMenu();
    connect(new QShortcut(QKeySequence(QStringLiteral("Ctrl+K")), this), &QShortcut::activated, m_topBar->jumpBox(),
            &JumpBox::open);
}

void MainWindow::makeFileMenu()
{
    auto* menu = menuBar()->addMenu(tr("&File"));
    addCommand(menu, tr("&Open workspace file…"), QKeySequence::Open, [this] {
        chooseWorkspaceFile();
    })->setIcon(themeIcon(QStringLiteral("folder")));
    addCommand(menu, tr("&Connect…"), QKeySequence(QStringLiteral("Ctrl+N")), [this] {
        showPage(Connect);
    })->setIcon(themeIcon(QStringLiteral("plug")));
    addCommand(menu, tr("Try the &sandbox"), {}, [this] {
        emit sandboxRequested();
    })->setIcon(themeIcon(QStringLiteral("flask")));
    menu->addSeparator();
    m_settingsPath = addCommand(menu, tr("Copy path of settings file"), {}, [this] {
        QGuiApplication::clipboard()->setText(toQString(m_workspace.file.string()));
    });
    m_settingsPath->setVisible(false);
    menu->addSeparator();
    addCommand(menu, tr("&Quit"), QKeySequence(QStringLiteral("Ctrl+Q")), [this] { close(); });
}

void MainWindow::makeViewMenu()
{
    auto* menu = menuBar()->addMenu(tr("&View"));
    auto* back = addCommand(menu, tr("&Back"), {}, [this] { goBack(); });
    back->setShortcuts({QKeySequence(QStringLiteral("Alt+Left")), QKeySequence(Qt::Key_Backspace)});
    back->setIcon(themeIcon(QStringLiteral("back")));
    addCommand(menu, tr("&Overview"), QKeySequence(QStringLiteral("Ctrl+1")), [this] {
        showPage(Overview);
    })->setIcon(themeIcon(QStringLiteral("overview")));
    addCommand(menu, tr("&Projections"), QKeySequence(QStringLiteral("Ctrl+2")), [this] {
        showPage(Projections);
    })->setIcon(themeIcon(QStringLiteral("projections")));
    addCommand(menu, tr("&Dead letters"), QKeySequence(QStringLiteral("Ctrl+3")), [this] {
        showPage(DeadLetters);
    })->setIcon(themeIcon(QStringLiteral("letter")));
    addCommand(menu, tr("R&econciliation"), QKeySequence(QStringLiteral("Ctrl+4")), [this] {
        showPage(Reconciliation);
    })->setIcon(themeIcon(QStringLiteral("reconcile")));
    addCommand(menu, tr("Re&adiness"), QKeySequence(QStringLiteral("Ctrl+5")), [this] {
        showPage(Readiness);
    })->setIcon(themeIcon(QStringLiteral("readiness")));
    addCommand(menu, tr("&Inspect suspect event"), QKeySequence(QStringLiteral("Ctrl+I")),
               [this] { inspectSuspectOf(page() == Overview ? m_overview->selected() : m_projection->projection()); });
    menu->addSeparator();
    auto* themes = menu->addMenu(tr("&Theme"));
    auto* group = new QActionGroup(this);
    const auto addTheme = [&](const QString& text, ThemeChoice choice) {
        auto* action = addCommand(themes, text, {}, [this, choice] { m_services.theme.choose(choice); });
        action->setCheckable(true);
        action->setChecked(m_services.theme.choice() == choice);
        group->addAction(action);
    };
    addTheme(tr("Theme of the &system"), ThemeChoice::System);
    addTheme(tr("&Dark theme"), ThemeChoice::Dark);
    addTheme(tr("&Light theme"), ThemeChoice::Light);
    auto* columns = menu->addMenu(themeIcon(QStringLiteral("columns")), tr("&Columns"));
    connect(columns, &QMenu::aboutToShow, this, [this, columns] {
        columns->clear();
        auto* table = page() == Projections      ? m_projection->partitionTable()
                      : page() == DeadLetters    ? m_deadLetters->letters()
                      : page() == Reconciliation ? m_reconciliation->differences()
                      : page() == Readiness      ? m_readiness->drills()
                                                 : m_overview->table();
        table->fillColumnMenu(columns);
    });
    menu->addSeparator();
    auto* notify = addCommand(menu, tr("&Notifications"), {}, [] {});
    notify->setCheckable(true);
    connect(notify, &QAction::toggled, this, [this](bool on) {
        m_tray->setNotifying(on);
        m_services.settings.setValue("window/notifications", on);
    });
    notify->setChecked(m_services.settings.value("window/notifications", true).toBool());
    m_tray->setNotifying(notify->isChecked());
    menu->addSeparator();
    auto& range = m_services.range;
    addCommand(menu, tr("Time &range…"), QKeySequence(QStringLiteral("Ctrl+T")),
               [this] { m_topBar->rangeButton()->edit(); });
    addCommand(menu, tr("&Zoom back"), QKeySequence(QStringLiteral("Ctrl+Z")), [&range] { range.zoomBack(); });
    addCommand(menu, tr("Pause or &go on"), QKeySequence(QStringLiteral("Ctrl+P")),
               [&range] { range.setLive(!range.isLive()); });
    addCommand(menu, tr("&UTC or local time"), QKeySequence(QStringLiteral("Ctrl+U")),
               [&range] { range.setZone(range.zone() == Zone::Utc ? Zone::Local : Zone::Utc); });
}

void MainWindow::makeHelpMenu()
{
    auto* menu = menuBar()->addMenu(tr("&Help"));
    auto* shortcuts =
        addCommand(menu, tr("&Keyboard shortcuts"), {}, [this] { showHelp(QStringLiteral("shortcuts")); });
    shortcuts->setShortcuts({QKeySequence(QStringLiteral("?")), QKeySequence(Qt::Key_F1)});
    addCommand(menu, tr("What the &verdicts mean"), {}, [this] { showHelp(QStringLiteral("verdicts")); });
    addCommand(menu, tr("&Filters for dead letters"), {}, [this] { showHelp(QStringLiteral("filter")); });
    addCommand(menu, tr("&About Projectionist"), {}, [this] { showAbout(); });
}

QAction* MainWindow::addCommand(QMenu* menu, const QString& text, const QKeySequence& keys, std::function<void()> act)
{
    auto* action = menu->addAction(text);
    action->setShortcut(keys);
    connect(action, &QAction::triggered, this, std::move(act));
    m_commands.push_back(action);
    return action;
}

void MainWindow::chooseWorkspaceFile()
{
    auto* dialog =
        new QFileDialog(this, tr("Open workspace file"), toQString(userWorkspacePath().parent_path().string()),
                        tr("Workspace files (*.toml);;All files (*)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, this, &MainWindow::openWorkspaceRequested);
    dialog->open();
}

void MainWindow::showAbout()
{
    m_help->showMarkdown(
        tr("# Projectionist %1\n\nProjection lag, dead letters, reconciliation and rebuilds of CQRS "
           "systems.\n\nFree software under the GNU General Public License, version 3 or later. It comes "
           "with no warranty.\n\nBuilt with Qt %2 and QCustomPlot.\n\nThis program only reads what it "
           "watches: it joins no group, commits nothing and writes to no store.")
            .arg(QCoreApplication::applicationVersion(), QLatin1String(qVersion())));
    showPage(Help);
}

void MainWindow::showHelp(const QString& name, const QString& heading)
{
    m_help->showPage(name, heading);
    showPage(Help);
}

} // namespace projectionist
