// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/broker/brokerfixture.h"
#include "tests/integration/deadletter/letterlog.h"
#include "tests/integration/reconcile/checkfixture.h"

#include <fmt/format.h>

using namespace projectionist;

namespace {

constexpr int keyCount = 25'000; ///< more than are handed to the server at once
constexpr int partitionCount = 4;

std::string keyOf(int number)
{
    return fmt::format("o{:05}", number);
}

OutgoingRecord eventOf(int number, const std::string& type, const std::string& payload)
{
    return {"orders", number % partitionCount, keyOf(number), payload, {{"type", type}}};
}

DeclaredHandler handlerOf(const std::string& type, std::vector<ColumnExpression> set)
{
    DeclaredHandler handler;
    handler.types = {type};
    handler.set = std::move(set);
    return handler;
}

DeclaredProjectionSettings declaration()
{
    DeclaredProjectionSettings declared;
    declared.store = "here";
    declared.table = "order_summary";
    declared.key = {{"id", "key"}};
    declared.version = "version";
    declared.partition = "partition";
    declared.position = "position";
    declared.on = {handlerOf("Placed", {{"total", "$.total"}, {"note", "$.note ?? null"}, {"lines", "$.lines"}}),
                   handlerOf("Paid", {}), handlerOf("Erased", {})};
    declared.on[1].add = {{"paid", "$.amount"}};
    declared.on[2].erase = true;
    return declared;
}

} // namespace

/// The table of a declared projection against the fold of its log, on real servers and with a planted truth.
class TestEventsChecks : public QObject
{
    Q_OBJECT
    std::unique_ptr<KafkaServer> m_kafka;
    std::unique_ptr<PostgresServer> m_server;
    Workspace m_workspace;
    CheckSettings m_check;

    [[nodiscard]] Result<CheckResult> run(FlightWatch* flight = nullptr)
    {
        return projectionist::run(m_check, m_workspace, flight);
    }

    void writeEvents() const
    {
        std::vector<OutgoingRecord> events;
        for (int i = 0; i < keyCount; ++i) {
            const std::string note = i % 3 == 0 ? "null" : "\"Zo\xc3\xab \\\"{}, \\\\ o\\u00e9\"";
            events.push_back(eventOf(i, "Placed",
                                     fmt::format("{{\"version\": 1, \"total\": {}.50, \"note\": {}, \"lines\": "
                                                 "[{{\"b\": 1, \"a\": 1.0}}]}}",
                                                 i, note)));
        }
        for (int i = 0; i < keyCount; i += 2)
            events.push_back(eventOf(i, "Paid", "{\"version\": 2, \"amount\": \"0.10\"}"));
        for (int i = 0; i < keyCount; i += 4)
            events.push_back(eventOf(i, "Paid", "{\"version\": 3, \"amount\": 9007199254740993}"));
        for (int i = 0; i < keyCount; i += 4)
            events.push_back(eventOf(i, "Paid", "{\"version\": 3, \"amount\": 9007199254740993}")); // delivered twice
        for (int i = 5; i < keyCount; i += 10)
            events.push_back(eventOf(i, "Erased", "{\"version\": 9}"));
        write(m_workspace.brokers[0], events);
    }

    /// What a right worker would have written, by SQL.
    void writeTable() const
    {
        execute(*m_server,
                {"DROP TABLE IF EXISTS order_summary, checkpoint",
                 "CREATE TABLE order_summary (id text PRIMARY KEY, total numeric(12, 2), note text, lines jsonb, paid "
                 "numeric, version bigint, partition int, position bigint, applied int)",
                 fmt::format("INSERT INTO order_summary SELECT 'o' || lpad(i::text, 5, '0'), i + 0.5, CASE WHEN i % 3 "
                             "<> 0 THEN 'Zo\xc3\xab \"{{}}, \\ o\xc3\xa9' END, '[{{\"a\": 1, \"b\": 1}}]', CASE WHEN i "
                             "% 4 = 0 THEN 9007199254740993.10 WHEN i % 2 = 0 THEN 0.1 END, CASE WHEN i % 4 = 0 THEN 3 "
                             "WHEN i % 2 = 0 THEN 2 ELSE 1 END, i % 4, -1, 7 FROM generate_series(0, {} - 1) i WHERE i "
                             "% 10 <> 5",
                             keyCount),
                 "CREATE TABLE checkpoint (name text, topic text, partition int, position bigint)",
                 "INSERT INTO checkpoint SELECT 'orders', 'orders', i, 1000000 FROM generate_series(0, 3) i"});
    }

    /// The positions are those before anything was paid, and one row knows better.
    void leaveOneRowAhead() const
    {
        execute(*m_server,
                {fmt::format("UPDATE checkpoint SET position = {} WHERE partition = 0", keyCount / partitionCount),
                 "UPDATE order_summary SET paid = NULL, version = 1 WHERE partition = 0 AND id <> 'o00004'"});
    }

private slots:
    void initTestCase()
    {
        m_kafka = startKafka();
        m_server = startPostgres();
        m_workspace.brokers = {brokerAt(m_kafka->bootstrap())};
        m_workspace.stores = {storeOf("here", *m_server)};
        ContextSettings context;
        context.name = "local";
        context.broker = m_workspace.brokers[0].name;
        m_workspace.contexts = {context};
        ProjectionSettings projection;
        projection.name = "orders";
        projection.context = "local";
        projection.topics = {"orders"};
        projection.eventVersion = "$.version";
        projection.checkpoint =
            CheckpointSettings{"here", "SELECT topic, partition, position FROM checkpoint WHERE name = $1"};
        projection.declared = declaration();
        m_workspace.projections = {projection};
        makeTopics(m_workspace.brokers[0], {{"orders", partitionCount}});
        writeEvents();
    }

    void init()
    {
        writeTable();
        m_workspace.projections[0].declared = declaration();
        m_check = {};
        m_check.name = "orders_events";
        m_check.context = "local";
        m_check.projection = "orders";
        m_check.kind = CheckKind::Events;
        m_check.settle = Duration(10);
        m_check.ignore = {"position", "applied"};
    }

    void aRightTableHasNoDifference()
    {
        const auto result = run();
        QCOMPARE(text(result), QString());
        QVERIFY(result->complete);
        QVERIFY(result->kind == CheckKind::Events && result->engine == CheckEngine::Fold);
        QCOMPARE(result->expectedRows, std::int64_t{keyCount - keyCount / 10});
        QCOMPARE(result->actualRows, result->expectedRows);
        QCOMPARE(result->keyColumns, std::vector<std::string>{"id"});
        QVERIFY(result->through.contains({"orders", 3}));
    }

    void everyPlantedDifferenceIsFoundAndNoOther()
    {
        execute(*m_server, {"UPDATE order_summary SET total = total + 0.01 WHERE id = 'o00003'",
                            "UPDATE order_summary SET note = 'Zoe' WHERE id = 'o24998'",
                            "UPDATE order_summary SET note = '' WHERE id = 'o00006'",
                            "UPDATE order_summary SET paid = 9007199254740992.10 WHERE id = 'o12000'",
                            "UPDATE order_summary SET lines = '[]' WHERE id = 'o20001'",
                            "UPDATE order_summary SET total = total + 0.000 WHERE id = 'o00007'", // no difference
                            "DELETE FROM order_summary WHERE id = 'o00002'",
                            "INSERT INTO order_summary (id, total, version) VALUES ('o00005', 5.5, 1), "
                            "('nobody', NULL, 1)"});
        const auto result = run();
        QCOMPARE(text(result), QString("extra nobody\n"
                                       "missing o00002\n"
                                       "different o00003 total: 3.50 | 3.51\n"
                                       "extra o00005\n"
                                       "different o00006 note: NULL | \n"
                                       "different o12000 paid: 9007199254740993.10 | 9007199254740992.10\n"
                                       "different o20001 lines: [{\"a\": 1.0, \"b\": 1}] | []\n"
                                       "different o24998 note: Zo\xc3\xab \"{}, \\ o\xc3\xa9 | Zoe\n"));
    }

    void aToleranceCounts()
    {
        execute(*m_server, {"UPDATE order_summary SET total = total + 0.01 WHERE id IN ('o00003', 'o00004')",
                            "UPDATE order_summary SET total = total + 5 WHERE id = 'o00004'"});
        m_check.rules["total"].absolute = 0.05;
        QCOMPARE(text(run()), QString("different o00004 total: 4.50 | 9.51\n"));
    }

    void onlyEventsBelowThePositionsCount()
    {
        execute(*m_server, {"UPDATE checkpoint SET position = 1", "DELETE FROM order_summary WHERE id > 'o00003'",
                            "UPDATE order_summary SET paid = NULL, version = 1"});
        const auto result = run();
        QCOMPARE(text(result), QString());
        QCOMPARE(result->expectedRows, std::int64_t{4});
        QCOMPARE(result->through.at({"orders", 0}), Offset{1});
    }

    void whereNoEventIsUnderWayNobodyWaitsForTheProjection()
    {
        execute(*m_server, {"UPDATE order_summary SET total = 0 WHERE id = 'o00003'"});
        ScriptedFlight sleeping(false, [] {});
        QCOMPARE(text(run(&sleeping)), QString("different o00003 total: 3.50 | 0.00\n"));
    }

    void aRowThatIsAheadOfThePositionsIsPending()
    {
        leaveOneRowAhead();
        execute(*m_server, {"UPDATE order_summary SET total = 0 WHERE id = 'o00003'"});
        ScriptedFlight sleeping(false, [] {});
        QCOMPARE(text(run(&sleeping)),
                 QString("different o00003 total: 3.50 | 0.00\n"
                         "pending different o00004 paid: NULL | 9007199254740993.10 version: 1 | 3\n"));
    }
    void aRowThatIsAheadSettlesWithThePositions()
    {
        leaveOneRowAhead();
        ScriptedFlight flight(true, [this] {
            execute(*m_server,
                    {"UPDATE checkpoint SET position = 1000000",
                     "UPDATE order_summary SET paid = 9007199254740993.10, version = 3 WHERE partition = 0"});
        });
        const auto result = run(&flight);
        QCOMPARE(text(result), QString());
        QCOMPARE(result->settled, std::size_t{1});
    }

    void itEndsAtTheLargestNumberOfDifferences()
    {
        execute(*m_server, {"UPDATE order_summary SET total = -1"});
        m_check.maxDifferences = 5;
        const auto result = run();
        QVERIFY2(result, qPrintable(text(result)));
        QVERIFY(!result->complete);
        QCOMPARE(result->differences.size(), std::size_t{5});
    }

    void anEmptyTableIsRefused()
    {
        execute(*m_server, {"TRUNCATE order_summary"});
        QVERIFY(text(run()).startsWith("invalid-data: The actual side of check \"orders_events\" has no rows: the "
                                       "expected side has more than 1"));
    }

    void whatCannotBeFoldedIsNamedWithItsPlace()
    {
        auto& declared = *m_workspace.projections[0].declared;
        declared.on.erase(declared.on.begin() + 1);
        QVERIFY2(text(run()).startsWith("invalid-data: The event orders ["), qPrintable(text(run())));
        QVERIFY(text(run()).contains("(Paid) cannot be applied: no handler names its type"));
        declared = declaration();
        declared.on[0].set[0].expression = "$.sum";
        QVERIFY(text(run()).contains("(Placed) cannot be applied: column total, $.sum: the event has no such thing"));
        declared = declaration();
        declared.on[0].set[0].column = "totla";
        QVERIFY2(text(run()).contains("it writes column \"totla\", which order_summary does not "
                                      "have. did you mean \"total\"?"),
                 qPrintable(text(run())));
        declared = declaration();
        declared.on[0].set[0].expression = "$.";
        QVERIFY(text(run()).contains("column total: \"$.\" is no JSON path"));
        m_workspace.projections[0].declared.reset();
        QVERIFY(text(run()).contains("nobody knows how the events of its projection make rows"));
    }

    void aValueThatNoColumnCanHoldIsNamedWithItsRow()
    {
        auto noted = handlerOf("Placed", {{"total", "$.note"}});
        noted.where = "key == \"o12346\"";
        m_workspace.projections[0].declared->on.push_back(noted);
        QVERIFY2(text(run()).startsWith("invalid-data: What the log makes of the row o12346 does not fit table "
                                        "order_summary: "),
                 qPrintable(text(run())));
        QVERIFY(text(run()).contains("numeric"));
    }

    void lintTellsWhatWouldBeCompared()
    {
        const SystemClock clock;
        const auto lint = CheckRun(m_check, m_workspace, readPostgresSnapshot, clock).lint();
        QVERIFY(lint && lint->usable());
        QCOMPARE(lint->columns, (std::vector<std::string>{"total", "note", "lines", "paid", "version", "partition"}));
        m_workspace.projections[0].declared.reset();
        QVERIFY(!CheckRun(m_check, m_workspace, readPostgresSnapshot, clock).lint()->usable());
    }

    void someKeysAreFoldedAlone()
    {
        const SystemClock clock;
        auto fold = LogFold::open(m_workspace, m_workspace.projections[0], defaultLetterConnectors(), clock, {});
        QVERIFY(fold);
        const auto heads = fold->heads();
        QVERIFY(heads);
        std::vector<std::string> seen;
        const auto rows =
            fold->foldKeys({{keyOf(4)}, {keyOf(5)}, {"nobody"}}, *heads,
                           [&](const ProjectedEvent& one, const FoldKey& key, const ProjectedRow& row) {
                               seen.push_back(fmt::format("{} {} {}", key.front(), one.type,
                                                          row.exists ? row.values[4].value_or("-") : "gone"));
                           });
        QVERIFY2(rows, rows ? "" : toString(rows.error()).c_str());
        QCOMPARE(rows->size(), std::size_t{1});
        QCOMPARE(rows->at({keyOf(4)}).values[1], std::optional<std::string>("4.50"));
        std::sort(seen.begin(), seen.end()); // of two partitions
        QCOMPARE(seen.size(), std::size_t{6});
        QCOMPARE(seen.back(), std::string("o00005 Placed -"));
    }

    void aLogWithoutItsBeginningIsRefused()
    {
        makeTopics(m_workspace.brokers[0], {{"short", 1}});
        write(m_workspace.brokers[0], {{"short", 0, "a", "{\"version\": 1}", {{"type", "Erased"}}},
                                       {"short", 0, "b", "{\"version\": 1}", {{"type", "Erased"}}}});
        TopicOwner(m_kafka->bootstrap()).deleteBelow({"short", 0}, 1);
        m_workspace.projections[0].topics = {"short"};
        execute(*m_server, {"INSERT INTO checkpoint VALUES ('orders', 'short', 0, 2)"});
        const auto result = run();
        m_workspace.projections[0].topics = {"orders"};
        QVERIFY2(text(result).contains("short [0] begins at offset 1: what was before has been deleted"),
                 qPrintable(text(result)));
    }
};

QTEST_GUILESS_MAIN(TestEventsChecks)
#include "tst_eventschecks.moc"
