// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/broker/kafka/handle.h"

namespace projectionist::kafka {

/// A consumer whose queue of fetched records was full does not fetch again for up to a second, although the queue is
/// emptied long before (librdkafka issue 2879; fetch.queue.backoff.ms since 2.2); and after an assignment it begins a
/// second late in about every other case (measured with 2.0.2). Any request to a partition's leader wakes the thread
/// that fetches from there; it takes a round trip, at most a second. One thread, that of the consumer.
class FetchPause
{
public:
    /// `rk` outlives this.
    explicit FetchPause(rd_kafka_t* rk) : m_rk(rk), m_queue(rd_kafka_queue_get_consumer(rk)) {}

    /// What is read from now on.
    void setPartitions(const rd_kafka_topic_partition_list_t& partitions);
    /// After records were taken from the queue, with values of so many bytes each. Asks the leaders once the queue is
    /// half empty after it was full.
    void end(std::size_t meanValueBytes);
    /// A wait for records brought none. Asks the leaders once after each setPartitions().
    void nothingCame();

    /// What of it the configuration of a consumer can do: adds the properties this library knows.
    static void configure(Properties& properties);

private:
    void wake();

    rd_kafka_t* m_rk;
    QueuePtr m_queue;
    ListPtr m_partitions;
    bool m_assigned = false; ///< and nothing came since
    bool m_wasFull = false;
};

} // namespace projectionist::kafka
