// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/headerfamilies.h"

namespace projectionist {

namespace {

using enum HeaderRole;
using enum HeaderEncoding;

constexpr HeaderRow generalRows[] = {
    {"ce_type", EventType},
    {"ce-type", EventType},
    {"cloudEvents:type", EventType},
    {"eventType", EventType, TypeName},
    {"event-type", EventType, TypeName},
    {"event_type", EventType, TypeName},
    {"EventType", EventType, TypeName},
    {"message-type", EventType, TypeName},
    {"messageType", EventType, TypeName},
    {"message_type", EventType, TypeName},
    {"x-message-type", EventType, TypeName},
    {"x-event-type", EventType, TypeName},
    {"MT-MessageType", EventType, TypeName},
    {"axon-message-type", EventType},
    {"__TypeId__", EventType},
    {"type", EventType, TypeName},
    {"ce_id", EventId},
    {"ce-id", EventId},
    {"eventId", EventId},
    {"event-id", EventId},
    {"event_id", EventId},
    {"message-id", EventId},
    {"messageId", EventId},
    {"x-message-id", EventId},
    {"axon-message-id", EventId},
    {"ce_time", OriginTimestamp, Time},
    {"spring_json_header_types", HeaderTypes},
    {"kafka_deliveryAttempt", Attempts, Count},
};

} // namespace

std::vector<HeaderFamily> builtinFamilies()
{
    std::vector<HeaderFamily> all;
    for (const auto part : {kafkaFamilies(), bridgedFamilies(), tableFamilies()})
        all.insert(all.end(), part.begin(), part.end());
    return all;
}

std::span<const HeaderRow> generalHeaders()
{
    return generalRows;
}

} // namespace projectionist
