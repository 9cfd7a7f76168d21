// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/reconcile/checkfixture.h"

using namespace projectionist;

namespace {

const std::vector<std::string> plantedDifferences{
    "DROP TABLE IF EXISTS expected, actual",
    "CREATE TABLE expected (id bigint PRIMARY KEY, name text NOT NULL, total numeric, gone int)",
    "INSERT INTO expected SELECT i, 'name ' || i, i * 1.5 FROM generate_series(1, 20000) i",
    "CREATE TABLE actual (id bigint PRIMARY KEY, name text NOT NULL, total numeric(20, 4), more int)",
    "INSERT INTO actual SELECT id, name, total FROM expected",
    "UPDATE actual SET name = 'x' || chr(10) WHERE id = 7",
    "UPDATE actual SET total = NULL WHERE id = 9000",
    "DELETE FROM actual WHERE id IN (1, 20000)",
    "INSERT INTO actual VALUES (-5, 'new', 0), (30000, 'new', 0)"};

} // namespace

class TestCheckRun : public QObject, private TwoServers
{
    Q_OBJECT

private slots:
    void initTestCase() { startServers(); }

    void differencesAreFoundExactly_data()
    {
        QTest::addColumn<bool>("elsewhere");
        QTest::newRow("one database") << false;
        QTest::newRow("two servers") << true;
    }
    void differencesAreFoundExactly()
    {
        QFETCH(bool, elsewhere);
        execute(*m_server, plantedDifferences);
        if (elsewhere)
            execute(*m_other, plantedDifferences);
        const auto result = run(checkOf("here", elsewhere ? "there" : "here"), m_workspace);
        QCOMPARE(text(result), "extra -5\n"
                               "missing 1\n"
                               "different 7 name: name 7 | x\n\n"
                               "different 9000 total: 13500.0 | NULL\n"
                               "missing 20000\n"
                               "extra 30000\n");
        QVERIFY(result->engine == (elsewhere ? CheckEngine::TwoStreams : CheckEngine::SameDatabase));
        QCOMPARE(result->expectedRows, std::int64_t{20'000});
        QCOMPARE(result->actualRows, std::int64_t{20'000});
        QVERIFY(result->complete && result->hasDrift());
        QCOMPARE(result->settled, std::size_t{0});
        QVERIFY(QString::fromStdString(result->rule).contains("nothing is known of events in flight"));
        QCOMPARE(result->findings.size(), std::size_t{2}); // columns that one side lacks
    }

    void itEndsAtTheLargestNumberOfDifferencesAndSaysSo_data() { differencesAreFoundExactly_data(); }
    void itEndsAtTheLargestNumberOfDifferencesAndSaysSo()
    {
        QFETCH(bool, elsewhere);
        execute(*m_server, plantedDifferences);
        execute(*m_other, plantedDifferences);
        auto check = checkOf("here", elsewhere ? "there" : "here");
        check.maxDifferences = 2;
        const auto result = run(check, m_workspace);
        QCOMPARE(text(result), "extra -5\nmissing 1\n");
        QVERIFY(!result->complete);
        check.maxDifferences = 6; // all there are
        QVERIFY(run(check, m_workspace)->complete);
    }

    void manyPiecesFindWhatOneFinds()
    {
        execute(*m_server,
                {"DROP TABLE IF EXISTS expected, actual", "CREATE TABLE expected (id text PRIMARY KEY, v int)",
                 "INSERT INTO expected SELECT md5(i::text), i FROM generate_series(1, 1200000) i",
                 "CREATE TABLE actual (LIKE expected INCLUDING ALL)", "INSERT INTO actual SELECT * FROM expected",
                 "UPDATE actual SET v = -v WHERE v % 100000 = 1", "DELETE FROM actual WHERE v = 500",
                 "ANALYZE expected", "ANALYZE actual"});
        const auto joinedHere = run(checkOf("here", "here"), m_workspace);
        QVERIFY2(joinedHere, qPrintable(text(joinedHere)));
        QCOMPARE(joinedHere->differences.size(), std::size_t{13});
        QVERIFY2(QString::fromStdString(joinedHere->why).contains("3 pieces"), joinedHere->why.c_str());
        QCOMPARE(joinedHere->expectedRows, std::int64_t{1'200'000});
        // By another login the database is not asked to join what only one of them may see.
        auto workspace = m_workspace;
        workspace.stores.push_back(storeOf("again", *m_server));
        workspace.stores.back().connection = m_server->socketConnection();
        const auto streamed = run(checkOf("here", "again"), workspace);
        QCOMPARE(text(streamed), text(joinedHere));
        QVERIFY(streamed->engine != CheckEngine::SameDatabase); // streams or hashes: the probe knows what is faster
    }

    void hostileNamesAreNames_data() { differencesAreFoundExactly_data(); }
    void hostileNamesAreNames()
    {
        QFETCH(bool, elsewhere);
        const std::string table = "\"\"\"; drop table x; --\"";
        executeOnBoth({"DROP SCHEMA IF EXISTS \"s'\" CASCADE", "CREATE SCHEMA \"s'\"",
                       "CREATE TABLE IF NOT EXISTS x (id int)",
                       "CREATE TABLE \"s'\"." + table + " (" + table + " text PRIMARY KEY, \"c'); --\" text)",
                       "INSERT INTO \"s'\"." + table + " VALUES ('''; drop table x; --', E'\\\\N\\t\\\\'), ('b', 'c')",
                       "CREATE TABLE \"s'\".copy AS TABLE \"s'\"." + table,
                       "UPDATE \"s'\".copy SET \"c'); --\" = 'd' WHERE \"c'); --\" <> 'c'"});
        auto check = checkOf("here", elsewhere ? "there" : "here");
        check.expected.table = "\"s'\"." + table;
        check.actual.table = "\"s'\".copy";
        check.key = {"\"; drop table x; --"};
        QCOMPARE(text(run(check, m_workspace)), "different '; drop table x; -- c'); --: \\N\t\\ | d\n");
        execute(*m_server, {"SELECT * FROM x"}); // still there
    }

    void queriesFiltersAndPairsMakeSides()
    {
        execute(*m_server, plantedDifferences);
        auto check = checkOf("here", "here");
        check.expected = {
            "here", {}, "SELECT id AS number, upper(name) AS title FROM expected -- all of them", "number > 5 -- only"};
        check.actual.filter = "id > 5 AND id < 25000";
        check.pairs = {{"id", "number"}, {"name", "title"}};
        check.rules["name"].ignoreCase = true;
        check.columns = {"name"};
        QCOMPARE(text(run(check, m_workspace)), "different 7 name: name 7 | x\n\nmissing 20000\n");
        check.rules.clear();
        check.maxDifferences = 1;
        QCOMPARE(text(run(check, m_workspace)), "different 6 name: NAME 6 | name 6\n");
    }

    void tolerancesTakeDifferencesAway()
    {
        execute(*m_server,
                {"DROP TABLE IF EXISTS expected, actual",
                 "CREATE TABLE expected (id int, part text, v float8, at timestamptz, PRIMARY KEY (id, part))",
                 "INSERT INTO expected SELECT i, 'p', i, '2026-01-01' FROM generate_series(1, 3000) i",
                 "CREATE TABLE actual (LIKE expected INCLUDING ALL)",
                 "INSERT INTO actual SELECT id, part, v + 0.001, at + interval '1 second' FROM expected",
                 "UPDATE actual SET v = v + 1 WHERE id = 2000"});
        auto check = checkOf("here", "here");
        check.key = {"id", "part"};
        check.rules["v"].absolute = 0.01;
        check.rules["at"].time = Duration(1000);
        const auto result = run(check, m_workspace);
        QCOMPARE(text(result), "different (2000, p) v: 2000 | 2001.001\n");
    }

    void keysThatTellNothingApartAreRefusedWithExamples()
    {
        execute(*m_server, {"DROP TABLE IF EXISTS expected, actual", "CREATE TABLE expected (id int, v int)",
                            "INSERT INTO expected VALUES (1, 1), (1, 2), (2, 1)",
                            "CREATE TABLE actual (id int PRIMARY KEY, v int)"});
        auto result = run(checkOf("here", "here"), m_workspace);
        QCOMPARE(text(result),
                 "invalid-data: The key of the expected side does not tell its rows apart: 1 stands there 2 "
                 "times. Add the columns that tell these rows apart to the key.");
        execute(*m_server, {"DELETE FROM expected", "INSERT INTO expected VALUES (NULL, 1)"});
        result = run(checkOf("here", "here"), m_workspace);
        QCOMPARE(text(result),
                 "invalid-data: The key of the expected side does not tell its rows apart: 1 rows have NULL in "
                 "\"id\". Leave them out with a filter, or choose other key columns.");
    }

    void whatCannotBeComparedIsSaid()
    {
        execute(*m_server, {"DROP TABLE IF EXISTS expected, actual",
                            "CREATE TABLE expected (id int PRIMARY KEY, v int, place point, doc json)",
                            "CREATE TABLE actual (id text PRIMARY KEY, v text, place point, doc jsonb)"});
        auto check = checkOf("here", "here");
        check.key = {"doc"};
        check.rules["v"].time = Duration(1);
        check.rules["plcae"].trim = true;
        check.ignore = {"nothing"};
        const SystemClock clock;
        const auto lint = CheckRun(check, m_workspace, readPostgresSnapshot, clock).lint();
        QVERIFY(lint);
        QVERIFY(!lint->usable());
        std::string lines;
        for (const auto& finding : lint->findings)
            lines += finding.column + ": " + finding.text + '\n';
        QCOMPARE(QString::fromStdString(lines),
                 "doc: jsonb cannot be a key\n"
                 "id: int4 is compared with text as text\n"
                 "v: a tolerance of time applies to timestamps and dates, and this is text\n"
                 "v: int4 is compared with text as text\n"
                 "place: point is compared as text\n"
                 "nothing: neither side has the ignored column\n"
                 "plcae: there is a rule for a column that is not compared\n"
                 ": the check belongs to no projection, so nothing is known of events in flight\n");
        const auto result = run(check, m_workspace);
        QCOMPARE(result.error().kind, ErrorKind::Configuration);
        check = checkOf("here", "here");
        check.actual.table = "nowhere";
        QCOMPARE(run(check, m_workspace).error().kind, ErrorKind::NotFound);
    }

    void changesInFlightDoNotCount()
    {
        execute(*m_server, plantedDifferences);
        int round = 0;
        ScriptedFlight flight(true, [&] {
            execute(*m_server,
                    {"UPDATE actual SET name = 'name 7' WHERE id = 7",                     // the event arrives
                     "UPDATE expected SET total = coalesce(total, 0) + 1 WHERE id = 9000", // goes on changing
                     "DELETE FROM actual WHERE id = -5"});
            ++round;
        });
        const auto result = run(checkOf("here", "here"), m_workspace, &flight);
        QCOMPARE(text(result), "missing 1\n"
                               "pending different 9000 total: 13505.0 | NULL\n"
                               "missing 20000\n"
                               "extra 30000\n");
        QCOMPARE(result->settled, std::size_t{2});
        QCOMPARE(round, CheckRun::mostRounds);
        QVERIFY(QString::fromStdString(result->rule).contains("all was applied"));
    }

    void nothingIsConfirmedWhileTheProjectionIsBehind()
    {
        execute(*m_server, plantedDifferences);
        ScriptedFlight flight(false, [] {});
        const auto result = run(checkOf("here", "here"), m_workspace, &flight);
        QCOMPARE(result->count(DriftState::Pending), std::size_t{6});
        QVERIFY(!result->hasDrift());
        QVERIFY(QString::fromStdString(result->rule).endsWith("not so here: the worker sleeps"));
    }

    void countsAreCompared()
    {
        execute(*m_server, plantedDifferences);
        auto check = checkOf("here", "there");
        check.kind = CheckKind::Count;
        execute(*m_other, plantedDifferences);
        QVERIFY(!run(check, m_workspace)->hasDrift()); // two less, two more
        check.actual.filter = "id > 0";
        const auto result = run(check, m_workspace);
        QVERIFY(result->hasDrift());
        QCOMPARE(result->expectedRows - result->actualRows, std::int64_t{1});
        ScriptedFlight flight(true, [&] { execute(*m_other, {"INSERT INTO actual VALUES (1, 'late', 0)"}); });
        QVERIFY(run(check, m_workspace, &flight)->counts == DriftState::Settled);
    }

    void cancelEndsARun()
    {
        execute(*m_server, plantedDifferences);
        auto check = checkOf("here", "here");
        check.expected = {"here", {}, "SELECT id, name, pg_sleep(1)::text AS s FROM expected", {}};
        const SystemClock clock;
        CheckRun checking(check, m_workspace, readPostgresSnapshot, clock);
        const std::jthread other([&] {
            std::this_thread::sleep_for(std::chrono::milliseconds(500));
            checking.cancel();
        });
        const auto result = checking.run();
        QVERIFY(!result);
        QCOMPARE(result.error().kind, ErrorKind::Cancelled);
    }

    void noRowsAreEqualToNoRows()
    {
        executeOnBoth({"DROP TABLE IF EXISTS expected, actual", "CREATE TABLE expected (id int PRIMARY KEY, v int)",
                       "CREATE TABLE actual (id int PRIMARY KEY, v int)"});
        QCOMPARE(text(run(checkOf("here", "here"), m_workspace)), "");
        QCOMPARE(text(run(checkOf("here", "there"), m_workspace)), "");
    }
};

QTEST_GUILESS_MAIN(TestCheckRun)
#include "tst_checkrun.moc"
