// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/broker/kafka/fetchpause.h"

#include <utility>

namespace projectionist::kafka {

namespace {

constexpr std::size_t queuedRecords = 100'000;
constexpr std::size_t queuedKilobytes = 65'536;
constexpr int hasBackoffProperty = 0x02020000; ///< librdkafka 2.2
constexpr int wakingTimeoutMs = 1'000;         ///< as long as the pause

/// Whether these are such a part of what the queue may hold.
bool fills(std::size_t records, std::size_t meanValueBytes, double part)
{
    return static_cast<double>(records) >= part * static_cast<double>(queuedRecords) ||
           static_cast<double>(records * meanValueBytes) >= part * 1024 * static_cast<double>(queuedKilobytes);
}

} // namespace

void FetchPause::configure(Properties& properties)
{
    properties.insert_or_assign("queued.min.messages", std::to_string(queuedRecords));
    properties.insert_or_assign("queued.max.messages.kbytes", std::to_string(queuedKilobytes));
    if (rd_kafka_version() >= hasBackoffProperty)
        properties.insert_or_assign("fetch.queue.backoff.ms", "10");
}

void FetchPause::setPartitions(const rd_kafka_topic_partition_list_t& partitions)
{
    m_partitions.reset(rd_kafka_topic_partition_list_copy(&partitions));
    m_assigned = partitions.cnt > 0;
    m_wasFull = false;
}

void FetchPause::nothingCame()
{
    if (std::exchange(m_assigned, false))
        wake();
}

void FetchPause::end(std::size_t meanValueBytes)
{
    m_assigned = false;
    if (rd_kafka_version() >= hasBackoffProperty)
        return;
    const std::size_t queued = rd_kafka_queue_length(m_queue.get());
    if (fills(queued, meanValueBytes, 0.75)) {
        m_wasFull = true;
    } else if (m_wasFull && !fills(queued, meanValueBytes, 0.5)) {
        m_wasFull = false;
        wake();
    }
}

void FetchPause::wake()
{
    if (!m_partitions || m_partitions->cnt == 0)
        return;
    for (int i = 0; i < m_partitions->cnt; ++i)
        m_partitions->elems[i].offset = RD_KAFKA_OFFSET_END;
    rd_kafka_offsets_for_times(m_rk, m_partitions.get(), wakingTimeoutMs); // the answer is of no interest
}

} // namespace projectionist::kafka
