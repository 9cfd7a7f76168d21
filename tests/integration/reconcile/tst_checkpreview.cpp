// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/reconcile/checkpreview.h"
#include "tests/integration/reconcile/checkfixture.h"
#include "tests/support/manualclock.h"

#include <chrono>

using namespace projectionist;

namespace {

std::string shownLine(const std::vector<Cell>& row)
{
    std::string line;
    for (const auto& cell : row)
        line += (line.empty() ? "" : " | ") + cell.value_or("NULL");
    return line;
}

template<typename T>
QString failureOf(const Result<T>& result)
{
    return result ? QString() : QString::fromStdString(toString(result.error()));
}

} // namespace

/// What the form of a check shows of its sides, on a real server.
class TestCheckPreview : public QObject
{
    Q_OBJECT

    std::unique_ptr<PostgresServer> m_server;
    StoreSettings m_store;

    [[nodiscard]] Result<SidePreview> preview(const CheckSide& side, const std::vector<std::string>& key = {}) const
    {
        return previewSide(side, key, m_store, readPostgresSnapshot, {});
    }
    [[nodiscard]] Result<SidePreview> previewQuery(const std::string& query, const std::stop_token& stop = {}) const
    {
        return previewSide({"here", {}, query, {}}, {}, m_store, readPostgresSnapshot, stop);
    }

private slots:
    void initTestCase()
    {
        m_server = startPostgres();
        m_store = storeOf("here", *m_server);
        execute(*m_server,
                {"CREATE TABLE expected (note text, id int NOT NULL, tenant int NOT NULL, PRIMARY KEY (tenant, id))",
                 "INSERT INTO expected SELECT 'n' || i, i, i % 3 FROM generate_series(1, 100) i",
                 "CREATE TABLE actual (id int PRIMARY KEY, other int UNIQUE, note text)",
                 "INSERT INTO actual SELECT i, i, repeat('x', 100000) FROM generate_series(1, 5) i", "ANALYZE",
                 "CREATE TABLE \"Odd \"\"name\" (a int, b int NOT NULL UNIQUE)",
                 "CREATE VIEW looked_at AS SELECT note FROM expected", "CREATE TABLE nothing ()"});
    }
    void cleanupTestCase() { m_server.reset(); }

    void theFirstRowsComeInTheOrderOfTheKey()
    {
        const auto preview = this->preview({"here", "expected", {}, "id > 3"});
        QVERIFY2(preview, qPrintable(failureOf(preview)));
        QCOMPARE(preview->uniqueKey, (std::vector<std::string>{"tenant", "id"}));
        QCOMPARE(preview->orderedBy, preview->uniqueKey);
        QCOMPARE(preview->rows.size(), previewRows);
        QCOMPARE(shownLine(preview->rows.front()), std::string("n6 | 6 | 0"));
        QCOMPARE(preview->columns.front().type, std::string("text"));
        QCOMPARE(preview->estimatedRows, 100);
    }
    void aKeyWithoutIndexOrdersNothing()
    {
        const auto preview = this->preview({"here", "expected", {}, {}}, {"note"});
        QVERIFY2(preview, qPrintable(failureOf(preview)));
        QVERIFY(preview->orderedBy.empty());
        QCOMPARE(this->preview({"here", "expected", {}, {}}, {"no such column"})->orderedBy.size(), 0U);
        QCOMPARE(this->preview({"here", "actual", {}, {}}, {"other"})->orderedBy, std::vector<std::string>{"other"});
    }
    void longTextsStayInTheStore()
    {
        const auto preview = this->preview({"here", "actual", {}, {}});
        QCOMPARE(preview->rows.size(), 5U);
        QCOMPARE(preview->rows.front()[2]->size(), previewCellLength);
    }
    void queriesAndTablesWithoutKeyOrColumnsAreShown()
    {
        const auto query = previewQuery("SELECT 1 AS one, NULL::int AS none -- a comment");
        QVERIFY2(query, qPrintable(failureOf(query)));
        QCOMPARE(shownLine(query->rows.front()), std::string("1 | NULL"));
        QVERIFY(query->uniqueKey.empty());
        QCOMPARE(preview({"here", "\"Odd \"\"name\"", {}, {}})->uniqueKey, std::vector<std::string>{"b"});
        QVERIFY(preview({"here", "nothing", {}, {}})->columns.empty());
    }
    void whatTheServerHasAgainstItIsTold()
    {
        QVERIFY2(failureOf(preview({"here", "nowhere", {}, {}})).contains("has no table nowhere"),
                 qPrintable(failureOf(preview({"here", "nowhere", {}, {}}))));
        const auto wrong = preview({"here", "expected", {}, "no_column = 1"});
        QVERIFY2(failureOf(wrong).contains("no_column"), qPrintable(failureOf(wrong)));
        // Read-only, and one statement only.
        QVERIFY(!previewQuery("DELETE FROM expected RETURNING 1"));
        QVERIFY(!previewQuery("SELECT 1) AS r; DROP TABLE expected; --"));
        QCOMPARE(preview({"here", "expected", {}, {}})->rows.size(), previewRows);
    }
    void aDeadServerSaysSo()
    {
        StoreSettings dead = m_store;
        dead.connection = "postgresql://postgres@127.0.0.1:1/postgres";
        const auto preview = previewSide({"here", "expected", {}, {}}, {}, dead, readPostgresSnapshot, {});
        QVERIFY(!preview);
        QVERIFY(preview.error().kind == ErrorKind::Refused);
        QVERIFY(!previewTables(dead, readPostgresSnapshot, {}));
    }
    void itIsCancelledAtOnceAndEndsByItself()
    {
        using Seconds = std::chrono::duration<double>;
        const auto start = std::chrono::steady_clock::now();
        std::stop_source stop;
        std::jthread later([&stop] {
            std::this_thread::sleep_for(std::chrono::milliseconds(300));
            stop.request_stop();
        });
        const auto cancelled = previewQuery("SELECT pg_sleep(60)", stop.get_token());
        QVERIFY(!cancelled);
        QVERIFY(cancelled.error().kind == ErrorKind::Cancelled);
        QVERIFY(Seconds(std::chrono::steady_clock::now() - start).count() < 2);
        const auto slow = previewQuery("SELECT pg_sleep(60)");
        QVERIFY(!slow);
        QVERIFY(slow.error().kind == ErrorKind::Timeout);
        QVERIFY(Seconds(std::chrono::steady_clock::now() - start).count() < 9);
    }
    void tablesAreNamedAsInSql()
    {
        const auto tables = previewTables(m_store, readPostgresSnapshot, {});
        QVERIFY2(tables, qPrintable(failureOf(tables)));
        QCOMPARE(*tables, (std::vector<std::string>{"public.\"Odd \"\"name\"", "public.actual", "public.expected",
                                                    "public.looked_at", "public.nothing"}));
    }
    void findingsAreThoseOfLint()
    {
        Workspace workspace;
        workspace.stores = {m_store};
        const ManualClock clock;
        auto check = checkOf("here", "here");
        const auto lint = previewLint(check, workspace, readPostgresSnapshot, clock, {});
        QVERIFY2(lint, qPrintable(failureOf(lint)));
        QCOMPARE(lint->columns, std::vector<std::string>{"note"});
        QVERIFY(!lint->findings.empty());
        check.key = {"note"};
        const auto unusable = previewLint(check, workspace, readPostgresSnapshot, clock, {});
        QVERIFY2(unusable, qPrintable(failureOf(unusable)));
        QVERIFY(!unusable->usable());
    }
};

QTEST_GUILESS_MAIN(TestCheckPreview)
#include "tst_checkpreview.moc"
