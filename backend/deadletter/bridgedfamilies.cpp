// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/headerfamilies.h"

namespace projectionist {

namespace {

using enum HeaderRole;
using enum HeaderEncoding;

constexpr HeaderRow watermillRows[] = {
    {"reason_poisoned", Message},
    {"topic_poisoned", OriginTopic},
    {"handler_poisoned", Operation},
    {"subscriber_poisoned", Note},
};

constexpr HeaderRow helidonRows[] = {
    {"dlq-orig-topic", OriginTopic},
    {"dlq-orig-partition", OriginPartition, Integer},
    {"dlq-orig-offset", OriginOffset, Integer},
    {"dlq-orig-timestamp", OriginTimestamp, Time},
    {"dlq-orig-timestamp-type", OriginTimestampType},
    {"dlq-orig-leader-epoch", Note, Integer},
    {"dlq-error", Exception},
    {"dlq-error-msg", Message},
    {"helidon_messaging_dead_letter_source_channel", Operation},
    {"helidon_messaging_dead_letter_attempts", Attempts, Integer},
};

constexpr HeaderRow djangoRows[] = {
    {"DEAD_LETTER_MESSAGE_TOPIC", OriginTopic},
    {"DEAD_LETTER_MESSAGE_PARTITION", OriginPartition, Integer},
    {"DEAD_LETTER_MESSAGE_OFFSET", OriginOffset, Integer},
    {"DEAD_LETTER_SUMMARY", Message},
    {"DEAD_LETTER_MESSAGE", Message},
    {"DEAD_LETTER_DETAIL", StackTrace},
};

constexpr HeaderRow moleculerRows[] = {
    {"x-original-channel", OriginTopic},
    {"x-original-topic", OriginTopic},
    {"x-original-partition", OriginPartition, Integer},
    {"x-original-offset", OriginOffset, Integer},
    {"x-original-group", Consumer},
    {"x-redelivered-count", Attempts, Integer},
    {"x-error-name", Exception},
    {"x-error-message", Message},
    {"x-error-timestamp", FailedAt, Time},
    {"x-error-type", Note},
    {"x-error-code", Note},
    {"x-error-stack", Note},
};

constexpr HeaderRow pulsarRows[] = {
    {"REAL_TOPIC", OriginTopic},           {"RETRY_TOPIC", Note},
    {"RECONSUMETIMES", Attempts, Integer}, {"ORIGIN_MESSAGE_ID", EventId},
    {"ORIGIN_MESSAGE_IDY_TIME", EventId},  {"DELAY_TIME", Note},
};

constexpr HeaderRow outboxRelayRows[] = {
    {"dlq-original-topic", OriginTopic}, {"dlq-error-class", Exception},    {"dlq-reason", Message},
    {"dlq-stack", StackTrace},           {"dlq-failed-at", FailedAt, Time}, {"dlq-attempts", Attempts, Integer},
};

constexpr HeaderRow dottedRows[] = {
    {"dlq.exception.class", Exception},
    {"dlq.exception.message", Message},
    {"dlq.failure.timestamp", FailedAt, Time},
};

constexpr HeaderRow nserviceBusRows[] = {
    {"NServiceBus.FailedQ", OriginTopic},
    {"NServiceBus.TimeOfFailure", FailedAt, Time},
    {"NServiceBus.TimeSent", OriginTimestamp, Time, true},
    {"NServiceBus.ExceptionInfo.ExceptionType", Exception},
    {"NServiceBus.ExceptionInfo.InnerExceptionType", Cause},
    {"NServiceBus.ExceptionInfo.Message", Message},
    {"NServiceBus.ExceptionInfo.StackTrace", StackTrace},
    {"NServiceBus.ExceptionInfo.Source", Operation},
    {"NServiceBus.ExceptionInfo.HelpLink", Note},
    {"NServiceBus.ProcessingEndpoint", Consumer},
    {"NServiceBus.EnclosedMessageTypes", EventType, TypeName, true},
    {"NServiceBus.MessageId", EventId, Text, true},
    {"NServiceBus.CorrelationId", Note, Text, true},
    {"NServiceBus.ConversationId", Note, Text, true},
    {"ServiceControl.TargetEndpointAddress", Note},
    {"ServiceControl.Retry.UniqueMessageId", Note},
    {"ServiceControl.Retry.StagingId", Note},
    {"ServiceControl.Retry.Attempt.MessageId", Note},
    {"ServiceControl.Retry.AcknowledgementQueue", Note},
    {"ServiceControl.Retry.Successful", Note},
    {"ServiceControl.EditOf", Note},
};

constexpr HeaderRow massTransitRows[] = {
    {"MT-Fault-InputAddress", OriginTopic, Uri},
    {"MT-Fault-ExceptionType", Exception},
    {"MT-Fault-Message", Message},
    {"MT-Fault-StackTrace", StackTrace},
    {"MT-Fault-Timestamp", FailedAt, Time},
    {"MT-Fault-ConsumerType", Consumer},
    {"MT-Fault-MessageType", EventType, TypeName},
    {"MT-Fault-RetryCount", Attempts, Integer, false, 1},
    {"MT-Fault-RedeliveryCount", Note, Integer},
    {"MT-Redelivery-Count", Note, Integer},
    {"MT-OriginalMessageId", EventId},
    {"MT-Reason", Note},
};

constexpr HeaderRow rebusRows[] = {
    {"rbs2-source-queue", OriginTopic},           {"rbs2-error-details", StackTrace},
    {"rbs2-msg-type", EventType, TypeName, true}, {"rbs2-msg-id", EventId, Text, true},
    {"rbs2-delivery-count", Attempts, Integer},
};

constexpr HeaderRow springAmqpRows[] = {
    {"x-original-exchange", OriginTopic},
    {"x-original-routingKey", Note},
    {"x-exception-message", Message},
    {"x-exception-stacktrace", StackTrace},
};

constexpr HeaderRow rabbitRows[] = {
    {"x-first-death-queue", OriginTopic},
    {"x-first-death-exchange", Note},
    {"x-first-death-reason", Message},
    {"x-death", Note},
};

constexpr HeaderRow serviceBusRows[] = {
    {"DeadLetterReason", Exception},
    {"DeadLetterErrorDescription", Message},
    {"DeadLetterSource", OriginTopic},
};

constexpr HeaderRow sqsRows[] = {
    {"DeadLetterQueueSourceArn", OriginTopic, Uri},
    {"ApproximateReceiveCount", Attempts, Integer},
};

constexpr HeaderFamily bridgedList[] = {
    {.id = "watermill", .label = "Watermill", .rows = watermillRows, .markers = "reason_poisoned|topic_poisoned"},
    {.id = "helidon", .label = "Helidon", .rows = helidonRows, .markers = "dlq-orig-topic|dlq-error dlq-error-msg"},
    {.id = "django-kafka",
     .label = "django-kafka",
     .rows = djangoRows,
     .markers = "DEAD_LETTER_MESSAGE_TOPIC|DEAD_LETTER_DETAIL|DEAD_LETTER_SUMMARY"},
    {.id = "moleculer",
     .label = "Moleculer",
     .rows = moleculerRows,
     .markers = "x-redelivered-count|x-original-channel"},
    {.id = "pulsar", .label = "Pulsar", .rows = pulsarRows, .markers = "REAL_TOPIC|RECONSUMETIMES"},
    {.id = "eventferry",
     .label = "eventferry",
     .rows = outboxRelayRows,
     .markers = "dlq-error-class|dlq-original-topic"},
    {.id = "dlq-exception", .label = "dlq.exception.*", .rows = dottedRows, .markers = "dlq.exception.class"},
    {.id = "nservicebus",
     .label = "NServiceBus",
     .rows = nserviceBusRows,
     .markers = "NServiceBus.FailedQ|NServiceBus.ExceptionInfo.ExceptionType"},
    {.id = "masstransit",
     .label = "MassTransit",
     .rows = massTransitRows,
     .markers = "MT-Fault-ExceptionType|MT-Fault-Message|MT-Reason"},
    {.id = "rebus", .label = "Rebus", .rows = rebusRows, .markers = "rbs2-error-details|rbs2-source-queue"},
    {.id = "spring-amqp",
     .label = "Spring AMQP",
     .rows = springAmqpRows,
     .markers = "x-exception-stacktrace x-original-exchange"},
    {.id = "rabbitmq", .label = "RabbitMQ", .rows = rabbitRows, .markers = "x-first-death-queue|x-death"},
    {.id = "service-bus", .label = "Azure Service Bus", .rows = serviceBusRows, .markers = "DeadLetterReason"},
    {.id = "sqs", .label = "Amazon SQS", .rows = sqsRows, .markers = "DeadLetterQueueSourceArn"},
};

} // namespace

std::span<const HeaderFamily> bridgedFamilies()
{
    return bridgedList;
}

} // namespace projectionist
