// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/broker/kafka/fetchpause.h"
#include "backend/broker/kafka/recordscantopics.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace projectionist::kafka {

/// Hands what a scan's thread finds to the reader. When the reader is slow the thread waits, so that memory is bounded.
/// Thread-safe.
class ScanQueue
{
public:
    /// Waits for room, then takes the item; drops it on `stop`.
    void push(ScanItem item, const std::stop_token& stop);
    /// The next item, waiting up to `most` for it; nullopt: none in time, or stopped.
    [[nodiscard]] std::optional<ScanItem> pop(Duration most, const std::stop_token& stop);
    /// An empty batch, used before where there is one.
    [[nodiscard]] std::unique_ptr<ScanBatch> takeEmpty();
    void giveBack(std::unique_ptr<ScanBatch> batch);

private:
    static constexpr std::size_t mostItems = 8;

    std::mutex m_mutex;
    std::condition_variable_any m_changed;
    std::deque<ScanItem> m_items;                    ///< guarded by m_mutex
    std::vector<std::unique_ptr<ScanBatch>> m_empty; ///< guarded by m_mutex
};

/// Reads the topics of one broker, in a thread that owns its connections.
class ScanThread
{
public:
    ScanThread(RecordScanOptions options, std::unique_ptr<Broker> broker, std::unique_ptr<Handle> handle);
    ScanThread(const ScanThread&) = delete;
    ScanThread& operator=(const ScanThread&) = delete;

    void setTopics(std::vector<std::string> topics);
    [[nodiscard]] ScanQueue& queue() { return m_queue; }

private:
    void run(const std::stop_token& stop);
    void takeTopics();
    void look();
    void assign();
    /// Until a batch is full or nothing is there.
    void poll();
    void take(const rd_kafka_message_t& message, ScanBatch& batch);
    void takeFailure(const rd_kafka_message_t& message, ScanTopics::Slot& slot);
    [[nodiscard]] std::optional<std::uint32_t> slotOf(const rd_kafka_message_t& message);

    const RecordScanOptions m_options;
    std::unique_ptr<Broker> m_broker;
    std::unique_ptr<Handle> m_handle;
    FetchPause m_fetchPause;
    ScanQueue m_queue;
    std::mutex m_mutex;
    std::vector<std::vector<std::string>> m_wanted; ///< guarded by m_mutex; one after the other, not yet taken
    std::stop_token m_stop;                         ///< of the thread, which alone knows it
    ScanTopics m_topics;
    SteadyTime m_nextLook{};
    const void* m_lastTopic = nullptr; ///< of the message before: most come in runs of one partition
    std::int32_t m_lastPartition = -1;
    std::optional<std::uint32_t> m_lastSlot;
    std::jthread m_thread; ///< ends before the others
};

} // namespace projectionist::kafka
