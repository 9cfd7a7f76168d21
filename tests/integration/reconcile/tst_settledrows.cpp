// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/reconcile/checkfixture.h"

using namespace projectionist;

/// Which rows a check leaves alone: young ones, and all of them where a side is empty.
class TestSettledRows : public QObject, private TwoServers
{
    Q_OBJECT

private slots:
    void initTestCase() { startServers(); }

    void youngRowsAreLeftOut_data()
    {
        QTest::addColumn<QString>("actual");
        QTest::newRow("one database") << "here";
        QTest::newRow("two servers") << "there";
    }
    void youngRowsAreLeftOut()
    {
        QFETCH(QString, actual);
        executeOnBoth({"DROP TABLE IF EXISTS expected, actual",
                       "CREATE TABLE expected (id int PRIMARY KEY, v int, changed timestamptz)",
                       "INSERT INTO expected SELECT i, i, now() - interval '1 day' FROM generate_series(1, 2000) i",
                       "CREATE TABLE actual (id int PRIMARY KEY, v int, at timestamp)",
                       "INSERT INTO actual SELECT id, v, changed AT TIME ZONE 'UTC' FROM expected",
                       "UPDATE actual SET v = -1 WHERE id IN (1, 2, 3, 4)", "DELETE FROM actual WHERE id IN (5, 6)",
                       "DELETE FROM expected WHERE id IN (7, 8)",
                       // 2, 3, 5 and 7 changed a moment ago, on one side or the other
                       "UPDATE expected SET changed = now() WHERE id IN (2, 5)",
                       "UPDATE actual SET at = now() AT TIME ZONE 'UTC' WHERE id IN (3, 7)",
                       "UPDATE actual SET at = NULL WHERE id = 4"});
        auto check = checkOf("here", actual.toStdString());
        check.pairs = {{"at", "changed"}};
        check.columns = {"v"};
        check.settledBy = "at";
        check.settledFor = Duration(600'000);
        const auto result = run(check, m_workspace);
        QCOMPARE(text(result), "different 1 v: 1 | -1\ndifferent 4 v: 4 | -1\nmissing 6\nextra 8\n");
        QCOMPARE(result->differences.front().expected->size(), std::size_t{1}); // no mark of age
        QVERIFY(QString::fromStdString(result->findings.back().text).startsWith("rows that are younger than"));
        check.kind = CheckKind::Count;
        const auto counts = run(check, m_workspace);
        QCOMPARE(counts->expectedRows, std::int64_t{1996});
        QCOMPARE(counts->actualRows, std::int64_t{1996});
        check.kind = CheckKind::Rows;
        check.settledBy = "v";
        QCOMPARE(run(check, m_workspace).error().kind, ErrorKind::Configuration);
        check.kind = CheckKind::Count;
        QCOMPARE(run(check, m_workspace).error().kind, ErrorKind::Configuration);
    }

    void rowsThatChangeWhileTheyAreReadAgainDoNotCount()
    {
        executeOnBoth({"DROP TABLE IF EXISTS expected, actual",
                       "CREATE TABLE expected (id int PRIMARY KEY, v int, at timestamptz)",
                       "INSERT INTO expected VALUES (1, 1, '2026-01-01'), (2, 2, '2026-01-01')",
                       "CREATE TABLE actual AS SELECT id, 0 AS v, at FROM expected"});
        auto check = checkOf("here", "here");
        check.settledBy = "at";
        check.settledFor = Duration(600'000);
        ScriptedFlight flight(true, [&] { execute(*m_server, {"UPDATE expected SET at = now() WHERE id = 1"}); });
        const auto result = run(check, m_workspace, &flight);
        QCOMPARE(text(result), "different 2 v: 2 | 0\n");
        QCOMPARE(result->settled, std::size_t{1});
    }

    void anEmptySideIsNotToldRowByRow_data() { youngRowsAreLeftOut_data(); }
    void anEmptySideIsNotToldRowByRow()
    {
        QFETCH(QString, actual);
        executeOnBoth({"DROP TABLE IF EXISTS expected, actual", "CREATE TABLE expected (id int PRIMARY KEY)",
                       "INSERT INTO expected SELECT generate_series(1, 20)",
                       "CREATE TABLE actual (id int PRIMARY KEY)"});
        auto check = checkOf("here", actual.toStdString());
        check.maxDifferences = 19;
        QCOMPARE(text(run(check, m_workspace)),
                 "invalid-data: The actual side of check \"c\" has no rows: the expected side has more than 19. See "
                 "whether its store, table and filter are right. To have all these rows told as missing, use "
                 "--empty-is-drift, or write empty_is_drift = true in the check.");
        std::swap(check.expected.table, check.actual.table);
        QVERIFY(text(run(check, m_workspace)).contains("The expected side of check \"c\" has no rows"));
        check.emptyIsDrift = true;
        QCOMPARE(run(check, m_workspace)->count(DriftState::Confirmed), std::size_t{19});
        check.emptyIsDrift = false;
        check.maxDifferences = 20; // all of them can be told
        QCOMPARE(run(check, m_workspace)->count(DriftState::Confirmed), std::size_t{20});
    }
};

QTEST_GUILESS_MAIN(TestSettledRows)
#include "tst_settledrows.moc"
