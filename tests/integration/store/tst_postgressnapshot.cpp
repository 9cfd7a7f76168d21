// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/store/copyline.h"
#include "backend/store/postgres/postgressnapshot.h"
#include "backend/store/postgres/postgresstore.h"
#include "tests/support/testservers.h"

#include <QTest>

using namespace projectionist;

namespace {

StoreSettings storeAt(const std::string& connection, Duration timeout = Duration(20'000))
{
    StoreSettings settings;
    settings.name = "orders";
    settings.connection = connection;
    settings.statementTimeout = timeout;
    return settings;
}

std::unique_ptr<SnapshotReader> readerOf(const StoreSettings& settings)
{
    auto reader = readPostgresSnapshot(settings);
    return reader ? std::move(*reader) : nullptr;
}

template<typename T>
QString why(const Result<T>& result)
{
    return result ? QString("fine") : QString::fromStdString(toString(result.error()));
}

QString cellOf(const Result<Rows>& rows)
{
    return rows ? QString::fromStdString(rows->rows.at(0).at(0).value_or("NULL")) : why(rows);
}

} // namespace

class TestPostgresSnapshot : public QObject
{
    Q_OBJECT
    std::unique_ptr<PostgresServer> m_server;

    void execute(const std::string& sql)
    {
        const auto store = *connectPostgres(storeAt(m_server->connection()), Access::ReadWrite);
        const auto done = store->transaction(
            [&](Transaction& transaction) -> Result<void> { return transaction.execute(sql).map([](const Rows&) {}); });
        QVERIFY2(done, qPrintable(why(done)));
    }

private slots:
    void initTestCase() { m_server = startPostgres(); }

    void allReadersOfASnapshotSeeTheSame()
    {
        execute("CREATE TABLE seen (id int PRIMARY KEY)");
        const auto first = readerOf(storeAt(m_server->connection()));
        const auto second = readerOf(storeAt(m_server->connection()));
        QVERIFY(first->begin());
        const auto name = first->exportSnapshot();
        QVERIFY2(name, qPrintable(why(name)));
        execute("INSERT INTO seen VALUES (1)");
        QVERIFY(second->begin(*name));
        QCOMPARE(cellOf(first->query("SELECT count(*) FROM seen")), "0");
        QCOMPARE(cellOf(second->query("SELECT count(*) FROM seen")), "0");
        QVERIFY(second->begin());
        QCOMPARE(cellOf(second->query("SELECT count(*) FROM seen")), "1");
        first->end();
        const auto late = second->begin(*name);
        QVERIFY(!late);
        QVERIFY(second->begin()); // usable again
        const auto hostile = second->begin("'; DROP TABLE seen; --");
        QVERIFY(!hostile);
    }

    void nothingCanBeWritten()
    {
        const auto reader = readerOf(storeAt(m_server->connection()));
        QVERIFY(reader->begin());
        const auto written = reader->query("CREATE TABLE forbidden (id int)");
        QVERIFY(!written);
        QCOMPARE(written.error().kind, ErrorKind::Permission);
        QVERIFY(reader->begin());
        const auto two = reader->query("SELECT 1; SELECT 2");
        QVERIFY(!two);
        QVERIFY(!reader->query("SELECT 1")); // after an error
        QVERIFY(reader->begin());
        QCOMPARE(cellOf(reader->query("SELECT 1")), "1");
    }

    void rowsStreamInOrder()
    {
        const auto reader = readerOf(storeAt(m_server->connection()));
        QVERIFY(reader->begin());
        const auto opened =
            reader->openStream("SELECT i, 'a' || chr(9) || i, NULL FROM generate_series(1, 100000) i ORDER BY i");
        QVERIFY2(opened, qPrintable(why(opened)));
        std::string_view line;
        int rows = 0;
        while (*reader->nextLine(line)) {
            const auto cells = copyCells(line);
            QCOMPARE(*cells[0], std::to_string(++rows));
            QCOMPARE(*cells[1], "a\t" + std::to_string(rows));
            QVERIFY(!cells[2]);
        }
        QCOMPARE(rows, 100'000);
        QCOMPARE(cellOf(reader->query("SELECT 1")), "1");
        QVERIFY(reader->openStream("SELECT generate_series(1, 100000000)"));
        QVERIFY(*reader->nextLine(line));
        reader->closeStream();
        QVERIFY(reader->begin());
        QVERIFY(reader->openStream("SELECT 1 / (5 - i) FROM generate_series(1, 10) i"));
        Result<bool> more = true;
        while (more && *more)
            more = reader->nextLine(line);
        QVERIFY(!more);
        QCOMPARE(more.error().kind, ErrorKind::InvalidData);
    }

    void columnsAreDescribedWithoutRunning()
    {
        execute("CREATE DOMAIN price AS numeric CHECK (value > 0)");
        execute("CREATE TYPE mood AS ENUM ('sad', 'happy')");
        const auto reader = readerOf(storeAt(m_server->connection()));
        QVERIFY(reader->begin());
        const auto columns = reader->describe("SELECT 1::price AS \"; drop table x; --\", 'sad'::mood AS m, "
                                              "ARRAY[1.5] AS a, 1 / 0 AS z");
        QVERIFY2(columns, qPrintable(why(columns)));
        const std::vector<ResultColumn> wanted{{"; drop table x; --", "numeric", 'b', true},
                                               {"m", "mood", 'e', false},
                                               {"a", "_numeric", 'b', true},
                                               {"z", "int4", 'b', true}};
        QVERIFY(*columns == wanted);
    }

    void cancelEndsWhatRunsWithinASecond()
    {
        for (const char* sql : {"SELECT pg_sleep(60)", "SELECT count(*) FROM generate_series(1, 100000000000)"}) {
            const auto reader = readerOf(storeAt(m_server->connection(), Duration(100'000)));
            QVERIFY(reader->begin());
            std::chrono::steady_clock::time_point ordered;
            std::jthread other([&] {
                std::this_thread::sleep_for(std::chrono::milliseconds(300));
                ordered = std::chrono::steady_clock::now();
                reader->cancel();
            });
            const auto rows = reader->query(sql);
            QVERIFY(!rows);
            QCOMPARE(rows.error().kind, ErrorKind::Cancelled);
            other.join();
            QVERIFY(std::chrono::steady_clock::now() - ordered < std::chrono::seconds(30)); // far below the sleep
            QVERIFY(!reader->begin());
        }
        const auto store = *connectPostgres(storeAt(m_server->connection()), Access::ReadOnly);
        QVERIFY(eventually([&] {
            return cellOf(store->query("SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)%' AND "
                                       "state = 'active' AND pid <> pg_backend_pid()",
                                       {}, 1)) == "0";
        }));
    }

    void aStatementKeepsItsTimeAlsoWhenTheServerHangs()
    {
        const auto reader = readerOf(storeAt(m_server->connection(), Duration(300)));
        QVERIFY(reader->begin());
        const auto slow = reader->query("SELECT pg_sleep(60)");
        QVERIFY(!slow);
        QCOMPARE(slow.error().kind, ErrorKind::Timeout);
        QVERIFY(reader->begin());
        QVERIFY(m_server->pause());
        const auto hung = reader->query("SELECT 1");
        m_server->resume();
        QVERIFY(!hung);
        QCOMPARE(hung.error().kind, ErrorKind::Timeout);
        QVERIFY2(reader->begin(), "connects anew");
    }

    void theSessionWritesValuesInOneWay()
    {
        PostgresOptions options;
        options.settings = {{"TimeZone", "Asia/Kathmandu"},
                            {"DateStyle", "SQL, DMY"},
                            {"IntervalStyle", "iso_8601"},
                            {"bytea_output", "escape"},
                            {"extra_float_digits", "-3"}};
        const auto odd = startPostgres(options);
        const std::string sql = "SELECT concat_ws(' ', timestamptz '2026-01-02 03:04:05+01', interval '1 day 2 hours', "
                                "'\\x00ff'::bytea, 0.1::float8 + 0.2::float8, date '2026-02-01')";
        QString texts[2];
        int i = 0;
        for (const auto* server : {m_server.get(), odd.get()}) {
            const auto reader = readerOf(storeAt(server->connection()));
            QVERIFY(reader->begin());
            texts[i++] = cellOf(reader->query(sql));
        }
        QCOMPARE(texts[1], "2026-01-02 02:04:05+00 1 day 02:00:00 \\x00ff 0.30000000000000004 2026-02-01");
        QCOMPARE(texts[0], texts[1]);
    }
};

QTEST_GUILESS_MAIN(TestPostgresSnapshot)
#include "tst_postgressnapshot.moc"
