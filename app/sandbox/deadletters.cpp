// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sandbox/deadletters.h"

#include <fmt/format.h>
#include <set>

namespace projectionist {

namespace {

template<typename Number>
std::string bigEndian(Number number)
{
    std::string bytes;
    for (int shift = 8 * static_cast<int>(sizeof number) - 8; shift >= 0; shift -= 8)
        bytes += static_cast<char>((number >> shift) & 0xff);
    return bytes;
}

} // namespace

DeadLetters::DeadLetters(std::string topic, std::string reader, std::unique_ptr<EventProducer> producer)
    : m_topic(std::move(topic)), m_reader(std::move(reader)), m_producer(std::move(producer))
{
}

OutgoingRecord DeadLetters::compose(const DeadLetterRecord& letter) const
{
    const auto& [record, failure] = letter;
    const std::string exception = "projectionist.sandbox." + failure.exception;
    OutgoingRecord out;
    out.topic = m_topic;
    out.partition = record.id.partition;
    out.key = record.key;
    out.value = record.value;
    out.headers = record.headers;
    const auto add = [&out](const char* name, std::string value) {
        out.headers.push_back({std::string("kafka_dlt-") + name, std::move(value)});
    };
    add("original-topic", record.id.topic);
    add("original-partition", bigEndian(record.id.partition));
    add("original-offset", bigEndian(record.offset));
    if (record.timestamp) {
        add("original-timestamp", bigEndian(record.timestamp->time_since_epoch().count()));
        add("original-timestamp-type", record.appendTime ? "LogAppendTime" : "CreateTime");
    }
    add("original-consumer-group", m_reader);
    add("exception-fqcn", exception);
    add("exception-cause-fqcn", exception);
    add("exception-message", failure.message);
    add("exception-stacktrace", fmt::format("{}: {}\n\tat {}.apply({} at {})\n", exception, failure.message, m_reader,
                                            toString(record.id), record.offset));
    return out;
}

Result<void> DeadLetters::publish(const std::vector<DeadLetterRecord>& letters, Duration timeout)
{
    std::set<std::uint64_t> waiting;
    for (const auto& letter : letters) {
        if (auto queued = m_producer->produce(compose(letter), ++m_lastToken); !queued)
            return queued;
        waiting.insert(m_lastToken);
    }
    if (waiting.empty())
        return {};
    if (auto flushed = m_producer->flush(timeout); !flushed)
        return flushed;
    for (const auto& delivery : m_producer->collect(Duration(0))) {
        if (delivery.error && waiting.contains(delivery.token))
            return tl::unexpected(*delivery.error);
    }
    return {};
}

} // namespace projectionist
