// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/broker/kafka/recordscanthread.h"

#include "backend/broker/kafka/messages.h"

#include <algorithm>
#include <fmt/format.h>

namespace projectionist::kafka {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t batchRecords = 1024;
constexpr std::size_t batchBytes = 4 << 20;
constexpr Duration lookTimeout{2000};
/// Looks take at most one part in so many of the time.
constexpr int lookShare = 20;
/// When the library says that an offset is not there.
constexpr auto soon = 200ms;

} // namespace

void ScanQueue::push(ScanItem item, const std::stop_token& stop)
{
    std::unique_lock lock(m_mutex);
    if (!m_changed.wait(lock, stop, [this] { return m_items.size() < mostItems; }))
        return;
    m_items.push_back(std::move(item));
    m_changed.notify_all();
}

std::optional<ScanItem> ScanQueue::pop(Duration most, const std::stop_token& stop)
{
    std::unique_lock lock(m_mutex);
    if (!m_changed.wait_for(lock, stop, most, [this] { return !m_items.empty(); }))
        return std::nullopt;
    ScanItem item = std::move(m_items.front());
    m_items.pop_front();
    m_changed.notify_all();
    return item;
}

std::unique_ptr<ScanBatch> ScanQueue::takeEmpty()
{
    const std::lock_guard lock(m_mutex);
    if (m_empty.empty())
        return std::make_unique<ScanBatch>();
    auto batch = std::move(m_empty.back());
    m_empty.pop_back();
    return batch;
}

void ScanQueue::giveBack(std::unique_ptr<ScanBatch> batch)
{
    batch->clear();
    const std::lock_guard lock(m_mutex);
    m_empty.push_back(std::move(batch));
}

ScanThread::ScanThread(RecordScanOptions options, std::unique_ptr<Broker> broker, std::unique_ptr<Handle> handle)
    : m_options(options)
    , m_broker(std::move(broker))
    , m_handle(std::move(handle))
    , m_fetchPause(m_handle->get())
    , m_topics(*m_broker, [this](ScanItem item) { m_queue.push(std::move(item), m_stop); })
    , m_thread([this](const std::stop_token& stop) { run(stop); })
{
}

void ScanThread::setTopics(std::vector<std::string> topics)
{
    const std::lock_guard lock(m_mutex);
    m_wanted.push_back(std::move(topics));
}

void ScanThread::takeTopics()
{
    std::vector<std::vector<std::string>> wanted;
    {
        const std::lock_guard lock(m_mutex);
        wanted.swap(m_wanted);
    }
    for (const auto& topics : wanted) {
        m_topics.setTopics(topics);
        m_nextLook = {};
    }
}

void ScanThread::run(const std::stop_token& stop)
{
    m_stop = stop;
    while (!stop.stop_requested()) {
        takeTopics();
        if (std::chrono::steady_clock::now() >= m_nextLook)
            look();
        poll();
    }
}

void ScanThread::look()
{
    const auto began = std::chrono::steady_clock::now();
    if (m_topics.look(lookTimeout))
        assign();
    const auto ended = std::chrono::steady_clock::now();
    m_nextLook = ended + std::max<SteadyTime::duration>(m_options.lookInterval, lookShare * (ended - began));
}

/// All partitions at once: what the library had fetched of those that go on is fetched again. Its calls for parts of an
/// assignment are for members of groups.
void ScanThread::assign()
{
    const auto slots = m_topics.readable();
    const ListPtr list(rd_kafka_topic_partition_list_new(static_cast<int>(slots.size())));
    for (const auto at : slots) {
        const auto& slot = m_topics.slot(at);
        rd_kafka_topic_partition_list_add(list.get(), slot.id.topic.c_str(), slot.id.partition)->offset = slot.next;
    }
    rd_kafka_assign(m_handle->get(), list.get());
    m_fetchPause.setPartitions(*list);
    m_lastTopic = nullptr;
}

void ScanThread::poll()
{
    auto batch = m_queue.takeEmpty();
    int wait = std::min(50, millisecondsUntil(m_nextLook));
    while (batch->size() < batchRecords && batch->bytes() < batchBytes) {
        const MessagePtr message(rd_kafka_consumer_poll(m_handle->get(), wait));
        if (!message)
            break;
        take(*message, *batch);
        wait = 0;
    }
    if (batch->empty()) {
        m_queue.giveBack(std::move(batch));
        m_fetchPause.nothingCame();
        return;
    }
    m_fetchPause.end(batch->valueBytes() / batch->size());
    m_queue.push(std::move(batch), m_stop);
}

std::optional<std::uint32_t> ScanThread::slotOf(const rd_kafka_message_t& message)
{
    if (message.rkt != m_lastTopic || message.partition != m_lastPartition || !m_lastTopic) {
        m_lastTopic = message.rkt;
        m_lastPartition = message.partition;
        m_lastSlot = m_topics.slotOf(idOf(message));
    }
    return m_lastSlot;
}

void ScanThread::take(const rd_kafka_message_t& message, ScanBatch& batch)
{
    const auto at = slotOf(message);
    if (!at)
        return; // of a topic that is no longer read, or of the connection: the next look tells
    auto& slot = m_topics.slot(*at);
    if (message.err != RD_KAFKA_RESP_ERR_NO_ERROR && message.err != RD_KAFKA_RESP_ERR__PARTITION_EOF) {
        takeFailure(message, slot);
        return;
    }
    slot.refusal.reset();
    if (message.err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
        if (message.offset <= slot.next)
            return;
        slot.next = message.offset; // behind what compaction, aborted events and marks of transactions left
        batch.pass(*at, slot.next);
        return;
    }
    if (message.offset < slot.next)
        return;
    batch.add(*at, message, m_options.maxValueBytes);
    slot.next = message.offset + 1;
    slot.last = {message.offset, rd_kafka_message_timestamp(&message, nullptr), message.key_len};
    if (slot.anchor.offset < 0)
        slot.anchor = slot.last;
}

void ScanThread::takeFailure(const rd_kafka_message_t& message, ScanTopics::Slot& slot)
{
    if (message.err == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET) { // retention passed, or it is another log
        slot.lost = true;
        m_nextLook = std::min(m_nextLook, std::chrono::steady_clock::now() + soon);
    } else if (!isSilence(message.err)) {
        slot.refusal = m_handle->explain(message.err, "Records of " + toString(slot.id) + " cannot be read");
    }
}

} // namespace projectionist::kafka
