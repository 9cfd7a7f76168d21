// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/headerfamilies.h"

#include <array>

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

constexpr std::array<std::string_view, headerRoleCount> roleWords{"origin-topic",
                                                                  "origin-partition",
                                                                  "origin-offset",
                                                                  "origin-timestamp",
                                                                  "origin-timestamp-type",
                                                                  "consumer",
                                                                  "stage",
                                                                  "operation",
                                                                  "exception",
                                                                  "cause",
                                                                  "message",
                                                                  "cause-message",
                                                                  "stack-trace",
                                                                  "key-exception",
                                                                  "key-message",
                                                                  "key-stack-trace",
                                                                  "attempts",
                                                                  "first-failed-at",
                                                                  "failed-at",
                                                                  "next-attempt",
                                                                  "event-type",
                                                                  "event-id",
                                                                  "header-types",
                                                                  "note"};
constexpr std::array<std::string_view, 7> encodingWords{"text", "integer",   "count",          "time",
                                                        "uri",  "type-name", "java-serialized"};

template<typename Value, std::size_t size>
std::optional<Value> valueOf(const std::array<std::string_view, size>& words, std::string_view word)
{
    for (std::size_t i = 0; i < size; ++i)
        if (words[i] == word)
            return static_cast<Value>(i);
    return std::nullopt;
}

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

std::string_view toString(HeaderRole role) noexcept
{
    return roleWords[static_cast<std::size_t>(role)];
}

std::string_view toString(HeaderEncoding encoding) noexcept
{
    return encodingWords[static_cast<std::size_t>(encoding)];
}

std::optional<HeaderRole> headerRoleFromString(std::string_view word) noexcept
{
    return valueOf<HeaderRole>(roleWords, word);
}

std::optional<HeaderEncoding> headerEncodingFromString(std::string_view word) noexcept
{
    return valueOf<HeaderEncoding>(encodingWords, word);
}

} // namespace projectionist
