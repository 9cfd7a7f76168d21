// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/frame/mainwindow.h"

#include "backend/deadletter/kafkaletters.h"
#include "models/historyreader.h"
#include "models/lettertext.h"
#include "models/livefeed.h"
#include "models/rangecontroller.h"
#include "models/text.h"
#include "models/verdicttext.h"
#include "widgets/common/icons.h"
#include "widgets/common/panel.h"
#include "widgets/deadletters/deadletterspage.h"
#include "widgets/deadletters/replaypage.h"
#include "widgets/firstrun/connectpage.h"
#include "widgets/firstrun/firstrunpage.h"
#include "widgets/frame/contextchip.h"
#include "widgets/frame/helppage.h"
#include "widgets/frame/lockbutton.h"
#include "widgets/frame/navigation.h"
#include "widgets/frame/rangebutton.h"
#include "widgets/frame/statusstrip.h"
#include "widgets/frame/topbar.h"
#include "widgets/frame/trayicon.h"
#include "widgets/overview/alertline.h"
#include "widgets/overview/overviewpage.h"
#include "widgets/projection/projectionpage.h"
#include "widgets/readiness/readinesspage.h"
#include "widgets/reconcile/reconcilepage.h"

#include <QAbstractButton>
#include <QCloseEvent>
#include <QKeyEvent>
#include <QMenuBar>
#include <QSettings>
#include <QStackedWidget>
#include <QVBoxLayout>
#include <set>

namespace projectionist {

MainWindow::MainWindow(const WindowServices& services, const ConnectServices& connectServices, QWidget* parent)
    : QMainWindow(parent)
    , m_services(services)
    , m_topBar(new TopBar(
          services.range, [this](const QString& typed) { return jumpTargets(typed); }, this))
    , m_navigation(new Navigation(this))
    , m_messages(new MessageArea(this))
    , m_sourceMessages(*m_messages)
    , m_stack(new QStackedWidget(this))
    , m_status(new StatusStrip(services.range, this))
    , m_overview(new OverviewPage(services, this))
    , m_projection(new ProjectionPage(services, this))
    , m_deadLetters(new DeadLettersPage(services, this))
    , m_help(new HelpPage(this))
    , m_firstRun(new FirstRunPage(this))
    , m_connect(new ConnectPage(connectServices, this))
    , m_replay(new ReplayPage(services, this))
    , m_reconciliation(new ReconcilePage(services, this))
    , m_readiness(new ReadinessPage(services, this))
    , m_sandbox(new SandboxMenu(this))
    , m_tray(new TrayIcon(this))
{
    setWindowIcon(applicationIcon());
    m_navigation->addPage(Overview, QStringLiteral("overview"), tr("Overview"), QStringLiteral("Ctrl+1"));
    m_navigation->addPage(Projections, QStringLiteral("projections"), tr("Projections"), QStringLiteral("Ctrl+2"));
    m_navigation->addPage(DeadLetters, QStringLiteral("letter"), tr("Dead letters"), QStringLiteral("Ctrl+3"));
    m_navigation->addPage(Reconciliation, QStringLiteral("reconcile"), tr("Reconciliation"), QStringLiteral("Ctrl+4"));
    m_navigation->addPage(Readiness, QStringLiteral("readiness"), tr("Readiness"), QStringLiteral("Ctrl+5"));
    for (QWidget* page : std::initializer_list<QWidget*>{m_overview, m_projection, m_deadLetters, m_help, m_firstRun,
                                                         m_connect, m_replay, m_reconciliation, m_readiness})
        m_stack->addWidget(page); // in the order of Page
    setCentralWidget(makeContent());
    makeMenus();
    wireFeed();
    wirePages();
    restoreState();
    setSandbox(std::nullopt);
    updateTitle(nullptr);
}

MainWindow::~MainWindow() = default;

void MainWindow::setWorkspace(const Workspace& workspace, const std::string& context)
{
    m_workspace = workspace;
    m_context = context;
    QStringList names;
    for (const auto& known : workspace.contexts)
        names << toQString(known.name);
    if (const auto* settings = workspace.context(context))
        m_topBar->setContext(*settings, names);
    applyDefaultRange();
    m_settingsPath->setText(tr("Copy path of settings file (%1)").arg(toQString(workspace.file.string())));
    m_settingsPath->setVisible(!workspace.file.empty());
    m_overview->setWorkspace(workspace, context);
    m_projection->setWorkspace(workspace, context);
    m_deadLetters->setWorkspace(workspace, context);
    m_replay->setWorkspace(workspace, context);
    m_reconciliation->setWorkspace(workspace, context);
    m_navigation->show();
    m_status->show();
    if (page() == FirstRun || page() == Connect)
        showPage(Overview);
    showSnapshot(m_services.feed.latest());
}

void MainWindow::showFirstRun()
{
    m_topBar->clearContext();
    m_navigation->hide();
    m_status->hide();
    showPage(FirstRun);
}

void MainWindow::showPage(Page page)
{
    if (page == this->page())
        return;
    if (this->page() != Help)
        m_former = this->page();
    m_stack->setCurrentIndex(page);
    m_navigation->setCurrent(page == Replay ? DeadLetters : page);
    m_stack->currentWidget()->setFocus();
}

MainWindow::Page MainWindow::page() const
{
    return static_cast<Page>(m_stack->currentIndex());
}

void MainWindow::openLetter(const std::string& reference)
{
    showPage(DeadLetters);
    m_deadLetters->openReference(reference);
}

void MainWindow::setSandbox(const std::optional<SandboxMenuState>& state)
{
    m_sandbox->menuAction()->setVisible(state.has_value());
    m_sandbox->setState(state.value_or(SandboxMenuState{}));
    QStringList ids;
    for (const auto& fault : m_sandbox->state().faults) {
        if (!fault.active)
            continue;
        ids << QStringLiteral("fault/") + fault.name;
        m_messages->show({.id = ids.last(),
                          .level = MessageLevel::Info,
                          .what = tr("Sandbox fault “%1” is on: %2").arg(fault.name, fault.does),
                          .why = {},
                          .next = {},
                          .buttonText = tr("Clear fault"),
                          .onButton = [this, name = fault.name] { emit faultRequested(name, true); },
                          .more = tr("You should see: %1").arg(fault.shows)});
    }
    for (const auto& id : m_faultMessages)
        if (!ids.contains(id))
            m_messages->remove(id);
    m_faultMessages = ids;
}

void MainWindow::openProjection(const std::string& projection)
{
    m_projection->setProjection(projection);
    m_overview->select(projection);
    showPage(Projections);
}

void MainWindow::setLetters(const std::shared_ptr<const LetterBoard>& board)
{
    m_deadLetters->setBoard(board);
    m_overview->setLetters(board->projections, board->complete);
    constexpr std::uint64_t most = std::numeric_limits<int>::max();
    m_navigation->setCount(DeadLetters, static_cast<int>(std::min(board->letters - board->resolved, most)), true);
}

void MainWindow::forgetLetters()
{
    m_deadLetters->startOver();
    m_overview->forgetLetters();
    m_navigation->setCount(DeadLetters, 0, false);
}

void MainWindow::setChecks(const std::shared_ptr<const CheckBoard>& board)
{
    m_reconciliation->setBoard(board);
    m_overview->setChecks(*board);
    int drifting = 0;
    bool critical = false;
    for (const auto& standing : board->checks)
        if (const auto* run = standing.lastFinished(); run && run->drift && !run->isRepaired()) {
            ++drifting;
            critical = critical || run->severity == CheckSeverity::Critical;
        }
    m_navigation->setCount(Reconciliation, drifting, critical);
}

void MainWindow::forgetChecks()
{
    m_reconciliation->startOver();
    m_overview->setChecks({});
    m_overview->setChecks({});
    m_navigation->setCount(Reconciliation, 0, false);
}

void MainWindow::setDrills(const std::shared_ptr<const DrillBoard>& board)
{
    m_readiness->setBoard(board);
    const auto failed = std::count_if(board->drills.begin(), board->drills.end(), [](const DrillStanding& one) {
        return one.last && one.last->state == CheckRunState::Finished && !one.last->result.passed;
    });
    m_navigation->setCount(Readiness, static_cast<int>(failed), true);
}

void MainWindow::setUnlock(const std::optional<Unlock>& unlock)
{
    m_topBar->lock()->setUnlock(unlock, m_services.feed.now());
    m_replay->setUnlock(unlock);
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    auto& settings = m_services.settings;
    settings.setValue("window/geometry", saveGeometry());
    if (m_services.range.range() != m_defaultRange)
        settings.setValue("window/range", toText(m_services.range.range()));
    settings.setValue("window/local-time", m_services.range.zone() == Zone::Local);
    QMainWindow::closeEvent(event);
}

/// What nobody inside wanted: filters, crosshair and jump box have taken their Esc already.
void MainWindow::keyPressEvent(QKeyEvent* event)
{
    const bool isEnter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if (event->key() == Qt::Key_Escape)
        goBack();
    else if (auto* button = qobject_cast<QAbstractButton*>(focusWidget()); button && isEnter)
        button->click(); // Qt does so in dialogs only
    else
        QMainWindow::keyPressEvent(event);
}

QWidget* MainWindow::makeContent()
{
    auto* pages = new QVBoxLayout;
    pages->setSpacing(0);
    auto* messages = new QVBoxLayout;
    messages->setContentsMargins(12, 0, 12, 0);
    messages->addWidget(m_messages);
    m_messages->setContentsMargins(0, 10, 0, 0);
    pages->addLayout(messages);
    pages->addWidget(m_stack, 1);
    auto* middle = new QHBoxLayout;
    middle->setSpacing(0);
    middle->addWidget(m_navigation);
    middle->addLayout(pages, 1);
    auto* content = new QWidget(this);
    auto* layout = new QVBoxLayout(content);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_topBar);
    layout->addLayout(middle, 1);
    layout->addWidget(m_status);
    return content;
}

void MainWindow::wireFeed()
{
    auto& feed = m_services.feed;
    auto& range = m_services.range;
    connect(&feed, &LiveFeed::ticked, &range, &RangeController::tick);
    connect(&feed, &LiveFeed::ticked, m_status, &StatusStrip::tick);
    connect(&feed, &LiveFeed::ticked, m_topBar->lock(), &LockButton::tick);
    connect(&feed, &LiveFeed::drained, &m_services.history, &HistoryReader::drain);
    connect(&feed, &LiveFeed::snapshotArrived, this, &MainWindow::showSnapshot);
    connect(&range, &RangeController::liveChanged, &feed, &LiveFeed::setLive);
    m_status->tick(feed.now());
}

void MainWindow::wirePages()
{
    connect(m_navigation, &Navigation::chosen, this, [this](int id) { showPage(static_cast<Page>(id)); });
    connect(m_topBar, &TopBar::contextChosen, this, &MainWindow::contextRequested);
    connect(m_topBar->lock(), &LockButton::unlockRequested, this, &MainWindow::unlockRequested);
    connect(m_topBar->lock(), &LockButton::lockRequested, this, &MainWindow::lockRequested);
    connect(m_topBar, &TopBar::alertsClicked, this, [this] {
        showPage(Overview);
        if (const auto& worst = m_overview->alertLine()->projection(); !worst.empty())
            m_overview->select(worst);
    });
    connect(m_overview, &OverviewPage::opened, this, &MainWindow::openProjection);
    connect(m_overview, &OverviewPage::inspectRequested, this, &MainWindow::inspectSuspectOf);
    connect(m_overview, &OverviewPage::selectionChanged, m_projection, &ProjectionPage::setProjection);
    connect(m_projection, &ProjectionPage::projectionChosen, m_overview, &OverviewPage::select);
    connect(m_projection, &ProjectionPage::inspectRequested, this, &MainWindow::inspectRequested);
    connect(m_projection, &ProjectionPage::helpRequested, this,
            [this](const QString& heading) { showHelp(QStringLiteral("verdicts"), heading); });
    const auto exportFailed = [this](const QString& text) {
        m_messages->show({QStringLiteral("export"), MessageLevel::Warning, text, {}, {}, tr("Close"), [this] {
                              m_messages->remove(QStringLiteral("export"));
                          }});
    };
    connect(m_overview, &OverviewPage::failed, this, exportFailed);
    connect(m_projection, &ProjectionPage::failed, this, exportFailed);
    connect(m_deadLetters, &DeadLettersPage::helpRequested, this, [this] { showHelp(QStringLiteral("filter")); });
    connect(m_deadLetters, &DeadLettersPage::replayRequested, this, [this](const std::vector<ReplayScope>& scopes) {
        m_replay->begin(scopes);
        showPage(Replay);
    });
    connect(m_reconciliation, &ReconcilePage::letterRequested, this, &MainWindow::openLetter);
    connect(m_reconciliation, &ReconcilePage::reprojectWanted, this, [this](const ReprojectionRequest& request) {
        m_replay->beginReprojection(request);
        showPage(Replay);
    });
    connect(m_replay, &ReplayPage::closed, this,
            [this] { showPage(m_replay->isReprojection() ? Reconciliation : DeadLetters); });
    connect(m_replay, &ReplayPage::unlockRequested, m_topBar->lock(), &QAbstractButton::click);
    connect(m_help, &HelpPage::backRequested, this, &MainWindow::goBack);
    connect(m_firstRun, &FirstRunPage::sandboxRequested, this, &MainWindow::sandboxRequested);
    connect(m_firstRun, &FirstRunPage::connectRequested, this, [this] { showPage(Connect); });
    connect(m_firstRun, &FirstRunPage::openRequested, this, &MainWindow::chooseWorkspaceFile);
    connect(m_connect, &ConnectPage::backRequested, this, &MainWindow::goBack);
    connect(m_connect, &ConnectPage::saved, this, &MainWindow::openWorkspaceRequested);
    connect(m_sandbox, &SandboxMenu::faultRequested, this, &MainWindow::faultRequested);
    connect(m_tray, &TrayIcon::activated, this, [this] {
        showNormal();
        raise();
        activateWindow();
    });
}

void MainWindow::showSnapshot(const std::shared_ptr<const Snapshot>& snapshot)
{
    m_status->setSnapshot(snapshot);
    m_sourceMessages.update(snapshot.get());
    int warnings = 0;
    int critical = 0;
    if (snapshot)
        for (const auto& report : snapshot->projections) {
            const int level = severity(report->assessment.verdict.kind);
            warnings += level == 1 ? 1 : 0;
            critical += level >= 2 ? 1 : 0;
        }
    m_topBar->setAlerts(warnings, critical);
    m_navigation->setCount(Projections, warnings + critical, critical > 0);
    updateTitle(snapshot.get());
}

void MainWindow::updateTitle(const Snapshot* snapshot)
{
    const auto* settings = m_workspace.context(m_context);
    if (!settings) {
        setWindowTitle(tr("Projectionist"));
        return;
    }
    const auto* worst = snapshot ? worstReport(*snapshot) : nullptr;
    const auto state = !snapshot ? tr("Connecting")
                       : worst   ? tr("%1: %2").arg(verdictWord(worst->assessment.verdict.kind),
                                                    displayable(toQString(worst->sample->projection), 60))
                                 : verdictWord(VerdictKind::Ok);
    setWindowTitle(tr("%1 — %2 (%3) — Projectionist")
                       .arg(state, displayable(toQString(m_context), 60), environmentWord(settings->environment)));
    m_tray->setSnapshot(snapshot, windowTitle());
}

void MainWindow::inspectSuspectOf(const std::string& projection)
{
    openProjection(projection);
    m_projection->inspectSuspect();
}

void MainWindow::goBack()
{
    if (page() == Help || page() == Connect)
        showPage(m_workspace.contexts.empty() ? FirstRun : m_former == page() ? Overview : m_former);
    else if (page() == Replay)
        showPage(DeadLetters);
    else if (page() == Projections)
        showPage(Overview);
}

void MainWindow::restoreState()
{
    auto& settings = m_services.settings;
    resize(1280, 800);
    restoreGeometry(settings.value("window/geometry").toByteArray());
    if (settings.value("window/local-time").toBool())
        m_services.range.setZone(Zone::Local);
    if (const auto range = parseTimeRange(settings.value("window/range").toString(), Zone::Utc, m_services.feed.now()))
        m_services.range.setRange(*range);
    else
        m_defaultRange = m_services.range.range();
    m_navigation->setCurrent(Overview);
    m_overview->setFocus();
}

/// A sandbox is young and has no past to be looked up: an hour of it would be an empty chart.
void MainWindow::applyDefaultRange()
{
    const auto* settings = m_workspace.context(m_context);
    if (!m_defaultRange || m_services.range.range() != *m_defaultRange || !settings)
        return;
    m_defaultRange = TimeRange::last(Duration(settings->sandboxControl.empty() ? 3'600'000 : 900'000));
    m_services.range.setRange(*m_defaultRange);
}

/// A record of a topic, or a row of a table that the context names.
bool MainWindow::namesLetter(const std::string& reference) const
{
    if (placeInKafka(reference))
        return true;
    const auto* context = m_workspace.context(m_context);
    return context && std::ranges::any_of(context->deadLetters.tables,
                                          [&](const auto& table) { return reference.starts_with(table.name + '#'); });
}

std::vector<JumpTarget> MainWindow::jumpTargets(const QString& typed)
{
    std::vector<JumpTarget> targets;
    if (const auto reference = typed.toStdString(); namesLetter(reference))
        targets.push_back({typed, tr("dead letter"), themeIcon(QStringLiteral("letter")),
                           [this, reference] { openLetter(reference); }});
    std::set<std::string> topics;
    for (const auto& projection : m_workspace.projectionsOf(m_context)) {
        targets.push_back({toQString(projection.name), tr("projection"), themeIcon(QStringLiteral("projections")),
                           [this, name = projection.name] { openProjection(name); }});
        topics.insert(projection.topics.begin(), projection.topics.end());
    }
    for (const auto& topic : topics)
        targets.push_back({toQString(topic), tr("topic"), themeIcon(QStringLiteral("filter")), [this, topic] {
                               for (const auto& projection : m_workspace.projectionsOf(m_context))
                                   if (std::find(projection.topics.begin(), projection.topics.end(), topic) !=
                                       projection.topics.end())
                                       return openProjection(projection.name);
                           }});
    if (const auto& board = m_deadLetters->board())
        for (const auto& group : board->groups)
            targets.push_back({shortException(group.reason.exception) + u' ' + strangersText(group.reason.frame, 80),
                               tr("dead letters"), themeIcon(QStringLiteral("letter")), [this, id = group.group] {
                                   showPage(DeadLetters);
                                   m_deadLetters->chooseGroup(id);
                               }});
    for (const auto& standing : m_reconciliation->board()->checks)
        targets.push_back({strangersText(standing.check.name, 80), tr("check"), themeIcon(QStringLiteral("reconcile")),
                           [this, name = standing.check.name] {
                               showPage(Reconciliation);
                               m_reconciliation->chooseCheck(name);
                           }});
    for (auto* command : m_commands)
        if (command->isEnabled() && command->isVisible())
            targets.push_back(
                {command->text().remove(u'&'), tr("action"), command->icon(), [command] { command->trigger(); }});
    return targets;
}

} // namespace projectionist
