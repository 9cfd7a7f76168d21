// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/reconcile/checkfixture.h"

using namespace projectionist;

namespace {

const std::vector<std::string> plantedGroups{
    "DROP TABLE IF EXISTS expected, actual",
    "CREATE TABLE expected (id bigint PRIMARY KEY, day date NOT NULL, shop text NOT NULL, total numeric, weight "
    "float8, "
    "placed timestamptz)",
    "INSERT INTO expected SELECT i, date '2026-01-01' + (i % 50)::int, 'shop ' || i % 3, i * 1.50, i / 7.0, "
    "timestamptz '2026-01-01' + i * interval '1 second' FROM generate_series(1, 30000) i",
    "CREATE TABLE actual (LIKE expected INCLUDING ALL)",
    "INSERT INTO actual SELECT * FROM expected ORDER BY md5(id::text)",
    "UPDATE actual SET total = total + 1 WHERE id = 150",         // 2026-01-01, shop 0
    "DELETE FROM actual WHERE id = 151",                          // 2026-01-02, shop 1
    "INSERT INTO actual VALUES (40000, '2030-01-01', 'new', 1)"}; // a group of its own

/// The rows of groups, or a word that there are none.
QString rowsText(const Result<CheckResult>& result)
{
    return result && result->rows ? text(*result->rows) : QString("none");
}

/// "7 4 gap: version 4 is missing: ..." for each problem.
QString problemsText(const Result<CheckResult>& result)
{
    if (!result)
        return text(result);
    QString lines;
    for (const auto& one : result->differences)
        lines += QString::fromStdString(shownKey(one.key) + ' ' + one.actual->at(0).value_or("NULL") + ": " +
                                        one.actual->at(1).value_or("NULL") + '\n');
    return lines;
}

} // namespace

/// Groups and order, on one server and across two.
class TestCheckKinds : public QObject, private TwoServers
{
    Q_OBJECT

    static CheckSettings groupsOf(const QString& actual)
    {
        auto check = checkOf("here", actual.toStdString());
        check.kind = CheckKind::Groups;
        check.key = {"day", "shop"};
        check.columns = {"total", "weight", "max(placed)", "min(shop)"};
        return check;
    }
    static CheckSettings orderOf(const std::string& table)
    {
        CheckSettings check;
        check.name = "c";
        check.kind = CheckKind::Order;
        check.actual = {"here", table, {}, {}};
        check.key = {"id"};
        check.version = "v";
        check.settle = Duration(10);
        return check;
    }

private slots:
    void initTestCase() { startServers(); }

    void groupsAreCountedAndSummed_data()
    {
        QTest::addColumn<QString>("actual");
        QTest::newRow("one database") << "here";
        QTest::newRow("two servers") << "there";
    }
    void groupsAreCountedAndSummed()
    {
        QFETCH(QString, actual);
        executeOnBoth(plantedGroups);
        auto check = groupsOf(actual);
        check.columns = {"total", "max(placed)"};
        const auto result = run(check, m_workspace);
        QCOMPARE(text(result), "different (2026-01-01, shop 0) sum(total): 4522500.00 | 4522501.00\n"
                               "different (2026-01-02, shop 1) count: 200 | 199 sum(total): 4477800.00 | 4477573.50\n"
                               "extra (2030-01-01, new)\n");
        QCOMPARE(result->columns, (std::vector<std::string>{"count", "sum(total)", "max(placed)"}));
        QCOMPARE(result->expectedRows, std::int64_t{150});
        QVERIFY(result->hasDrift());
        QVERIFY(!result->rows);
    }

    void sumsOfFloatsDoNotDependOnTheOrderOfRows()
    {
        executeOnBoth(plantedGroups);
        auto check = groupsOf("there");
        check.key = {"shop"};
        check.columns = {"weight"};
        check.actual.filter = "id <> 40000";
        QCOMPARE(run(check, m_workspace)->differences.size(), std::size_t{1}); // the one that lacks a row
        check.actual.filter = "shop <> 'new'";
        check.rules["sum(weight)"].absolute = 1000;
        check.rules["count"].absolute = 1;
        QCOMPARE(text(run(check, m_workspace)), "");
    }

    void rowsOfGroupsThatDifferAreCompared_data() { groupsAreCountedAndSummed_data(); }
    void rowsOfGroupsThatDifferAreCompared()
    {
        QFETCH(QString, actual);
        executeOnBoth(plantedGroups);
        executeOnBoth({"UPDATE actual SET weight = -1 WHERE id = 149"}); // in a group whose sums are not compared
        auto check = groupsOf(actual);
        check.columns = {"total"};
        check.rowsKey = {"id"};
        const auto result = run(check, m_workspace);
        QCOMPARE(rowsText(result), "different 150 total: 225.00 | 226.00\n"
                                   "missing 151\n"
                                   "extra 40000\n");
        QCOMPARE(result->rows->expectedRows, std::int64_t{400}); // of two groups
        check.actual.filter = check.expected.filter = "id > 1000 AND id < 30001";
        QCOMPARE(rowsText(run(check, m_workspace)), "none");
    }

    void keysOfGroupsFollowTheirRulesAndPairs()
    {
        execute(*m_server, {"DROP TABLE IF EXISTS expected, actual", "CREATE TABLE expected (shop text, n int)",
                            "INSERT INTO expected VALUES ('A', 1), ('b', 2), ('B', 3)",
                            "CREATE TABLE actual (branch text, n bigint)",
                            "INSERT INTO actual VALUES ('a', 1), ('a ', 1), ('b', 5)"});
        auto check = groupsOf("here");
        check.key = {"branch"};
        check.pairs = {{"branch", "shop"}};
        check.columns = {"n"};
        check.rules["branch"].trim = check.rules["branch"].ignoreCase = true;
        QCOMPARE(text(run(check, m_workspace)), "different a count: 1 | 2 sum(n): 1 | 2\n"
                                                "different b count: 2 | 1\n");
    }

    void whatHasNoSumIsSaid()
    {
        executeOnBoth(plantedGroups);
        auto check = groupsOf("here");
        check.columns = {"shop", "totl", "min(day)"};
        const SystemClock clock;
        const auto lint = CheckRun(check, m_workspace, readPostgresSnapshot, clock).lint();
        QVERIFY(lint && !lint->usable());
        QCOMPARE(QString::fromStdString(lint->findings.at(0).text), "text has no sum");
        QCOMPARE(QString::fromStdString(lint->findings.at(1).text), "the actual side has no such column");
        QCOMPARE(run(check, m_workspace).error().kind, ErrorKind::Configuration);
        check.columns = {"total"};
        const auto fine = CheckRun(check, m_workspace, readPostgresSnapshot, clock).lint();
        QVERIFY(fine->usable());
        QCOMPARE(fine->columns, (std::vector<std::string>{"count", "sum(total)"}));
    }

    void gapsAndDuplicatesAreFound()
    {
        execute(*m_server, {"DROP TABLE IF EXISTS events", "CREATE TABLE events (id int, v int)",
                            "INSERT INTO events SELECT i, v FROM generate_series(1, 2000) i, generate_series(1, 10) v",
                            "DELETE FROM events WHERE (id, v) IN ((7, 4), (8, 3), (8, 4), (8, 5), (9, 1), (9, 10))",
                            "INSERT INTO events VALUES (11, 5), (11, 5), (8, 6)"});
        const auto result = run(orderOf("events"), m_workspace);
        QCOMPARE(problemsText(result), "(7, 4) gap: version 4 is missing: 3 is followed by 5\n"
                                       "(8, 3) gap: versions 3 to 5 are missing: 2 is followed by 6\n"
                                       "(8, 6) duplicate: version 6 is there 2 times\n"
                                       "(11, 5) duplicate: version 5 is there 3 times\n");
        QVERIFY(result->engine == CheckEngine::OneStream);
        QVERIFY(result->hasDrift());
        QCOMPARE(result->actualRows, std::int64_t{19'997});
        auto few = orderOf("events");
        few.maxDifferences = 1;
        QVERIFY(!run(few, m_workspace)->complete);
        few.actual.filter = "id > 11";
        QVERIFY(!run(few, m_workspace)->hasDrift());
    }

    void problemsThatGoAwaySettle()
    {
        execute(*m_server, {"DROP TABLE IF EXISTS events", "CREATE TABLE events (id text, v numeric)",
                            "INSERT INTO events VALUES ('a', 1), ('a', 3), ('b', 1), ('b', 3), ('c', 1), ('c', 5)"});
        ScriptedFlight flight(true, [&] {
            execute(*m_server, {"DELETE FROM events WHERE v = 2", "INSERT INTO events VALUES ('a', 2), ('c', 2)"});
        });
        const auto result = run(orderOf("events"), m_workspace, &flight);
        QCOMPARE(problemsText(result), "(b, 2) gap: version 2 is missing: 1 is followed by 3\n"
                                       "(c, 3) gap: versions 3 to 4 are missing: 2 is followed by 5\n");
        QCOMPARE(result->settled, std::size_t{2});
        QCOMPARE(result->count(DriftState::Confirmed), std::size_t{2});
    }

    void orderNeedsWholeNumbers()
    {
        execute(*m_server, {"DROP TABLE IF EXISTS events", "CREATE TABLE events (id int, v text)",
                            "INSERT INTO events VALUES (1, '1')"});
        QCOMPARE(
            text(run(orderOf("events"), m_workspace)),
            "configuration: Check \"c\" cannot be run: \"v\": a version is a whole number, and this is text. choose "
            "another column.");
        execute(*m_server, {"ALTER TABLE events ALTER v TYPE int USING v::int", "INSERT INTO events VALUES (1, NULL)"});
        QCOMPARE(text(run(orderOf("events"), m_workspace)),
                 "invalid-data: The key of the actual side does not tell its rows apart: 1 rows have NULL in \"id\", "
                 "\"v\". Leave them out with a filter, or choose other key columns.");
    }
};

QTEST_GUILESS_MAIN(TestCheckKinds)
#include "tst_checkkinds.moc"
