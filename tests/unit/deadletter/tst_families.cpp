// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/unit/deadletter/familyletters.h"

#include <algorithm>
#include <bit>

#include <QTest>

using namespace projectionist;

Q_DECLARE_METATYPE(projectionist::LetterBuilder)

namespace {

const std::string millisText = std::to_string(eventMillis);
const std::string boom = "com.acme.Boom: no\n\tat com.acme.A.a(A.java:1)\n";
const std::string netStack = "   at Acme.Orders.Apply(OrderPlaced e)\n";
} // namespace

class TestFamilies : public QObject
{
    Q_OBJECT
private slots:
    void everyFamilysLetterIsReadAsItsFrameworkWritesIt_data()
    {
        QTest::addColumn<LetterBuilder>("letter");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char* name, const HeaderPairs& headers, const char* expected,
                            std::string table = {}) {
            QTest::newRow(name) << letterOf(headers, std::move(table)) << expected;
        };
        QTest::newRow("spring")
            << springLetter()
            << "Spring Kafka | from orders 5 123456789 at 14:02:11.042 | consumer billing | attempts - "
               "| failed - | arrived 14:03:11.042 by writer\n"
               "java.sql.SQLTransientException | deadlock detected | type OrderPlaced id ";
        row("spring-retry",
            {{"kafka_original-topic", "orders"},
             {"kafka_original-partition", int32Bytes(0)},
             {"kafka_original-offset", int64Bytes(7)},
             {"kafka_original-timestamp", int64Bytes(eventMillis)},
             {"kafka_original-timestamp-type", "CreateTime"},
             {"kafka_dlt-original-consumer-group", "billing"},
             {"kafka_exception-fqcn", "org.springframework.kafka.listener.ListenerExecutionFailedException"},
             {"kafka_exception-cause-fqcn", "com.acme.Boom"},
             {"kafka_exception-message", "Listener failed; no"},
             {"retry_topic-attempts", int32Bytes(4)},
             {"retry_topic-original-timestamp", bigIntegerBytes(eventMillis)},
             {"retry_topic-backoff-timestamp", bigIntegerBytes(eventMillis + 1000)}},
            "Spring @RetryableTopic | from orders 0 7 at 14:02:11.042 | consumer billing | attempts 3 | failed - | "
            "arrived "
            "14:03:11.042 by writer\ncom.acme.Boom | Listener failed; no | type  id ");
        row("spring-cloud-stream",
            {{"x-original-topic", "orders"},
             {"x-original-partition", int32Bytes(2)},
             {"x-original-offset", int64Bytes(7)},
             {"x-original-timestamp", int64Bytes(eventMillis)},
             {"x-original-timestamp-type", "CreateTime"},
             {"x-exception-fqcn", "org.springframework.messaging.MessageHandlingException"},
             {"x-exception-message", "error occurred"},
             {"x-exception-stacktrace", "org.springframework.messaging.MessageHandlingException: error occurred\n"
                                        "\tat org.springframework.A.a(A.java:1)\nCaused by: " +
                                            boom + "\t... 1 more\n"}},
            "Spring Cloud Stream | from orders 2 7 at 14:02:11.042 | consumer  | attempts - | failed - | arrived "
            "14:03:11.042 by assumed\ncom.acme.Boom | no | type  id ");
        row("connect",
            {{"__connect.errors.topic", "orders"},
             {"__connect.errors.partition", "1"},
             {"__connect.errors.offset", "42"},
             {"__connect.errors.connector.name", "sink-a"},
             {"__connect.errors.task.id", "0"},
             {"__connect.errors.stage", "TASK_PUT"},
             {"__connect.errors.class.name", "org.apache.kafka.connect.sink.SinkTask"},
             {"__connect.errors.exception.class.name", "com.acme.Boom"},
             {"__connect.errors.exception.message", std::nullopt},
             {"__connect.errors.exception.stacktrace", "com.acme.Boom\n\tat com.acme.A.a(A.java:1)\n"}},
            "Kafka Connect | from orders 1 42 at 14:03:11.042 | consumer connect-sink-a | attempts - | failed - | "
            "arrived - "
            "by ?\ncom.acme.Boom |  | type  id ");
        row("neo4j",
            {{"__streams.errors.topic", "orders"},
             {"__streams.errors.partition", "1"},
             {"__streams.errors.offset", "42"},
             {"__streams.errors.exception.class.name", "com.acme.Boom"},
             {"__streams.errors.exception.message", "no"}},
            "Kafka Connect (other prefix) | from orders 1 42 at 14:03:11.042 | consumer  | attempts - | failed - | "
            "arrived "
            "- by ?\ncom.acme.Boom | no | type  id ");
        row("streams",
            {{"__streams.errors.exception", "com.acme.Boom"},
             {"__streams.errors.message", "no"},
             {"__streams.errors.stacktrace", boom},
             {"__streams.errors.topic", "orders"},
             {"__streams.errors.partition", "1"},
             {"__streams.errors.offset", "42"}},
            "Kafka Streams | from orders 1 42 at 14:03:11.042 | consumer  | attempts - | failed - | arrived - by ?\n"
            "com.acme.Boom | no | type  id ");
        row("streams as class and message",
            {{"__streams.errors.exception", "com.acme.Boom: really no"}, {"__streams.errors.message", std::nullopt}},
            "Kafka Streams | from  - - at 14:03:11.042 | consumer  | attempts - | failed - | arrived - by ?\n"
            "com.acme.Boom | really no | type  id ");
        row("streams punctuator",
            {{"__streams.errors.exception", "com.acme.Boom"},
             {"__streams.errors.topic", std::nullopt},
             {"__streams.errors.partition", "-1"},
             {"__streams.errors.offset", "-1"}},
            "Kafka Streams | from  - - at 14:03:11.042 | consumer  | attempts - | failed - | arrived - by ?\n"
            "com.acme.Boom |  | type  id ");
        row("share-group",
            {{"__dlq.errors.topic", "orders"},
             {"__dlq.errors.partition", "1"},
             {"__dlq.errors.offset", "42"},
             {"__dlq.errors.group", "share-a"},
             {"__dlq.errors.delivery.count", "5"},
             {"__dlq.errors.message", "Offset delivery count exceeded the threshold."}},
            "Kafka share group | from orders 1 42 at - | consumer share-a | attempts 5 | failed - | arrived "
            "14:03:11.042 by "
            "writer\n | Offset delivery count exceeded the threshold. | type  id ");
        row("smallrye",
            {{"dead-letter-exception-class-name", "io.smallrye.reactive.messaging.ProcessingException"},
             {"dead-letter-reason", "SRMSG00103"},
             {"dead-letter-cause-class-name", "com.acme.Boom"},
             {"dead-letter-cause", "no"},
             {"dead-letter-topic", "orders"},
             {"dead-letter-partition", "1"},
             {"dead-letter-offset", "42"}},
            "SmallRye / Quarkus | from orders 1 42 at - | consumer  | attempts - | failed - | arrived 14:03:11.042 by "
            "writer\ncom.acme.Boom | no | type  id ");
        row("smallrye-retry",
            {{"delayed-retry-exception-class-name", "com.acme.Boom"},
             {"delayed-retry-reason", "no"},
             {"delayed-retry-topic", "orders_retry_10000"},
             {"delayed-retry-partition", "1"},
             {"delayed-retry-offset", "9"},
             {"delayed-retry-exception-class-name", "com.acme.Older"},
             {"delayed-retry-reason", "older"},
             {"delayed-retry-topic", "orders"},
             {"delayed-retry-partition", "1"},
             {"delayed-retry-offset", "42"},
             {"delayed-retry-original-timestamp", millisText},
             {"delayed-retry-first-processing-timestamp", millisText},
             {"delayed-retry-count", "1"}},
            "SmallRye delayed retry | from orders 1 42 at 14:02:11.042 | consumer  | attempts 2 | failed - | arrived "
            "14:03:11.042 by writer\ncom.acme.Boom | no | type  id ");
        row("wolverine",
            {{"id", "e-1"},
             {"message-type", "Acme.OrderPlaced"},
             {"exception-type", "Acme.OrderRejected"},
             {"exception-message", "no"},
             {"exception-stack", netStack},
             {"failed-at", millisText},
             {"original-destination", "kafka://topic/orders"},
             {"original-partition", "1"},
             {"original-offset", "42"},
             {"attempts", "3"},
             {"sent-at", "2026-11-21 14:02:10:042137 Z"}},
            "Wolverine | from orders 1 42 at 14:02:10.042 | consumer  | attempts 3 | failed 14:02:11.042 | arrived "
            "14:02:11.042 by header\nAcme.OrderRejected | no | type Acme.OrderPlaced id e-1");
        row("wolverine retry tier",
            {{"wolverine-kafka-retry-source", "orders"},
             {"wolverine-kafka-retry-tier", "1"},
             {"wolverine-kafka-retry-attempt", "2"},
             {"wolverine-kafka-retry-exception-type", "Acme.OrderRejected"},
             {"wolverine-kafka-retry-exception-message", "no"},
             {"wolverine-kafka-retry-first-failed", "639308665310420000"}},
            "Wolverine | from orders - - at - | consumer  | attempts 2 | failed - | arrived 14:03:11.042 by assumed\n"
            "Acme.OrderRejected | no | type  id ");
        row("karafka",
            {{"source_topic", "orders"},
             {"source_partition", "1"},
             {"source_offset", "42"},
             {"source_consumer_group", "billing"},
             {"source_attempts", "4"},
             {"source_trace_id", "t-1"}},
            "Karafka | from orders 1 42 at - | consumer billing | attempts 4 | failed - | arrived 14:03:11.042 by "
            "assumed\n"
            " |  | type  id ");
        row("arroyo", {{"original_partition", "1"}, {"original_offset", "42"}},
            "Karafka before 2.5 / arroyo | from  1 42 at - | consumer  | attempts - | failed - | arrived 14:03:11.042 "
            "by "
            "assumed\n |  | type  id ");
        row("greyhound", {{"GH_OriginalTopic", "orders"}, {"GH_RetryAttempt", "0"}, {"submitTimestamp", millisText}},
            "Greyhound | from orders - - at - | consumer  | attempts 1 | failed 14:02:11.042 | arrived 14:02:11.042 by "
            "header\n |  | type  id ");
        row("silverback",
            {{"x-source-topic", "orders"},
             {"x-source-partition", "1"},
             {"x-source-offset", "42"},
             {"x-source-timestamp", "2026-11-21T14:02:11.0420000Z"},
             {"x-source-consumer-group-id", "billing"},
             {"x-failed-attempts", "3"},
             {"x-message-type", "Acme.OrderPlaced, Acme.Contracts"},
             {"x-message-id", "m-1"}},
            "Silverback | from orders 1 42 at 14:02:11.042 | consumer billing | attempts 3 | failed - | arrived "
            "14:03:11.042 by assumed\n |  | type Acme.OrderPlaced id m-1");
        row("watermill",
            {{"reason_poisoned", "cannot handle: no"},
             {"topic_poisoned", "orders"},
             {"handler_poisoned", "h"},
             {"subscriber_poisoned", "s"}},
            "Watermill | from orders - - at - | consumer  | attempts - | failed - | arrived 14:03:11.042 by assumed\n"
            " | cannot handle: no | type  id ");
        row("helidon",
            {{"dlq-error", "com.acme.Boom"},
             {"dlq-error-msg", "no"},
             {"dlq-orig-topic", "orders"},
             {"dlq-orig-offset", "42"},
             {"dlq-orig-partition", "1"}},
            "Helidon | from orders 1 42 at - | consumer  | attempts - | failed - | arrived 14:03:11.042 by assumed\n"
            "com.acme.Boom | no | type  id ");
        row("django-kafka",
            {{"DEAD_LETTER_MESSAGE_TOPIC", "orders"},
             {"DEAD_LETTER_MESSAGE_PARTITION", "1"},
             {"DEAD_LETTER_MESSAGE_OFFSET", "42"},
             {"DEAD_LETTER_SUMMARY", "OrderError: wrapped"},
             {"DEAD_LETTER_DETAIL",
              "Traceback (most recent call last):\n  File \"/app/a.py\", line 1, in f\n    g()\nKeyError: 'x'\n\n"
              "The above exception was the direct cause of the following exception:\n\n"
              "Traceback (most recent call last):\n  File \"/app/b.py\", line 1, in h\n    f()\nOrderError: "
              "wrapped\n"}},
            "django-kafka | from orders 1 42 at - | consumer  | attempts - | failed - | arrived 14:03:11.042 by "
            "assumed\n"
            "KeyError | 'x' | type  id ");
        row("moleculer",
            {{"x-original-channel", "orders"},
             {"x-original-group", "billing"},
             {"x-redelivered-count", "3"},
             {"x-error-name", "OrderError"},
             {"x-error-message", "no"},
             {"x-error-timestamp", millisText}},
            "Moleculer | from orders - - at - | consumer billing | attempts 3 | failed 14:02:11.042 | arrived "
            "14:02:11.042 "
            "by header\nOrderError | no | type  id ");
        row("pulsar",
            {{"REAL_TOPIC", "persistent://public/default/orders"},
             {"RECONSUMETIMES", "16"},
             {"ORIGIN_MESSAGE_ID", "1:2:0"}},
            "Pulsar | from persistent://public/default/orders - - at - | consumer  | attempts 16 | failed - | arrived "
            "14:03:11.042 by assumed\n |  | type  id 1:2:0");
        row("eventferry",
            {{"dlq-original-topic", "orders"},
             {"dlq-error-class", "com.acme.Boom"},
             {"dlq-reason", "no"},
             {"dlq-failed-at", "2026-11-21T14:02:11Z"},
             {"dlq-attempts", "5"},
             {"dlq-stack", boom}},
            "eventferry | from orders - - at - | consumer  | attempts 5 | failed 14:02:11.000 | arrived 14:02:11.000 "
            "by "
            "header\ncom.acme.Boom | no | type  id ");
        row("dlq-exception",
            {{"dlq.exception.class", "com.acme.Boom"},
             {"dlq.exception.message", "no"},
             {"dlq.failure.timestamp", millisText}},
            "dlq.exception.* | from  - - at - | consumer  | attempts - | failed 14:02:11.042 | arrived 14:02:11.042 by "
            "header\ncom.acme.Boom | no | type  id ");
        row("nservicebus",
            {{"NServiceBus.FailedQ", "billing@host"},
             {"NServiceBus.TimeOfFailure", "2026-11-21 14:02:11:042137 Z"},
             {"NServiceBus.ExceptionInfo.ExceptionType", "System.AggregateException"},
             {"NServiceBus.ExceptionInfo.InnerExceptionType", "Acme.OrderRejected"},
             {"NServiceBus.ExceptionInfo.Message", "One or more errors occurred."},
             {"NServiceBus.ProcessingEndpoint", "billing"},
             {"NServiceBus.EnclosedMessageTypes", "Acme.OrderPlaced, Acme, Version=1.0.0.0;Acme.IEvent, Acme"},
             {"NServiceBus.MessageId", "m-1"}},
            "NServiceBus | from billing@host - - at - | consumer billing | attempts - | failed 14:02:11.042 | arrived "
            "14:02:11.042 by header\nAcme.OrderRejected | One or more errors occurred. | type Acme.OrderPlaced id m-1");
        row("masstransit",
            {{"MT-Reason", "fault"},
             {"MT-Fault-ExceptionType", "Acme.OrderRejected"},
             {"MT-Fault-Message", "no"},
             {"MT-Fault-StackTrace", netStack},
             {"MT-Fault-Timestamp", "2026-11-21T14:02:11.042Z"},
             {"MT-Fault-InputAddress", "rabbitmq://host/orders"},
             {"MT-Fault-MessageType", "urn:message:Acme:OrderPlaced"},
             {"MT-Fault-ConsumerType", "Acme.Billing"},
             {"MT-Fault-RetryCount", "2"}},
            "MassTransit | from orders - - at - | consumer Acme.Billing | attempts 3 | failed 14:02:11.042 | arrived "
            "14:02:11.042 by header\nAcme.OrderRejected | no | type Acme:OrderPlaced id ");
        row("rebus",
            {{"rbs2-source-queue", "orders"},
             {"rbs2-error-details", "Acme.OrderRejected: no\n" + netStack},
             {"rbs2-msg-type", "Acme.OrderPlaced, Acme"},
             {"rbs2-delivery-count", "5"}},
            "Rebus | from orders - - at - | consumer  | attempts 5 | failed - | arrived 14:03:11.042 by assumed\n"
            "Acme.OrderRejected | no | type Acme.OrderPlaced id ");
        row("spring-amqp",
            {{"x-original-exchange", "orders"},
             {"x-original-routingKey", "k"},
             {"x-exception-message", "no"},
             {"x-exception-stacktrace", boom}},
            "Spring AMQP | from orders - - at - | consumer  | attempts - | failed - | arrived 14:03:11.042 by assumed\n"
            "com.acme.Boom | no | type  id ");
        row("rabbitmq", {{"x-first-death-queue", "orders"}, {"x-first-death-reason", "rejected"}},
            "RabbitMQ | from orders - - at - | consumer  | attempts - | failed - | arrived 14:03:11.042 by assumed\n"
            " | rejected | type  id ");
        row("service-bus",
            {{"DeadLetterReason", "MaxDeliveryCountExceeded"},
             {"DeadLetterErrorDescription", "no"},
             {"DeadLetterSource", "orders"}},
            "Azure Service Bus | from orders - - at - | consumer  | attempts - | failed - | arrived 14:03:11.042 by "
            "assumed\nMaxDeliveryCountExceeded | no | type  id ");
        row("sqs", {{"DeadLetterQueueSourceArn", "arn:aws:sqs:eu-west-1:1:orders"}, {"ApproximateReceiveCount", "4"}},
            "Amazon SQS | from orders - - at - | consumer  | attempts 4 | failed - | arrived 14:03:11.042 by assumed\n"
            " |  | type  id ");
        row("wolverine-table",
            {{"id", "e-1"},
             {"message_type", "Acme.OrderPlaced"},
             {"received_at", "kafka://topic/orders"},
             {"exception_type", "Acme.OrderRejected"},
             {"exception_message", "no"},
             {"sent_at", "2026-11-21 14:02:11.042+00"},
             {"replayable", "f"}},
            "Wolverine table | from orders - - at 14:02:11.042 | consumer  | attempts - | failed - | arrived "
            "14:03:11.042 "
            "by assumed\nAcme.OrderRejected | no | type Acme.OrderPlaced id e-1",
            "wolverine-table");
        row("axon",
            {{"deadLetterId", "d-1"},
             {"processingGroup", "billing"},
             {"causeType", "com.acme.Boom"},
             {"causeMessage", "no"},
             {"enqueuedAt", "2026-11-21T14:02:12.042Z"},
             {"timeStamp", "2026-11-21T14:02:11.042Z"},
             {"payloadType", "com.acme.OrderPlaced"},
             {"eventIdentifier", "e-1"}},
            "Axon | from  - - at 14:02:11.042 | consumer billing | attempts - | failed 14:02:12.042 | arrived "
            "14:02:12.042 "
            "by header\ncom.acme.Boom | no | type com.acme.OrderPlaced id e-1",
            "axon");
        row("marten",
            {{"projection_name", "billing"},
             {"shard_name", "billing:All"},
             {"event_sequence", "42"},
             {"exception_type", "Acme.OrderRejected"},
             {"exception_message", "no"},
             {"timestamp", "2026-11-21 14:02:11.042+00"}},
            "Marten | from  - 42 at - | consumer billing | attempts - | failed 14:02:11.042 | arrived 14:02:11.042 by "
            "header\nAcme.OrderRejected | no | type  id ",
            "marten");
        row("pgmq", {{"msg_id", "42"}, {"read_ct", "5"}, {"enqueued_at", "2026-11-21 14:02:11.042+00"}},
            "pgmq | from  - 42 at 14:02:11.042 | consumer  | attempts 5 | failed - | arrived 14:03:11.042 by assumed\n"
            " |  | type  id ",
            "pgmq");
        row("nothing is known", {{"traceparent", "00-1"}},
            " | from  - - at - | consumer  | attempts - | failed - | arrived 14:03:11.042 by assumed\n |  | type  id ");
    }
    void everyFamilysLetterIsReadAsItsFrameworkWritesIt()
    {
        QFETCH(LetterBuilder, letter);
        QFETCH(QString, expected);
        QCOMPARE(summary(decoded(letter)), expected);
    }

    /// No row of the table is hidden by another, and every marker names a row.
    void everyRowIsFoundByItsNameInItsFamily()
    {
        const auto table = HeaderTable::build({});
        QVERIFY(table);
        for (const auto& [family, markers] : (*table)->families()) {
            QVERIFY2(!markers.empty(), family.id.data());
            for (const auto& row : family.rows) {
                const auto rows = (*table)->rowsOf(row.name);
                const auto found = std::count_if(rows.begin(), rows.end(), [&, &f = family](const TableRow& candidate) {
                    return candidate.family == (*table)->familyOf(f.id) && candidate.row.role == row.role;
                });
                QVERIFY2(found == 1, fmt::format("{}: {} is there {} times", family.id, row.name, found).c_str());
            }
            std::size_t words = 1;
            for (const char c : family.markers)
                words += c == ' ' || c == '|';
            std::size_t bits = 0;
            for (const auto marker : markers)
                bits += static_cast<std::size_t>(std::popcount(marker));
            QVERIFY2(words == bits, family.id.data());
        }
    }

    void rolesAndEncodingsHaveWordsThatAreReadBack()
    {
        for (std::size_t i = 0; i < headerRoleCount; ++i)
            QVERIFY(headerRoleFromString(toString(static_cast<HeaderRole>(i))) == static_cast<HeaderRole>(i));
        for (int i = 0; i <= static_cast<int>(HeaderEncoding::JavaSerialized); ++i)
            QVERIFY(headerEncodingFromString(toString(static_cast<HeaderEncoding>(i))) ==
                    static_cast<HeaderEncoding>(i));
        QVERIFY(!headerRoleFromString("colour"));
        QVERIFY(!headerEncodingFromString(""));
    }

    void columnsOfATableMeanNothingInARecord()
    {
        QVERIFY(decoded(letterOf({{"causetype", "com.acme.Boom"}, {"processinggroup", "billing"}})).families.empty());
    }
};

QTEST_APPLESS_MAIN(TestFamilies)
#include "tst_families.moc"
