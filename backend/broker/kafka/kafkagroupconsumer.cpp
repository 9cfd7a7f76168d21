// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/broker/kafka/kafkagroupconsumer.h"

#include "backend/broker/kafka/messages.h"

#include <algorithm>
#include <cstring>
#include <fmt/format.h>
#include <limits>
#include <thread>

namespace projectionist {

namespace {

using namespace kafka;
using namespace std::chrono_literals;

class KafkaGroupConsumer final : public GroupConsumer
{
public:
    explicit KafkaGroupConsumer(GroupConsumerOptions options) : m_options(std::move(options)) {}
    ~KafkaGroupConsumer() override;

    [[nodiscard]] Result<void> open(const BrokerSettings& settings);
    [[nodiscard]] Result<std::vector<Record>> poll(std::size_t maxRecords, Duration wait) override;
    [[nodiscard]] std::vector<TopicPartition> assignment() const override;
    [[nodiscard]] Result<void> assign(std::span<const StartPosition> partitions) override;
    [[nodiscard]] Result<void> seek(const TopicPartition& id, Offset offset, Duration timeout) override;
    [[nodiscard]] Result<void> pause(std::span<const TopicPartition> ids) override;
    [[nodiscard]] Result<void> resume(std::span<const TopicPartition> ids) override;
    [[nodiscard]] Result<void> commit(std::span<const std::pair<TopicPartition, Offset>> positions,
                                      Duration timeout) override;
    [[nodiscard]] Result<void> close(Duration timeout) override;

private:
    static void onRebalance(rd_kafka_t* rk, rd_kafka_resp_err_t code, rd_kafka_topic_partition_list_t* partitions,
                            void* opaque);
    void rebalance(rd_kafka_resp_err_t code, rd_kafka_topic_partition_list_t* partitions);
    void assigned(rd_kafka_topic_partition_list_t* partitions);
    void revoked(rd_kafka_topic_partition_list_t* partitions);
    [[nodiscard]] bool incremental() const;
    [[nodiscard]] std::string name() const;
    [[nodiscard]] std::optional<Error> newTrouble();
    [[nodiscard]] Result<void> switchPartitions(rd_kafka_resp_err_t code, const rd_kafka_topic_partition_list_t& list,
                                                const char* verb) const;

    GroupConsumerOptions m_options;
    std::unique_ptr<Handle> m_handle;
    std::vector<Record> m_batch; ///< of the poll() that runs
    SteadyTime m_told{};         ///< the newest complaint that poll() returned
    bool m_closed = false;
};

Properties forcedBy(const GroupConsumerOptions& options)
{
    Properties forced{
        {"group.id", options.group.empty() ? "projectionist-reader" : options.group},
        {"enable.auto.commit", "false"},
        {"enable.auto.offset.store", "false"},
        {"enable.partition.eof", "false"},
        {"auto.offset.reset", options.fromEnd ? "latest" : "earliest"},
        {"session.timeout.ms", std::to_string(options.sessionTimeout.count())},
        {"heartbeat.interval.ms", std::to_string(std::max<std::int64_t>(1, options.sessionTimeout.count() / 5))},
        {"max.poll.interval.ms", std::to_string(std::max(options.maxPollInterval, options.sessionTimeout).count())}};
    if (!options.clientId.empty())
        forced.emplace("client.id", options.clientId);
    return forced;
}

Result<void> KafkaGroupConsumer::open(const BrokerSettings& settings)
{
    HandlePlan plan;
    plan.defaults = connectionDefaults();
    plan.defaults.emplace("fetch.error.backoff.ms", "100");
    plan.forced = forcedBy(m_options);
    plan.callbacks = [](rd_kafka_conf_t* conf) { rd_kafka_conf_set_rebalance_cb(conf, onRebalance); };
    plan.user = this;
    plan.consumes = true;
    auto handle = Handle::open(settings, plan);
    if (!handle)
        return tl::unexpected(handle.error());
    m_handle = std::move(*handle);
    if (m_options.group.empty() || m_options.topics.empty())
        return {};
    const ListPtr topics(rd_kafka_topic_partition_list_new(static_cast<int>(m_options.topics.size())));
    for (const std::string& topic : m_options.topics)
        rd_kafka_topic_partition_list_add(topics.get(), topic.c_str(), RD_KAFKA_PARTITION_UA);
    if (const auto code = rd_kafka_subscribe(m_handle->get(), topics.get()); code != RD_KAFKA_RESP_ERR_NO_ERROR)
        return tl::unexpected(errorFor(code, name() + " cannot subscribe"));
    return {};
}

KafkaGroupConsumer::~KafkaGroupConsumer()
{
    m_options.onAssigned = nullptr; // what they capture may be gone
    m_options.onRevoked = nullptr;
    if (m_handle && !m_closed)
        static_cast<void>(close(3s)); // nobody is left to tell
}

std::string KafkaGroupConsumer::name() const
{
    return m_options.group.empty() ? fmt::format("Reader of broker \"{}\"", m_handle->name())
                                   : fmt::format("Group \"{}\"", m_options.group);
}

bool KafkaGroupConsumer::incremental() const
{
    const char* protocol = rd_kafka_rebalance_protocol(m_handle->get());
    return protocol && std::strcmp(protocol, "COOPERATIVE") == 0;
}

void KafkaGroupConsumer::onRebalance(rd_kafka_t*, rd_kafka_resp_err_t code, rd_kafka_topic_partition_list_t* partitions,
                                     void* opaque)
{
    static_cast<KafkaGroupConsumer*>(static_cast<HandleState*>(opaque)->user)->rebalance(code, partitions);
}

void KafkaGroupConsumer::rebalance(rd_kafka_resp_err_t code, rd_kafka_topic_partition_list_t* partitions)
{
    if (code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS)
        assigned(partitions);
    else if (code == RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS)
        revoked(partitions);
    else
        rd_kafka_assign(m_handle->get(), nullptr); // as the library's manual says: synchronise state
}

void KafkaGroupConsumer::assigned(rd_kafka_topic_partition_list_t* partitions)
{
    if (m_options.onAssigned)
        for (const auto& [id, offset] : m_options.onAssigned(idsOf(*partitions)))
            if (auto* found = rd_kafka_topic_partition_list_find(partitions, id.topic.c_str(), id.partition))
                found->offset = offset.value_or(RD_KAFKA_OFFSET_INVALID);
    if (incremental())
        const ErrorPtr error(rd_kafka_incremental_assign(m_handle->get(), partitions));
    else
        rd_kafka_assign(m_handle->get(), partitions);
}

void KafkaGroupConsumer::revoked(rd_kafka_topic_partition_list_t* partitions)
{
    const auto ids = idsOf(*partitions);
    std::erase_if(m_batch, [&](const Record& record) { return std::ranges::binary_search(ids, record.id); });
    if (m_options.onRevoked)
        m_options.onRevoked(ids, rd_kafka_assignment_lost(m_handle->get()) != 0);
    if (incremental())
        const ErrorPtr error(rd_kafka_incremental_unassign(m_handle->get(), partitions));
    else
        rd_kafka_assign(m_handle->get(), nullptr);
}

Result<std::vector<Record>> KafkaGroupConsumer::poll(std::size_t maxRecords, Duration wait)
{
    // Message by message: rd_kafka_consume_batch_queue of 2.0 loses messages around seek, pause and rebalances.
    const auto deadline = std::chrono::steady_clock::now() + wait;
    std::optional<Error> error;
    m_batch.clear();
    while (m_batch.size() < maxRecords) {
        const MessagePtr message(
            rd_kafka_consumer_poll(m_handle->get(), m_batch.empty() && !error ? millisecondsUntil(deadline) : 0));
        if (message && message->err == RD_KAFKA_RESP_ERR_NO_ERROR)
            m_batch.push_back(recordOf(*message, std::numeric_limits<std::size_t>::max()));
        else if (message)
            error = m_handle->explain(message->err, name() + " cannot read");
        else if (!m_batch.empty() || error || millisecondsUntil(deadline) == 0)
            break;
    }
    if (!m_batch.empty()) {
        m_handle->log().succeeded();
        return std::exchange(m_batch, {});
    }
    if (!error)
        error = newTrouble();
    if (error)
        return tl::unexpected(std::move(*error));
    return std::vector<Record>{};
}

/// Lost connections reach only error_cb; each time that no broker is left is told once.
std::optional<Error> KafkaGroupConsumer::newTrouble()
{
    const auto complaints = m_handle->log().recent();
    const auto down = std::ranges::find_if(complaints, [this](const Complaint& complaint) {
        return complaint.code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN && complaint.at > m_told;
    });
    if (down == complaints.end())
        return std::nullopt;
    m_told = complaints.back().at;
    return m_handle->explain(RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, name() + " cannot read");
}

std::vector<TopicPartition> KafkaGroupConsumer::assignment() const
{
    rd_kafka_topic_partition_list_t* raw = nullptr;
    if (rd_kafka_assignment(m_handle->get(), &raw) != RD_KAFKA_RESP_ERR_NO_ERROR)
        return {};
    const ListPtr list(raw);
    return idsOf(*list);
}

Result<void> KafkaGroupConsumer::assign(std::span<const StartPosition> partitions)
{
    if (!m_options.group.empty() && !m_options.topics.empty())
        return tl::unexpected(Error{ErrorKind::Configuration, name() + " cannot take chosen partitions",
                                    "It is subscribed, so the group assigns them", "", false});
    const auto unnamed = m_options.group.empty() ? (m_options.fromEnd ? RD_KAFKA_OFFSET_END : RD_KAFKA_OFFSET_BEGINNING)
                                                 : RD_KAFKA_OFFSET_INVALID; // committed
    const ListPtr list(rd_kafka_topic_partition_list_new(static_cast<int>(partitions.size())));
    for (const auto& [id, offset] : partitions)
        rd_kafka_topic_partition_list_add(list.get(), id.topic.c_str(), id.partition)->offset =
            offset.value_or(unnamed);
    if (const auto code = rd_kafka_assign(m_handle->get(), list.get()); code != RD_KAFKA_RESP_ERR_NO_ERROR)
        return tl::unexpected(errorFor(code, name() + " cannot take its partitions"));
    return {};
}

Result<void> KafkaGroupConsumer::seek(const TopicPartition& id, Offset offset, Duration timeout)
{
    const auto deadline = std::chrono::steady_clock::now() + timeout;
    const auto what = fmt::format("{} cannot move to offset {} of {}", name(), offset, toString(id));
    if (!std::ranges::binary_search(assignment(), id))
        return tl::unexpected(Error{ErrorKind::Conflict, what, "The partition is not assigned here", "", false});
    const ListPtr list = listOf(std::span(&id, 1));
    rd_kafka_resp_err_t code{};
    do {
        list->elems[0].offset = offset;
        list->elems[0].err = RD_KAFKA_RESP_ERR_NO_ERROR;
        const ErrorPtr error(
            rd_kafka_seek_partitions(m_handle->get(), list.get(), std::max(1, millisecondsUntil(deadline))));
        code = error ? rd_kafka_error_code(error.get()) : list->elems[0].err;
        if (code != RD_KAFKA_RESP_ERR__STATE) // just assigned, not started yet
            break;
        std::this_thread::sleep_for(10ms);
    } while (millisecondsUntil(deadline) > 0);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
        return tl::unexpected(m_handle->explain(code, what));
    return {};
}

Result<void> KafkaGroupConsumer::switchPartitions(rd_kafka_resp_err_t code, const rd_kafka_topic_partition_list_t& list,
                                                  const char* verb) const
{
    for (int i = 0; code == RD_KAFKA_RESP_ERR_NO_ERROR && i < list.cnt; ++i)
        code = list.elems[i].err;
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
        return tl::unexpected(errorFor(code, fmt::format("{} cannot {} its partitions", name(), verb)));
    return {};
}

Result<void> KafkaGroupConsumer::pause(std::span<const TopicPartition> ids)
{
    const ListPtr list = listOf(ids);
    return switchPartitions(rd_kafka_pause_partitions(m_handle->get(), list.get()), *list, "pause");
}

Result<void> KafkaGroupConsumer::resume(std::span<const TopicPartition> ids)
{
    const ListPtr list = listOf(ids);
    return switchPartitions(rd_kafka_resume_partitions(m_handle->get(), list.get()), *list, "resume");
}

Result<void> KafkaGroupConsumer::commit(std::span<const std::pair<TopicPartition, Offset>> positions, Duration timeout)
{
    const auto what = name() + " cannot commit its positions";
    if (m_options.group.empty())
        return tl::unexpected(Error{ErrorKind::Configuration, what, "It reads without a group", "", false});
    if (positions.empty())
        return {};
    const ListPtr list(rd_kafka_topic_partition_list_new(static_cast<int>(positions.size())));
    for (const auto& [id, offset] : positions)
        rd_kafka_topic_partition_list_add(list.get(), id.topic.c_str(), id.partition)->offset = offset;
    const QueuePtr queue(rd_kafka_queue_new(m_handle->get()));
    auto code = rd_kafka_commit_queue(m_handle->get(), list.get(), queue.get(), nullptr, nullptr);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
        const EventPtr event(rd_kafka_queue_poll(queue.get(), static_cast<int>(timeout.count())));
        code = event ? rd_kafka_event_error(event.get()) : RD_KAFKA_RESP_ERR__TIMED_OUT;
        const auto* answer = event ? rd_kafka_event_topic_partition_list(event.get()) : nullptr;
        for (int i = 0; answer && code == RD_KAFKA_RESP_ERR_NO_ERROR && i < answer->cnt; ++i)
            code = answer->elems[i].err;
    }
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
        return tl::unexpected(m_handle->explain(code, what));
    return {};
}

Result<void> KafkaGroupConsumer::close(Duration timeout)
{
    if (m_closed)
        return {};
    m_closed = true;
    const auto deadline = std::chrono::steady_clock::now() + timeout;
    const QueuePtr queue(rd_kafka_queue_new(m_handle->get()));
    const ErrorPtr error(rd_kafka_consumer_close_queue(m_handle->get(), queue.get()));
    while (!error && rd_kafka_consumer_closed(m_handle->get()) == 0) {
        const EventPtr event(rd_kafka_queue_poll(queue.get(), std::min(100, millisecondsUntil(deadline))));
        if (event && rd_kafka_event_type(event.get()) == RD_KAFKA_EVENT_REBALANCE)
            rebalance(rd_kafka_event_error(event.get()), rd_kafka_event_topic_partition_list(event.get()));
        else if (!event && millisecondsUntil(deadline) == 0)
            return tl::unexpected(m_handle->explain(RD_KAFKA_RESP_ERR__TIMED_OUT, name() + " did not leave in time"));
    }
    return {};
}

} // namespace

Result<std::unique_ptr<GroupConsumer>> connectKafkaGroupConsumer(const BrokerSettings& settings,
                                                                 GroupConsumerOptions options)
{
    auto consumer = std::make_unique<KafkaGroupConsumer>(std::move(options));
    if (auto opened = consumer->open(settings); !opened)
        return tl::unexpected(opened.error());
    return consumer;
}

} // namespace projectionist
