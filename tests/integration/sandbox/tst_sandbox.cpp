// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef Q_MOC_RUN // moc cannot read <concepts>, which the library includes
#include "app/sandbox/faults.h"
#include "backend/broker/kafka/kafkabroker.h"
#include "tests/integration/sandbox/runningsandbox.h"
#include "tests/support/testservers.h"
#endif

#include <csignal>
#include <QTest>

using namespace projectionist;

class TestSandbox : public QObject
{
    Q_OBJECT

    RunningSandbox m_sandbox;

    std::int64_t now(const std::string& sql) { return m_sandbox.number(sql).value_or(-1); }

private slots:
    void initTestCase() { m_sandbox.start({"--rate", "200", "--steady", "--bad-every", "0", "--seed", "5"}); }
    void cleanupTestCase() { m_sandbox.stop(); }

    void itsWorkspaceIsCompleteAndValid()
    {
        const auto workspace = m_sandbox.workspace();
        QCOMPARE(workspace.currentContext, std::string("sandbox"));
        QCOMPARE(workspace.projections.size(), std::size_t(3));
        QCOMPARE(workspace.writeSides.size(), std::size_t(1));
        QVERIFY(workspace.projections[1].checkpoint && !workspace.projections[1].group.empty());
        const auto status = m_sandbox.control().status(Duration(10'000));
        QVERIFY(status);
        QCOMPARE(status->workspace, m_sandbox.workspaceFile());
        QCOMPARE(status->processes.size(), std::size_t(6));
    }

    void eventsReachEveryReadModel()
    {
        QVERIFY(m_sandbox.allAdvance());
        for (const char* table : {"order_summary", "parcel_tracking", "ops_console"})
            QVERIFY2(eventually([&] { return now(std::string("SELECT count(*) FROM @.") + table) > 10; }), table);
        for (const char* projection : {"order_summary", "parcel_tracking", "ops_console"})
            QVERIFY2(eventually([&] { return now(agesSql(projection)) == 12; }), projection);
    }

    void theGroupCommitsToTheBrokerToo()
    {
        const auto workspace = m_sandbox.workspace();
        const auto broker = connectKafka(workspace.brokers.at(0));
        QVERIFY(broker);
        GroupOffsetsQuery query{workspace.projections[1].group, {}};
        for (int partition = 0; partition < 12; ++partition)
            query.partitions.push_back({"orders.events", partition});
        QVERIFY(eventually([&] {
            const auto answer = (*broker)->offsets(std::span(&query, 1), Duration(10'000));
            return answer && std::ranges::all_of(answer->at(0).offsets, [](const auto& o) { return o.position > 0; });
        }));
    }

    void killedProcessesApplyEveryEventExactlyOnce()
    {
        for (const char* name : {"order_summary", "parcel_tracking-1", "relay", "ops_console", "parcel_tracking-2",
                                 "writer", "order_summary", "relay", "ops_console"}) {
            const int pid = m_sandbox.pidOf(name);
            if (pid > 0)
                QCOMPARE(::kill(pid, SIGKILL), 0);
            QVERIFY(m_sandbox.advances("order_summary", 40));
        }
        QVERIFY(m_sandbox.allAdvance());
        // Each row counts what was applied to it; the sequence says how many events its aggregate had.
        for (const char* table : {"order_summary", "parcel_tracking"})
            QCOMPARE(now(std::string("SELECT count(*) FROM @.") + table + " WHERE applied <> sequence"), 0);
        QCOMPARE(now("SELECT (SELECT sum(events) FROM @.ops_console) - (SELECT sum(sequence) FROM @.ops_console_seen)"),
                 0);
        // Where the read model has seen all events of an order, it says what the write side says.
        const std::string same = "SELECT count(*) FROM @.order_summary s JOIN @.customer_order o ON o.id = s.order_id "
                                 "AND o.version = s.sequence WHERE o.status ";
        QCOMPARE(now(same + "<> s.status"), 0);
        QVERIFY(now(same + "= s.status") > 100);
        QCOMPARE(now("SELECT count(*) FROM @.parcel_tracking s JOIN @.parcel p ON p.id = s.parcel_id AND "
                     "p.version = s.sequence WHERE p.status <> s.status OR p.scans <> coalesce(s.scans, 0)"),
                 0);
    }

    void theFaultListSaysWhatIsActive()
    {
        m_sandbox.inject("worker-slow");
        const auto faults = m_sandbox.control().faults(Duration(10'000));
        QVERIFY(faults);
        QCOMPARE(faults->size(), faultTexts().size());
        for (const auto& fault : *faults) {
            QCOMPARE(fault.active, fault.name == "worker-slow");
            QVERIFY(fault.refusal.empty());
        }
        m_sandbox.clear("worker-slow");
        const auto unknown = m_sandbox.control().inject("earthquake", Duration(10'000));
        QVERIFY(!unknown && unknown.error().kind == ErrorKind::NotFound);
    }

    void theCommandLineFindsTheSandboxByItself()
    {
        QCOMPARE(m_sandbox.runToEnd({"fault", "worker-hung"}, "fault.log"), 0);
        QVERIFY(m_sandbox.output("fault.log").find("called Blocked") != std::string::npos);
        QCOMPARE(m_sandbox.runToEnd({"status"}, "status.log"), 0);
        QVERIFY(m_sandbox.output("status.log").find("fault      worker-hung") != std::string::npos);
        QCOMPARE(m_sandbox.runToEnd({"fault", "worker-hung", "--clear"}, "clear.log"), 0);
        QCOMPARE(m_sandbox.runToEnd({"fault", "earthquake"}, "bad.log"), 3);
        QCOMPARE(RunningSandbox().runToEnd({"fault", "poison"}, "none.log"), 2);
        QCOMPARE(RunningSandbox().runToEnd({"fault", "--list"}, "list.log"), 0);
    }
};

QTEST_APPLESS_MAIN(TestSandbox)
#include "tst_sandbox.moc"
