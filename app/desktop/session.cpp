// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/session.h"

#include "models/projectionhistory.h"
#include "models/text.h"
#include "widgets/deadletters/deadletterspage.h"
#include "widgets/firstrun/connectpage.h"

#include <QApplication>
#include <QTimer>

namespace projectionist {

namespace {

const QString workspaceMessage = QStringLiteral("workspace");
const QString sandboxMessage = QStringLiteral("sandbox");
const QString historyMessage = QStringLiteral("history");
constexpr Duration testTimeout{10'000};
constexpr int healthInterval = 5'000;
constexpr std::size_t diagnosticsShown = 4;

ConnectServices connectServices()
{
    return {[](const BrokerSettings& settings) { return testBroker(settings, testTimeout); },
            [](const StoreSettings& settings) { return testStore(settings, testTimeout); }, defaultConnectors()};
}

QString settingsFile()
{
    return toQString((stateDirectory() / "window.ini").string());
}

QString diagnosticLines(const std::vector<Diagnostic>& diagnostics)
{
    QStringList lines;
    for (const auto& diagnostic : diagnostics)
        if (diagnostic.level != DiagnosticLevel::Info && static_cast<std::size_t>(lines.size()) < diagnosticsShown)
            lines << toQString(toString(diagnostic));
    return lines.join(u'\n');
}

} // namespace

Session::Session(const Options& options)
    : m_options(options)
    , m_settings(settingsFile(), QSettings::IniFormat)
    , m_theme(m_settings)
    , m_history(std::make_shared<LateHistory>(historyFile(), m_clock))
    , m_feed(m_clock)
    , m_range(m_clock.now())
    , m_reader(historySource(std::shared_ptr<const LateHistory>(m_history)))
    , m_window({m_settings, m_theme, m_feed, m_range, m_reader}, connectServices())
    , m_acts(auditFile(stateDirectory()), m_clock)
    , m_replays(
          *m_window.replays(), [this] { return m_letters ? &m_letters->desk() : nullptr; }, m_clock, stateDirectory())
    , m_exports(*m_window.deadLetters(), m_clock)
    , m_differenceExports(*m_window.reconciliation())
    , m_wantedContext(options.context)
    , m_wantedLetter(options.letter)
{
    if (options.theme)
        m_theme.overrideWith(*options.theme);
    wire();
}

Session::~Session() = default;

void Session::start()
{
    m_window.show();
    if (m_options.sandbox)
        startSandbox();
    else
        loadWorkspace(m_options.workspace);
    if (m_options.seconds > 0)
        QTimer::singleShot(m_options.seconds * 1000, this, &Session::finish);
}

void Session::wire()
{
    connect(&m_feed, &LiveFeed::drained, this, &Session::poll);
    connect(&m_window, &MainWindow::openWorkspaceRequested, this,
            [this](const QString& file) { loadWorkspace(file.toStdString()); });
    connect(&m_window, &MainWindow::sandboxRequested, this, &Session::startSandbox);
    connect(&m_window, &MainWindow::contextRequested, this, [this](const QString& name) {
        m_wantedContext = name.toStdString();
        watch(m_wantedContext);
    });
    connect(&m_window, &MainWindow::inspectRequested, this,
            [this](std::uint64_t token, const TopicPartition& id, Offset offset) {
                if (m_watcher)
                    m_watcher->inspect(token, id, offset);
            });
    connect(&m_window, &MainWindow::faultRequested, this, [this](const QString& name, bool clear) {
        if (m_sandboxLink)
            m_sandboxLink->request(name, clear);
    });
    connect(m_window.connectPage(), &ConnectPage::saved, this,
            [this](const QString&, const QString& context) { m_wantedContext = context.toStdString(); });
    connect(&m_sandboxChild, &SandboxChild::ready, this, [this](const QString& file) {
        m_window.messages().remove(sandboxMessage);
        m_wantedContext.clear();
        loadWorkspace(file.toStdString());
    });
    connect(&m_sandboxChild, &SandboxChild::failed, this, [this](const QString& why) {
        m_window.messages().show({sandboxMessage,
                                  MessageLevel::Critical,
                                  tr("The sandbox does not run"),
                                  why,
                                  {},
                                  tr("Start again"),
                                  [this] { startSandbox(); }});
    });
    wireLetters();
    wireChecks();
    wireDrills();
    wireActs();
    auto* health = new QTimer(this);
    connect(health, &QTimer::timeout, this, &Session::showHistoryHealth);
    health->start(healthInterval);
}

void Session::loadWorkspace(const std::optional<std::filesystem::path>& file)
{
    retire(std::move(m_loader));
    m_loader = std::make_unique<WorkspaceLoader>(file);
}

void Session::poll()
{
    if (m_loader)
        for (const auto& reading : m_loader->drain())
            take(reading);
    if (m_sandboxLink)
        for (const auto& state : m_sandboxLink->drain())
            m_window.setSandbox(state);
    pollLetters();
    pollChecks();
    pollDrills();
    pollActs();
    m_replays.poll();
}

void Session::take(const WorkspaceReading& reading)
{
    auto& messages = m_window.messages();
    const auto lines = diagnosticLines(reading.diagnostics);
    // Without any file there is nothing to complain of.
    if (!lines.isEmpty() || !reading.notice.empty())
        messages.show({workspaceMessage,
                       reading.broken ? MessageLevel::Critical : MessageLevel::Warning,
                       reading.broken ? toQString(reading.notice) : tr("The workspace file has oddities"),
                       lines,
                       tr("Correct the file; it is read again by itself."),
                       {},
                       {}});
    else
        messages.remove(workspaceMessage);
    if (!reading.workspace || reading.workspace->contexts.empty()) {
        if (m_watchedContext.empty())
            m_window.showFirstRun();
        return;
    }
    if (reading.broken)
        return;
    m_workspace = *reading.workspace;
    watch(m_wantedContext.empty() ? m_workspace.currentContext : m_wantedContext);
}

void Session::watch(const std::string& context)
{
    const auto* settings = m_workspace.context(context);
    if (!settings) {
        m_window.messages().show({workspaceMessage,
                                  MessageLevel::Critical,
                                  tr("There is no context “%1” in the workspace").arg(toQString(context)),
                                  {},
                                  tr("Name one of its contexts with --context, or add this one to the file."),
                                  {},
                                  {}});
        settings = &m_workspace.contexts.front();
    }
    if (m_watcher && m_watchedContext == settings->name) {
        m_watcher->reconfigure(m_workspace);
    } else {
        retire(std::move(m_watcher));
        m_feed.startOver();
        m_watchedContext = settings->name;
        m_watcher = std::make_unique<Watcher>(m_workspace, m_watchedContext, defaultConnectors(), m_clock, sinks());
    }
    m_window.setWorkspace(m_workspace, m_watchedContext);
    m_acts.watch(m_watchedContext);
    m_replays.setWorkspace(m_workspace, m_watchedContext);
    watchLetters();
    watchChecks();
    watchDrills();
    if (m_sandboxSocket != settings->sandboxControl) {
        m_sandboxSocket = settings->sandboxControl;
        retire(std::move(m_sandboxLink));
        m_sandboxLink = m_sandboxSocket.empty() ? nullptr : std::make_unique<SandboxLink>(m_sandboxSocket);
        m_window.setSandbox(m_sandboxLink ? std::optional(SandboxMenuState{}) : std::nullopt);
    }
}

/// Into the window, and into history.
WatcherSinks Session::sinks() const
{
    auto sinks = m_feed.sinks(
        [history = m_history](const std::shared_ptr<const Snapshot>& snapshot) { history->append(snapshot); });
    sinks.retroactive = [history = m_history, context = m_watchedContext,
                         show = std::move(sinks.retroactive)](RetroactiveSeries series) {
        history->appendRetroactive(context, series.projection, historyPoints(series));
        show(std::move(series));
    };
    return sinks;
}

void Session::startSandbox()
{
    m_window.messages().show({sandboxMessage,
                              MessageLevel::Info,
                              tr("Starting the sandbox…"),
                              tr("A private PostgreSQL, an embedded broker, a write side and three projections."),
                              {},
                              tr("Cancel"),
                              [this] {
                                  m_sandboxChild.cancel();
                                  m_window.messages().remove(sandboxMessage);
                                  if (m_watchedContext.empty())
                                      m_window.showFirstRun();
                              }});
    m_sandboxChild.start();
}

void Session::showHistoryHealth()
{
    const auto history = m_history->ifOpen();
    if (!history)
        return;
    if (const auto problem = history->health())
        m_window.messages().show(messageOf(historyMessage, *problem));
    else
        m_window.messages().remove(historyMessage);
}

void Session::finish()
{
    if (m_options.snapshot && !m_window.grab().save(toQString(m_options.snapshot->string()), "PNG")) {
        qCritical("The picture could not be written to %s", m_options.snapshot->c_str());
        QCoreApplication::exit(2);
        return;
    }
    close();
}

void Session::close()
{
    m_window.close();
    QCoreApplication::quit(); // a window in the tray may be hidden already
}

} // namespace projectionist
