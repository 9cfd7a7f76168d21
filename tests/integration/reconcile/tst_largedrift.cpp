// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/reconcile/checkfixture.h"

using namespace projectionist;

namespace {

/// Tells how many bytes the largest answer had.
class MeasuredReader final : public SnapshotReader
{
public:
    MeasuredReader(std::unique_ptr<SnapshotReader> reader, std::atomic<std::size_t>& largest)
        : m_reader(std::move(reader)), m_largest(largest)
    {
    }
    Result<void> begin(const std::string& snapshot) override { return m_reader->begin(snapshot); }
    Result<std::string> exportSnapshot() override { return m_reader->exportSnapshot(); }
    void end() override { m_reader->end(); }
    Result<Rows> query(const std::string& sql, std::size_t maxRows) override
    {
        auto rows = m_reader->query(sql, maxRows);
        std::size_t size = 0;
        if (rows)
            for (const auto& row : rows->rows)
                for (const auto& cell : row)
                    size += cell ? cell->size() : 0;
        m_largest = std::max(m_largest.load(), size);
        return rows;
    }
    Result<std::vector<ResultColumn>> describe(const std::string& sql) override { return m_reader->describe(sql); }
    Result<void> openStream(const std::string& sql) override { return m_reader->openStream(sql); }
    Result<bool> nextLine(std::string_view& line) override { return m_reader->nextLine(line); }
    void closeStream() override { m_reader->closeStream(); }
    void cancel() noexcept override { m_reader->cancel(); }

private:
    const std::unique_ptr<SnapshotReader> m_reader;
    std::atomic<std::size_t>& m_largest;
};

} // namespace

/// What a check does where most rows differ.
class TestLargeDrift : public QObject
{
    Q_OBJECT
    std::unique_ptr<PostgresServer> m_server;
    Workspace m_workspace;

private slots:
    void initTestCase()
    {
        m_server = startPostgres();
        m_workspace.stores = {storeOf("here", *m_server)};
        execute(*m_server, {"CREATE TABLE expected (id bigint PRIMARY KEY, v float8)",
                            "INSERT INTO expected SELECT i, i FROM generate_series(1, 200000) i",
                            "CREATE TABLE actual (id bigint PRIMARY KEY, v float8)",
                            "INSERT INTO actual SELECT id, v + 0.5 FROM expected",
                            "UPDATE actual SET v = v + 10 WHERE id IN (7, 150000, 199999)",
                            "UPDATE actual SET v = v - 0.5 WHERE id % 1000 = 0"});
    }

    void noMoreKeysAreGatheredThanMayBeTold()
    {
        auto check = checkOf("here", "here");
        check.expected = {"here", {}, "SELECT * FROM expected", {}};
        check.maxDifferences = 3;
        std::atomic<std::size_t> largest = 0;
        const SystemClock clock;
        const auto open = [&](const StoreSettings& store) {
            return readPostgresSnapshot(store).map([&](auto reader) -> std::unique_ptr<SnapshotReader> {
                return std::make_unique<MeasuredReader>(std::move(reader), largest);
            });
        };
        const auto result = CheckRun(check, m_workspace, open, clock).run();
        QCOMPARE(text(result), "different 1 v: 1 | 1.5\ndifferent 2 v: 2 | 2.5\ndifferent 3 v: 3 | 3.5\n");
        QVERIFY(result->engine == CheckEngine::SameDatabase);
        QVERIFY(!result->complete);
        QVERIFY2(largest < 2000, std::to_string(largest).c_str());
    }

    void aToleranceDoesNotHideWhatComesBehindTheFirstKeys()
    {
        auto check = checkOf("here", "here");
        check.rules["v"].absolute = 1;
        check.maxDifferences = 1;
        const auto first = run(check, m_workspace);
        QCOMPARE(text(first), "different 7 v: 7 | 17.5\n");
        QVERIFY(!first->complete);
        check.maxDifferences = 100;
        const auto all = run(check, m_workspace);
        QCOMPARE(text(all), "different 7 v: 7 | 17.5\n"
                            "different 150000 v: 150000 | 150010\n"
                            "different 199999 v: 199999 | 200009.5\n");
        QVERIFY(all->complete);
    }
};

QTEST_GUILESS_MAIN(TestLargeDrift)
#include "tst_largedrift.moc"
