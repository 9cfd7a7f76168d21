// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/broker/recordscan.h"

#include "backend/broker/kafka/kafkabroker.h"
#include "backend/broker/kafka/recordfetcher.h"
#include "backend/broker/kafka/recordscanthread.h"

#include <algorithm>

namespace projectionist {

namespace {

using namespace kafka;

class KafkaRecordScan final : public RecordScan
{
public:
    KafkaRecordScan(const BrokerSettings& settings, RecordScanOptions options, std::unique_ptr<Broker> broker,
                    std::unique_ptr<Handle> handle)
        : m_fetcher(settings), m_thread(options, std::move(broker), std::move(handle))
    {
    }

    void setTopics(std::vector<std::string> topics) override;
    [[nodiscard]] Result<void> read(RecordSink& sink, Duration most, const std::stop_token& stop) override;
    [[nodiscard]] const std::vector<TopicScan>& progress() const override { return m_progress; }
    [[nodiscard]] Result<FetchedRecord> fetch(const TopicPartition& id, Offset offset, std::size_t maxBytes,
                                              Duration timeout) override
    {
        return m_fetcher.fetch(id, offset, maxBytes, std::chrono::steady_clock::now() + timeout);
    }

private:
    struct Topic
    {
        std::uint64_t since = 0; ///< the order by which it is read: what was told of it before counts no more
        std::vector<std::uint32_t> slots{};
        bool known = false;
        std::optional<Error> error{};
    };
    /// How far the reader is in one log of one partition.
    struct Place
    {
        const std::pair<const std::string, Topic>* topic = nullptr; ///< none: no longer read
        Offset begin = 0;
        Offset next = 0;
        Offset head = 0;
    };
    void take(ScanItem& item, RecordSink& sink);
    void takeBatch(const ScanBatch& batch, RecordSink& sink);
    void takeLook(const ScanLook& look);
    void takeTopic(const ScanLook::Topic& told, std::uint64_t order);
    void takeStart(const ScanStartMoved& moved, RecordSink& sink);
    void forget(Topic& topic);
    void renewProgress();

    std::uint64_t m_order = 0; ///< how often topics were set
    std::map<std::string, Topic> m_topics;
    std::vector<Place> m_places; ///< by slot
    std::optional<Error> m_error;
    std::vector<TopicScan> m_progress;
    std::vector<HeaderView> m_headers; ///< reused
    RecordFetcher m_fetcher;
    ScanThread m_thread;
};

void KafkaRecordScan::setTopics(std::vector<std::string> topics)
{
    ++m_order;
    std::ranges::sort(topics);
    for (auto at = m_topics.begin(); at != m_topics.end();) {
        if (std::ranges::binary_search(topics, at->first)) {
            ++at;
        } else {
            forget(at->second);
            at = m_topics.erase(at);
        }
    }
    for (const auto& topic : topics)
        m_topics.try_emplace(topic, Topic{m_order});
    renewProgress();
    m_thread.setTopics(std::move(topics));
}

void KafkaRecordScan::forget(Topic& topic)
{
    for (const auto slot : topic.slots)
        m_places[slot] = {};
    topic.slots.clear();
    topic.known = false;
}

Result<void> KafkaRecordScan::read(RecordSink& sink, Duration most, const std::stop_token& stop)
{
    const auto deadline = std::chrono::steady_clock::now() + most;
    auto item = m_thread.queue().pop(most, stop);
    const bool something = item.has_value();
    while (item) {
        take(*item, sink);
        const bool more = !stop.stop_requested() && std::chrono::steady_clock::now() < deadline;
        item = more ? m_thread.queue().pop(Duration(0), stop) : std::nullopt;
    }
    renewProgress();
    if (!something && m_error)
        return tl::unexpected(*m_error);
    return {};
}

void KafkaRecordScan::take(ScanItem& item, RecordSink& sink)
{
    if (auto* batch = std::get_if<std::unique_ptr<ScanBatch>>(&item)) {
        takeBatch(**batch, sink);
        m_thread.queue().giveBack(std::move(*batch));
    } else if (const auto* look = std::get_if<ScanLook>(&item)) {
        takeLook(*look);
    } else if (const auto* moved = std::get_if<ScanStartMoved>(&item)) {
        takeStart(*moved, sink);
    } else if (const auto topic = m_topics.find(std::get<ScanTopicGone>(item).topic);
               topic != m_topics.end() && !topic->second.slots.empty()) {
        forget(topic->second);
        sink.topicGone(topic->first);
    }
}

void KafkaRecordScan::takeBatch(const ScanBatch& batch, RecordSink& sink)
{
    for (const auto& step : batch.steps()) {
        if (step.slot >= m_places.size() || !m_places[step.slot].topic)
            continue;
        Place& place = m_places[step.slot];
        place.next = step.next;
        if (!step.record)
            continue;
        RecordView record = batch.record(*step.record, m_headers);
        record.topic = place.topic->first;
        sink.take(record);
    }
}

void KafkaRecordScan::takeLook(const ScanLook& look)
{
    m_error = look.error;
    for (const auto& topic : look.topics)
        takeTopic(topic, look.order);
}

void KafkaRecordScan::takeTopic(const ScanLook::Topic& told, std::uint64_t order)
{
    const auto at = m_topics.find(told.name);
    if (at == m_topics.end() || order < at->second.since)
        return;
    Topic& topic = at->second;
    topic.known = told.known;
    topic.error = told.error;
    for (const auto& partition : told.partitions) {
        if (partition.slot >= m_places.size())
            m_places.resize(partition.slot + 1);
        Place& place = m_places[partition.slot];
        if (!place.topic) {
            place = {&*at, partition.begin, partition.begin, partition.head};
            topic.slots.push_back(partition.slot);
        }
        place.head = partition.head;
    }
}

void KafkaRecordScan::takeStart(const ScanStartMoved& moved, RecordSink& sink)
{
    if (moved.slot >= m_places.size() || !m_places[moved.slot].topic)
        return;
    m_places[moved.slot].next = std::max(m_places[moved.slot].next, moved.start);
    sink.startMoved(moved.id, moved.start);
}

void KafkaRecordScan::renewProgress()
{
    m_progress.clear();
    for (const auto& [name, topic] : m_topics) {
        TopicScan scan{name, 0, 0, topic.known, topic.error};
        for (const auto slot : topic.slots) {
            const Place& place = m_places[slot];
            scan.passed += static_cast<std::uint64_t>(place.next - place.begin);
            scan.total += static_cast<std::uint64_t>(std::max(place.next, place.head) - place.begin);
            scan.complete = scan.complete && place.next >= place.head;
        }
        m_progress.push_back(std::move(scan));
    }
}

} // namespace

Result<std::unique_ptr<RecordScan>> scanKafka(const BrokerSettings& settings, RecordScanOptions options)
{
    auto broker = connectKafka(settings);
    if (!broker)
        return tl::unexpected(broker.error());
    auto handle = Handle::open(settings, readingPlan("error"));
    if (!handle)
        return tl::unexpected(handle.error());
    return std::make_unique<KafkaRecordScan>(settings, options, *std::move(broker), *std::move(handle));
}

} // namespace projectionist
