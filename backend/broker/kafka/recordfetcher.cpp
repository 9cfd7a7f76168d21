// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/broker/kafka/recordfetcher.h"

#include "backend/broker/kafka/handle.h"
#include "backend/broker/kafka/kafkabroker.h"
#include "backend/broker/kafka/messages.h"

#include <fmt/format.h>

namespace projectionist::kafka {

namespace {

std::string whatOf(const TopicPartition& id, Offset offset)
{
    return fmt::format("The record at offset {} of {} cannot be read", offset, toString(id));
}

Error notThere(const TopicPartition& id, Offset offset, std::string why)
{
    return {ErrorKind::NotFound, whatOf(id, offset), std::move(why), "", false};
}

} // namespace

RecordFetcher::~RecordFetcher() = default;

Result<void> RecordFetcher::connect()
{
    if (!m_broker) {
        auto broker = connectKafka(m_settings);
        if (!broker)
            return tl::unexpected(broker.error());
        m_broker = std::move(*broker);
    }
    if (!m_handle) {
        auto handle = Handle::open(m_settings, readingPlan("error"));
        if (!handle)
            return tl::unexpected(handle.error());
        m_handle = std::move(*handle);
    }
    return {};
}

Result<void> RecordFetcher::checkBounds(const TopicPartition& id, Offset offset, SteadyTime deadline)
{
    auto bounds = m_broker->bounds(std::span(&id, 1), Duration(millisecondsUntil(deadline)));
    if (!bounds)
        return tl::unexpected(bounds.error());
    const PartitionBounds& row = bounds->front();
    if (row.error)
        return tl::unexpected(*row.error);
    if (offset < row.start)
        return tl::unexpected(
            notThere(id, offset, fmt::format("The log begins at {}: retention deleted it", row.start)));
    if (offset >= row.head)
        return tl::unexpected(notThere(id, offset, fmt::format("The log ends before {}", row.head)));
    return {};
}

Result<FetchedRecord> RecordFetcher::fetch(const TopicPartition& id, Offset offset, std::size_t maxBytes,
                                           SteadyTime deadline)
{
    if (auto connected = connect(); !connected)
        return tl::unexpected(connected.error());
    if (auto there = checkBounds(id, offset, deadline); !there)
        return tl::unexpected(there.error());
    const ListPtr list = listOf(std::span(&id, 1));
    list->elems[0].offset = offset;
    rd_kafka_assign(m_handle->get(), list.get());
    MessagePtr message;
    do
        message.reset(rd_kafka_consumer_poll(m_handle->get(), millisecondsUntil(deadline)));
    while ((!message || isSilence(message->err) || idOf(*message) != id) && millisecondsUntil(deadline) > 0);
    rd_kafka_assign(m_handle->get(), nullptr);
    if (!message || isSilence(message->err))
        return tl::unexpected(m_handle->explain(RD_KAFKA_RESP_ERR__TIMED_OUT, whatOf(id, offset)));
    const bool noneLeft =
        message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF || message->err == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET;
    if (!noneLeft && message->err != RD_KAFKA_RESP_ERR_NO_ERROR)
        return tl::unexpected(m_handle->explain(message->err, whatOf(id, offset)));
    if (noneLeft || message->offset != offset)
        return tl::unexpected(
            notThere(id, offset, "It was deleted or compacted away, or is no record but a mark of a transaction"));
    return FetchedRecord{recordOf(*message, maxBytes), message->len};
}

} // namespace projectionist::kafka
