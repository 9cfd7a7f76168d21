// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/letterschema.h"

namespace projectionist {

namespace {

std::vector<FilterField> letterFields()
{
    return {
        {"projection", FilterType::Text, "the projection whose event failed"},
        {"consumer", FilterType::Text, "consumer group, connector or endpoint that gave up"},
        {"topic", FilterType::Text, "topic or table where the letter lies"},
        {"exception", FilterType::Text, "class of the root cause"},
        {"message-pattern", FilterType::Text, "message of the root cause, with # for numbers and ids"},
        {"frame", FilterType::Text, "first frame of the application in the stack trace"},
        {"event", FilterType::Text, "type of the event"},
        {"origin", FilterType::Text, "topic that the event came from"},
        {"family", FilterType::Text, "framework that wrote the letter"},
        {"group", FilterType::Text, "fingerprint of the failure"},
        {"state", FilterType::Enumeration, "what was done with it here", {"open", "replayed", "resolved"}},
        {"partition", FilterType::Number, "partition where the letter lies"},
        {"offset", FilterType::Number, "offset of the letter"},
        {"origin-partition", FilterType::Number, "partition that the event came from"},
        {"origin-offset", FilterType::Number, "offset that the event had there"},
        {"attempts", FilterType::Number, "how often it was tried"},
        {"hops", FilterType::Number, "how often it was passed on as failed"},
        {"size", FilterType::Number, "bytes of the payload"},
        {"arrived", FilterType::Time, "when it became a dead letter"},
        {"event-time", FilterType::Time, "timestamp of the event"},
        {"failed-at", FilterType::Time, "when it failed, by the letter's own word"},
        {"next-attempt", FilterType::Time, "when its framework tries it again"},
        {"delay", FilterType::Span, "from the event to its dead letter"},
        {"has-payload", FilterType::Boolean, "false: no value, or none was kept"},
        {"parked", FilterType::Boolean, "did not fail itself: waits behind a failed one"},
        {"age", FilterType::Span, "time since it became a dead letter", {}, true, "arrived"},
        {"message", FilterType::Text, "message of the root cause as it was written", {}, false},
        {"key", FilterType::Text, "key of the record", {}, false},
        {"event-id", FilterType::Text, "id of the event", {}, false},
    };
}

} // namespace

const FilterSchema& letterSchema()
{
    static const FilterSchema schema(letterFields());
    return schema;
}

const std::string& nameOf(LetterField field)
{
    return letterSchema().fields()[static_cast<std::size_t>(field)].name;
}

} // namespace projectionist
