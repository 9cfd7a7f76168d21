// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sandbox/letterformats.h"

#include "app/sandbox/javatrace.h"
#include "backend/core/format.h"

#include <algorithm>
#include <fmt/format.h>

namespace projectionist {

namespace {

using nlohmann::json;

template<typename Number>
std::string bigEndian(Number number)
{
    std::string bytes;
    for (int shift = 8 * static_cast<int>(sizeof number) - 8; shift >= 0; shift -= 8)
        bytes += static_cast<char>((number >> shift) & 0xff);
    return bytes;
}

OutgoingRecord copyOf(const Record& record, const std::string& topic)
{
    return {topic, record.id.partition, record.key, record.value, record.headers, {}};
}

/// PostgreSQL's texts hold everything but NUL; what is no UTF-8 is replaced when the JSON is written.
json textOrNull(const std::optional<std::string>& bytes)
{
    if (!bytes)
        return nullptr;
    std::string text;
    for (const char letter : *bytes)
        letter == '\0' ? text += "\uFFFD" : text += letter;
    return text;
}

} // namespace

OutgoingRecord springLetter(const DeadLetterRecord& letter, const LetterWriter& writer)
{
    const auto& record = letter.record;
    OutgoingRecord out = copyOf(record, writer.topic);
    std::erase_if(out.headers, [](const Header& header) {
        return header.name == "kafka_deliveryAttempt" || header.name.starts_with("kafka_dlt-exception-");
    });
    const auto add = [&out](const char* name, std::string value) { out.headers.push_back({name, std::move(value)}); };
    add("kafka_deliveryAttempt", bigEndian(static_cast<std::int32_t>(letter.attempts)));
    add("kafka_dlt-original-topic", record.id.topic);
    add("kafka_dlt-original-partition", bigEndian(record.id.partition));
    add("kafka_dlt-original-offset", bigEndian(record.offset));
    if (record.timestamp) {
        add("kafka_dlt-original-timestamp", bigEndian(record.timestamp->time_since_epoch().count()));
        add("kafka_dlt-original-timestamp-type", record.appendTime ? "LogAppendTime" : "CreateTime");
    }
    add("kafka_dlt-original-consumer-group", writer.reader);
    const auto chain = thrownByListener(writer.projection, letter.failure);
    add("kafka_dlt-exception-fqcn", chain.front().exception);
    add("kafka_dlt-exception-cause-fqcn", chain.at(1).exception);
    add("kafka_dlt-exception-message", chain.front().message + "; " + chain.back().message);
    add("kafka_dlt-exception-stacktrace", printStackTrace(chain));
    return out;
}

OutgoingRecord sandboxLetter(const DeadLetterRecord& letter, const LetterWriter& writer)
{
    const auto& record = letter.record;
    OutgoingRecord out = copyOf(record, writer.topic);
    const auto add = [&out](const char* name, std::string value) {
        out.headers.push_back({std::string("sandbox-failed-") + name, std::move(value)});
    };
    add("topic", record.id.topic);
    add("partition", std::to_string(record.id.partition));
    add("position", std::to_string(record.offset));
    if (record.timestamp)
        add("event-time", formatRfc3339(*record.timestamp));
    add("projection", writer.reader);
    add("at", formatRfc3339(letter.failedAt));
    add("tries", std::to_string(letter.attempts));
    add("exception", letter.failure.exception);
    add("message", letter.failure.message);
    add("stack", printStackTrace(thrownByHandler(writer.projection, letter.failure)));
    return out;
}

json letterRow(const DeadLetterRecord& letter, const std::string& projection)
{
    const auto& record = letter.record;
    json headers = json::object();
    for (const auto& header : record.headers)
        headers[textOrNull(header.name).get<std::string>()] = textOrNull(header.value);
    const auto type = std::ranges::find(record.headers, "type", &Header::name);
    json payload;
    if (record.value) {
        std::string digits;
        for (const char byte : *record.value)
            digits += fmt::format("{:02x}", static_cast<unsigned char>(byte));
        payload = std::move(digits);
    }
    return {{"failed_at", formatRfc3339(letter.failedAt)},
            {"projection", projection},
            {"topic", record.id.topic},
            {"partition", record.id.partition},
            {"position", record.offset},
            {"key", textOrNull(record.key)},
            {"type", type == record.headers.end() ? json("") : textOrNull(type->value.value_or(std::string()))},
            {"payload", std::move(payload)},
            {"headers", std::move(headers)},
            {"exception", letter.failure.exception},
            {"message", textOrNull(letter.failure.message)},
            {"stack", textOrNull(printStackTrace(thrownByHandler(projection, letter.failure)))},
            {"attempts", letter.attempts}};
}

} // namespace projectionist
