// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/unit/deadletter/letters.h"

#include <QTest>

using namespace projectionist;

namespace {

/// "family: topic/partition@offset class" for each hop.
QString hopsOf(const DeadLetter& letter)
{
    std::string text;
    for (const auto& hop : letter.hops)
        text += fmt::format("{}: {}/{}@{} {}\n", hop.family, hop.from.topic, hop.from.partition.value_or(-1),
                            hop.from.offset.value_or(-1), hop.exception);
    return QString::fromStdString(text);
}

void addOrigin(LetterBuilder& letter, const std::string& prefix, const std::string& topic, int partition, int offset,
               std::int64_t millis = eventMillis)
{
    letter.add(prefix + "original-topic", topic)
        .add(prefix + "original-partition", int32Bytes(partition))
        .add(prefix + "original-offset", int64Bytes(offset))
        .add(prefix + "original-timestamp", int64Bytes(millis))
        .add(prefix + "original-timestamp-type", "CreateTime");
}

void addSmallRye(LetterBuilder& letter, const std::string& exception, const std::string& topic,
                 const std::string& offset)
{
    letter.add("dead-letter-exception-class-name", exception)
        .add("dead-letter-reason", "m")
        .add("dead-letter-topic", topic)
        .add("dead-letter-partition", "0")
        .add("dead-letter-offset", offset);
}

void addConnect(LetterBuilder& letter, const std::string& topic, const std::string& exception)
{
    letter.add("__connect.errors.topic", topic)
        .add("__connect.errors.partition", "0")
        .add("__connect.errors.offset", "8")
        .add("__connect.errors.connector.name", "sink")
        .add("__connect.errors.exception.class.name", exception)
        .add("__connect.errors.exception.message", "m");
}

/// Headers inside the value, as Spring Cloud Stream embeds them.
std::string embedded(const std::vector<std::pair<std::string, std::string>>& headers, const std::string& payload)
{
    std::string value = "\xff";
    value += static_cast<char>(headers.size());
    for (const auto& [name, json] : headers)
        value += static_cast<char>(name.size()) + name + int32Bytes(static_cast<std::int32_t>(json.size())) + json;
    return value + payload;
}

} // namespace

class TestDecode : public QObject
{
    Q_OBJECT
private slots:
    void theRootIsInTheTraceTheCauseHeaderHoldsOnlyTheNextOne()
    {
        const DeadLetter letter = decoded(springLetter());
        QCOMPARE(letter.failure.exception, std::string("java.sql.SQLTransientException"));
        QCOMPARE(letter.failure.frame, std::string("com.acme.Store.save"));
        QCOMPARE(letter.failure.foundIn, std::string("kafka_dlt-exception-stacktrace"));
        QCOMPARE(letter.failure.chain.size(), std::size_t(3));
        QVERIFY(letter.failure.chain[0].wrapper);
        QVERIFY(!letter.failure.chain[1].wrapper);
        QCOMPARE(letter.failure.chain[2].omitted, std::size_t(3));
        QVERIFY(letter.failure.chain[2].frames[0].library);
        QVERIFY(!letter.failure.chain[2].frames[1].library);
    }

    void withoutATraceTheCauseHeaderIsBetterThanTheWrapper()
    {
        LetterBuilder letter = springLetter();
        letter.record.headers.pop_back();
        const DeadLetter result = decoded(letter);
        QCOMPARE(result.failure.exception, std::string("com.acme.OrderRejected"));
        QCOMPARE(result.failure.foundIn, std::string("kafka_dlt-exception-cause-fqcn"));
        QCOMPARE(result.failure.chain.size(), std::size_t(2));
    }

    void ofOriginsThatSpringAppendsTheFirstIsWhereTheEventCameFrom()
    {
        LetterBuilder letter;
        addOrigin(letter, "kafka_dlt-", "orders", 5, 100);
        addOrigin(letter, "kafka_dlt-", "orders.dlt", 1, 3, eventMillis + 30'000);
        letter.add("kafka_dlt-exception-fqcn", "com.acme.Second"); // the older one was replaced
        const DeadLetter result = decoded(letter);
        QCOMPARE(hopsOf(result),
                 QString("Spring Kafka: orders/5@100 \nSpring Kafka: orders.dlt/1@3 com.acme.Second\n"));
        QCOMPARE(result.origin.topic, std::string("orders"));
        QCOMPARE(result.origin.offset, std::optional<Offset>(100));
        QCOMPARE(result.hops[0].failedAt, std::optional(timeAt(eventMillis + 30'000)));
        QCOMPARE(result.hops[1].failedAt, result.arrived);
    }

    void ofExceptionsThatSpringAppendsTheLastIsTheNewest()
    {
        LetterBuilder letter;
        for (const char* exception : {"com.acme.First", "com.acme.Second"}) {
            addOrigin(letter, "kafka_dlt-", exception == std::string("com.acme.First") ? "orders" : "orders.dlt", 0, 1);
            letter.add("kafka_dlt-exception-fqcn", exception).add("kafka_dlt-exception-message", exception);
        }
        const DeadLetter result = decoded(letter);
        QCOMPARE(hopsOf(result),
                 QString("Spring Kafka: orders/0@1 com.acme.First\nSpring Kafka: orders.dlt/0@1 com.acme.Second\n"));
        QCOMPARE(result.failure.exception, std::string("com.acme.Second"));
    }

    void aCauseThatAnOlderFailureLeftBehindIsNotTheNewOnes()
    {
        LetterBuilder letter;
        addOrigin(letter, "kafka_dlt-", "orders", 0, 1);
        letter.add("kafka_dlt-exception-cause-fqcn", "com.acme.Stale"); // the new failure has none, so it stayed
        addOrigin(letter, "kafka_dlt-", "orders.dlt", 0, 1);
        letter.add("kafka_dlt-exception-fqcn", "com.acme.New");
        QCOMPARE(decoded(letter).failure.exception, std::string("com.acme.New"));
        QCOMPARE(decoded(letter).hops.size(), std::size_t(2));
    }

    void aKeyThatCouldNotBeReadHasItsOwnHeaders()
    {
        LetterBuilder letter;
        addOrigin(letter, "kafka_dlt-", "orders", 0, 1);
        letter
            .add("kafka_dlt-key-exception-fqcn",
                 "org.springframework.kafka.support.serializer.DeserializationException")
            .add("kafka_dlt-key-exception-message", "failed to deserialize")
            .add("kafka_dlt-key-exception-stacktrace",
                 "org.springframework.kafka.support.serializer.DeserializationException: failed to deserialize\n"
                 "\tat org.springframework.kafka.X.x(X.java:1)\n"
                 "Caused by: com.acme.KeyFormat: bad key\n\tat com.acme.Key.parse(Key.java:1)\n\t... 1 more\n")
            .add("kafka_dlt-exception-cause-fqcn",
                 "org.springframework.kafka.support.serializer.DeserializationException");
        const DeadLetter result = decoded(letter);
        QCOMPARE(result.failure.exception, std::string("com.acme.KeyFormat"));
        QCOMPARE(result.failure.frame, std::string("com.acme.Key.parse"));
        QCOMPARE(result.hops.size(), std::size_t(1));
    }

    void attemptsOfRetryTopicsAreTheLastOnesAndCountTheCallToCome_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("four bytes") << QByteArray::fromStdString(int32Bytes(49));
        QTest::newRow("one byte, before 2.8; as text it would be a 1") << QByteArray("\x31");
    }
    void attemptsOfRetryTopicsAreTheLastOnesAndCountTheCallToCome()
    {
        QFETCH(QByteArray, bytes);
        LetterBuilder letter;
        addOrigin(letter, "kafka_", "orders", 0, 1);
        for (const std::string& attempts : {int32Bytes(2), bytes.toStdString()})
            letter.add("retry_topic-attempts", attempts)
                .add("retry_topic-original-timestamp", bigIntegerBytes(eventMillis))
                .add("retry_topic-backoff-timestamp", bigIntegerBytes(eventMillis + 5));
        letter.add("kafka_exception-fqcn", "com.acme.Boom");
        const DeadLetter result = decoded(letter);
        QCOMPARE(result.attempts, std::optional<std::int64_t>(48));
        QCOMPARE(hopsOf(result),
                 QString("Spring @RetryableTopic: orders/0@1 \nSpring @RetryableTopic: /-1@-1 com.acme.Boom\n"));
        QCOMPARE(result.hops[0].attempts, std::optional<std::int64_t>(1));
        QCOMPARE(result.eventTime, std::optional(timeAt(eventMillis)));
        QCOMPARE(result.nextAttempt, std::optional(timeAt(eventMillis + 5)));
    }

    void ofConnectAndCloudStreamTheLastBlockIsTheNewest()
    {
        LetterBuilder letter;
        addConnect(letter, "orders", "com.acme.First");
        addConnect(letter, "orders-dlq", "com.acme.Second");
        QCOMPARE(hopsOf(decoded(letter)),
                 QString("Kafka Connect: orders/0@8 com.acme.First\nKafka Connect: orders-dlq/0@8 com.acme.Second\n"));
        QCOMPARE(decoded(letter).origin.topic, std::string("orders"));
        QCOMPARE(decoded(letter).failure.exception, std::string("com.acme.Second"));
    }

    void ofSmallRyeTheFirstBlockIsTheNewestAlsoWhereOneHasACauseMore()
    {
        LetterBuilder letter;
        addSmallRye(letter, "com.acme.New", "orders-dlq", "2");
        letter.add("dead-letter-exception-class-name", "com.acme.Old")
            .add("dead-letter-cause-class-name", "com.acme.OldCause");
        addSmallRye(letter, "com.acme.Old", "orders", "1");
        letter.record.headers.erase(letter.record.headers.begin() + 7); // the class was added above already
        const DeadLetter result = decoded(letter);
        QCOMPARE(hopsOf(result), QString("SmallRye / Quarkus: orders/0@1 com.acme.Old\n"
                                         "SmallRye / Quarkus: orders-dlq/0@2 com.acme.New\n"));
        QCOMPARE(result.failure.exception, std::string("com.acme.New"));
        QCOMPARE(result.origin.topic, std::string("orders"));
    }

    void familiesFollowEachOtherInTheOrderOfTheirHeaders()
    {
        LetterBuilder letter;
        addOrigin(letter, "kafka_dlt-", "orders", 0, 1);
        letter.add("kafka_dlt-exception-fqcn", "com.acme.First");
        addConnect(letter, "orders.dlt", "com.acme.Second");
        const DeadLetter result = decoded(letter);
        QCOMPARE(hopsOf(result),
                 QString("Spring Kafka: orders/0@1 com.acme.First\nKafka Connect: orders.dlt/0@8 com.acme.Second\n"));
        QCOMPARE(result.consumer, std::string("connect-sink"));
        QCOMPARE(result.arrivedBy, ArrivalBasis::Unknown);
    }

    void aFamilyThatPrependsIsNewerWhereItsEventCameOutOfAQueueOfFailures()
    {
        LetterBuilder older;
        addSmallRye(older, "com.acme.Rye", "orders", "1");
        addOrigin(older, "kafka_dlt-", "orders-dlq", 0, 1);
        older.add("kafka_dlt-exception-fqcn", "com.acme.Spring");
        QCOMPARE(decoded(older).failure.exception, std::string("com.acme.Spring"));
        QCOMPARE(decoded(older).origin.topic, std::string("orders"));
        LetterBuilder newer;
        addSmallRye(newer, "com.acme.Rye", "orders-dlq", "1");
        addOrigin(newer, "kafka_dlt-", "orders", 0, 1);
        newer.add("kafka_dlt-exception-fqcn", "com.acme.Spring");
        QCOMPARE(decoded(newer).failure.exception, std::string("com.acme.Rye"));
        QCOMPARE(decoded(newer).origin.topic, std::string("orders"));
    }

    void nullAndEmptyAreNotTheSame()
    {
        LetterBuilder letter;
        letter.record.key.reset();
        letter.record.value.reset();
        addConnect(letter, "orders", "com.acme.Boom");
        letter.record.headers[5].value.reset();
        DeadLetter result = decoded(letter);
        QVERIFY((result.flags & NullKey) && (result.flags & NullValue));
        QVERIFY(!(result.flags & (PayloadMissing | EmptyValue))); // Connect keeps the value: a tombstone
        QVERIFY(!result.headers[5].value);
        letter.record.value = "";
        letter.record.headers[5].value = "";
        result = decoded(letter);
        QVERIFY(!(result.flags & NullValue) && (result.flags & EmptyValue));
        QCOMPARE(result.headers[5].value, std::optional<std::string>(""));
        QCOMPARE(result.value, std::optional<std::string>(""));
    }

    void whatOldConnectWritesForUnknownIsUnknown()
    {
        LetterBuilder letter;
        letter.add("__connect.errors.topic", "")
            .add("__connect.errors.partition", "-1")
            .add("__connect.errors.offset", "-1")
            .add("__connect.errors.exception.class.name", "com.acme.Boom");
        const DeadLetter result = decoded(letter);
        QVERIFY(!result.origin.exact());
        QVERIFY(!result.origin.partition && !result.origin.offset);
        QVERIFY(!(result.flags & HeaderUndecodable));
    }

    void aShareGroupsLetterWithoutValueHasLostItsPayload()
    {
        LetterBuilder letter;
        letter.record.key.reset();
        letter.record.value.reset();
        letter.add("__dlq.errors.topic", "orders").add("__dlq.errors.partition", "1").add("__dlq.errors.offset", "2");
        const DeadLetter result = decoded(letter);
        QVERIFY(result.flags & PayloadMissing);
        QVERIFY(result.origin.exact());
    }

    void aValueThatWasReadOnlyInPartSaysSo()
    {
        LetterBuilder letter;
        RawLetter raw = letter.view();
        raw.valueSize = 5000;
        LetterScanner scanner = scannerFor();
        const DeadLetter result = decode(scanner, raw);
        QVERIFY(result.flags & PayloadCut);
        QCOMPARE(result.valueSize, std::size_t(5000));
        letter.record.value = "null";
        QVERIFY(decoded(letter).flags & NullText);
    }

    void headersThatAreEmbeddedInTheValueAreTakenOut()
    {
        LetterBuilder letter;
        letter.record.value =
            embedded({{"contentType", "\"application/json\""},
                      {"x-original-topic", "\"orders\""},
                      {"x-original-partition", "3"},
                      {"x-original-offset", "42"},
                      {"x-exception-fqcn", "\"com.acme.Boom\""},
                      {"x-exception-message", "null"},
                      {"x-exception-stacktrace", "\"com.acme.Boom\\n\\tat com.acme.A.a(A.java:1)\\n\""}},
                     "{\"a\":1}");
        const DeadLetter result = decoded(letter);
        QVERIFY(result.flags & EmbeddedHeaders);
        QCOMPARE(hopsOf(result), QString("Spring Cloud Stream: orders/3@42 com.acme.Boom\n"));
        QCOMPARE(result.failure.frame, std::string("com.acme.A.a"));
        QCOMPARE(result.value, std::optional<std::string>("{\"a\":1}"));
        QCOMPARE(result.valueSize, std::size_t(7));
        QCOMPARE(result.headers.size(), std::size_t(7));
        letter.record.value->resize(40); // cut within the headers: a value like any other
        QVERIFY(!(decoded(letter).flags & EmbeddedHeaders));
        QCOMPARE(decoded(letter).value->size(), std::size_t(40));
    }

    void jsonQuotesAreTakenOffOnlyWhereTheTypesHeaderNamesTheHeader()
    {
        LetterBuilder letter = springLetter();
        letter.record.headers[1].value = "\"orders\"";
        QCOMPARE(decoded(letter).origin.topic, std::string("\"orders\""));
        letter.add("spring_json_header_types", R"({"kafka_dlt-original-topic":"java.lang.String"})");
        QCOMPARE(decoded(letter).origin.topic, std::string("orders"));
        letter.record.headers[1].value = "orders";
        QCOMPARE(decoded(letter).origin.topic, std::string("orders"));
    }

    void serialisedObjectsAreNeverMoreThanTheirPrintableParts()
    {
        LetterBuilder letter = springLetter();
        letter.add("springDeserializerExceptionValue", std::string("\xac\xed\0\x05sr\0\1"
                                                                   "com.acme.Evil",
                                                                   21));
        const DeadLetter result = decoded(letter);
        QVERIFY(result.flags & JavaSerialized);
        QCOMPARE(result.headers.back().text, std::string("21 bytes\ncom.acme.Evil"));
    }

    void anEventParkedBehindAFailedOneHasNoCauseAndItsOwnGroup()
    {
        LetterBuilder parked;
        parked.table = "axon";
        parked.add("processing_group", "billing").add("cause_type", std::nullopt).add("cause_message", std::nullopt);
        const DeadLetter result = decoded(parked);
        QVERIFY(result.flags & ParkedBehind);
        QVERIFY(result.failure.exception.empty());
        QCOMPARE(result.reason.message, std::string("waits behind a failed event"));
        parked.record.headers[1].value = "com.acme.Boom";
        QVERIFY(!(decoded(parked).flags & ParkedBehind));
    }

    void afterAFailedRetryAxonsCauseIsAWrapperAndTheMessageServes()
    {
        LetterBuilder letter;
        letter.table = "axon";
        letter.add("processingGroup", "billing").add("causeType", "ThrowableCause").add("causeMessage", "no total");
        QCOMPARE(decoded(letter).failure.exception, std::string("ThrowableCause"));
        QCOMPARE(decoded(letter).failure.message, std::string("no total"));
    }

    void theBrokersClockSaysWhenALetterArrivedWhateverTheFamily()
    {
        LetterBuilder letter;
        addConnect(letter, "orders", "com.acme.Boom");
        letter.record.appendTime = true;
        const DeadLetter result = decoded(letter);
        QCOMPARE(result.arrivedBy, ArrivalBasis::AppendTime);
        QCOMPARE(result.arrived, letter.record.timestamp);
        QVERIFY(!result.eventTime);
    }

    void theEventsTypeComesFromTheNameThatSaysMost()
    {
        LetterBuilder letter;
        letter.add("type", "first").add("type", "last").add("__TypeId__", "com.acme.OrderPlaced");
        QCOMPARE(decoded(letter).eventType, std::string("com.acme.OrderPlaced"));
        letter.add("ce_type", "acme.order.placed").add("ce_id", "e-1");
        QCOMPARE(decoded(letter).eventType, std::string("acme.order.placed"));
        QCOMPARE(decoded(letter).eventId, std::string("e-1"));
        letter.record.headers.erase(letter.record.headers.begin() + 2, letter.record.headers.end());
        QCOMPARE(decoded(letter).eventType, std::string("last"));
        QVERIFY(decoded(LetterBuilder()).eventType.empty());
    }

    void aMessageWithATraceOfItsOwnIsNoStructure()
    {
        const std::string own = "remote:\nCaused by: fake.Cause: x\n\tat fake.F.f(F.java:1)";
        LetterBuilder letter;
        letter.add("__connect.errors.exception.class.name", "com.acme.Boom")
            .add("__connect.errors.exception.message", own)
            .add("__connect.errors.exception.stacktrace", "com.acme.Boom: " + own + "\n\tat com.acme.A.a(A.java:1)\n");
        const DeadLetter result = decoded(letter);
        QCOMPARE(result.failure.exception, std::string("com.acme.Boom"));
        QCOMPARE(result.failure.frame, std::string("com.acme.A.a"));
    }

    void everyHeaderIsShownInItsPlaceWithItsMeaning()
    {
        const DeadLetter letter = decoded(springLetter());
        QCOMPARE(letter.headers.size(), std::size_t(11));
        QCOMPARE(letter.headers[0].role, std::string("event-type"));
        QVERIFY(letter.headers[0].family.empty());
        QCOMPARE(letter.headers[3].text, std::string("123456789"));
        QCOMPARE(letter.headers[3].family, std::string("Spring Kafka"));
        QCOMPARE(letter.headers[4].text, std::string("2026-11-21T14:02:11.042Z"));
        QCOMPARE(letter.hops[0].headers.size(), std::size_t(10));
        LetterBuilder odd = springLetter();
        odd.record.headers[3].value = "\xff\xfe\xfd\xfc\xfb\xfa\xf9\xf8\xf7";
        const DeadLetter undecodable = decoded(odd);
        QVERIFY(undecodable.flags & HeaderUndecodable);
        QCOMPARE(undecodable.headers[3].text, std::string("ff fe fd fc fb fa f9 f8 f7"));
        QVERIFY(!undecodable.origin.offset);
    }

    void oneScannerReadsOneLetterAfterAnother()
    {
        LetterScanner scanner = scannerFor();
        LetterBuilder spring = springLetter();
        const std::uint64_t first = scanner.scan(spring.view()).fingerprint;
        LetterBuilder connect;
        addConnect(connect, "orders", "com.acme.Boom");
        QCOMPARE(scanner.scan(connect.view()).exception, std::string_view("com.acme.Boom"));
        QVERIFY(scanner.scan(connect.view()).frame.empty());
        QCOMPARE(scanner.scan(spring.view()).fingerprint, first); // from the memory of traces
        QCOMPARE(scanner.scan(spring.view()).frame,
                 std::string_view("com.acme.Store$$SpringCGLIB$$0.save(Store.java:9)"));
        QCOMPARE(decode(scanner, spring.view()).fingerprint, first);
    }
};

QTEST_APPLESS_MAIN(TestDecode)
#include "tst_decode.moc"
