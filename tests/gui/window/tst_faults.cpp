// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef Q_MOC_RUN // moc cannot read <concepts>, which libraries include
#include "app/desktop/session.h"
#include "app/sandbox/servers/processtree.h"
#include "models/text.h"
#include "tests/gui/window/windowbench.h"
#include "tests/integration/sandbox/runningsandbox.h"
#include "widgets/common/tableview.h"
#include "widgets/overview/alertline.h"
#include "widgets/overview/overviewpage.h"
#include "widgets/projection/eventview.h"
#include "widgets/projection/projectionpage.h"
#endif

#include <algorithm>
#include <csignal>
#include <QApplication>
#include <QElapsedTimer>
#include <QPushButton>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>

using namespace projectionist;

namespace {

constexpr int patience = 120'000;

/// Measures for how long nothing else could be done on this thread.
class Ticks
{
public:
    Ticks()
    {
        m_sinceLast.start();
        QObject::connect(&m_timer, &QTimer::timeout, &m_timer,
                         [this] { m_largest = std::max(m_largest, m_sinceLast.restart()); });
        m_timer.setTimerType(Qt::PreciseTimer);
        m_timer.start(5);
    }
    [[nodiscard]] qint64 largestGap() const { return m_largest; }

private:
    QTimer m_timer;
    QElapsedTimer m_sinceLast;
    qint64 m_largest = 0;
};

/// PostgreSQL with all its sessions stopped by SIGSTOP, as long as this lives.
class HangingStore
{
public:
    explicit HangingStore(pid_t sandbox)
    {
        for (const auto& process : processTree(sandbox)) {
            QFile name(QStringLiteral("/proc/%1/comm").arg(process.pid));
            if (name.open(QIODevice::ReadOnly) && name.readAll().startsWith("postgres"))
                m_stopped.push_back(process.pid);
        }
        for (const pid_t pid : m_stopped)
            ::kill(pid, SIGSTOP);
    }
    ~HangingStore()
    {
        for (const pid_t pid : m_stopped)
            ::kill(pid, SIGCONT);
    }
    HangingStore(const HangingStore&) = delete;
    HangingStore& operator=(const HangingStore&) = delete;
    [[nodiscard]] std::size_t processes() const { return m_stopped.size(); }

private:
    std::vector<pid_t> m_stopped;
};

} // namespace

/// The whole program, offscreen, on a real sandbox whose faults are injected with its Sandbox menu.
class TestFaults : public QObject
{
    Q_OBJECT

    QTemporaryDir m_home;
    std::unique_ptr<RunningSandbox> m_sandbox;
    std::unique_ptr<Session> m_session;
    MainWindow* m_window = nullptr;

    /// What the table says of this projection.
    [[nodiscard]] QString stateOf(const QString& projection) const
    {
        const auto* model = m_window->overview()->table()->table()->model();
        for (int row = 0; row < model->rowCount(); ++row) {
            QStringList cells;
            for (int column = 0; column < model->columnCount(); ++column)
                cells << model->index(row, column).data().toString();
            if (cells.contains(projection))
                return cells.front();
        }
        return {};
    }
    [[nodiscard]] bool allAre(const QStringList& states) const
    {
        return states.contains(stateOf("order_summary")) && states.contains(stateOf("parcel_tracking")) &&
               states.contains(stateOf("ops_console"));
    }
    [[nodiscard]] bool allIsWell() const { return allAre({"OK", "Idle"}) && alert().projection().empty(); }
    [[nodiscard]] const AlertLine& alert() const { return *m_window->overview()->alertLine(); }
    [[nodiscard]] QPushButton* buttonNamed(const QString& text) const
    {
        for (auto* button : m_window->overview()->alertLine()->findChildren<QPushButton*>())
            if (button->text() == text)
                return button;
        return nullptr;
    }

    /// Ticks or unticks a fault in the Sandbox menu and waits until the sandbox has done it.
    void toggle(const QString& fault)
    {
        const auto entry = [&]() -> std::optional<FaultEntry> {
            for (const auto& one : m_window->sandboxMenu()->state().faults)
                if (one.name == fault)
                    return one;
            return std::nullopt;
        };
        QTRY_VERIFY_WITH_TIMEOUT(entry(), patience);
        const bool wanted = !entry()->active;
        for (auto* action : m_window->sandboxMenu()->actions())
            if (action->text().endsWith('(' + fault + ')')) {
                action->trigger();
                break;
            }
        QTRY_VERIFY_WITH_TIMEOUT(entry() && entry()->active == wanted, patience);
    }
    void keptTicking(const Ticks& ticks)
    {
        qInfo("largest gap between two turns of the event loop: %lld ms", ticks.largestGap());
        // Far more than an idle machine needs (below 50 ms), far less than any wait for a server.
        QVERIFY(ticks.largestGap() < 250);
    }

private slots:
    void initTestCase()
    {
        for (const char* name : {"XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_CONFIG_DIRS", "HOME"})
            qputenv(name, m_home.filePath(QString(name).toLower()).toLocal8Bit());
        qunsetenv("PROJECTIONIST_CONFIG");
        m_sandbox = std::make_unique<RunningSandbox>();
        m_sandbox->start({"--steady", "--bad-every", "0", "--seed", "11"});
        Options options;
        options.workspace = m_sandbox->workspaceFile();
        m_session = std::make_unique<Session>(options);
        m_session->start();
        for (auto* widget : QApplication::topLevelWidgets())
            if (auto* window = qobject_cast<MainWindow*>(widget))
                m_window = window;
        QVERIFY(m_window);
        QTRY_VERIFY_WITH_TIMEOUT(allAre({"OK"}) && alert().projection().empty(), patience);
    }
    void cleanupTestCase()
    {
        m_session.reset();
        m_sandbox->stop();
        QVERIFY(m_sandbox->leftOver().empty());
    }

    void aStoreThatHangsIsNamedWhileTheWindowLives()
    {
        const Ticks ticks;
        {
            const HangingStore hanging(m_sandbox->process().pid());
            QVERIFY(hanging.processes() > 1);
            QTRY_VERIFY_WITH_TIMEOUT(allAre({"Unknown"}), patience);
            QVERIFY2(alert().evidence().contains("does not answer"), qPrintable(alert().evidence()));
        }
        QTRY_VERIFY_WITH_TIMEOUT(allIsWell(), patience);
        keptTicking(ticks);
    }
    void aStoreThatIsDownIsNamed()
    {
        toggle("store-down");
        QTRY_VERIFY_WITH_TIMEOUT(allAre({"Unknown"}), patience);
        QVERIFY(alert().headline().startsWith("The state of "));
        QTRY_VERIFY2_WITH_TIMEOUT(shownText(*m_window).contains("Cannot connect to store"),
                                  qPrintable(shownText(*m_window)), patience);
        toggle("store-down");
        QTRY_VERIFY_WITH_TIMEOUT(allIsWell(), patience);
    }
    void aBrokerThatIsDownIsNamedWhileTheWindowLives()
    {
        const Ticks ticks;
        toggle("broker-down");
        QTRY_VERIFY_WITH_TIMEOUT(allAre({"Unknown"}), patience);
        QVERIFY2(alert().evidence().contains("Nobody listens there"), qPrintable(alert().evidence()));
        toggle("broker-down");
        QTRY_VERIFY_WITH_TIMEOUT(allIsWell(), patience);
        keptTicking(ticks);
    }
    void poisonAndDeathAreToldApartAndTheSuspectIsShown()
    {
        toggle("worker-killed");
        toggle("poison");
        QTRY_VERIFY_WITH_TIMEOUT(stateOf("parcel_tracking") == "Blocked", patience);
        // Runs into its thirty seconds while the other verdicts settle.
        toggle("outbox-stopped");
        QTRY_VERIFY_WITH_TIMEOUT(stateOf("ops_console") == "Stopped", patience);
        QTRY_VERIFY_WITH_TIMEOUT(alert().headline().startsWith("parcel_tracking is blocked on one event"), patience);
        auto* inspect = buttonNamed("Inspect event");
        QVERIFY(inspect && inspect->isVisible());
        inspect->click();
        const auto* event = m_window->projectionPage()->eventView();
        QTRY_VERIFY2_WITH_TIMEOUT(event->text().contains("weight_grams") && event->text().contains("-1"),
                                  qPrintable(event->text()), patience);
        QVERIFY(event->text().contains("ParcelScanned"));
        m_window->showPage(MainWindow::Overview);
    }
    void aStoppedOutboxIsAFrozenSource()
    {
        QTRY_VERIFY_WITH_TIMEOUT(stateOf("order_summary") == "Source frozen", patience);
        for (const char* fault : {"outbox-stopped", "poison", "worker-killed"})
            toggle(fault);
        QTRY_VERIFY_WITH_TIMEOUT(allIsWell(), patience);
    }
};

QTEST_MAIN(TestFaults)
#include "tst_faults.moc"
