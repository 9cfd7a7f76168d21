// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/broker/kafka/kafkarangereader.h"

#include "backend/broker/kafka/fetchpause.h"
#include "backend/broker/kafka/messages.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>

namespace projectionist {

namespace {

using namespace kafka;

/// How soon a stop is seen.
constexpr std::chrono::milliseconds rangePoll{100};
constexpr std::size_t recordsBetweenLooks = 1024; ///< at the queue, see FetchPause

Error stopped(std::string what)
{
    return {ErrorKind::Cancelled, std::move(what), "somebody asked for a stop", {}, true};
}

class KafkaRangeReader final : public RangeReader
{
public:
    KafkaRangeReader(std::unique_ptr<Handle> handle) : m_handle(std::move(handle)), m_fetchPause(m_handle->get()) {}

    [[nodiscard]] Result<void> read(std::span<const LogRange> ranges, std::size_t maxBytes,
                                    const std::function<void(const Record&)>& take, Duration quiet,
                                    const std::stop_token& stop) override;

private:
    void assign(std::span<const LogRange> ranges);
    /// An Error: this partition cannot be read.
    [[nodiscard]] Result<void> pass(const rd_kafka_message_t& message, std::size_t maxBytes,
                                    const std::function<void(const Record&)>& take);

    void taken(const rd_kafka_message_t& message);

    std::unique_ptr<Handle> m_handle;
    FetchPause m_fetchPause;
    std::size_t m_records = 0; ///< since the last look
    std::size_t m_valueBytes = 0;
    struct Place
    {
        Offset next = 0;
        Offset to = 0;
    };
    std::map<TopicPartition, Place> m_open; ///< of the read() that runs
};

void KafkaRangeReader::assign(std::span<const LogRange> ranges)
{
    m_open.clear();
    const ListPtr list(rd_kafka_topic_partition_list_new(static_cast<int>(ranges.size())));
    for (const auto& range : ranges)
        if (range.from < range.to) {
            rd_kafka_topic_partition_list_add(list.get(), range.id.topic.c_str(), range.id.partition)->offset =
                range.from;
            m_open[range.id] = {range.from, range.to};
        }
    rd_kafka_assign(m_handle->get(), list->cnt > 0 ? list.get() : nullptr);
    m_fetchPause.setPartitions(*list);
}

void KafkaRangeReader::taken(const rd_kafka_message_t& message)
{
    m_valueBytes += message.len;
    if (++m_records < recordsBetweenLooks)
        return;
    m_fetchPause.end(m_valueBytes / m_records);
    m_records = m_valueBytes = 0;
}

Result<void> KafkaRangeReader::pass(const rd_kafka_message_t& message, std::size_t maxBytes,
                                    const std::function<void(const Record&)>& take)
{
    const TopicPartition id = idOf(message);
    const auto open = m_open.find(id);
    if (open == m_open.end())
        return {}; // of the read before, or of the connection
    Place& place = open->second;
    if (message.err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
        place.next = std::max(place.next, message.offset);
    } else if (message.err != RD_KAFKA_RESP_ERR_NO_ERROR) {
        if (isSilence(message.err))
            return {}; // the deadline decides
        return tl::unexpected(m_handle->explain(message.err, "Records of " + toString(id) + " cannot be read"));
    } else if (message.offset >= place.next) {
        if (message.offset < place.to)
            take(recordOf(message, maxBytes));
        place.next = message.offset + 1;
    }
    if (place.next >= place.to)
        m_open.erase(open);
    return {};
}

Result<void> KafkaRangeReader::read(std::span<const LogRange> ranges, std::size_t maxBytes,
                                    const std::function<void(const Record&)>& take, Duration quiet,
                                    const std::stop_token& stop)
{
    using Clock = std::chrono::steady_clock;
    assign(ranges);
    Result<void> outcome;
    auto deadline = Clock::now() + quiet;
    while (!m_open.empty() && outcome) {
        const auto wait =
            std::min<std::chrono::milliseconds>(rangePoll, std::chrono::milliseconds(millisecondsUntil(deadline)));
        const MessagePtr message(rd_kafka_consumer_poll(m_handle->get(), static_cast<int>(wait.count())));
        if (message && !isSilence(message->err)) {
            outcome = pass(*message, maxBytes, take);
            taken(*message);
            deadline = Clock::now() + quiet; // who takes may take his time
        } else if (!message) {
            m_fetchPause.nothingCame();
        }
        const auto what = [this] { return "Records of " + toString(m_open.begin()->first) + " cannot be read"; };
        if (stop.stop_requested() && !m_open.empty())
            outcome = tl::unexpected(stopped(what()));
        else if (outcome && !m_open.empty() && Clock::now() >= deadline)
            outcome = tl::unexpected(m_handle->explain(RD_KAFKA_RESP_ERR__TIMED_OUT, what()));
    }
    rd_kafka_assign(m_handle->get(), nullptr);
    if (outcome)
        m_handle->log().succeeded();
    return outcome;
}

} // namespace

Result<std::unique_ptr<RangeReader>> readKafkaRanges(const BrokerSettings& settings)
{
    auto handle = Handle::open(settings, readingPlan("earliest"));
    if (!handle)
        return tl::unexpected(handle.error());
    return std::make_unique<KafkaRangeReader>(std::move(*handle));
}

} // namespace projectionist
