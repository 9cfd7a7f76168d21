// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Causes of differences, found out from a real broker and a real database.
#include "backend/reconcile/causes.h"
#include "tests/integration/broker/brokerfixture.h"
#include "tests/integration/reconcile/checkfixture.h"

using namespace projectionist;

namespace {

constexpr int firstUnapplied = 40;

OutgoingRecord logged(const std::string& key, int version, const std::string& type = "Changed",
                      const std::string& id = {})
{
    OutgoingRecord record;
    record.topic = "orders";
    record.partition = 0;
    record.key = key;
    record.value = "{\"version\": " + std::to_string(version) + "}";
    record.headers = {{"ce_type", type}, {"ce_id", id.empty() ? key + '-' + std::to_string(version) : id}};
    return record;
}

/// As Spring Kafka writes it.
OutgoingRecord letter(const std::string& key, const std::string& offset)
{
    OutgoingRecord record = logged(key, 1, "Placed");
    record.topic = "summary-dlt";
    const std::string position = std::string(7, '\0') + static_cast<char>(std::stoi(offset));
    record.headers.insert(record.headers.end(), {{"kafka_dlt-original-topic", "orders"},
                                                 {"kafka_dlt-original-partition", std::string(4, '\0')},
                                                 {"kafka_dlt-original-offset", position},
                                                 {"kafka_dlt-exception-fqcn", "java.lang.IllegalStateException"}});
    return record;
}

/// "key: cause: text"
QStringList told(const CheckResult& result)
{
    QStringList lines;
    for (const auto& one : result.differences)
        lines << QString::fromStdString(one.key.front() + ": ") +
                     (one.cause
                          ? QString::fromStdString(std::string(toString(one.cause->cause)) + ": " + one.cause->text)
                          : QString("nobody looked"));
    return lines;
}

const DifferenceCause& causeIn(const CheckResult& result, const std::string& key)
{
    const auto found = std::find_if(result.differences.begin(), result.differences.end(),
                                    [&](const auto& one) { return one.key.front() == key; });
    if (found == result.differences.end() || !found->cause)
        throw std::runtime_error("no cause for " + key);
    return *found->cause;
}

} // namespace

class TestCauses : public QObject
{
    Q_OBJECT

    std::unique_ptr<KafkaServer> m_kafka;
    std::unique_ptr<PostgresServer> m_postgres;
    SystemClock m_clock;

    [[nodiscard]] Workspace workspace() const;
    [[nodiscard]] static CheckSettings check();
    [[nodiscard]] CheckResult differences(const CheckSettings& check) const;
    [[nodiscard]] Result<void> find(const Workspace& workspace, CheckResult& result,
                                    std::vector<ResolvedLetter> resolved = {}, const std::stop_token& stop = {}) const
    {
        return CauseFinder(workspace, "test", defaultLetterConnectors(), m_clock, std::move(resolved))
            .find(check(), result, stop);
    }

private slots:
    void initTestCase();
    void eachDifferenceHasItsOwnCause();
    void aResolvedLetterIsNoCause();
    void whatIsNotAppliedYetDoesNotCount();
    void rowsOfManyKeysAndChecksOfNobodySayWhy();
    void rowsOfGroupsHaveCausesAndGroupsNone();
    void withoutABrokerTheReasonIsTheText();
    void aStopEndsIt();
};

void TestCauses::initTestCase()
{
    m_kafka = startKafka();
    m_postgres = startPostgres();
    const auto broker = brokerAt(m_kafka->bootstrap());
    makeTopics(broker, {{"orders", 2}, {"summary-dlt", 1}});
    std::vector<OutgoingRecord> records;
    for (const char* key : {"fine", "letter", "older", "wrong", "erased", "twice", "late"})
        records.push_back(logged(key, 1, "Placed"));
    for (const char* key : {"gap-a", "gap-b"}) // offsets 7 and 8
        records.push_back(logged(key, 1, "Placed"));
    records.push_back(logged("older", 2));
    records.push_back(logged("wrong", 2));
    records.push_back(logged("erased", 2, "Erased"));
    records.push_back(logged("twice", 2, "Changed", "twice-1"));
    while (records.size() < firstUnapplied)
        records.push_back(logged("other", static_cast<int>(records.size())));
    records.push_back(logged("late", 2));
    write(broker, records);
    write(broker, {letter("letter", "1")});
    const std::string columns = " (id text PRIMARY KEY, v int, version bigint)";
    execute(*m_postgres,
            {"CREATE TABLE expected" + columns, "CREATE TABLE actual" + columns,
             "CREATE TABLE checkpoint (topic text, partition int, position bigint)",
             "INSERT INTO checkpoint VALUES ('orders', 0, " + std::to_string(firstUnapplied) + "), ('orders', 1, 0)",
             "INSERT INTO expected VALUES ('fine', 1, 1), ('letter', 1, 1), ('older', 2, 2), ('wrong', 2, 2), "
             "('twice', 2, 2), ('gap-a', 1, 1), ('gap-b', 1, 1), ('late', 2, 2)",
             "INSERT INTO actual VALUES ('fine', 1, 1), ('older', 1, 1), ('wrong', 7, 2), ('erased', 1, 1), "
             "('twice', 3, 2), ('none', 1, 1), ('late', 1, 1)"});
}

Workspace TestCauses::workspace() const
{
    Workspace workspace;
    workspace.brokers = {brokerAt(m_kafka->bootstrap())};
    workspace.stores = {storeOf("s", *m_postgres)};
    ContextSettings context;
    context.name = "test";
    context.broker = workspace.brokers.front().name;
    context.stores = {"s"};
    workspace.contexts = {context};
    ProjectionSettings projection;
    projection.name = "summary";
    projection.context = "test";
    projection.topics = {"orders"};
    projection.checkpoint = CheckpointSettings{"s", "SELECT topic, partition, position FROM checkpoint"};
    projection.rowQuery = RowQuerySettings{"s", "SELECT version FROM actual WHERE id = $1"};
    projection.eventVersion = "$.version";
    projection.deadLetters = {"summary-dlt"};
    workspace.projections = {projection};
    return workspace;
}

CheckSettings TestCauses::check()
{
    auto check = checkOf("s", "s");
    check.projection = "summary";
    check.columns = {"v"};
    check.eraseEvents = {"Erased"};
    return check;
}

CheckResult TestCauses::differences(const CheckSettings& check) const
{
    return sure(run(check, workspace()));
}

void TestCauses::eachDifferenceHasItsOwnCause()
{
    auto result = differences(check());
    QVERIFY(find(workspace(), result));
    const auto lines = told(result);
    const QString wrong = "wrong: wrong handler: Changed at offset 10 of orders [0] was applied, and the row is wrong: "
                          "a bug of the handler, an earlier event passed over or applied twice, or a change by hand";
    const QString gap = " of orders [0] was passed, and there is no row; a gap of 3 keys, offsets 7 to 9 of orders [0]";
    const QStringList wanted{
        "erased: erase not handled: Erased at offset 11 of orders [0] deletes the row, and it is still there",
        "gap-a: skipped events: Placed at offset 7" + gap,
        "gap-b: skipped events: Placed at offset 8" + gap,
        "late: wrong handler: Placed at offset 6 of orders [0] was applied, and the row is wrong: a bug of the "
        "handler, an earlier event passed over or applied twice, or a change by hand",
        lines.value(4), // has the time in it
        "none: no events: the log holds no event of this key: the row was written past the projection, or its events "
        "have another key",
        "older: skipped events: Changed at offset 9 of orders [0] was passed, and the row holds an older event; a gap "
        "of 3 keys, offsets 7 to 9 of orders [0]",
        "twice: applied twice: Placed at offset 5 of orders [0] stands there again at offset 12",
        wrong};
    QCOMPARE(lines, wanted);
    QVERIFY2(lines[4].startsWith("letter: dead letter: Placed was dead-lettered 20"), qPrintable(lines[4]));
    QCOMPARE(causeIn(result, "letter").letter, std::string("summary-dlt[0]@0"));
    const auto& events = causeIn(result, "older").events;
    QCOMPARE(events.size(), std::size_t(2));
    QVERIFY(events[0].offset == 2 && events[0].type == "Placed" && events[1].offset == 9);
    QVERIFY(events[1].at > m_clock.now() - std::chrono::hours(1));
}

void TestCauses::aResolvedLetterIsNoCause()
{
    auto result = differences(check());
    QVERIFY(find(workspace(), result));
    const auto first = causeIn(result, "letter");
    // By the reference and the time of arrival that the index knows.
    const auto records = connected(brokerAt(m_kafka->bootstrap()));
    const std::pair<TopicPartition, Offset> at[]{{{"summary-dlt", 0}, 0}};
    const auto read = sure(records->read(at, 100, generous));
    QVERIFY(find(workspace(), result, {{first.letter, read.front()->timestamp}}));
    QVERIFY(causeIn(result, "letter").cause == DriftCause::SkippedEvents);
    QVERIFY(causeIn(result, "letter").letter.empty());
}

void TestCauses::whatIsNotAppliedYetDoesNotCount()
{
    auto result = differences(check());
    execute(*m_postgres, {"UPDATE checkpoint SET position = position + 1 WHERE partition = 0"});
    QVERIFY(find(workspace(), result));
    execute(*m_postgres, {"UPDATE checkpoint SET position = position - 1 WHERE partition = 0"});
    QVERIFY(causeIn(result, "late").cause == DriftCause::SkippedEvents);
    QVERIFY(find(workspace(), result));
    QVERIFY(causeIn(result, "late").cause == DriftCause::WrongHandler);
}

void TestCauses::rowsOfManyKeysAndChecksOfNobodySayWhy()
{
    auto result = differences(check());
    auto settings = check();
    CauseFinder finder(workspace(), "test", defaultLetterConnectors(), m_clock);
    settings.eventKey = std::vector<std::string>();
    QVERIFY(finder.find(settings, result, {}));
    QVERIFY(causeIn(result, "wrong").cause == DriftCause::Unknown);
    QVERIFY(causeIn(result, "wrong").text.find("events of many keys make a row") != std::string::npos);
    settings = check();
    settings.projection.clear();
    QVERIFY(finder.find(settings, result, {}));
    QVERIFY(causeIn(result, "wrong").text.find("belongs to no projection") != std::string::npos);
}

void TestCauses::rowsOfGroupsHaveCausesAndGroupsNone()
{
    auto settings = check();
    settings.kind = CheckKind::Groups;
    settings.key = {"v"};
    settings.rowsKey = {"id"};
    CheckResult result;
    result.kind = CheckKind::Groups;
    result.keyColumns = {"v"};
    result.differences.push_back({{"wrong"}, {{"1"}}, {{"2"}}, {0}, DriftState::Confirmed});
    CauseFinder finder(workspace(), "test", defaultLetterConnectors(), m_clock);
    QVERIFY(finder.find(settings, result, {}));
    QVERIFY(!result.differences.front().cause);
    result.rows = std::make_shared<const CheckResult>(differences(check()));
    QVERIFY(finder.find(settings, result, {}));
    QVERIFY(!result.differences.front().cause);
    QVERIFY(causeIn(*result.rows, "wrong").cause == DriftCause::WrongHandler);
}

void TestCauses::withoutABrokerTheReasonIsTheText()
{
    auto result = differences(check());
    auto away = workspace();
    away.brokers.front().properties["bootstrap.servers"] = "127.0.0.1:1";
    QVERIFY(find(away, result));
    QVERIFY(causeIn(result, "wrong").cause == DriftCause::Unknown);
    QVERIFY(!causeIn(result, "wrong").text.empty());
    QVERIFY(result.count(DriftState::Confirmed) == 9);
}

void TestCauses::aStopEndsIt()
{
    auto result = differences(check());
    std::stop_source stop;
    stop.request_stop();
    QCOMPARE(kindOf(find(workspace(), result, {}, stop.get_token())), QString("cancelled"));
    QVERIFY(!result.differences.front().cause);
}

QTEST_GUILESS_MAIN(TestCauses)
#include "tst_causes.moc"
