// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/headerfamilies.h"

namespace projectionist {

namespace {

using enum HeaderRole;
using enum HeaderEncoding;

// Spring Kafka's DeadLetterPublishingRecoverer. The cause header holds the immediate cause, never the root.
constexpr HeaderRow springRows[] = {
    {"kafka_dlt-original-topic", OriginTopic},
    {"kafka_dlt-original-partition", OriginPartition, Integer},
    {"kafka_dlt-original-offset", OriginOffset, Integer},
    {"kafka_dlt-original-timestamp", OriginTimestamp, Time},
    {"kafka_dlt-original-timestamp-type", OriginTimestampType},
    {"kafka_dlt-original-consumer-group", Consumer},
    {"kafka_dlt-exception-fqcn", Exception},
    {"kafka_dlt-exception-cause-fqcn", Cause},
    {"kafka_dlt-exception-message", Message},
    {"kafka_dlt-exception-stacktrace", StackTrace},
    {"kafka_dlt-key-exception-fqcn", KeyException},
    {"kafka_dlt-key-exception-message", KeyMessage},
    {"kafka_dlt-key-exception-stacktrace", KeyStackTrace},
    {"kafka_deliveryAttempt", Attempts, Count},
    {"springDeserializerExceptionKey", Note, JavaSerialized},
    {"springDeserializerExceptionValue", Note, JavaSerialized},
};

// Spring's @RetryableTopic and other "sent to another topic" uses. The attempts header counts the call to come.
constexpr HeaderRow springRetryRows[] = {
    {"kafka_original-topic", OriginTopic},
    {"kafka_original-partition", OriginPartition, Integer},
    {"kafka_original-offset", OriginOffset, Integer},
    {"retry_topic-original-timestamp", OriginTimestamp, Time},
    {"kafka_original-timestamp", OriginTimestamp, Time},
    {"kafka_original-timestamp-type", OriginTimestampType},
    {"kafka_original-consumer-group", Consumer},
    {"kafka_dlt-original-consumer-group", Consumer},
    {"kafka_exception-fqcn", Exception},
    {"kafka_exception-cause-fqcn", Cause},
    {"kafka_exception-message", Message},
    {"kafka_exception-stacktrace", StackTrace},
    {"kafka_key-exception-fqcn", KeyException},
    {"kafka_key-exception-message", KeyMessage},
    {"kafka_key-exception-stacktrace", KeyStackTrace},
    {"retry_topic-attempts", Attempts, Count, false, -1},
    {"retry_topic-backoff-timestamp", NextAttempt, Time},
    {"springDeserializerExceptionKey", Note, JavaSerialized},
    {"springDeserializerExceptionValue", Note, JavaSerialized},
};

// Spring Cloud Stream's Kafka binder; without native headers the same names are inside the payload.
constexpr HeaderRow cloudStreamRows[] = {
    {"x-original-topic", OriginTopic},
    {"x-original-partition", OriginPartition, Integer},
    {"x-original-offset", OriginOffset, Integer},
    {"x-original-timestamp", OriginTimestamp, Time},
    {"x-original-timestamp-type", OriginTimestampType},
    {"x-exception-fqcn", Exception},
    {"x-exception-message", Message},
    {"x-exception-stacktrace", StackTrace},
    {"x-retries", Attempts, Count},
};

constexpr HeaderRow connectRows[] = {
    {"__connect.errors.topic", OriginTopic},
    {"__connect.errors.partition", OriginPartition, Integer},
    {"__connect.errors.offset", OriginOffset, Integer},
    {"__connect.errors.connector.name", Consumer},
    {"__connect.errors.task.id", Note},
    {"__connect.errors.cluster.id", Note},
    {"__connect.errors.stage", Stage},
    {"__connect.errors.class.name", Operation},
    {"__connect.errors.exception.class.name", Exception},
    {"__connect.errors.exception.message", Message},
    {"__connect.errors.exception.stacktrace", StackTrace},
    {"__connect.errors.timestamp", FailedAt, Time},
    {"__connect.errors.cause.class", Cause},
    {"__connect.errors.cause.message", CauseMessage},
    {"__connect.errors.jms.message.id", EventId},
    {"__connect.errors.jms.timestamp", OriginTimestamp, Time},
    {"__connect.errors.mq.queue", OriginTopic},
};

// The Neo4j sink writes Connect's names under the prefix that its manual shows.
constexpr HeaderRow neo4jRows[] = {
    {"__streams.errors.topic", OriginTopic},
    {"__streams.errors.partition", OriginPartition, Integer},
    {"__streams.errors.offset", OriginOffset, Integer},
    {"__streams.errors.connector.name", Consumer},
    {"__streams.errors.stage", Stage},
    {"__streams.errors.class.name", Operation},
    {"__streams.errors.exception.class.name", Exception},
    {"__streams.errors.exception.message", Message},
    {"__streams.errors.exception.stacktrace", StackTrace},
};

// KIP-1034; node and task by a common extension.
constexpr HeaderRow streamsRows[] = {
    {"__streams.errors.exception", Exception},
    {"__streams.errors.message", Message},
    {"__streams.errors.stacktrace", StackTrace},
    {"__streams.errors.topic", OriginTopic},
    {"__streams.errors.partition", OriginPartition, Integer},
    {"__streams.errors.offset", OriginOffset, Integer},
    {"__streams.errors.processor.node.id", Operation},
    {"__streams.errors.task.id", Note},
};

// KIP-1191: no exception class, and the topic may be its UUID.
constexpr HeaderRow shareGroupRows[] = {
    {"__dlq.errors.topic", OriginTopic},
    {"__dlq.errors.partition", OriginPartition, Integer},
    {"__dlq.errors.offset", OriginOffset, Integer},
    {"__dlq.errors.group", Consumer},
    {"__dlq.errors.delivery.count", Attempts, Integer},
    {"__dlq.errors.message", Message},
};

constexpr HeaderRow smallRyeRows[] = {
    {"dead-letter-topic", OriginTopic},
    {"dead-letter-partition", OriginPartition, Integer},
    {"dead-letter-offset", OriginOffset, Integer},
    {"dead-letter-exception-class-name", Exception},
    {"dead-letter-cause-class-name", Cause},
    {"dead-letter-reason", Message},
    {"dead-letter-cause", CauseMessage},
};

// A letter at the end of a delayed-retry chain has only these. The count is of retries, from 0.
constexpr HeaderRow smallRyeRetryRows[] = {
    {"delayed-retry-topic", OriginTopic},
    {"delayed-retry-partition", OriginPartition, Integer},
    {"delayed-retry-offset", OriginOffset, Integer},
    {"delayed-retry-original-timestamp", OriginTimestamp, Time},
    {"delayed-retry-first-processing-timestamp", FirstFailedAt, Time},
    {"delayed-retry-exception-class-name", Exception},
    {"delayed-retry-cause-class-name", Cause},
    {"delayed-retry-reason", Message},
    {"delayed-retry-cause", CauseMessage},
    {"delayed-retry-count", Attempts, Integer, false, 1},
};

constexpr HeaderRow wolverineRows[] = {
    {"original-destination", OriginTopic, Uri},
    {"wolverine-kafka-retry-source", OriginTopic},
    {"original-partition", OriginPartition, Integer},
    {"original-offset", OriginOffset, Integer},
    {"exception-type", Exception},
    {"exception-message", Message},
    {"exception-stack", StackTrace},
    {"failed-at", FailedAt, Time},
    {"attempts", Attempts, Integer},
    {"message-type", EventType, TypeName, true},
    {"id", EventId, Text, true},
    {"sent-at", OriginTimestamp, Time, true},
    {"wolverine-kafka-retry-tier", Note},
    {"wolverine-kafka-retry-attempt", Attempts, Integer},
    {"wolverine-kafka-retry-exception-type", Exception},
    {"wolverine-kafka-retry-exception-message", Message},
    {"wolverine-kafka-retry-first-failed", FirstFailedAt, Time},
};

constexpr HeaderRow karafkaRows[] = {
    {"source_topic", OriginTopic},
    {"source_partition", OriginPartition, Integer},
    {"source_offset", OriginOffset, Integer},
    {"source_consumer_group", Consumer},
    {"source_attempts", Attempts, Integer},
    {"source_trace_id", Note},
};

// Karafka before 2.5; arroyo writes partition and offset without a topic.
constexpr HeaderRow karafkaOldRows[] = {
    {"original_topic", OriginTopic},
    {"original_partition", OriginPartition, Integer},
    {"original_offset", OriginOffset, Integer},
    {"original_consumer_group", Consumer},
    {"original_attempts", Attempts, Integer},
};

constexpr HeaderRow greyhoundRows[] = {
    {"GH_OriginalTopic", OriginTopic},
    {"GH_RetryAttempt", Attempts, Integer, false, 1},
    {"submitTimestamp", FailedAt, Time},
};

constexpr HeaderRow silverbackRows[] = {
    {"x-source-topic", OriginTopic},
    {"x-source-partition", OriginPartition, Integer},
    {"x-source-offset", OriginOffset, Integer},
    {"x-source-timestamp", OriginTimestamp, Time},
    {"x-source-consumer-group-id", Consumer},
    {"x-source-endpoint", OriginTopic, Uri},
    {"x-failed-attempts", Attempts, Integer},
    {"x-failure-reason", Message},
    {"x-message-type", EventType, TypeName, true},
    {"x-message-id", EventId, Text, true},
};

// The sandbox's own, which come with this program to practise on.
constexpr HeaderRow sandboxRows[] = {
    {"sandbox-failed-topic", OriginTopic},
    {"sandbox-failed-partition", OriginPartition, Integer},
    {"sandbox-failed-position", OriginOffset, Integer},
    {"sandbox-failed-event-time", OriginTimestamp, Time},
    {"sandbox-failed-projection", Consumer},
    {"sandbox-failed-at", FailedAt, Time},
    {"sandbox-failed-tries", Attempts, Integer},
    {"sandbox-failed-exception", Exception},
    {"sandbox-failed-message", Message},
    {"sandbox-failed-stack", StackTrace},
};

constexpr HeaderFamily kafkaList[] = {
    {.id = "spring",
     .label = "Spring Kafka",
     .rows = springRows,
     .markers = "kafka_dlt-original-topic|kafka_dlt-exception-fqcn|kafka_dlt-exception-cause-fqcn|"
                "kafka_dlt-key-exception-fqcn",
     .prefix = "kafka_dlt-",
     .repeats = Repeats::Spring,
     .stamp = Stamp::Writer},
    {.id = "spring-retry",
     .label = "Spring @RetryableTopic",
     .rows = springRetryRows,
     .markers = "retry_topic-attempts|kafka_original-topic|kafka_exception-fqcn|kafka_exception-cause-fqcn|"
                "kafka_key-exception-fqcn",
     .repeats = Repeats::Spring,
     .stamp = Stamp::Writer},
    {.id = "spring-cloud-stream",
     .label = "Spring Cloud Stream",
     .rows = cloudStreamRows,
     .markers = "x-exception-fqcn|x-original-topic x-original-timestamp-type|x-original-topic x-exception-stacktrace"},
    {.id = "connect",
     .label = "Kafka Connect",
     .rows = connectRows,
     .markers = "__connect.errors.exception.class.name|__connect.errors.connector.name|__connect.errors.stage|"
                "__connect.errors.topic",
     .prefix = "__connect.errors.",
     .consumerPrefix = "connect-",
     .stamp = Stamp::Event},
    {.id = "neo4j",
     .label = "Kafka Connect (other prefix)",
     .rows = neo4jRows,
     .markers = "__streams.errors.exception.class.name|__streams.errors.connector.name",
     .prefix = "__streams.errors.",
     .consumerPrefix = "connect-",
     .stamp = Stamp::Event},
    {.id = "streams",
     .label = "Kafka Streams",
     .rows = streamsRows,
     .markers = "__streams.errors.exception",
     .prefix = "__streams.errors.",
     .stamp = Stamp::Event,
     .payloadMayBeMissing = true},
    {.id = "share-group",
     .label = "Kafka share group",
     .rows = shareGroupRows,
     .markers = "__dlq.errors.topic|__dlq.errors.group",
     .prefix = "__dlq.errors.",
     .stamp = Stamp::Writer,
     .payloadMayBeMissing = true},
    {.id = "smallrye",
     .label = "SmallRye / Quarkus",
     .rows = smallRyeRows,
     .markers = "dead-letter-topic|dead-letter-exception-class-name|dead-letter-reason",
     .prefix = "dead-letter-",
     .repeats = Repeats::Prepended,
     .stamp = Stamp::Writer,
     .payloadMayBeMissing = true},
    {.id = "smallrye-retry",
     .label = "SmallRye delayed retry",
     .rows = smallRyeRetryRows,
     .markers = "delayed-retry-topic|delayed-retry-exception-class-name|delayed-retry-count",
     .repeats = Repeats::Prepended,
     .stamp = Stamp::Writer},
    {.id = "wolverine",
     .label = "Wolverine",
     .rows = wolverineRows,
     .markers = "exception-type original-destination|exception-type failed-at|wolverine-kafka-retry-source|"
                "wolverine-kafka-retry-exception-type"},
    {.id = "karafka", .label = "Karafka", .rows = karafkaRows, .markers = "source_topic source_offset"},
    {.id = "karafka-old",
     .label = "Karafka before 2.5 / arroyo",
     .rows = karafkaOldRows,
     .markers = "original_partition original_offset"},
    {.id = "greyhound", .label = "Greyhound", .rows = greyhoundRows, .markers = "GH_OriginalTopic|GH_RetryAttempt"},
    {.id = "silverback",
     .label = "Silverback",
     .rows = silverbackRows,
     .markers = "x-source-topic|x-source-endpoint|"
                "x-failed-attempts"},
    {.id = "sandbox",
     .label = "Projectionist sandbox",
     .rows = sandboxRows,
     .markers = "sandbox-failed-topic|sandbox-failed-exception",
     .prefix = "sandbox-failed-",
     .stamp = Stamp::Writer},
};

} // namespace

std::span<const HeaderFamily> kafkaFamilies()
{
    return kafkaList;
}

} // namespace projectionist
