// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/core/format.h"
#include "backend/lag/storereader.h"
#include "backend/store/cells.h"
#include "tests/unit/lag/fakestore.h"

#include <QTest>

using namespace projectionist;
using namespace std::chrono_literals;

namespace {

const std::vector<std::string> topics{"orders"};

std::string whyOf(const Rows& rows)
{
    const auto result = checkpointRows(rows, "summary", topics);
    return result ? std::string() : result.error().why;
}

ProjectionSettings projection(std::string name, std::string query)
{
    ProjectionSettings settings;
    settings.name = std::move(name);
    settings.topics = topics;
    settings.checkpoint = CheckpointSettings{"db", std::move(query)};
    return settings;
}

/// Answers combined statements like a server would: from the parts.
class CombiningStore final : public RelationalStore
{
public:
    Result<Rows> query(const std::string& sql, std::span<const Parameter> parameters, std::size_t) override
    {
        ++queries;
        lastParameters.assign(parameters.begin(), parameters.end());
        lastSql = sql;
        if (sql.find("broken") != std::string::npos)
            return tl::unexpected(Error{ErrorKind::NotFound, "No such table", "broken", "", false});
        if (sql.find("union all") == std::string::npos)
            return rowsOf({{"orders", "0", "7", std::nullopt}});
        if (refusesUnion)
            return tl::unexpected(Error{ErrorKind::InvalidData, "Syntax error", "union", "", false});
        Rows rows{{"q", "a", "b", "c", "d"}, {}, {}, false};
        for (std::size_t i = 0; i < parameters.size(); ++i)
            rows.rows.push_back({std::to_string(i), "orders", "0", std::to_string(100 + i), std::nullopt});
        return rows;
    }
    Result<void> transaction(const std::function<Result<void>(Transaction&)>&) override { return {}; }
    void interrupt() noexcept override {}
    std::string serverVersion() const override { return "CombiningSQL"; }

    int queries = 0;
    bool refusesUnion = false;
    std::string lastSql;
    std::vector<Parameter> lastParameters;
};

} // namespace

class TestCheckpoints : public QObject
{
    Q_OBJECT
private slots:
    void goodRowsAreSortedAndKeepTheirTime()
    {
        const auto rows = checkpointRows(rowsOf({{"orders", "1", "20", "2026-11-21 14:02:11.042+00"},
                                                 {"other", "0", "5", std::nullopt},
                                                 {"orders", "0", "0", std::nullopt}}),
                                         "summary", topics);
        QVERIFY(rows);
        QCOMPARE(rows->size(), std::size_t(2));
        QCOMPARE((*rows)[0], (CheckpointRow{{"orders", 0}, 0, std::nullopt}));
        QCOMPARE((*rows)[1].updatedAt, parseRfc3339("2026-11-21T14:02:11.042Z"));
    }
    void noRowsMeansNotStarted() { QVERIFY(checkpointRows(rowsOf({}), "summary", topics)->empty()); }

    void nonsenseIsNamedWithRowAndColumn_data()
    {
        QTest::addColumn<QString>("topic");
        QTest::addColumn<QString>("partition");
        QTest::addColumn<QString>("position");
        QTest::addColumn<QString>("time");
        QTest::addColumn<QString>("named");
        QTest::newRow("null topic") << QString() << "0"
                                    << "1" << QString() << "topic is NULL";
        QTest::newRow("null partition") << "orders" << QString() << "1" << QString() << "partition is NULL";
        QTest::newRow("null position") << "orders"
                                       << "0" << QString() << QString() << "position is NULL";
        QTest::newRow("negative") << "orders"
                                  << "0"
                                  << "-5" << QString() << "position is \"-5\", which is negative";
        QTest::newRow("negative partition") << "orders"
                                            << "-1"
                                            << "5" << QString() << "partition is \"-1\"";
        QTest::newRow("words") << "orders"
                               << "0"
                               << "soon" << QString() << "position is \"soon\"";
        QTest::newRow("fraction") << "orders"
                                  << "0"
                                  << "1.5" << QString() << "position is \"1.5\"";
        QTest::newRow("too big") << "orders"
                                 << "0"
                                 << "99999999999999999999" << QString() << "no offset";
        QTest::newRow("bad time") << "orders"
                                  << "0"
                                  << "1"
                                  << "yesterday"
                                  << "updated_at is \"yesterday\"";
        QTest::newRow("other topic") << "parcels"
                                     << "0"
                                     << "1" << QString() << "of a topic of this projection";
    }
    void nonsenseIsNamedWithRowAndColumn()
    {
        QFETCH(QString, topic);
        QFETCH(QString, partition);
        QFETCH(QString, position);
        QFETCH(QString, time);
        const auto cell = [](const QString& text) {
            return text.isNull() ? std::nullopt : std::optional(text.toStdString());
        };
        const std::string why = whyOf(rowsOf({{cell(topic), cell(partition), cell(position), cell(time)}}));
        QFETCH(QString, named);
        QVERIFY2(QString::fromStdString(why).contains(named), why.c_str());
    }
    void aPartitionTwiceIsRefused()
    {
        QVERIFY(whyOf(rowsOf({{"orders", "3", "1", {}}, {"orders", "3", "2", {}}})).find("orders [3]") !=
                std::string::npos);
    }
    void tooManyRowsAndTooFewColumnsAreRefused()
    {
        Rows many = rowsOf({{"orders", "0", "1", {}}});
        many.truncated = true;
        QVERIFY(whyOf(many).find("more than") != std::string::npos);
        QVERIFY(!whyOf(Rows{{"topic", "position"}, {}, {{"orders", "1"}}, false}).empty());
    }

    void timesAreReadWithAndWithoutZone_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("expected");
        QTest::newRow("utc") << "2026-11-21 14:02:11+00"
                             << "2026-11-21T14:02:11.000Z";
        QTest::newRow("east") << "2026-11-21 14:02:11.5+01"
                              << "2026-11-21T13:02:11.500Z";
        QTest::newRow("west") << "2026-11-21 14:02:11.123456-03:30"
                              << "2026-11-21T17:32:11.123Z";
        QTest::newRow("no zone") << "2026-11-21 14:02:11"
                                 << "2026-11-21T14:02:11.000Z";
        QTest::newRow("rfc 3339") << "2026-11-21T14:02:11Z"
                                  << "2026-11-21T14:02:11.000Z";
        QTest::newRow("leap day") << "2028-02-29 00:00:00+00"
                                  << "2028-02-29T00:00:00.000Z";
        for (const char* bad : {"", "infinity", "2026-02-30 00:00:00", "2026-11-21", "2026-11-21 14:02", "now",
                                "2026-11-21 14:02:11.+00", "2026-11-21 14:02:11+0", "2026-11-21 25:02:11"})
            QTest::newRow(bad) << bad << QString();
    }
    void timesAreReadWithAndWithoutZone()
    {
        QFETCH(QString, text);
        QFETCH(QString, expected);
        const auto time = parseTimestamp(text.toStdString());
        QCOMPARE(time ? QString::fromStdString(formatRfc3339(*time)) : QString(), expected);
    }

    void theOutboxGivesOneRow()
    {
        const auto good = writeSideRow(rowsOf({{"12", "2026-11-21 14:02:11+00", "900"}}), "outbox");
        QVERIFY(good);
        QCOMPARE(good->pending, 12);
        QCOMPARE(good->written, std::optional<std::int64_t>(900));
        QVERIFY(writeSideRow(rowsOf({{"0", std::nullopt}}), "outbox"));
        for (const Rows& bad : {rowsOf({}), rowsOf({{"1"}, {"2"}}), rowsOf({{std::nullopt}}), rowsOf({{"-1"}}),
                                rowsOf({{"1", "soon"}}), rowsOf({{"1", std::nullopt, "-4"}})})
            QVERIFY(!writeSideRow(bad, "outbox"));
    }

    void manyProjectionsCostOneStatementOnceTheirQueriesAreKnown()
    {
        const SystemClock clock;
        StoreReader reader(clock);
        CombiningStore store;
        StoreOrder order;
        for (const char* name : {"a", "b", "c"})
            order.projections.push_back(projection(name, "select * from checkpoint where projection = $1; "));
        QVERIFY(reader.read(store, order));
        QCOMPARE(store.queries, 3);
        const auto answer = reader.read(store, order);
        QCOMPARE(store.queries, 4);
        QCOMPARE(store.lastParameters, (std::vector<Parameter>{"a", "b", "c"}));
        QVERIFY(store.lastSql.find("projection = $3") != std::string::npos);
        QVERIFY(store.lastSql.find(';') == std::string::npos);
        QCOMPARE(answer->checkpoints.at("c")->front().position, Offset(102));
    }
    void aMistakenQueryCostsOnlyItsOwnProjection()
    {
        const SystemClock clock;
        StoreReader reader(clock);
        CombiningStore store;
        StoreOrder order;
        order.projections = {projection("a", "select $1"), projection("b", "select broken"),
                             projection("c", "select $1, 2")};
        for (int cycle = 0; cycle < 3; ++cycle) {
            const auto answer = reader.read(store, order);
            QVERIFY(answer);
            QVERIFY(answer->checkpoints.at("a"));
            QVERIFY(!answer->checkpoints.at("b"));
            QVERIFY(answer->checkpoints.at("c"));
        }
        QCOMPARE(store.queries, 3 + 2 + 2);
    }
    void aStoreThatRefusesCombinedStatementsIsAskedOneByOne()
    {
        const SystemClock clock;
        StoreReader reader(clock);
        CombiningStore store;
        store.refusesUnion = true;
        StoreOrder order;
        order.projections = {projection("a", "select $1"), projection("b", "select $1, 2")};
        for (int cycle = 0; cycle < 3; ++cycle)
            QVERIFY(reader.read(store, order)->checkpoints.at("b"));
        QCOMPARE(store.queries, 2 + 3 + 2);
    }
    void aLostConnectionFailsTheWholeRead()
    {
        const SystemClock clock;
        StoreReader reader(clock);
        FakeDatabase database;
        database.failure = Error{ErrorKind::Unreachable, "Gone", "", "", true};
        FakeStore store(database);
        StoreOrder order;
        order.projections = {projection("a", "select 1"), projection("b", "select 2")};
        QCOMPARE(reader.read(store, order).error().kind, ErrorKind::Unreachable);
        QCOMPARE(database.queries.size(), std::size_t(1));
    }
};

QTEST_GUILESS_MAIN(TestCheckpoints)
#include "tst_checkpoints.moc"
