// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What replaying letters would do, found out from a real broker and a real database.
#include <QTest>

#include "backend/deadletter/judgement.h"
#include "tests/integration/broker/brokerfixture.h"
#include "tests/integration/deadletter/letterlog.h"
#include "tests/integration/deadletter/tablefixture.h"

#include <future>
#include <random>

using namespace projectionist;

namespace {

constexpr Duration longSearch{60'000};

QString word(const LetterJudgement& judgement)
{
    return QString::fromUtf8(toString(judgement.verdict).data());
}

JudgeLimits patient()
{
    JudgeLimits limits;
    limits.log = longSearch;
    return limits;
}

/// Nothing of it can be reached.
LetterConnectors withoutLog()
{
    auto connectors = defaultLetterConnectors();
    connectors.keys = [](const BrokerSettings&) -> Result<std::unique_ptr<KeySearch>> {
        return tl::unexpected(Error{ErrorKind::Refused, "The log was asked", "it must not be", {}, false});
    };
    return connectors;
}

} // namespace

class JudgementTest : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void theRowDecidesAndTheLogIsNotAsked();
    void manyRowsAreLookedUpTogetherWhereThatCanBe();
    void laterEventsDecideWhereThereIsNoRowQuery();
    void positionsComeFromTheGroup();
    void aLaterEventWithoutARowIsFound();
    void whatFailedAsWellWasNotApplied();
    void versionsAndBrokenPayloadsAreReadFromTheLetter();
    void whatTheRegistryDecodesIsJudgedToo();
    void abortedEventsDoNotCount();
    void compactionHidesNoKeyThatWentOn();
    void retentionThatPassedTheOriginIsTold();
    void manyKeysInManyPartitionsAreFoundInOnePass();
    void aTopicThatIsNotThereCostsOnlyItsOwn();
    void aSearchThatMayNotTakeLongSaysHowFarItCame();
    void aStopEndsItSoon();
    void aStoreThatIsDownLeavesTheLog();
    void aBrokerThatStopsLeavesTheRows();

private:
    enum Projection : std::size_t
    {
        ByRow,    ///< rows of table summary, checkpoints
        ByLog,    ///< no rows, checkpoints
        ByGroup,  ///< no rows, offsets of the group "billing"
        ByNothing ///< no rows, a group that never was
    };
    [[nodiscard]] Workspace workspace() const;
    [[nodiscard]] static LetterToJudge letter(const std::string& topic, Offset offset, const std::string& key,
                                              Projection projection);
    [[nodiscard]] LetterJudgement judgeOne(const LetterToJudge& letter, std::vector<LetterToJudge> others = {});
    void applied(const std::string& topic, int partition, Offset position);
    void topic(const std::string& name, int partitions = 1, const std::map<std::string, std::string>& config = {});
    void events(const std::string& topic, const std::vector<std::string>& keys);

    SystemClock m_clock;
    std::vector<std::string> m_topics{"orders", "nowhere", "nothing"};
    std::unique_ptr<KafkaServer> m_kafka;
    std::unique_ptr<PostgresServer> m_postgres;
    std::unique_ptr<TopicOwner> m_owner;
};

void JudgementTest::initTestCase()
{
    KafkaOptions options;
    options.properties = {{"log.cleaner.backoff.ms", "100"}, {"log.cleaner.min.compaction.lag.ms", "0"}};
    m_kafka = startKafka(options);
    m_postgres = startPostgres();
    m_owner = std::make_unique<TopicOwner>(m_kafka->bootstrap());
    Writer(m_postgres->connection())
        .run({"CREATE TABLE summary (id text PRIMARY KEY, version bigint, p int, o bigint)",
              "CREATE TABLE checkpoint (topic text, partition int, position bigint, PRIMARY KEY (topic, partition))",
              "INSERT INTO checkpoint VALUES ('nothing', 0, 0)"});
}

Workspace JudgementTest::workspace() const
{
    Workspace workspace;
    workspace.brokers = {brokerAt(m_kafka->bootstrap())};
    workspace.stores = {storeSettings(m_postgres->connection())};
    ContextSettings context;
    context.name = "test";
    context.broker = workspace.brokers.front().name;
    context.stores = {workspace.stores.front().name};
    workspace.contexts = {context};
    for (const char* name : {"by-row", "by-log", "by-group", "by-nothing"}) {
        ProjectionSettings projection;
        projection.name = name;
        projection.context = "test";
        projection.topics = m_topics;
        projection.deadLetters = {std::string(name) + "-dlt"};
        workspace.projections.push_back(projection);
    }
    auto& projections = workspace.projections;
    projections[ByRow].rowQuery =
        RowQuerySettings{"orders", "SELECT version, p AS partition, o AS position FROM summary WHERE id = $1"};
    projections[ByRow].eventVersion = "$.version";
    for (const auto which : {ByRow, ByLog})
        projections[which].checkpoint =
            CheckpointSettings{"orders", "SELECT topic, partition, position FROM checkpoint"};
    projections[ByGroup].group = "billing";
    projections[ByNothing].group = "never-was";
    return workspace;
}

LetterToJudge JudgementTest::letter(const std::string& topic, Offset offset, const std::string& key,
                                    Projection projection)
{
    static Offset number = 0;
    LetterToJudge letter;
    letter.place = {{"dlt", 0}, ++number};
    letter.origin = {topic, 0, offset, {}};
    letter.key = key;
    letter.projection = projection;
    return letter;
}

LetterJudgement JudgementTest::judgeOne(const LetterToJudge& letter, std::vector<LetterToJudge> others)
{
    Judgement judgement(workspace(), "test", defaultLetterConnectors(), m_clock);
    const auto judged = judgement.judge(std::span(&letter, 1), others, patient(), {});
    for (const auto& trouble : judged.troubles)
        qWarning("%s", toString(trouble).c_str());
    return judged.letters.at(0);
}

void JudgementTest::applied(const std::string& topic, int partition, Offset position)
{
    Writer(m_postgres->connection())
        .run({"INSERT INTO checkpoint VALUES ('" + topic + "', " + std::to_string(partition) + ", " +
              std::to_string(position) +
              ") ON CONFLICT (topic, partition) DO UPDATE SET position = excluded.position"});
}

void JudgementTest::topic(const std::string& name, int partitions, const std::map<std::string, std::string>& config)
{
    m_owner->make(name, partitions, config);
    m_topics.push_back(name);
}

/// Into partition 0; the keys end with "0".
void JudgementTest::events(const std::string& topic, const std::vector<std::string>& keys)
{
    for (const auto& key : keys)
        m_owner->write({topic, 0}, key, 1);
}

void JudgementTest::theRowDecidesAndTheLogIsNotAsked()
{
    Writer(m_postgres->connection())
        .run({"INSERT INTO summary VALUES ('done', 3, 0, 40), ('newer', 9, 0, 60), ('older', 1, 0, 2), "
              "('unversioned', NULL, 0, 50)"});
    std::vector letters{letter("orders", 40, "done", ByRow), letter("orders", 41, "newer", ByRow),
                        letter("orders", 42, "older", ByRow), letter("orders", 43, "unversioned", ByRow),
                        letter("orders", 44, "older", ByRow)};
    for (std::size_t i = 0; i < letters.size(); ++i)
        letters[i].version = 3 + static_cast<std::int64_t>(i) / 4;
    Judgement judgement(workspace(), "test", withoutLog(), m_clock);
    const auto judged = judgement.judge(letters, {}, patient(), {});
    QVERIFY(judged.troubles.empty());
    QCOMPARE(word(judged.letters[0]), QString("already-applied"));
    QCOMPARE(word(judged.letters[1]), QString("newer-applied"));
    QCOMPARE(judged.letters[1].newer, std::optional<Offset>(60));
    QVERIFY(judged.letters[1].row && judged.letters[1].row->version == 9);
    QCOMPARE(word(judged.letters[2]), QString("safe"));
    QCOMPARE(word(judged.letters[3]), QString("newer-applied")); // by its position
    QCOMPARE(word(judged.letters[4]), QString("after-earlier"));
    QVERIFY(judged.at.time_since_epoch().count() > 0);
}

void JudgementTest::manyRowsAreLookedUpTogetherWhereThatCanBe()
{
    Writer(m_postgres->connection()).run({"INSERT INTO summary VALUES ('together', 3, 0, 40)"});
    std::vector letters{letter("orders", 40, "together", ByRow), letter("orders", 41, "gone", ByRow)};
    letters[0].version = letters[1].version = 3;
    auto settings = workspace();
    auto& query = *settings.projections[ByRow].rowQuery;
    const auto alone = std::exchange(query.query, "SELECT version FROM nowhere WHERE id = $1");
    query.queryMany = "SELECT id, version FROM summary WHERE id = ANY($1)";
    const auto together = Judgement(settings, "test", withoutLog(), m_clock).judge(letters, {}, patient(), {});
    QCOMPARE(word(together.letters[0]), QString("already-applied"));
    QVERIFY(together.letters[1].row && !together.letters[1].row->found);
    query = {query.store, alone, "SELECT id, version FROM nowhere WHERE id = ANY($1)"};
    const auto one = Judgement(settings, "test", withoutLog(), m_clock).judge(letters, {}, patient(), {});
    QCOMPARE(word(one.letters[0]), QString("already-applied"));
    QVERIFY(!one.troubles.empty());
    QCOMPARE(one.troubles.front().what, std::string("Rows were looked up one by one"));
}

void JudgementTest::laterEventsDecideWhereThereIsNoRowQuery()
{
    topic("plain");
    events("plain", {"a", "b", "c", "a", "d", "b"});
    applied("plain", 0, 5); // the second b has not been applied
    const auto a = judgeOne(letter("plain", 0, "a0", ByLog));
    QCOMPARE(word(a), QString("newer-applied"));
    QCOMPARE(a.newer, std::optional<Offset>(3));
    QCOMPARE(word(judgeOne(letter("plain", 1, "b0", ByLog))), QString("safe"));
    QCOMPARE(word(judgeOne(letter("plain", 2, "c0", ByLog))), QString("safe"));
    QCOMPARE(word(judgeOne(letter("plain", 3, "a0", ByLog))), QString("safe"));
}

void JudgementTest::positionsComeFromTheGroup()
{
    topic("grouped");
    events("grouped", {"a", "b", "a", "b"});
    commitAs(brokerAt(m_kafka->bootstrap()), "billing", "grouped", {{{"grouped", 0}, 3}});
    QCOMPARE(word(judgeOne(letter("grouped", 0, "a0", ByGroup))), QString("newer-applied"));
    QCOMPARE(word(judgeOne(letter("grouped", 1, "b0", ByGroup))), QString("safe"));
    QCOMPARE(word(judgeOne(letter("grouped", 0, "a0", ByNothing))), QString("safe")); // it has applied nothing
}

void JudgementTest::aLaterEventWithoutARowIsFound()
{
    topic("rowless");
    events("rowless", {"gone", "gone", "new"});
    applied("rowless", 0, 3);
    const auto gone = judgeOne(letter("rowless", 0, "gone0", ByRow)); // applied to nothing, or a deletion
    QCOMPARE(word(gone), QString("newer-applied"));
    QCOMPARE(gone.newer, std::optional<Offset>(1));
    QVERIFY(gone.row && !gone.row->found);
    QCOMPARE(word(judgeOne(letter("rowless", 2, "new0", ByRow))), QString("safe"));
}

void JudgementTest::whatFailedAsWellWasNotApplied()
{
    topic("failed");
    events("failed", {"a", "a", "a"});
    applied("failed", 0, 3);
    const std::vector others{letter("failed", 1, "a0", ByLog), letter("failed", 2, "a0", ByLog)};
    QCOMPARE(word(judgeOne(letter("failed", 0, "a0", ByLog), others)), QString("safe"));
    QCOMPARE(word(judgeOne(letter("failed", 0, "a0", ByLog), {others[0]})), QString("newer-applied"));
    const auto last = judgeOne(letter("failed", 2, "a0", ByLog), {letter("failed", 0, "a0", ByLog), others[0]});
    QCOMPARE(word(last), QString("after-earlier"));
    QCOMPARE(last.earlier, std::size_t(2));
    const std::vector elsewhere{letter("failed", 1, "a0", ByGroup)}; // another projection's
    QCOMPARE(word(judgeOne(letter("failed", 0, "a0", ByLog), elsewhere)), QString("newer-applied"));
}

void JudgementTest::versionsAndBrokenPayloadsAreReadFromTheLetter()
{
    const Judgement judgement(workspace(), "test", defaultLetterConnectors(), m_clock);
    DeadLetter dead;
    dead.id = {"by-row-dlt", 0};
    dead.offset = 17;
    dead.key = "k";
    dead.value = "{\"order\": 1, \"version\": 12}";
    auto prepared = judgement.prepare(dead);
    QCOMPARE(prepared.projection, std::optional<std::size_t>(ByRow));
    QCOMPARE(prepared.version, std::optional<std::int64_t>(12));
    QVERIFY(!prepared.undecodable);
    QVERIFY((prepared.place == LetterPlace{dead.id, 17}));
    dead.value = "{\"order\": 1, \"vers";
    prepared = judgement.prepare(dead);
    QVERIFY(!prepared.version && prepared.undecodable);
    QCOMPARE(word(judgeOne(prepared)), QString("would-fail-again"));
    dead.flags = PayloadCut; // only its beginning was read
    QVERIFY(!judgement.prepare(dead).undecodable);
    dead.flags = 0;
    dead.value = std::string("\0\0\0\0\7Avro", 9);
    dead.id.topic = "by-log-dlt";
    QVERIFY(!judgement.prepare(dead).undecodable); // nobody knows
}

void JudgementTest::whatTheRegistryDecodesIsJudgedToo()
{
    const Judgement judgement(workspace(), "test", defaultLetterConnectors(), m_clock);
    DeadLetter dead;
    dead.id = {"by-row-dlt", 0};
    dead.key = "k";
    dead.value = std::string("\0\0\0\0\7Avro", 9);
    QVERIFY(!judgement.prepare(dead).undecodable); // though its version stands in it
    DecodedBody decoded;
    decoded.value = DecodedPayload{"{\"order\":1,\"version\":12}", "Avro, schema 7"};
    auto prepared = judgement.prepare(dead, decoded);
    QCOMPARE(prepared.version, std::optional<std::int64_t>(12));
    QVERIFY(!prepared.undecodable);
    decoded.value = tl::unexpected(Error{ErrorKind::InvalidData, "The bytes do not fit schema 7", "it ends early", ""});
    prepared = judgement.prepare(dead, decoded);
    QVERIFY(!prepared.version);
    const auto judged = judgeOne(prepared);
    QCOMPARE(word(judged), QString("would-fail-again"));
    QCOMPARE(QString::fromStdString(judged.why), QString("its payload does not fit its schema: it ends early"));
    dead.value = std::string("\0\0\0\0\7{\"order\": 1, \"vers", 23); // JSON with a schema's number
    QVERIFY(judgement.prepare(dead).undecodable);
}

void JudgementTest::abortedEventsDoNotCount()
{
    topic("aborted");
    events("aborted", {"a", "b"});
    TopicOwner writer(m_kafka->bootstrap(), "judged");
    writer.begin();
    writer.write({"aborted", 0}, "a", 1);
    writer.abort();
    events("aborted", {"b"});
    applied("aborted", 0, 100);
    QCOMPARE(word(judgeOne(letter("aborted", 0, "a0", ByLog))), QString("safe"));
    QCOMPARE(word(judgeOne(letter("aborted", 1, "b0", ByLog))), QString("newer-applied"));
}

void JudgementTest::compactionHidesNoKeyThatWentOn()
{
    topic("compacted", 1,
          {{"cleanup.policy", "compact"},
           {"segment.ms", "100"},
           {"min.cleanable.dirty.ratio", "0.01"},
           {"segment.bytes", "20000"}});
    const TopicPartition id{"compacted", 0};
    m_owner->write(id, "quiet", 1);
    for (int round = 0; round < 20; ++round)
        m_owner->write(id, "k", 100, std::string(100, 'x'));
    const auto broker = connected(brokerAt(m_kafka->bootstrap()));
    QVERIFY(eventually([&] { // offset 1, the first "k0", is no longer there
        m_owner->write(id, "last", 1);
        const std::vector<std::pair<TopicPartition, Offset>> at{{id, 1}};
        const auto second = sure(broker->read(at, 10, generous));
        return second[0] && second[0]->offset > 1;
    }));
    applied("compacted", 0, 1'000'000);
    QCOMPARE(word(judgeOne(letter("compacted", 1, "k0", ByLog))), QString("newer-applied"));
    QCOMPARE(word(judgeOne(letter("compacted", 0, "quiet0", ByLog))), QString("safe"));
}

void JudgementTest::retentionThatPassedTheOriginIsTold()
{
    topic("expiring");
    events("expiring", {"a", "b", "c", "b", "c"});
    m_owner->deleteBelow({"expiring", 0}, 4);
    applied("expiring", 0, 5);
    const auto unknown = judgeOne(letter("expiring", 0, "a0", ByLog));
    QCOMPARE(word(unknown), QString("unknown"));
    QVERIFY2(unknown.why.find("retention deleted") != std::string::npos, unknown.why.c_str());
    QVERIFY2(unknown.why.find('4') != std::string::npos, unknown.why.c_str());
    QCOMPARE(word(judgeOne(letter("expiring", 2, "c0", ByLog))), QString("newer-applied")); // what is left tells
    QCOMPARE(word(judgeOne(letter("expiring", 3, "b0", ByLog))), QString("safe")); // nothing behind it was deleted
}

void JudgementTest::manyKeysInManyPartitionsAreFoundInOnePass()
{
    constexpr int partitions = 4;
    constexpr int writes = 60;
    topic("wide", partitions);
    std::mt19937 random(4); // NOLINT: the same events every time
    std::map<std::pair<int, std::string>, std::vector<Offset>> places;
    std::vector<Offset> heads(partitions);
    for (int i = 0; i < writes; ++i) {
        const int partition = static_cast<int>(random() % partitions);
        const auto prefix = std::string(1, static_cast<char>('a' + random() % 6));
        m_owner->write({"wide", partition}, prefix, 3); // keys a0, a1, a2
        for (int n = 0; n < 3; ++n)
            places[{partition, prefix + std::to_string(n)}].push_back(heads[static_cast<std::size_t>(partition)]++);
    }
    std::vector<KeyRange> ranges;
    for (int partition = 0; partition < partitions; ++partition)
        ranges.push_back({{"wide", partition}, 5, heads[static_cast<std::size_t>(partition)] - 2, {}});
    for (const auto& [key, offsets] : places)
        if (key.second != "b1") // not asked for
            ranges[static_cast<std::size_t>(key.first)].keys.push_back(key.second);
    std::map<std::pair<int, std::string>, std::vector<Offset>> found;
    const auto search = sure(searchKafkaKeys(brokerAt(m_kafka->bootstrap())));
    const auto outcomes =
        sure(search->find(ranges,
                          [&](std::size_t range, std::size_t key, const FoundEvent& event) {
                              found[{static_cast<int>(range), ranges[range].keys[key]}].push_back(event.offset);
                              return true;
                          },
                          {}, longSearch, {}));
    for (const auto& outcome : outcomes)
        QVERIFY(outcome.complete && !outcome.error && outcome.from == 5);
    for (auto& [key, offsets] : places) {
        const auto end = heads[static_cast<std::size_t>(key.first)] - 2;
        const bool hidden = key.second == "b1";
        std::erase_if(offsets, [end, hidden](Offset offset) { return offset < 5 || offset >= end || hidden; });
        QVERIFY2(found[key] == offsets, key.second.c_str());
    }
}

void JudgementTest::aTopicThatIsNotThereCostsOnlyItsOwn()
{
    topic("there");
    events("there", {"a", "a"});
    applied("there", 0, 2);
    applied("nowhere", 0, 9);
    const std::vector letters{letter("nowhere", 0, "a0", ByLog), letter("there", 0, "a0", ByLog)};
    Judgement judgement(workspace(), "test", defaultLetterConnectors(), m_clock);
    const auto judged = judgement.judge(letters, {}, patient(), {});
    QCOMPARE(word(judged.letters[0]), QString("unknown"));
    QVERIFY2(!judged.letters[0].why.empty(), judged.letters[0].why.c_str());
    QCOMPARE(word(judged.letters[1]), QString("newer-applied"));
    QCOMPARE(judged.troubles.size(), std::size_t(1));
}

void JudgementTest::aSearchThatMayNotTakeLongSaysHowFarItCame()
{
    topic("long");
    events("long", {"a", "b"});
    applied("long", 0, 2);
    JudgeLimits hasty;
    hasty.log = Duration(0);
    const auto a = letter("long", 0, "a0", ByLog);
    Judgement judgement(workspace(), "test", defaultLetterConnectors(), m_clock);
    const auto judged = judgement.judge(std::span(&a, 1), {}, hasty, {});
    QCOMPARE(word(judged.letters[0]), QString("unknown"));
    QVERIFY(!judged.letters[0].why.empty());
    QCOMPARE(word(judgement.judge(std::span(&a, 1), {}, patient(), {}).letters[0]), QString("safe"));
}

void JudgementTest::aStopEndsItSoon()
{
    topic("stopped");
    events("stopped", {"a", "b"});
    applied("stopped", 0, 2);
    QVERIFY(m_kafka->pause());
    std::stop_source stop;
    Judgement judgement(workspace(), "test", defaultLetterConnectors(), m_clock);
    auto judging = std::async(std::launch::async, [&] {
        const auto a = letter("stopped", 0, "a0", ByLog);
        return judgement.judge(std::span(&a, 1), {}, patient(), stop.get_token());
    });
    stop.request_stop();
    const auto judged = judging.get(); // long before its limit, or the test takes a minute and more
    m_kafka->resume();
    QCOMPARE(word(judged.letters[0]), QString("unknown"));
}

void JudgementTest::aStoreThatIsDownLeavesTheLog()
{
    topic("storeless");
    events("storeless", {"a", "a"});
    commitAs(brokerAt(m_kafka->bootstrap()), "billing", "storeless", {{{"storeless", 0}, 2}});
    m_postgres->stop();
    auto settings = workspace();
    settings.projections[ByGroup].rowQuery = settings.projections[ByRow].rowQuery;
    Judgement judgement(settings, "test", defaultLetterConnectors(), m_clock);
    const std::vector letters{letter("storeless", 0, "a0", ByGroup), letter("storeless", 0, "a0", ByRow)};
    const auto judged = judgement.judge(letters, {}, patient(), {});
    sure(m_postgres->restart());
    QCOMPARE(word(judged.letters[0]), QString("newer-applied")); // by the log
    QCOMPARE(word(judged.letters[1]), QString("unknown"));       // its positions are in the store, too
    QVERIFY(!judged.troubles.empty());
}

/// Last: the broker stays away.
void JudgementTest::aBrokerThatStopsLeavesTheRows()
{
    Writer(m_postgres->connection()).run({"INSERT INTO summary VALUES ('kept', NULL, 0, 70)"});
    applied("plain", 0, 5);
    m_kafka->kill();
    const std::vector letters{letter("plain", 0, "kept", ByRow), letter("plain", 0, "a0", ByLog)};
    Judgement judgement(workspace(), "test", defaultLetterConnectors(), m_clock);
    const auto judged = judgement.judge(letters, {}, patient(), {});
    QCOMPARE(word(judged.letters[0]), QString("newer-applied"));
    QCOMPARE(word(judged.letters[1]), QString("unknown"));
    QCOMPARE(judged.troubles.size(), std::size_t(1));
    QVERIFY2(judged.letters[1].why.find(judged.troubles[0].why) != std::string::npos, judged.letters[1].why.c_str());
}

QTEST_GUILESS_MAIN(JudgementTest)
#include "tst_judgement.moc"
