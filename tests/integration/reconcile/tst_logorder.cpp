// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/reconcile/checkrun.h"
#include "backend/store/postgres/postgressnapshot.h"
#include "tests/integration/broker/brokerfixture.h"

#include <QTest>

using namespace projectionist;

namespace {

OutgoingRecord versioned(std::int32_t partition, const std::string& key, const std::string& version)
{
    return {"orders", partition, key, R"({"version": )" + version + '}', {{"v", version}}};
}

QString textOf(const Result<CheckResult>& result)
{
    if (!result)
        return text(result.error());
    std::string lines;
    for (const auto& one : result->differences)
        lines +=
            shownKey(one.key) + ' ' + one.actual->at(0).value_or("") + ": " + one.actual->at(1).value_or("") + '\n';
    return QString::fromStdString(lines);
}

} // namespace

/// Versions in a projection's log.
class TestLogOrder : public QObject
{
    Q_OBJECT
    std::unique_ptr<KafkaServer> m_server;
    Workspace m_workspace;
    CheckSettings m_check;

    [[nodiscard]] Result<CheckResult> run()
    {
        const SystemClock clock;
        return CheckRun(m_check, m_workspace, readPostgresSnapshot, clock).run();
    }

private slots:
    void initTestCase()
    {
        m_server = startKafka();
        m_workspace.brokers = {brokerAt(m_server->bootstrap())};
        ContextSettings context;
        context.name = "local";
        context.broker = m_workspace.brokers[0].name;
        m_workspace.contexts = {context};
        ProjectionSettings projection;
        projection.name = "orders";
        projection.context = "local";
        projection.topics = {"orders"};
        m_workspace.projections = {projection};
        m_check.name = "order";
        m_check.context = "local";
        m_check.projection = "orders";
        m_check.kind = CheckKind::Order;
        makeTopics(m_workspace.brokers[0], {{"orders", 2}});
        std::vector<OutgoingRecord> events{versioned(0, "a", "1"), versioned(0, "b", "1"), versioned(0, "a", "2"),
                                           versioned(0, "a", "2"), versioned(0, "b", "4"), versioned(0, "b", "3"),
                                           versioned(1, "c", "7"), versioned(1, "c", "8"), versioned(1, "c", "\"x\"")};
        events.push_back({"orders", 1, {}, "{}"});          // no key
        events.push_back({"orders", 1, "c", std::nullopt}); // deleted
        write(m_workspace.brokers[0], events);
    }

    void whatIsWrongIsToldWithItsOffsets_data()
    {
        QTest::addColumn<QString>("place");
        QTest::newRow("payload") << "$.version";
        QTest::newRow("header") << "header:v";
    }
    void whatIsWrongIsToldWithItsOffsets()
    {
        QFETCH(QString, place);
        m_workspace.projections[0].eventVersion = place.toStdString();
        const auto result = run();
        QCOMPARE(textOf(result),
                 "(a, orders [0], 3) duplicate: version 2 is there again: offset 2 has 2, offset 3 has 2\n"
                 "(b, orders [0], 4) gap: versions 2 to 3 are missing: offset 1 has 1, offset 4 has 4\n"
                 "(b, orders [0], 5) step back: version 3 comes after 4: offset 4 has 4, offset 5 has 3\n");
        QVERIFY(result->hasDrift());
        QVERIFY(result->engine == CheckEngine::Log);
        QCOMPARE(result->actualRows, std::int64_t{11});
        QCOMPARE(result->through, (LogPositions{{{"orders", 0}, 6}, {{"orders", 1}, 5}}));
        QCOMPARE(result->findings.size(), std::size_t{2});
        QVERIFY(QString::fromStdString(result->findings[0].text).startsWith("1 events have no key"));
        QVERIFY(QString::fromStdString(result->findings[1].text).startsWith("1 events bear no version"));
    }

    void itEndsAtTheLargestNumberOfDifferences()
    {
        m_workspace.projections[0].eventVersion = "header:v";
        m_check.maxDifferences = 1;
        const auto result = run();
        m_check.maxDifferences = 1000;
        QVERIFY2(result, qPrintable(textOf(result)));
        QVERIFY(!result->complete);
        QCOMPARE(result->differences.size(), std::size_t{1});
    }

    void itsBudgetOfEventsEndsIt()
    {
        makeTopics(m_workspace.brokers[0], {{"many", 1}});
        std::vector<OutgoingRecord> events;
        for (int i = 1; i <= 21'000; ++i)
            events.push_back({"many", 0, "k", "{}", {{"v", std::to_string(i)}}});
        write(m_workspace.brokers[0], events);
        m_workspace.projections[0].topics = {"many"};
        m_workspace.projections[0].eventVersion = "header:v";
        m_check.budget.rows = 20'000;
        const auto result = run();
        m_check.budget.rows.reset();
        const auto whole = run();
        m_workspace.projections[0].topics = {"orders"};
        QVERIFY2(result && whole, qPrintable(textOf(result) + textOf(whole)));
        QVERIFY(!result->complete && whole->complete);
        QCOMPARE(result->actualRows, std::int64_t{20'000});
        QCOMPARE(whole->actualRows, std::int64_t{21'000});
        QCOMPARE(result->ending,
                 std::string("its budget of 20\u202f000 rows was used up; not all events were looked at"));
    }

    void itSaysWhatItLacks()
    {
        m_workspace.projections[0].eventVersion.clear();
        QCOMPARE(textOf(run()),
                 "configuration: Check \"order\" cannot be run: nobody knows where the events of projection "
                 "\"orders\" bear their version. add event_version = \"$.version\" or \"header:version\" to "
                 "the projection.");
        m_workspace.projections[0].eventVersion = "$.version";
        m_workspace.projections[0].topics = {"nowhere"};
        const auto result = run();
        m_workspace.projections[0].topics = {"orders"};
        QCOMPARE(result.error().kind, ErrorKind::NotFound);
    }
};

QTEST_GUILESS_MAIN(TestLogOrder)
#include "tst_logorder.moc"
