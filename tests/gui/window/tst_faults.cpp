// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef Q_MOC_RUN // moc cannot read <concepts>, which libraries include
#include "app/sandbox/servers/processtree.h"
#include "tests/gui/window/runningwindow.h"
#include "tests/gui/window/ticks.h"
#include "tests/gui/window/windowbench.h"
#include "tests/integration/sandbox/runningsandbox.h"
#include "widgets/overview/alertline.h"
#include "widgets/overview/overviewpage.h"
#include "widgets/projection/eventview.h"
#include "widgets/projection/projectionpage.h"
#endif

#include <csignal>
#include <QPushButton>
#include <QTest>

using namespace projectionist;

namespace {

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

    std::unique_ptr<RunningSandbox> m_sandbox;
    std::unique_ptr<RunningWindow> m_running;

    [[nodiscard]] MainWindow& window() const { return m_running->window(); }
    [[nodiscard]] const AlertLine& alert() const { return m_running->alert(); }
    [[nodiscard]] QString stateOf(const QString& projection) const { return m_running->stateOf(projection); }

    /// Ticks or unticks a fault in the Sandbox menu and waits until the sandbox has done it.
    void toggle(const QString& fault)
    {
        const auto entry = [&]() -> std::optional<FaultEntry> {
            for (const auto& one : window().sandboxMenu()->state().faults)
                if (one.name == fault)
                    return one;
            return std::nullopt;
        };
        QTRY_VERIFY_WITH_TIMEOUT(entry(), patience);
        const bool wanted = !entry()->active;
        for (auto* action : window().sandboxMenu()->actions())
            if (action->text().endsWith('(' + fault + ')')) {
                action->trigger();
                break;
            }
        QTRY_VERIFY_WITH_TIMEOUT(entry() && entry()->active == wanted, patience);
    }

private slots:
    void initTestCase()
    {
        m_sandbox = std::make_unique<RunningSandbox>();
        m_sandbox->start({"--steady", "--bad-every", "0", "--seed", "11"});
        m_running = std::make_unique<RunningWindow>(m_sandbox->workspaceFile());
        QTRY_VERIFY_WITH_TIMEOUT(m_running->allAre({"OK"}) && alert().projection().empty(), patience);
    }
    void cleanupTestCase()
    {
        m_running.reset();
        m_sandbox->stop();
        QVERIFY(m_sandbox->leftOver().empty());
    }

    void aStoreThatHangsIsNamedWhileTheWindowLives()
    {
        const Ticks ticks;
        {
            const HangingStore hanging(m_sandbox->process().pid());
            QVERIFY(hanging.processes() > 1);
            QTRY_VERIFY_WITH_TIMEOUT(m_running->allAre({"Unknown"}), patience);
            QVERIFY2(alert().evidence().contains("does not answer"), qPrintable(alert().evidence()));
        }
        QTRY_VERIFY_WITH_TIMEOUT(m_running->allIsWell(), patience);
        ticks.verify();
    }
    void aStoreThatIsDownIsNamed()
    {
        toggle("store-down");
        QTRY_VERIFY_WITH_TIMEOUT(m_running->allAre({"Unknown"}), patience);
        QVERIFY(alert().headline().startsWith("The state of "));
        QTRY_VERIFY2_WITH_TIMEOUT(shownText(window()).contains("Cannot connect to store"),
                                  qPrintable(shownText(window())), patience);
        toggle("store-down");
        QTRY_VERIFY_WITH_TIMEOUT(m_running->allIsWell(), patience);
    }
    void aBrokerThatIsDownIsNamedWhileTheWindowLives()
    {
        const Ticks ticks;
        toggle("broker-down");
        QTRY_VERIFY_WITH_TIMEOUT(m_running->allAre({"Unknown"}), patience);
        QVERIFY2(alert().evidence().contains("Nobody listens there"), qPrintable(alert().evidence()));
        toggle("broker-down");
        QTRY_VERIFY_WITH_TIMEOUT(m_running->allIsWell(), patience);
        ticks.verify();
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
        auto* inspect = buttonWith(alert(), "Inspect event");
        QVERIFY(inspect);
        inspect->click();
        const auto* event = window().projectionPage()->eventView();
        QTRY_VERIFY2_WITH_TIMEOUT(event->text().contains("weight_grams") && event->text().contains("-1"),
                                  qPrintable(event->text()), patience);
        QVERIFY(event->text().contains("ParcelScanned"));
        window().showPage(MainWindow::Overview);
    }
    void aStoppedOutboxIsAFrozenSource()
    {
        QTRY_VERIFY_WITH_TIMEOUT(stateOf("order_summary") == "Source frozen", patience);
        for (const char* fault : {"outbox-stopped", "poison", "worker-killed"})
            toggle(fault);
        QTRY_VERIFY_WITH_TIMEOUT(m_running->allIsWell(), patience);
    }
};

QTEST_MAIN(TestFaults)
#include "tst_faults.moc"
