// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/reconcile/hashedbuckets.h"
#include "backend/reconcile/steadycomparison.h"
#include "tests/integration/reconcile/checkfixture.h"

#include <thread>

using namespace projectionist;

namespace {

constexpr int rowCount = 40'000;

/// What readers are asked, and how many lines they have read; all of one run together.
struct Reading
{
    std::function<void(const std::string& sql)> beforeQuery = [](const std::string&) {};
    std::function<void(std::size_t lines)> afterLine = [](std::size_t) {};
    std::atomic<std::size_t> lines = 0;
};

class WatchedReader final : public SnapshotReader
{
public:
    WatchedReader(std::unique_ptr<SnapshotReader> reader, Reading& reading)
        : m_reader(std::move(reader)), m_reading(reading)
    {
    }
    Result<void> begin(const std::string& snapshot) override { return m_reader->begin(snapshot); }
    Result<std::string> exportSnapshot() override { return m_reader->exportSnapshot(); }
    void end() override { m_reader->end(); }
    Result<Rows> query(const std::string& sql, std::size_t maxRows) override
    {
        m_reading.beforeQuery(sql);
        return m_reader->query(sql, maxRows);
    }
    Result<std::vector<ResultColumn>> describe(const std::string& sql) override { return m_reader->describe(sql); }
    Result<void> openStream(const std::string& sql) override { return m_reader->openStream(sql); }
    Result<bool> nextLine(std::string_view& line) override
    {
        auto more = m_reader->nextLine(line);
        m_reading.afterLine(++m_reading.lines);
        return more;
    }
    void closeStream() override { m_reader->closeStream(); }
    void cancel() noexcept override { m_reader->cancel(); }

private:
    const std::unique_ptr<SnapshotReader> m_reader;
    Reading& m_reading;
};

OpenSnapshotReader watched(Reading& reading)
{
    return [&reading](const StoreSettings& store) {
        return readPostgresSnapshot(store).map([&](std::unique_ptr<SnapshotReader> reader) {
            return std::unique_ptr<SnapshotReader>(std::make_unique<WatchedReader>(std::move(reader), reading));
        });
    };
}

const std::vector<std::string> tables{
    "DROP TABLE IF EXISTS expected, actual",
    "CREATE TABLE expected (id bigint PRIMARY KEY, name text NOT NULL, more text DEFAULT repeat('.', 500))",
    "INSERT INTO expected SELECT i, 'name ' || i FROM generate_series(1, " + std::to_string(rowCount) + ") i",
    "CREATE TABLE actual (LIKE expected INCLUDING ALL)",
    "INSERT INTO actual SELECT * FROM expected",
    "UPDATE actual SET name = 'x' WHERE id IN (3, 10000, 10001, 39999)",
    "DELETE FROM actual WHERE id = 20001",
    "ANALYZE expected",
    "ANALYZE actual"};
const QString planted = "different 3 name: name 3 | x\ndifferent 10000 name: name 10000 | x\n"
                        "different 10001 name: name 10001 | x\nmissing 20001\n"
                        "different 39999 name: name 39999 | x\n";

/// Ends all sessions of ours, as an administrator does.
void cutOff(const PostgresServer& server)
{
    execute(server, {"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'projectionist' "
                     "AND pid <> pg_backend_pid()"});
}

bool has(const std::string& text, const char* part)
{
    return text.find(part) != std::string::npos;
}

} // namespace

/// What gets in the way of a comparison while it runs, on real servers.
class TestInterruptions : public QObject, private TwoServers
{
    Q_OBJECT
    SystemClock m_clock;
    std::unique_ptr<PostgresServer> m_standby;

    Result<CheckResult> runWatched(const CheckSettings& check, Reading& reading, const OnCheckProgress& progress = {})
    {
        return CheckRun(check, m_workspace, watched(reading), m_clock).run(progress);
    }

    Workspace withStandby(std::vector<std::pair<std::string, std::string>> settings)
    {
        PostgresOptions options;
        options.settings = std::move(settings);
        options.folderPrefix = "projectionist-t-pg-";
        auto started = PostgresServer::startStandby(*m_other, std::move(options));
        if (!started)
            qFatal("%s", toString(started.error()).c_str());
        m_standby = *std::move(started);
        auto workspace = m_workspace;
        workspace.stores.push_back(storeOf("standby", *m_standby));
        return workspace;
    }
    static Rows ask(const PostgresServer& server, const std::string& sql)
    {
        auto rows = (*connectPostgres(storeOf("owner", server), Access::ReadWrite))->query(sql, {}, 1);
        if (!rows)
            qFatal("%s", toString(rows.error()).c_str());
        return *std::move(rows);
    }
    /// Takes half a minute or more in one statement.
    static CheckSettings slowCheck(bool query, CheckBudget budget)
    {
        auto check = checkOf("here", "here");
        check.budget = budget;
        if (query)
            check.expected = {"here", {}, "SELECT id, name, more FROM expected WHERE pg_sleep(0.001) IS NOT NULL", {}};
        else
            check.actual.filter = "pg_sleep(0.001) IS NOT NULL";
        return check;
    }

private slots:
    void initTestCase()
    {
        startServers();
        execute(*m_server, {"CREATE ROLE reader LOGIN"});
    }
    void init() { executeOnBoth(tables); }
    void cleanup()
    {
        m_standby.reset();
        QVERIFY(eventually([&] { // its slot, once nobody streams from it any more
            const auto primary = *connectPostgres(storeOf("primary", *m_other), Access::ReadWrite);
            (void)primary->query("SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE NOT "
                                 "active",
                                 {}, 9);
            const auto left = primary->query("SELECT 1 FROM pg_replication_slots", {}, 1);
            return left && left->rows.empty();
        }));
    }

    void streamsGoOnBehindTheLastKey()
    {
        Reading reading;
        reading.afterLine = [&](std::size_t lines) {
            if (lines == rowCount + 5000) // of both sides: in the middle
                cutOff(*m_other);
        };
        const auto result = runWatched(checkOf("here", "there"), reading);
        QCOMPARE(text(result), planted);
        QVERIFY(result->complete && result->engine == CheckEngine::TwoStreams);
        QCOMPARE(result->snapshots, 2);
        QCOMPARE(result->expectedRows, std::int64_t{rowCount});
        QCOMPARE(result->actualRows, std::int64_t{rowCount - 1});
        QVERIFY(reading.lines < std::size_t{3 * rowCount}); // not all of it once more
        QVERIFY2(has(result->findings.back().text, "interrupted once"), result->findings.back().text.c_str());
    }

    void textKeysGoOnInTheOrderOfTheirBytes()
    {
        executeOnBoth({"ALTER TABLE expected ALTER id TYPE text USING chr(65 + id::int % 60) || '''\\' || id",
                       "ALTER TABLE actual ALTER id TYPE text USING chr(65 + id::int % 60) || '''\\' || id"});
        const auto whole = run(checkOf("here", "there"), m_workspace);
        QCOMPARE(whole->differences.size(), std::size_t{5});
        Reading reading;
        reading.afterLine = [&](std::size_t lines) {
            if (lines == rowCount)
                cutOff(*m_server);
        };
        const auto result = runWatched(checkOf("here", "there"), reading);
        QCOMPARE(text(result), text(whole));
        QCOMPARE(result->snapshots, 2);
        QCOMPARE(result->actualRows, std::int64_t{rowCount - 1});
    }

    void aJoinGoesOn()
    {
        Reading reading;
        std::atomic<bool> cut = false;
        reading.beforeQuery = [&](const std::string& sql) {
            if (has(sql, "FULL JOIN") && !cut.exchange(true))
                cutOff(*m_server);
        };
        const auto result = runWatched(checkOf("here", "here"), reading);
        QCOMPARE(text(result), planted);
        QVERIFY(result->engine == CheckEngine::SameDatabase);
        QCOMPARE(result->snapshots, 2);
    }

    void hashedBucketsGoOn()
    {
        Reading reading;
        int cuts = 0;
        reading.afterLine = [&](std::size_t) { // while rows of buckets are streamed
            if (++cuts == 1)
                cutOff(*m_other);
        };
        CheckSides sides;
        const auto expectedReader = *watched(reading)(storeOf("e", *m_server));
        const auto actualReader = *watched(reading)(storeOf("a", *m_other));
        sides.expectedReader = expectedReader.get();
        sides.actualReader = actualReader.get();
        QVERIFY(sides.begin());
        const auto check = checkOf("here", "there");
        sides.expected = *readRelationShape(*sides.expectedReader, check.expected);
        sides.actual = *readRelationShape(*sides.actualReader, check.actual);
        QVERIFY(planSides(check, m_clock.now(), sides));
        CheckPace pace(m_clock);
        BucketComparison comparison(sides.plan, sides.expectedSide(), sides.actualSide(), 1000, pace);
        const auto compared = compareSteadily(comparison, sides, false, pace);
        QVERIFY2(compared, compared ? "" : toString(compared.error()).c_str());
        QCOMPARE(compared->differences.size(), std::size_t{5});
        QCOMPARE(compared->snapshots, 2);
        QCOMPARE(compared->expectedRows, std::int64_t{rowCount});
    }

    void aServerThatStartsAgainIsWaitedFor()
    {
        Reading reading;
        reading.afterLine = [&](std::size_t lines) {
            if (lines == rowCount)
                QVERIFY(m_other->restart());
        };
        const auto result = runWatched(checkOf("here", "there"), reading);
        QCOMPARE(text(result), planted);
        QVERIFY(result->snapshots > 1);
    }

    void aConnectionLostOnReadingAgainIsNoMatter()
    {
        Reading reading;
        bool cut = false;
        reading.beforeQuery = [&](const std::string& sql) {
            if (has(sql, " IN (('") && !std::exchange(cut, true))
                cutOff(*m_server);
        };
        QCOMPARE(text(runWatched(checkOf("here", "there"), reading)), planted);
        QVERIFY(cut);
    }

    void anOldSnapshotIsReplaced()
    {
        Reading reading;
        reading.afterLine = [](std::size_t lines) {
            if (lines % 200 == 0)
                std::this_thread::sleep_for(std::chrono::milliseconds(10));
        };
        auto check = checkOf("here", "there");
        check.budget.snapshotAge = Duration(1000);
        const auto result = runWatched(check, reading);
        QCOMPARE(text(result), planted);
        QVERIFY2(result->snapshots >= 3, std::to_string(result->snapshots).c_str());
        QVERIFY(result->complete);
    }

    void whatCannotBeDividedFailsWhenItsSnapshotIsTooOld_data()
    {
        QTest::addColumn<bool>("query");
        QTest::newRow("as its keys are looked at") << true;
        QTest::newRow("as it is joined") << false;
    }
    void whatCannotBeDividedFailsWhenItsSnapshotIsTooOld()
    {
        QFETCH(bool, query);
        const auto result = run(slowCheck(query, {std::nullopt, std::nullopt, Duration(1500)}), m_workspace);
        QVERIFY(!result);
        QCOMPARE(result.error().kind, ErrorKind::Timeout);
        QVERIFY2(has(result.error().next, "Raise snapshot_age"), toString(result.error()).c_str());
    }

    void aBudgetOfRowsEndsItWhereItSays()
    {
        auto check = checkOf("here", "there");
        check.budget.rows = 10'000;
        const auto result = run(check, m_workspace);
        QCOMPARE(text(result), "different 3 name: name 3 | x\ndifferent 10000 name: name 10000 | x\n");
        QVERIFY(!result->complete);
        QCOMPARE(result->expectedRows, std::int64_t{10'000});
        QCOMPARE(result->ending, std::string("its budget of 10\u202f000 rows was used up; rows behind 10000 were not "
                                             "compared"));
        check.budget.rows = rowCount; // all there are
        QVERIFY(run(check, m_workspace)->complete);
        check = checkOf("here", "here"); // by pieces
        check.budget.rows = 5000;
        const auto joined = run(check, m_workspace);
        QVERIFY(!joined->complete && joined->expectedRows >= 5000 && joined->expectedRows < 20'000);
        QVERIFY2(has(joined->ending, "; rows from '"), joined->ending.c_str());
        QCOMPARE(joined->differences.front().key.front(), std::string("3"));
    }

    void aBudgetOfTimeEndsItAndKeepsWhatWasFound()
    {
        Reading reading;
        reading.afterLine = [](std::size_t lines) {
            if (lines % 200 == 0)
                std::this_thread::sleep_for(std::chrono::milliseconds(10));
        };
        auto check = checkOf("here", "there");
        check.budget.time = Duration(1500);
        const auto result = runWatched(check, reading);
        QVERIFY(result && !result->complete);
        QVERIFY2(has(result->ending, "its budget of 1.5\u00a0s was used up; rows behind "), result->ending.c_str());
        QCOMPARE(result->differences.front().key.front(), std::string("3"));
        QVERIFY(result->differences.front().state == DriftState::Confirmed);

        for (const bool query : {true, false}) {
            auto slow = slowCheck(query, {Duration(1500), std::nullopt, Duration(60'000)});
            const auto none = run(slow, m_workspace);
            QVERIFY2(none, qPrintable(text(none)));
            QVERIFY(!none->complete && !none->hasDrift());
            QVERIFY2(has(none->ending, "; no rows were compared"), none->ending.c_str());
            slow.kind = CheckKind::Count;
            const auto counted = run(slow, m_workspace);
            QVERIFY(!counted);
            QVERIFY2(has(counted.error().why, "before all rows were counted"), qPrintable(text(counted)));
        }
    }

    void aBusyStoreIsLeftAlone()
    {
        auto check = checkOf("here", "there");
        check.throttle.activeSessions = 1;
        Reading reading;
        std::vector<std::jthread> others;
        const auto sleeper = [&] {
            auto settings = storeOf("other", *m_other);
            settings.connection += " application_name=worker";
            (void)(*connectPostgres(settings, Access::ReadWrite))->query("SELECT pg_sleep(2.5)", {}, 1);
        };
        for (int i = 0; i < 2; ++i)
            others.emplace_back(sleeper);
        QVERIFY(eventually([&] {
            const auto store = *connectPostgres(storeOf("owner", *m_other), Access::ReadOnly);
            const auto rows =
                store->query("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'worker' AND "
                             "state = 'active'",
                             {}, 1);
            return rows && rows->rows.front().front() == "2";
        }));
        std::vector<std::string> held;
        const auto began = std::chrono::steady_clock::now();
        const auto result = runWatched(check, reading, [&](const CheckProgress& now) { held.push_back(now.held); });
        QVERIFY(std::chrono::steady_clock::now() - began > std::chrono::seconds(1));
        QCOMPARE(text(result), planted);
        QVERIFY(std::find(held.begin(), held.end(), "2 sessions are active on store \"there\", and the limit is 1") !=
                held.end());
    }

    void whoMaySeeNothingOfOthersSaysSo()
    {
        execute(*m_server, {"DROP OWNED BY reader", "GRANT SELECT ON expected, actual TO reader"});
        auto workspace = m_workspace;
        workspace.stores[0].connection += " user=reader";
        auto check = checkOf("here", "here");
        check.throttle.activeSessions = 100;
        const auto result = run(check, workspace);
        QCOMPARE(text(result), planted);
        QVERIFY2(has(result->findings.back().next, "pg_read_all_stats"), result->findings.back().text.c_str());
    }

    void aColumnThatMayNotBeReadIsNamed()
    {
        execute(*m_server, {"DROP OWNED BY reader", "GRANT SELECT ON expected TO reader",
                            "GRANT SELECT (id, more) ON actual TO reader"});
        auto workspace = m_workspace;
        workspace.stores[0].connection += " user=reader";
        auto check = checkOf("here", "here");
        const auto refused = run(check, workspace);
        QVERIFY(!refused);
        QCOMPARE(QString::fromStdString(refused.error().why),
                 QString("\"name\": the login may not read it on the actual side"));
        check.ignore = {"name"};
        QCOMPARE(text(run(check, workspace)), "missing 20001\n");
    }

    void aPausedCheckHoldsNoSnapshot()
    {
        Reading reading;
        std::atomic<bool> paused = false;
        CheckRun* running = nullptr;
        reading.afterLine = [&](std::size_t lines) {
            if (lines == rowCount)
                running->pause();
        };
        CheckRun one(checkOf("here", "there"), m_workspace, watched(reading), m_clock);
        running = &one;
        bool held = true;
        const std::jthread other([&] {
            (void)eventually([&] { return paused.load(); });
            const auto store = *connectPostgres(storeOf("owner", *m_other), Access::ReadOnly);
            const auto rows =
                store->query("SELECT count(*) FROM pg_stat_activity WHERE backend_xmin IS NOT NULL AND pid "
                             "<> pg_backend_pid() AND backend_type = 'client backend'",
                             {}, 1);
            held = !rows || rows->rows.front().front() != "0";
            one.resume();
        });
        const auto result = one.run([&](const CheckProgress& now) { paused = paused || now.held == "paused"; });
        QCOMPARE(text(result), planted);
        QCOMPARE(result->snapshots, 2);
        QVERIFY(!held);
    }

    void aPausedCheckCanBeCancelled()
    {
        CheckRun one(checkOf("here", "there"), m_workspace, readPostgresSnapshot, m_clock);
        one.pause();
        const std::jthread other([&] {
            std::this_thread::sleep_for(std::chrono::milliseconds(700));
            one.cancel();
        });
        const auto result = one.run();
        QVERIFY(!result);
        QCOMPARE(result.error().kind, ErrorKind::Cancelled);
    }

    void tablesThatChangeMeanwhileAreNamed_data()
    {
        QTest::addColumn<QString>("change");
        QTest::addColumn<ErrorKind>("kind");
        QTest::addColumn<QString>("why");
        QTest::newRow("type") << "ALTER TABLE actual ALTER name TYPE varchar(99)" << ErrorKind::Conflict
                              << "column \"name\" was text, and is varchar";
        QTest::newRow("column") << "ALTER TABLE actual DROP name" << ErrorKind::Conflict << "column \"name\" is gone";
        QTest::newRow("table") << "DROP TABLE actual" << ErrorKind::NotFound << "does not exist";
    }
    void tablesThatChangeMeanwhileAreNamed()
    {
        QFETCH(QString, change);
        QFETCH(ErrorKind, kind);
        QFETCH(QString, why);
        Reading reading;
        CheckRun one(checkOf("here", "there"), m_workspace, watched(reading), m_clock);
        reading.afterLine = [&](std::size_t lines) {
            if (lines == rowCount)
                one.pause();
        };
        const auto result = one.run([&](const CheckProgress& now) {
            if (now.held != "paused")
                return;
            execute(*m_other, {change.toStdString()});
            one.resume();
        });
        QVERIFY(!result);
        QCOMPARE(result.error().kind, kind);
        QVERIFY2(QString::fromStdString(result.error().why).contains(why), qPrintable(text(result)));
    }

    void aReplicaThatCancelsIsAskedAgain()
    {
        const auto workspace = withStandby({{"max_standby_streaming_delay", "0"}});
        Reading reading;
        reading.afterLine = [&](std::size_t lines) {
            if (lines != rowCount)
                return;
            execute(*m_other, {"ALTER TABLE expected ADD note int"}); // waits there for nobody who reads
            std::this_thread::sleep_for(std::chrono::milliseconds(500));
        };
        const auto result = CheckRun(checkOf("standby", "there"), workspace, watched(reading), m_clock).run();
        QCOMPARE(text(result), planted);
        QVERIFY(result->snapshots > 1);
        QVERIFY2(has(result->findings.back().text, "conflict with recovery"), result->findings.back().text.c_str());
    }

    void aReplicaThatIsBehindIsWaitedFor()
    {
        const auto workspace = withStandby({});
        execute(*m_other, {"UPDATE actual SET name = 'y' WHERE id = 2"}); // from then on it knows when it was
        QVERIFY(eventually([&] {
            const auto rows = ask(*m_standby, "SELECT pg_last_xact_replay_timestamp()");
            return rows.rows.front().front().has_value();
        }));
        (void)ask(*m_standby, "SELECT pg_wal_replay_pause()");
        execute(*m_other, {"UPDATE actual SET name = 'y' WHERE id = 1"});
        std::this_thread::sleep_for(std::chrono::milliseconds(1200));
        auto check = checkOf("standby", "standby");
        check.throttle.replicaDelay = Duration(1000);
        bool waited = false;
        const auto result =
            CheckRun(check, workspace, readPostgresSnapshot, m_clock).run([&](const CheckProgress& now) {
                if (!has(now.held, "store \"standby\" is ") || std::exchange(waited, true))
                    return;
                (void)ask(*m_standby, "SELECT pg_wal_replay_resume()");
            });
        QVERIFY2(result, qPrintable(text(result)));
        QVERIFY(waited);
    }

    void aLockIsNotWaitedForForEver()
    {
        const auto store = *connectPostgres(storeOf("owner", *m_other), Access::ReadWrite);
        auto check = checkOf("here", "there");
        check.statementTimeout = Duration(500);
        Result<CheckResult> result;
        const auto done = store->transaction([&](Transaction& transaction) -> Result<void> {
            if (const auto locked = transaction.execute("LOCK TABLE actual IN ACCESS EXCLUSIVE MODE"); !locked)
                return tl::unexpected(locked.error());
            result = run(check, m_workspace);
            return {};
        });
        QVERIFY(done);
        QVERIFY(!result);
        QCOMPARE(result.error().kind, ErrorKind::Timeout);
        QVERIFY2(has(toString(result.error()), "timeout"), toString(result.error()).c_str());
    }

    void aDiskThatIsFullIsSaid()
    {
        executeOnBoth({"ALTER TABLE actual DROP CONSTRAINT actual_pkey", "ALTER ROLE postgres SET work_mem = '64kB'",
                       "ALTER ROLE postgres SET temp_file_limit = '64kB'"});
        const auto result = run(checkOf("here", "there"), m_workspace);
        executeOnBoth({"ALTER ROLE postgres RESET ALL"});
        QVERIFY(!result);
        QCOMPARE(result.error().kind, ErrorKind::Resource);
        QVERIFY2(has(result.error().why, "temp_file_limit"), toString(result.error()).c_str());
    }
};

QTEST_GUILESS_MAIN(TestInterruptions)
#include "tst_interruptions.moc"
