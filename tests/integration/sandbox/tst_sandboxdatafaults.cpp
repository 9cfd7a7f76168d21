// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/sandbox/runningsandbox.h"
#include "tests/support/testservers.h"

#include <QTest>

using namespace projectionist;

namespace {

// Rows that are as far as the write side; those that the fault of that name made wrong, and those wrong by others.
const std::string orders = "SELECT count(*) FROM @.order_summary r JOIN @.customer_order w ON r.order_id = w.id "
                           "WHERE r.sequence = w.version";
const std::string parcels = "SELECT count(*) FROM @.parcel_tracking r JOIN @.parcel w ON r.parcel_id = w.id "
                            "WHERE r.sequence = w.version";
const std::string wrongTotals = orders + " AND r.total_cents = w.total_cents * 119 / 100";
const std::string wrongOrders = orders + " AND (r.total_cents, r.status) IS DISTINCT FROM (w.total_cents, w.status)";
const std::string scannedTwice = parcels + " AND r.scans > w.scans";
const std::string notErased = "SELECT count(*) FROM @.order_summary r JOIN @.projection_checkpoint c USING (partition) "
                              "WHERE projection = 'order_summary' AND NOT EXISTS "
                              "(SELECT FROM @.customer_order w WHERE w.id = r.order_id) AND EXISTS (SELECT FROM "
                              "@.outbox e WHERE e.aggregate = r.order_id AND e.type = 'OrderErased' AND "
                              "e.published_at < c.updated_at - interval '2 seconds')";
const std::string incomplete = parcels + " AND r.applied < r.sequence";
const std::string wrongParcels = parcels + " AND coalesce(r.scans, 0) <> w.scans";

} // namespace

/// Faults after which all is in time and nothing fails, but read models are wrong.
class TestSandboxDataFaults : public QObject
{
    Q_OBJECT

    RunningSandbox m_sandbox;

    [[nodiscard]] std::int64_t now(const std::string& sql) const { return m_sandbox.number(sql).value_or(-1); }

private slots:
    void initTestCase() { m_sandbox.start({"--rate", "200", "--steady", "--bad-every", "0", "--seed", "11"}); }
    void cleanupTestCase()
    {
        m_sandbox.stop();
        QVERIFY(m_sandbox.leftOver().empty());
    }

    void withoutFaultsTheReadModelsAreRight()
    {
        QVERIFY(eventually([&] { return now(orders) > 100 && now(parcels) > 100; }));
        QCOMPARE(now(wrongOrders), 0);
        QCOMPARE(now(wrongParcels), 0);
    }
    void aHandlerWithABugWritesWrongTotals()
    {
        m_sandbox.inject("handler-bug");
        QVERIFY(eventually([&] { return now(wrongTotals) > 20; }));
        QCOMPARE(now(wrongOrders + " AND r.total_cents <> w.total_cents * 119 / 100"), 0);
        QCOMPARE(now(wrongParcels), 0);
        m_sandbox.clear("handler-bug");
    }
    void eventsPassedOverAreMissing()
    {
        m_sandbox.inject("skip-offsets");
        QVERIFY(eventually([&] { return now(incomplete) > 20; }));
        QVERIFY(m_sandbox.allAdvance());
        QCOMPARE(now(scannedTwice), 0);
        m_sandbox.clear("skip-offsets");
    }
    void eventsAppliedTwiceAreCountedTwice()
    {
        m_sandbox.inject("duplicate-delivery");
        QVERIFY(eventually([&] { return now(scannedTwice) > 20; }));
        QVERIFY(m_sandbox.allAdvance());
        m_sandbox.clear("duplicate-delivery");
    }
    void erasedOrdersStayInTheReadModel()
    {
        QVERIFY(eventually([&] { return now("SELECT count(*) FROM @.outbox WHERE type = 'OrderErased'") > 5; }));
        QCOMPARE(now(notErased), 0);
        m_sandbox.inject("erase-missed");
        QVERIFY(eventually([&] { return now(notErased) > 3; }));
        m_sandbox.clear("erase-missed");
    }
    void whatWasWrongStaysWrong()
    {
        QVERIFY(now(wrongTotals) > 0 && now(incomplete) > 0 && now(scannedTwice) > 0 && now(notErased) > 0);
    }
};

QTEST_GUILESS_MAIN(TestSandboxDataFaults)
#include "tst_sandboxdatafaults.moc"
