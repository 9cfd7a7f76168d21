// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef Q_MOC_RUN // moc cannot read <concepts>, which the library includes
#include "tests/integration/sandbox/runningsandbox.h"
#include "tests/support/testservers.h"
#endif

#include <QTest>

using namespace projectionist;

class TestSandboxFaults : public QObject
{
    Q_OBJECT

    RunningSandbox m_sandbox;

    std::int64_t now(const std::string& sql) { return m_sandbox.number(sql).value_or(-1); }

private slots:
    void initTestCase() { m_sandbox.start({"--rate", "200", "--steady", "--bad-every", "0", "--seed", "5"}); }
    void cleanupTestCase() { m_sandbox.stop(); }

    void aKilledWorkerStandsStillWithoutSignOfLife()
    {
        m_sandbox.inject("worker-killed");
        QCOMPARE(m_sandbox.pidOf("ops_console"), 0);
        QVERIFY(eventually([&] { return now(agesSql("ops_console")) == 0; }));
        const auto stands = now(positionSql("ops_console"));
        QVERIFY(m_sandbox.advances("order_summary") && m_sandbox.advances("parcel_tracking"));
        QCOMPARE(now(positionSql("ops_console")), stands);
        m_sandbox.clear("worker-killed");
        QVERIFY(m_sandbox.advances("ops_console"));
    }

    void aHungWorkerStandsStillButLives()
    {
        m_sandbox.inject("worker-hung");
        std::int64_t stands = -1;
        QVERIFY(eventually([&] {
            const auto before = stands;
            stands = now(positionSql("order_summary"));
            QTest::qSleep(400);
            return before == stands;
        }));
        QVERIFY(m_sandbox.advances("ops_console", 400));
        QCOMPARE(now(positionSql("order_summary")), stands);
        QVERIFY(eventually([&] { return now(agesSql("order_summary")) == 12; }));
        m_sandbox.clear("worker-hung");
        QVERIFY(m_sandbox.advances("order_summary"));
    }

    void aSlowWorkerFallsBehindWithoutStanding()
    {
        const std::string behind =
            "SELECT (SELECT sum(position) FROM @.projection_checkpoint WHERE projection = 'ops_console') - "
            "(SELECT sum(position) FROM @.projection_checkpoint WHERE projection = 'order_summary')";
        QVERIFY(eventually([&] { return std::abs(now(behind)) < 200; }));
        m_sandbox.inject("worker-slow");
        QVERIFY(eventually([&] { return now(behind) > 300; }, Duration(120'000)));
        QVERIFY(m_sandbox.advances("order_summary"));
        m_sandbox.clear("worker-slow");
        QVERIFY(eventually([&] { return now(behind) < 200; }, Duration(120'000)));
    }

    void aPoisonEventBlocksItsPartitionOnly()
    {
        const std::string poison = "SELECT count(*) FROM @.outbox WHERE (payload->>'weight_grams')::int < 0";
        m_sandbox.inject("poison");
        QVERIFY(eventually([&] { return now(poison) == 1; }));
        // The only partition that stands still while the whole goes on.
        std::map<std::int64_t, std::int64_t> before;
        const auto position = [&](int partition) {
            return now(
                "SELECT position FROM @.projection_checkpoint WHERE projection = 'parcel_tracking' AND partition = " +
                std::to_string(partition));
        };
        int standing = 0;
        QVERIFY(eventually([&] {
            for (int partition = 0; partition < 12; ++partition)
                before[partition] = position(partition);
            if (!m_sandbox.advances("parcel_tracking", 500))
                return false;
            standing = 0;
            for (int partition = 0; partition < 12; ++partition)
                standing += position(partition) == before[partition] ? 1 : 0;
            return standing == 1;
        }));
        QVERIFY(eventually([&] { return now(agesSql("parcel_tracking")) == 12; }));
        m_sandbox.clear("poison");
        QVERIFY(eventually([&] {
            for (int partition = 0; partition < 12; ++partition) {
                if (position(partition) == before[partition])
                    return false;
            }
            return true;
        }));
        QCOMPARE(now(poison), 1);
        QCOMPARE(now("SELECT count(*) FROM @.parcel_tracking WHERE applied <> sequence OR weight_grams < 0"), 0);
    }

    void aStoppedRelayLetsTheOutboxFill()
    {
        const std::string pending = "SELECT count(*) FROM @.outbox WHERE published_at IS NULL";
        m_sandbox.inject("outbox-stopped");
        QVERIFY(eventually([&] { return now(pending) > 1000; }));
        m_sandbox.clear("outbox-stopped");
        QVERIFY(eventually([&] { return now(pending) < 600; }));
        QVERIFY(m_sandbox.allAdvance());
    }

    void aBurstIsTenTimesTheLoad()
    {
        const auto before = m_sandbox.control().status(Duration(10'000))->rate;
        m_sandbox.inject("burst");
        const auto during = m_sandbox.control().status(Duration(10'000))->rate;
        QVERIFY(during > 9 * before && during < 11 * before);
        const auto written = now("SELECT max(seq) FROM @.outbox");
        QVERIFY(eventually([&] { return now("SELECT max(seq) FROM @.outbox") > written + 4000; }));
        m_sandbox.clear("burst");
        QVERIFY(m_sandbox.allAdvance());
    }

    void aBrokerThatComesBackIsFoundAgain()
    {
        m_sandbox.inject("broker-down");
        const std::string pending = "SELECT count(*) FROM @.outbox WHERE published_at IS NULL";
        QVERIFY(eventually([&] { return now(pending) > 1000; }));
        m_sandbox.clear("broker-down");
        QVERIFY(eventually([&] { return now(pending) < 600; }, Duration(120'000)));
        QVERIFY(m_sandbox.allAdvance());
        QCOMPARE(now("SELECT count(*) FROM @.order_summary WHERE applied <> sequence"), 0);
    }

    void aStoreThatComesBackIsFoundAgain()
    {
        m_sandbox.inject("store-down");
        QVERIFY(!m_sandbox.number("SELECT 1"));
        m_sandbox.clear("store-down");
        QVERIFY(eventually([&] { return m_sandbox.number("SELECT 1").has_value(); }));
        QVERIFY(m_sandbox.allAdvance());
        for (const char* table : {"order_summary", "parcel_tracking"})
            QCOMPARE(now(std::string("SELECT count(*) FROM @.") + table + " WHERE applied <> sequence"), 0);
    }
};

QTEST_APPLESS_MAIN(TestSandboxFaults)
#include "tst_sandboxfaults.moc"
