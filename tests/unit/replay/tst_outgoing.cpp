// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#ifndef Q_MOC_RUN
#include "backend/deadletter/replay/outgoing.h"
#include "tests/unit/deadletter/letters.h"
#endif

using namespace projectionist;

namespace {

std::shared_ptr<const DecodeRules> rules()
{
    static const auto built = DecodeRules::build().value();
    return built;
}

ReplayLetter letterOf(const LetterBuilder& builder, const std::shared_ptr<const DecodeRules>& by = rules())
{
    LetterScanner scanner(by);
    ReplayLetter letter;
    letter.stored = {builder.record, builder.record.value ? builder.record.value->size() : 0, builder.table};
    std::vector<RawHeader> headers;
    letter.letter = decode(scanner, viewOf(letter.stored, headers));
    return letter;
}

LetterBuilder failedLetter()
{
    LetterBuilder letter;
    letter.add("type", "OrderPlaced")
        .add("trace", "42")
        .add("kafka_dlt-original-topic", "orders")
        .add("kafka_dlt-original-partition", int32Bytes(4))
        .add("kafka_dlt-original-offset", int64Bytes(1700))
        .add("kafka_dlt-original-timestamp", int64Bytes(eventMillis))
        .add("kafka_dlt-exception-fqcn", "java.lang.IllegalStateException")
        .add("kafka_dlt-exception-stacktrace", "java.lang.IllegalStateException: no\n\tat a.B.c(B.java:1)")
        .add("kafka_dlt-of-tomorrow", "x")
        .add("kafka_deliveryAttempt", int32Bytes(3));
    return letter;
}

ReplayPlan planOf()
{
    ReplayPlan plan;
    plan.id = "20261121-142530-7f3a9c0e";
    return plan;
}

PlannedLetter planned(int replays = 0)
{
    PlannedLetter letter;
    letter.reference = "orders.dlt[3]@77";
    letter.replays = replays;
    return letter;
}

/// "type=OrderPlaced trace=42 ...", as they would be sent.
std::string textOf(const std::vector<Header>& headers)
{
    std::string text;
    for (const auto& header : headers)
        text += (text.empty() ? "" : " ") + header.name + '=' + header.value.value_or("(null)");
    return text;
}

std::string sent(const LetterBuilder& builder, const ReplayPlan& plan = planOf())
{
    OutgoingMaker maker(plan, rules());
    const auto record = maker.make(planned(), 17, letterOf(builder));
    return record ? textOf(record->headers) : toString(record.error());
}

const std::string ours = "projectionist-replay-id=20261121-142530-7f3a9c0e/17 projectionist-replay-attempt=1 "
                         "projectionist-replay-of=orders.dlt[3]@77";

QString text(const std::string& bytes)
{
    return QString::fromStdString(bytes);
}

} // namespace

class TestOutgoing : public QObject
{
    Q_OBJECT
private slots:
    void aLetterGoesBackAsTheEventThatItWas();
    void policiesOfPartitionTimeAndTopic();
    void headersOfTheEventStayThoughAFamilyKnowsThem_data();
    void headersOfTheEventStayThoughAFamilyKnowsThem();
    void keptDroppedAndAddedHeaders();
    void headersWithinTheValueComeOut();
    void theEventComesOutOfItsEnvelopeWithKeyAndHeaders();
    void aLetterWithoutPayloadIsItsOriginal();
    void withoutTheOriginalItIsRefused();
    void aTombstoneStaysOne();
    void ofATableTheEventsHeadersAreSentNotTheColumns();
    void aTableThatKeepsNoHeadersTakesThoseOfTheOriginal();
    void wolverinesEnvelopesAreNoEvents();
    void formerReplaysAreCountedInEveryFamilysCopy_data();
    void formerReplaysAreCountedInEveryFamilysCopy();
    void aThirdReplayIsRefused();
    void anEditedValueIsSentInstead();
    void previewsShowWhatStaysGoesAndIsNew();
    void digestsTellNullFromEmptyAndKeyFromValue();
    void replayIdsAreReadBack();
};

void TestOutgoing::aLetterGoesBackAsTheEventThatItWas()
{
    const ReplayPlan plan = planOf();
    OutgoingMaker maker(plan, rules());
    const auto record = maker.make(planned(), 17, letterOf(failedLetter()));
    QVERIFY2(record, record ? "" : toString(record.error()).c_str());
    QCOMPARE(text(record->topic), QString("orders"));
    QVERIFY(!record->partition);
    QCOMPARE(text(record->key.value()), QString("k-1"));
    QCOMPARE(text(record->value.value()), QString("{\"orderId\":1}"));
    QVERIFY(record->timestamp == timeAt(eventMillis));
    QCOMPARE(text(textOf(record->headers)), text("type=OrderPlaced trace=42 " + ours));
}

void TestOutgoing::policiesOfPartitionTimeAndTopic()
{
    ReplayPlan plan = planOf();
    plan.target = {ReplayTargetKind::Topic, "orders-retry", {}};
    plan.partition = ReplayPartition::Same;
    plan.timestamp = ReplayTimestamp::Now;
    OutgoingMaker maker(plan, rules());
    const auto record = maker.make(planned(), 0, letterOf(failedLetter()));
    QVERIFY(record.has_value());
    QCOMPARE(text(record->topic), QString("orders-retry"));
    QCOMPARE(record->partition.value(), 4);
    QVERIFY(!record->timestamp);
    LetterBuilder nowhere;
    nowhere.add("type", "OrderPlaced");
    const auto refused = maker.make(planned(), 0, letterOf(nowhere));
    QVERIFY(!refused);
    QVERIFY2(refused.error().why.find("partition") != std::string::npos, toString(refused.error()).c_str());
    plan.target = {};
    plan.partition = ReplayPartition::ByKey;
    plan.timestamp = ReplayTimestamp::Event;
    const auto origin = maker.make(planned(), 0, letterOf(nowhere));
    QVERIFY(!origin);
    QVERIFY2(origin.error().why.find("which topic") != std::string::npos, toString(origin.error()).c_str());
    plan.target = {ReplayTargetKind::Topic, "orders-retry", {}};
    const auto late = maker.make(planned(), 0, letterOf(nowhere));
    QVERIFY(late->timestamp == nowhere.record.timestamp); // nothing else tells the time
}

void TestOutgoing::headersOfTheEventStayThoughAFamilyKnowsThem_data()
{
    QTest::addColumn<QStringList>("headers");
    QTest::addColumn<QString>("stay");
    QTest::newRow("Wolverine") << QStringList{"id=7",
                                              "message-type=Acme.OrderPlaced",
                                              "attempts=3",
                                              "exception-type=X",
                                              "original-destination=kafka://topic/orders",
                                              "sent-at=2026-11-21T14:02:11Z"}
                               << "id=7 message-type=Acme.OrderPlaced sent-at=2026-11-21T14:02:11Z";
    QTest::newRow("NServiceBus") << QStringList{"NServiceBus.MessageId=7", "NServiceBus.EnclosedMessageTypes=A.B",
                                                "NServiceBus.FailedQ=orders",
                                                "NServiceBus.ExceptionInfo.ExceptionType=X",
                                                "NServiceBus.TimeOfFailure=2026-11-21 14:02:11:000000 Z"}
                                 << "NServiceBus.MessageId=7 NServiceBus.EnclosedMessageTypes=A.B";
    QTest::newRow("Silverback") << QStringList{"x-message-type=A.B", "x-source-topic=orders", "x-failed-attempts=2"}
                                << "x-message-type=A.B";
    QTest::newRow("Rebus") << QStringList{"rbs2-msg-type=A.B", "rbs2-source-queue=orders", "rbs2-error-details=X: y"}
                           << "rbs2-msg-type=A.B";
    QTest::newRow("two families") << QStringList{"type=T", "__connect.errors.topic=orders", "__connect.errors.stage=S",
                                                 "dead-letter-topic=orders", "dead-letter-reason=no"}
                                  << "type=T";
    QTest::newRow("the same name twice") << QStringList{"type=T", "tag=a", "tag=b", "topic_poisoned=orders"}
                                         << "type=T tag=a tag=b";
    QTest::newRow("names of a family that is not there")
        << QStringList{"id=7", "attempts=3", "GH_OriginalTopic=orders"} << "id=7 attempts=3";
}

void TestOutgoing::headersOfTheEventStayThoughAFamilyKnowsThem()
{
    QFETCH(QStringList, headers);
    QFETCH(QString, stay);
    LetterBuilder letter;
    for (const auto& header : headers)
        letter.add(header.section('=', 0, 0).toStdString(), header.section('=', 1).toStdString());
    ReplayPlan plan = planOf();
    plan.target = {ReplayTargetKind::Topic, "orders", {}};
    QCOMPARE(text(sent(letter, plan)), stay + ' ' + text(ours));
}

void TestOutgoing::keptDroppedAndAddedHeaders()
{
    ReplayPlan plan = planOf();
    plan.headers.keep = {"kafka_dlt-original-offset", "projectionist-replay-of"};
    plan.headers.drop = {"trace"};
    plan.headers.add = {{"incident", "INC-7"}};
    auto letter = failedLetter();
    letter.add("nothing", std::nullopt).add("projectionist-replay-of", "forged");
    QCOMPARE(text(sent(letter, plan)), text("type=OrderPlaced kafka_dlt-original-offset=" + int64Bytes(1700) +
                                            " nothing=(null) incident=INC-7 " + ours));
    plan.headers = {};
    plan.headers.stripFailure = false;
    QVERIFY(sent(letter, plan).find("kafka_dlt-exception-fqcn=java.lang.IllegalStateException") != std::string::npos);
}

void TestOutgoing::headersWithinTheValueComeOut()
{
    LetterBuilder letter;
    letter.add("x-original-topic", "orders").add("x-exception-fqcn", "X");
    std::string value = "\xff\x01";
    value += "\x04type" + int32Bytes(3) + "\"T\"" + "{\"orderId\":2}";
    letter.record.value = value;
    const ReplayPlan plan = planOf();
    OutgoingMaker maker(plan, rules());
    const auto record = maker.make(planned(), 17, letterOf(letter));
    QVERIFY(record.has_value());
    QCOMPARE(text(record->value.value()), QString("{\"orderId\":2}"));
    QCOMPARE(text(textOf(record->headers)), text("type=T " + ours));
}

void TestOutgoing::theEventComesOutOfItsEnvelopeWithKeyAndHeaders()
{
    DecodeSettings settings;
    settings.profiles = {{.name = "gateway",
                          .headers = {{"$.error", HeaderRole::Exception, HeaderEncoding::Text},
                                      {"$.topic", HeaderRole::OriginTopic, HeaderEncoding::Text}},
                          .payload = "$.payload",
                          .eventKey = "$.key",
                          .eventHeaders = "$.headers"}};
    LetterBuilder builder;
    builder.record.value = "{\"error\":\"X\",\"topic\":\"orders\",\"key\":\"ORD-1\",\"payload\":{\"n\":1},"
                           "\"headers\":{\"type\":\"OrderPlaced\",\"projectionist-replay-attempt\":\"1\"}}";
    builder.add("gateway", "7");
    const auto built = DecodeRules::build(settings).value();
    const auto letter = letterOf(builder, built);
    const ReplayPlan plan = planOf();
    const auto record = OutgoingMaker(plan, built).make(planned(), 17, letter);
    QVERIFY2(record, record ? "" : toString(record.error()).c_str());
    QCOMPARE(text(record->topic), QString("orders"));
    QCOMPARE(text(record->key.value_or("none")), QString("ORD-1"));
    QCOMPARE(text(record->value.value_or("none")), QString("{\"n\":1}"));
    QCOMPARE(text(textOf(record->headers)), text("type=OrderPlaced " + ours));
    QCOMPARE(formerReplays(letter), 1);
}

void TestOutgoing::aLetterWithoutPayloadIsItsOriginal()
{
    LetterBuilder builder;
    builder.record.key.reset();
    builder.record.value.reset();
    builder.add("__dlq.errors.topic", "orders")
        .add("__dlq.errors.partition", "0")
        .add("__dlq.errors.offset", "9")
        .add("__dlq.errors.group", "billing");
    auto letter = letterOf(builder);
    QVERIFY(originalNeed(letter.stored, letter.letter) == OriginalNeed::Payload);
    letter.original = StoredLetter{Record{{"orders", 0},
                                          9,
                                          timeAt(eventMillis),
                                          false,
                                          "k-9",
                                          "{\"orderId\":9}",
                                          {{"type", "OrderPlaced"}, {"projectionist-replay-attempt", "1"}}},
                                   13,
                                   {}};
    QCOMPARE(formerReplays(letter), 1);
    const ReplayPlan plan = planOf();
    OutgoingMaker maker(plan, rules());
    const auto record = maker.make(planned(1), 17, letter);
    QVERIFY2(record, record ? "" : toString(record.error()).c_str());
    QCOMPARE(text(record->key.value()), QString("k-9"));
    QCOMPARE(text(record->value.value()), QString("{\"orderId\":9}"));
    QVERIFY(record->timestamp == timeAt(eventMillis));
    QVERIFY(textOf(record->headers).starts_with("type=OrderPlaced projectionist-replay-id="));
    QVERIFY(textOf(record->headers).find("projectionist-replay-attempt=2") != std::string::npos);
}

void TestOutgoing::withoutTheOriginalItIsRefused()
{
    LetterBuilder builder;
    builder.record.value.reset();
    builder.add("__dlq.errors.topic", "orders").add("__dlq.errors.partition", "0").add("__dlq.errors.offset", "9");
    const ReplayPlan plan = planOf();
    OutgoingMaker maker(plan, rules());
    const auto record = maker.make(planned(), 17, letterOf(builder));
    QVERIFY(!record);
    QVERIFY(record.error().kind == ErrorKind::NotFound);
    QVERIFY(record.error().what.find("orders.dlt[3]@77") != std::string::npos);
}

void TestOutgoing::aTombstoneStaysOne()
{
    auto builder = failedLetter();
    builder.record.value.reset();
    const ReplayPlan plan = planOf();
    OutgoingMaker maker(plan, rules());
    const auto record = maker.make(planned(), 17, letterOf(builder));
    QVERIFY2(record, record ? "" : toString(record.error()).c_str());
    QVERIFY(!record->value);
}

void TestOutgoing::ofATableTheEventsHeadersAreSentNotTheColumns()
{
    LetterBuilder builder;
    builder.table = "sandbox-table";
    builder.add("id", "3")
        .add("projection", "ops")
        .add("exception", "X")
        .add("topic", "orders")
        .add("partition", "2")
        .add("position", "12")
        .add("type", "OrderPlaced");
    auto letter = letterOf(builder);
    letter.stored.eventHeaders = {{"type", "OrderPlaced"}, {"id", "e-7"}, {"kafka_dlt-exception-fqcn", "X"}};
    const ReplayPlan plan = planOf();
    OutgoingMaker maker(plan, rules());
    const auto record = maker.make(planned(), 17, letter);
    QVERIFY2(record, record ? "" : toString(record.error()).c_str());
    QCOMPARE(text(record->topic), QString("orders"));
    QCOMPARE(text(textOf(record->headers)), text("type=OrderPlaced id=e-7 " + ours));
}

void TestOutgoing::aTableThatKeepsNoHeadersTakesThoseOfTheOriginal()
{
    LetterBuilder builder;
    builder.table = "sandbox-table";
    builder.add("projection", "ops")
        .add("exception", "X")
        .add("topic", "orders")
        .add("partition", "2")
        .add("position", "12");
    auto letter = letterOf(builder);
    QVERIFY(originalNeed(letter.stored, letter.letter) == OriginalNeed::Headers);
    const ReplayPlan plan = planOf();
    OutgoingMaker maker(plan, rules());
    QCOMPARE(text(textOf(maker.make(planned(), 17, letter)->headers)), text(ours)); // it can be replayed without
    letter.original = StoredLetter{Record{{"orders", 2}, 12, {}, false, "other", "other", {{"type", "T"}}}, 5, {}};
    const auto record = maker.make(planned(), 17, letter);
    QCOMPARE(text(textOf(record->headers)), text("type=T " + ours));
    QCOMPARE(text(record->value.value()), QString("{\"orderId\":1}")); // the letter has its own
}

void TestOutgoing::wolverinesEnvelopesAreNoEvents()
{
    LetterBuilder builder;
    builder.table = "wolverine-table";
    builder.add("received_at", "kafka://topic/orders").add("exception_type", "X");
    const ReplayPlan plan = planOf();
    OutgoingMaker maker(plan, rules());
    const auto record = maker.make(planned(), 17, letterOf(builder));
    QVERIFY(!record);
    QVERIFY(record.error().next.find("replayable") != std::string::npos);
}

void TestOutgoing::formerReplaysAreCountedInEveryFamilysCopy_data()
{
    QTest::addColumn<QStringList>("headers");
    QTest::addColumn<int>("replays");
    const QString id = "projectionist-replay-id=20261121-142530-7f3a9c0e/3";
    QTest::newRow("none") << QStringList{"type=T", "attempt=3"} << 0;
    QTest::newRow("once") << QStringList{id, "projectionist-replay-attempt=1"} << 1;
    QTest::newRow("twice") << QStringList{id, "projectionist-replay-attempt=2"} << 2;
    QTest::newRow("without the number") << QStringList{id} << 1;
    QTest::newRow("two plans without numbers") << QStringList{id, "projectionist-replay-id=another/1"} << 2;
    QTest::newRow("one plan, copied twice") << QStringList{id, id} << 1;
    QTest::newRow("the larger number") << QStringList{"projectionist-replay-attempt=2",
                                                      "projectionist-replay-attempt=1"}
                                       << 2;
    QTest::newRow("with a prefix") << QStringList{"original.projectionist-replay-attempt=2"} << 2;
    QTest::newRow("in capitals") << QStringList{"PROJECTIONIST_REPLAY_ATTEMPT=2"} << 2;
    QTest::newRow("as JSON") << QStringList{"projectionist-replay-attempt=\"2\""} << 2;
    QTest::newRow("no number") << QStringList{"projectionist-replay-attempt=many"} << 0;
    QTest::newRow("negative") << QStringList{"projectionist-replay-attempt=-4"} << 0;
    QTest::newRow("absurd") << QStringList{"projectionist-replay-attempt=99999999999"} << 1'000'000;
}

void TestOutgoing::formerReplaysAreCountedInEveryFamilysCopy()
{
    QFETCH(QStringList, headers);
    auto letter = failedLetter();
    for (const auto& header : headers)
        letter.add(header.section('=', 0, 0).toStdString(), header.section('=', 1).toStdString());
    QTEST(formerReplays(letterOf(letter)), "replays");
    QVERIFY(sent(letter).ends_with(ours)); // none of them is sent on
}

void TestOutgoing::aThirdReplayIsRefused()
{
    const ReplayPlan plan = planOf();
    OutgoingMaker maker(plan, rules());
    const auto letter = letterOf(failedLetter());
    const auto second = maker.make(planned(1), 0, letter);
    QVERIFY(second.has_value());
    QVERIFY(textOf(second->headers).find("projectionist-replay-attempt=2") != std::string::npos);
    const auto third = maker.make(planned(2), 0, letter);
    QVERIFY(!third);
    QVERIFY(third.error().kind == ErrorKind::Conflict);
}

void TestOutgoing::anEditedValueIsSentInstead()
{
    const ReplayPlan plan = planOf();
    OutgoingMaker maker(plan, rules());
    auto letter = planned();
    letter.edited = "{\"orderId\":2}";
    const auto preview = maker.preview(letter, 17, letterOf(failedLetter()));
    QVERIFY(preview->edited);
    QCOMPARE(text(preview->before.value.value()), QString("{\"orderId\":1}"));
    QCOMPARE(text(preview->after.value.value()), QString("{\"orderId\":2}"));
}

void TestOutgoing::previewsShowWhatStaysGoesAndIsNew()
{
    const ReplayPlan plan = planOf();
    OutgoingMaker maker(plan, rules());
    const auto preview = maker.preview(planned(), 17, letterOf(failedLetter()));
    QStringList lines;
    for (const auto& header : preview->headers)
        lines << (header.fate == HeaderFate::Stays  ? " "
                  : header.fate == HeaderFate::Goes ? "-"
                                                    : "+") +
                     text(header.header.name + (header.family.empty() ? "" : " by " + header.family));
    QCOMPARE(lines.join('\n'), QString(" type\n trace\n-kafka_dlt-original-topic by Spring Kafka\n"
                                       "-kafka_dlt-original-partition by Spring Kafka\n"
                                       "-kafka_dlt-original-offset by Spring Kafka\n"
                                       "-kafka_dlt-original-timestamp by Spring Kafka\n"
                                       "-kafka_dlt-exception-fqcn by Spring Kafka\n"
                                       "-kafka_dlt-exception-stacktrace by Spring Kafka\n-kafka_dlt-of-tomorrow\n"
                                       "-kafka_deliveryAttempt by Spring Kafka\n+projectionist-replay-id\n"
                                       "+projectionist-replay-attempt\n+projectionist-replay-of"));
}

void TestOutgoing::digestsTellNullFromEmptyAndKeyFromValue()
{
    const auto digest = [](std::optional<std::string> key, std::optional<std::string> value) {
        return letterDigest({{"t", 0}, 0, {}, false, std::move(key), std::move(value), {}});
    };
    const std::vector<std::uint64_t> all{digest({}, {}),    digest("", {}),    digest({}, ""),
                                         digest("", ""),    digest("ab", "c"), digest("a", "bc"),
                                         digest("abc", {}), digest({}, "abc"), digest("c", "ab")};
    for (std::size_t i = 0; i < all.size(); ++i)
        for (std::size_t j = 0; j < i; ++j)
            QVERIFY2(all[i] != all[j], (std::to_string(i) + " and " + std::to_string(j)).c_str());
    QCOMPARE(digest("a", "b"), digest("a", "b"));
}

void TestOutgoing::replayIdsAreReadBack()
{
    const auto id = parseReplayId(replayIdText("20261121-142530-7f3a9c0e", 17));
    QVERIFY((id == ReplayId{"20261121-142530-7f3a9c0e", 17}));
    for (const char* none : {"", "/", "/3", "a/", "a/x", "a/3x", "a/-1", "a"})
        QVERIFY2(!parseReplayId(none), none);
}

QTEST_APPLESS_MAIN(TestOutgoing)
#include "tst_outgoing.moc"
