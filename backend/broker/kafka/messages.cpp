// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/broker/kafka/messages.h"

#include <algorithm>

namespace projectionist::kafka {

namespace {

std::optional<std::string> bytes(const void* data, std::size_t size)
{
    if (!data)
        return std::nullopt;
    return std::string(static_cast<const char*>(data), size);
}

std::vector<Header> headersOf(const rd_kafka_message_t& message)
{
    std::vector<Header> headers;
    rd_kafka_headers_t* raw = nullptr;
    if (rd_kafka_message_headers(&message, &raw) != RD_KAFKA_RESP_ERR_NO_ERROR)
        return headers;
    const char* name = nullptr;
    const void* value = nullptr;
    std::size_t size = 0;
    for (std::size_t i = 0; rd_kafka_header_get_all(raw, i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR; ++i)
        headers.push_back({name, bytes(value, size)});
    return headers;
}

} // namespace

Record recordOf(const rd_kafka_message_t& message, std::size_t maxBytes)
{
    Record record;
    record.id = idOf(message);
    record.offset = message.offset;
    rd_kafka_timestamp_type_t type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE;
    const std::int64_t time = rd_kafka_message_timestamp(&message, &type);
    if (type != RD_KAFKA_TIMESTAMP_NOT_AVAILABLE && time >= 0)
        record.timestamp = TimePoint(Duration(time));
    record.appendTime = type == RD_KAFKA_TIMESTAMP_LOG_APPEND_TIME;
    record.key = bytes(message.key, message.key_len);
    record.value = bytes(message.payload, std::min(message.len, maxBytes));
    record.headers = headersOf(message);
    return record;
}

TopicPartition idOf(const rd_kafka_message_t& message)
{
    return {message.rkt ? rd_kafka_topic_name(message.rkt) : "", message.partition};
}

ListPtr listOf(std::span<const TopicPartition> ids)
{
    ListPtr list(rd_kafka_topic_partition_list_new(static_cast<int>(ids.size())));
    for (const TopicPartition& id : ids)
        rd_kafka_topic_partition_list_add(list.get(), id.topic.c_str(), id.partition);
    return list;
}

std::vector<TopicPartition> idsOf(const rd_kafka_topic_partition_list_t& list)
{
    std::vector<TopicPartition> ids;
    for (int i = 0; i < list.cnt; ++i)
        ids.push_back({list.elems[i].topic, list.elems[i].partition});
    std::ranges::sort(ids);
    return ids;
}

} // namespace projectionist::kafka
