// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/headerfamilies.h"

namespace projectionist {

namespace {

using enum HeaderRole;
using enum HeaderEncoding;

// Database tables: names in lower case without '_', so that one row fits every spelling.
constexpr HeaderRow wolverineTableRows[] = {
    {"id", EventId},
    {"messagetype", EventType, TypeName},
    {"receivedat", OriginTopic, Uri},
    {"exceptiontype", Exception},
    {"exceptionmessage", Message},
    {"sentat", OriginTimestamp, Time},
    {"executiontime", NextAttempt, Time},
    {"source", Note},
    {"replayable", Note},
    {"expires", Note},
};

constexpr HeaderRow axonRows[] = {
    {"processinggroup", Consumer},
    {"causetype", Exception},
    {"causemessage", Message},
    {"enqueuedat", FailedAt, Time},
    {"timestamp", OriginTimestamp, Time},
    {"payloadtype", EventType},
    {"eventidentifier", EventId},
    {"lasttouched", Note, Time},
    {"processingstarted", Note, Time},
    {"aggregatetype", Note},
    {"type", Note},
    {"aggregateidentifier", Note},
    {"sequencenumber", Note, Integer},
    {"sequenceidentifier", Note},
    {"sequenceindex", Note, Integer},
    {"deadletterid", Note},
    {"diagnostics", Note},
};

constexpr HeaderRow martenRows[] = {
    {"projectionname", Consumer},
    {"shardname", Operation},
    {"eventsequence", OriginOffset, Integer},
    {"exceptiontype", Exception},
    {"exceptionmessage", Message},
    {"timestamp", FailedAt, Time},
    {"id", EventId},
};

constexpr HeaderRow pgmqRows[] = {
    {"msgid", OriginOffset, Integer}, {"readct", Attempts, Integer}, {"enqueuedat", OriginTimestamp, Time},
    {"archivedat", FailedAt, Time},   {"vt", NextAttempt, Time},
};

constexpr HeaderRow massTransitTableRows[] = {
    {"messageid", EventId},
    {"messagetype", EventType, TypeName},
    {"senttime", OriginTimestamp, Time},
    {"enqueuetime", FailedAt, Time},
    {"deliverycount", Attempts, Integer},
    {"queuename", OriginTopic},
    {"queuetype", Note},
    {"sourceaddress", Note},
};

constexpr HeaderRow sandboxTableRows[] = {
    {"projection", Consumer},
    {"topic", OriginTopic},
    {"partition", OriginPartition, Integer},
    {"position", OriginOffset, Integer},
    {"exception", Exception},
    {"message", Message},
    {"stack", StackTrace},
    {"attempts", Attempts, Integer},
    {"failedat", FailedAt, Time},
    {"type", EventType},
    {"id", Note},
};

constexpr HeaderFamily tableList[] = {
    {.id = "wolverine-table",
     .label = "Wolverine table",
     .rows = wolverineTableRows,
     .markers = "exceptiontype",
     .table = true},
    {.id = "axon",
     .label = "Axon",
     .rows = axonRows,
     .markers = "causetype processinggroup",
     .parks = true,
     .table = true},
    {.id = "marten", .label = "Marten", .rows = martenRows, .markers = "exceptiontype", .table = true},
    {.id = "pgmq", .label = "pgmq", .rows = pgmqRows, .markers = "msgid readct", .table = true},
    {.id = "masstransit-table",
     .label = "MassTransit queue",
     .rows = massTransitTableRows,
     .markers = "queuetype messageid",
     .table = true},
    {.id = "sandbox-table",
     .label = "Sandbox",
     .rows = sandboxTableRows,
     .markers = "projection exception",
     .stamp = Stamp::Writer,
     .table = true},
};

} // namespace

std::span<const HeaderFamily> tableFamilies()
{
    return tableList;
}

} // namespace projectionist
