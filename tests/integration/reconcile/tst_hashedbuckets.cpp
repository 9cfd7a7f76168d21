// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/reconcile/hashedbuckets.h"
#include "backend/reconcile/twostores.h"
#include "tests/integration/reconcile/checkfixture.h"

#include <thread>

using namespace projectionist;

namespace {

/// As over a slow network: each row takes its time.
class SlowReader final : public SnapshotReader
{
public:
    explicit SlowReader(std::unique_ptr<SnapshotReader> reader) : m_reader(std::move(reader)) {}
    Result<void> begin(const std::string& snapshot) override { return m_reader->begin(snapshot); }
    Result<std::string> exportSnapshot() override { return m_reader->exportSnapshot(); }
    void end() override { m_reader->end(); }
    Result<Rows> query(const std::string& sql, std::size_t maxRows) override { return m_reader->query(sql, maxRows); }
    Result<std::vector<ResultColumn>> describe(const std::string& sql) override { return m_reader->describe(sql); }
    Result<void> openStream(const std::string& sql) override { return m_reader->openStream(sql); }
    Result<bool> nextLine(std::string_view& line) override
    {
        if (++m_lines % 100 == 0)
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        return m_reader->nextLine(line);
    }
    void closeStream() override { m_reader->closeStream(); }
    void cancel() noexcept override { m_reader->cancel(); }

private:
    const std::unique_ptr<SnapshotReader> m_reader;
    std::size_t m_lines = 0;
};

std::vector<std::string> tablesOf(int rows)
{
    const std::string filled = "INSERT INTO expected SELECT i, nullif('name ' || i % 7, 'name 3'), i * 1.50, "
                               "jsonb_build_object('n', i) FROM generate_series(1, " +
                               std::to_string(rows) + ") i";
    return {"DROP TABLE IF EXISTS expected, actual",
            "CREATE TABLE expected (id bigint PRIMARY KEY, name text, total numeric, more jsonb)",
            "CREATE TABLE actual (LIKE expected INCLUDING ALL)",
            filled,
            "INSERT INTO actual SELECT * FROM expected",
            "ANALYZE expected",
            "ANALYZE actual"};
}

/// One side of an open comparison.
struct Side
{
    std::unique_ptr<SnapshotReader> reader;
    RelationShape shape;
};

} // namespace

class TestHashedBuckets : public QObject, private TwoServers
{
    Q_OBJECT
    SystemClock m_clock;

    Side open(const PostgresServer& server, const CheckSide& settings)
    {
        Side side{*readPostgresSnapshot(storeOf("s", server)), {}};
        if (!side.reader->begin({}))
            qFatal("no snapshot");
        side.shape = *readRelationShape(*side.reader, settings);
        return side;
    }
    /// Both ways of comparing, whose differences have to be the same.
    Result<Compared> compared(std::size_t most = 1000)
    {
        const auto check = checkOf("here", "there");
        const auto expected = open(*m_server, check.expected);
        const auto actual = open(*m_other, check.actual);
        const auto plan = planComparison(check, expected.shape, actual.shape);
        const SideReader one{*expected.reader, expected.shape, ComparedSide::Expected};
        const SideReader two{*actual.reader, actual.shape, ComparedSide::Actual};
        CheckPace pace(m_clock);
        BucketComparison buckets(plan, one, two, most, pace);
        auto hashed = buckets.goOn().map([&](CheckStep) { return buckets.found(); });
        for (auto* reader : {expected.reader.get(), actual.reader.get()}) // it may have ended early
            if (!reader->begin({}))
                qFatal("no second snapshot");
        const auto streamed = compareStreams(plan, one, two, most, m_clock);
        if (!hashed || !streamed || hashed->differences != streamed->differences ||
            hashed->complete != streamed->complete)
            return tl::unexpected(Error{ErrorKind::Internal, "the two ways found other differences",
                                        hashed ? std::to_string(hashed->differences.size()) : toString(hashed.error()),
                                        streamed ? std::to_string(streamed->differences.size()) : "", false});
        return hashed;
    }

private slots:
    void initTestCase() { startServers(); }

    void equalTablesNeedNoRows()
    {
        executeOnBoth(tablesOf(30'000));
        const auto result = compared();
        QVERIFY2(result, result ? "" : toString(result.error()).c_str());
        QVERIFY(result->differences.empty() && result->complete);
        QCOMPARE(result->expectedRows, std::int64_t{30'000});
        QCOMPARE(result->actualRows, std::int64_t{30'000});
        QCOMPARE(QString::fromStdString(result->why), QString("0 of 4096 buckets were not alike"));
    }

    void differencesAreThoseOfTheStreams()
    {
        executeOnBoth(tablesOf(30'000));
        execute(*m_other,
                {"UPDATE actual SET name = '' WHERE id = 3", // was NULL
                 "UPDATE actual SET total = total + 0.01 WHERE id % 9999 = 0", "DELETE FROM actual WHERE id = 77",
                 "INSERT INTO actual VALUES (-1, 'new', 'NaN', '{}')", "UPDATE actual SET more = NULL WHERE id = 5"});
        const auto result = compared();
        QVERIFY2(result, result ? "" : toString(result.error()).c_str());
        QCOMPARE(result->differences.size(), std::size_t{7});
        QVERIFY2(QString::fromStdString(result->why).endsWith("of 4096 buckets were not alike"), result->why.c_str());
        QCOMPARE(compared(2)->differences.size(), std::size_t{2});
        QVERIFY(!compared(2)->complete);
    }

    void valuesThatWriteDifferentlyButAreEqualAreNoDifference()
    {
        executeOnBoth(
            {"DROP TABLE IF EXISTS expected, actual",
             "CREATE TABLE expected (id int PRIMARY KEY, n numeric, f float8, a int[])",
             "CREATE TABLE actual (id int PRIMARY KEY, n numeric(30, 5), f float8, a int[])",
             "INSERT INTO expected VALUES (1, 1.5, 0, '{1}'), (2, 'NaN', 'NaN', '{1}'), (3, 7, 'Infinity', '{1}')",
             "INSERT INTO actual VALUES (1, 1.5, '-0', '{1}'), (2, NULL, 'NaN', '{1}'), "
             "(3, 7, '-Infinity', '[0:0]={1}')"});
        const auto result = compared();
        QVERIFY2(result, result ? "" : toString(result.error()).c_str());
        QCOMPARE(result->differences.size(), std::size_t{2}); // NaN and NULL; Infinity and the array's bounds
    }

    void whenNearlyAllDiffersAllIsStreamed()
    {
        executeOnBoth(tablesOf(30'000));
        execute(*m_other, {"UPDATE actual SET total = total + 1"});
        const auto result = compared(500);
        QVERIFY2(result, result ? "" : toString(result.error()).c_str());
        QCOMPARE(result->differences.size(), std::size_t{500});
        QVERIFY(!result->complete);
        QCOMPARE(result->actualRows, std::int64_t{30'000});
    }

    void theProbeChoosesHashesWhereReadingIsSlow()
    {
        executeOnBoth(tablesOf(250'000));
        execute(*m_other, {"UPDATE actual SET total = 0 WHERE id = 4711"});
        const auto check = checkOf("here", "there");
        const auto slowly = [](const StoreSettings& store) {
            return readPostgresSnapshot(store).map([](std::unique_ptr<SnapshotReader> reader) {
                return std::unique_ptr<SnapshotReader>(std::make_unique<SlowReader>(std::move(reader)));
            });
        };
        const auto result = CheckRun(check, m_workspace, slowly, m_clock).run();
        QCOMPARE(text(result), "different 4711 total: 7066.50 | 0\n");
        QVERIFY2(result->engine == CheckEngine::HashedBuckets, result->why.c_str());
        QVERIFY2(QString::fromStdString(result->why).contains("a probe read "), result->why.c_str());
        QCOMPARE(result->expectedRows, std::int64_t{250'000});
    }
};

QTEST_GUILESS_MAIN(TestHashedBuckets)
#include "tst_hashedbuckets.moc"
