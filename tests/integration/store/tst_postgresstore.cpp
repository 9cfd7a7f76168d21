// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/store/postgres/postgresstore.h"
#include "tests/support/testservers.h"

#include <QTest>

using namespace projectionist;

namespace {

StoreSettings settingsOf(const std::string& connection)
{
    StoreSettings settings;
    settings.name = "orders";
    settings.connection = connection;
    return settings;
}

std::unique_ptr<RelationalStore> open(const StoreSettings& settings, Access access = Access::ReadOnly)
{
    auto store = connectPostgres(settings, access);
    return store ? std::move(*store) : nullptr;
}

/// Cells of a row with '|' between, NULL as "~".
QString text(const Result<Rows>& rows)
{
    if (!rows)
        return QString::fromStdString(toString(rows.error().kind)) + ": " +
               QString::fromStdString(toString(rows.error()));
    QString result;
    for (const auto& row : rows->rows) {
        for (const auto& cell : row)
            result += (cell ? QString::fromStdString(*cell) : "~") + '|';
        result.back() = ';';
    }
    return result;
}

QString kind(const Result<Rows>& rows)
{
    return rows ? "no error" : toString(rows.error().kind);
}

} // namespace

class TestPostgresStore : public QObject
{
    Q_OBJECT
    std::unique_ptr<PostgresServer> m_server;

private slots:
    void initTestCase() { m_server = startPostgres(); }

    void cellsAreTextWithTypesAndNulls()
    {
        const auto store = open(settingsOf(m_server->connection()));
        const std::vector<Parameter> parameters = {"o'brien", std::nullopt};
        const auto rows = store->query("/* why */ SELECT $1::text AS name, $2::int AS nothing, 1.50::numeric AS sum, "
                                       "'\\x00ff'::bytea AS bytes, timestamptz '2026-01-02 03:04:05+01' AS at -- end",
                                       parameters, 10);
        QCOMPARE(text(rows), "o'brien|~|1.50|\\x00ff|2026-01-02 02:04:05+00;");
        QVERIFY((rows->columns == std::vector<std::string>{"name", "nothing", "sum", "bytes", "at"}));
        QVERIFY((rows->types == std::vector<std::string>{"text", "int4", "numeric", "bytea", "timestamptz"}));
        QVERIFY(!rows->truncated);
        QVERIFY(QString::fromStdString(store->serverVersion()).startsWith("PostgreSQL 1"));
    }
    void statementsThatNoCursorReadsWorkToo()
    {
        const auto store = open(settingsOf(m_server->connection()));
        QCOMPARE(text(store->query("SHOW default_transaction_read_only", {}, 10)), "on;");
        QCOMPARE(text(store->query("SHOW statement_timeout", {}, 10)), "5s;");
        QCOMPARE(text(store->query(" (values (1), (2));", {}, 10)), "1;2;");
        QCOMPARE(text(store->query("-- note\nwith a as (select 3) table a", {}, 10)), "3;");
        QCOMPARE(text(store->query("select 1 where false", {}, 10)), "");
    }
    void largeAnswersAreCutAndSaySo()
    {
        const auto store = open(settingsOf(m_server->connection()));
        auto rows = store->query("select generate_series(1, 10000000)", {}, 1000);
        QVERIFY2(rows, qPrintable(text(rows)));
        QCOMPARE(rows->rows.size(), std::size_t{1000});
        QVERIFY(rows->truncated);
        rows = store->query("select generate_series(1, 1000)", {}, 1000);
        QCOMPARE(rows->rows.size(), std::size_t{1000});
        QVERIFY(!rows->truncated);
    }
    void memoryIsBoundedWhateverTheAnswer()
    {
        const auto store = open(settingsOf(m_server->connection()));
        // 10 million rows of 10 kB, of which we would take a million.
        const auto rows = store->query("select repeat('x', 10000) from generate_series(1, 10000000)", {}, 1'000'000);
        QVERIFY2(rows, qPrintable(text(rows)));
        QVERIFY(rows->truncated);
        QVERIFY2(rows->rows.size() < 10'000, "64 MiB of 100 GB");
    }
    void nothingIsWrittenThroughAReadOnlyStore()
    {
        const auto store = open(settingsOf(m_server->connection()));
        QCOMPARE(kind(store->query("create table t (n int)", {}, 1)), "permission");
        // Not even by who first turns the session's default off.
        (void)store->query("select set_config('default_transaction_read_only', 'off', false)", {}, 1);
        QCOMPARE(kind(store->query("create table t (n int)", {}, 1)), "permission");
        QCOMPARE(kind(store->query("select 1; create table t (n int)", {}, 1)), "configuration");
        const auto refused = store->transaction([](Transaction&) { return Result<void>(); });
        QVERIFY(!refused && refused.error().kind == ErrorKind::Permission);
    }
    void transactionsCommitOrRollBackAsAWhole()
    {
        const auto store = open(settingsOf(m_server->connection()), Access::ReadWrite);
        const auto insert = [&](bool good) {
            return store->transaction([&](Transaction& tx) -> Result<void> {
                if (auto made = tx.execute("create table if not exists journal (n int primary key)"); !made)
                    return tl::unexpected(made.error());
                const std::vector<Parameter> one = {"1"};
                if (auto inserted = tx.execute("insert into journal values ($1)", one); !inserted)
                    return tl::unexpected(inserted.error());
                return good ? Result<void>() : tl::unexpected(Error{ErrorKind::Cancelled, "no", {}, {}, false});
            });
        };
        QVERIFY(insert(false).error().kind == ErrorKind::Cancelled);
        QVERIFY(insert(true).has_value());
        QVERIFY(insert(true).error().kind == ErrorKind::Conflict);
        QCOMPARE(text(store->query("select count(*) from journal", {}, 1)), "1;");
    }
    void whatIsWrongWithAQueryIsSaid_data()
    {
        QTest::addColumn<QString>("sql");
        QTest::addColumn<QString>("expected");
        QTest::newRow("no such table") << "select * from nowhere"
                                       << "not-found";
        QTest::newRow("syntax") << "selct 1"
                                << "configuration";
        QTest::newRow("no such column") << "select nothing"
                                        << "configuration";
        QTest::newRow("nonsense data") << "select 'a'::int"
                                       << "invalid-data";
        QTest::newRow("too slow") << "select pg_sleep(20)"
                                  << "timeout";
        QTest::newRow("the session is ended") << "select pg_terminate_backend(pg_backend_pid())"
                                              << "unreachable";
    }
    void whatIsWrongWithAQueryIsSaid()
    {
        QFETCH(QString, sql);
        QFETCH(QString, expected);
        auto settings = settingsOf(m_server->connection());
        settings.statementTimeout = Duration(500);
        const auto store = open(settings);
        const auto rows = store->query(sql.toStdString(), {}, 10);
        QVERIFY2(kind(rows) == expected, qPrintable(text(rows)));
        QVERIFY2(!rows.error().why.empty() && !rows.error().next.empty(), qPrintable(text(rows)));
        QCOMPARE(text(store->query("select 1", {}, 10)), "1;");
    }
    void aHangingServerCostsNoMoreThanTheTimeout()
    {
        const auto server = startPostgres();
        auto settings = settingsOf(server->connection());
        settings.statementTimeout = Duration(300);
        const auto store = open(settings);
        QCOMPARE(text(store->query("select 1", {}, 1)), "1;");
        QVERIFY(server->pause());
        const auto hung = store->query("select 2", {}, 1);
        QCOMPARE(kind(hung), "timeout");
        QVERIFY2(hung.error().retriable && hung.error().why.find("hangs") != std::string::npos, qPrintable(text(hung)));
        server->resume();
        QVERIFY(eventually([&] { return text(store->query("select 3", {}, 1)) == "3;"; }));
    }
    void interruptingFreesAHangingCall()
    {
        const auto server = startPostgres();
        auto settings = settingsOf(server->connection());
        settings.statementTimeout = Duration(600'000);
        const auto store = open(settings);
        store->interrupt(); // nothing runs: no effect
        QCOMPARE(text(store->query("select 1", {}, 1)), "1;");
        QVERIFY(server->pause());
        std::jthread fence([&](const std::stop_token& stop) {
            while (!stop.stop_requested()) {
                store->interrupt();
                std::this_thread::sleep_for(Duration(20));
            }
        });
        QCOMPARE(kind(store->query("select 2", {}, 1)), "timeout");
        fence.request_stop();
        fence.join();
        server->resume();
        QVERIFY(eventually([&] { return text(store->query("select 3", {}, 1)) == "3;"; }));
    }
    void aRestartedServerIsFoundAgain()
    {
        const auto server = startPostgres();
        const auto store = open(settingsOf(server->connection()));
        QCOMPARE(text(store->query("select 1", {}, 1)), "1;");
        server->stop();
        QCOMPARE(kind(store->query("select 1", {}, 1)), "unreachable");
        QCOMPARE(kind(store->query("select 1", {}, 1)), "refused");
        QVERIFY(server->restart());
        QCOMPARE(text(store->query("show default_transaction_read_only", {}, 1)), "on;");
    }
};

QTEST_GUILESS_MAIN(TestPostgresStore)
#include "tst_postgresstore.moc"
