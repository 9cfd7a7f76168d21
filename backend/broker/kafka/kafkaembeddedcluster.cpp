// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/broker/kafka/kafkaembeddedcluster.h"

#include "backend/broker/kafka/handle.h"

#include <fmt/format.h>
#include <librdkafka/rdkafka_mock.h>

namespace projectionist {

namespace {

using namespace kafka;

constexpr int allBrokers = -1;

Result<void> done(rd_kafka_resp_err_t code, std::string what)
{
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
        return tl::unexpected(errorFor(code, std::move(what)));
    return {};
}

/// librdkafka locks its mock cluster itself.
class KafkaEmbeddedCluster final : public EmbeddedCluster
{
public:
    explicit KafkaEmbeddedCluster(std::unique_ptr<Handle> handle) : m_handle(std::move(handle)) {}

    [[nodiscard]] std::string bootstrap() const override { return rd_kafka_mock_cluster_bootstraps(cluster()); }

    [[nodiscard]] Result<void> addTopic(const TopicSpec& topic) override
    {
        return done(rd_kafka_mock_topic_create(cluster(), topic.name.c_str(), topic.partitions,
                                               topic.replication > 0 ? topic.replication : 1),
                    fmt::format("Topic \"{}\" cannot be made in the embedded broker", topic.name));
    }

    [[nodiscard]] Result<void> setDown(bool down) override
    {
        return done(down ? rd_kafka_mock_broker_set_down(cluster(), allBrokers)
                         : rd_kafka_mock_broker_set_up(cluster(), allBrokers),
                    "The embedded broker cannot be switched");
    }

    [[nodiscard]] Result<void> setRoundTrip(int broker, Duration roundTrip) override
    {
        return done(rd_kafka_mock_broker_set_rtt(cluster(), broker, static_cast<int>(roundTrip.count())),
                    fmt::format("Embedded broker {} cannot be slowed down", broker));
    }

    [[nodiscard]] Result<void> moveLeader(const TopicPartition& id, int broker) override
    {
        return done(rd_kafka_mock_partition_set_leader(cluster(), id.topic.c_str(), id.partition, broker),
                    "The leader of " + toString(id) + " cannot be moved");
    }

    [[nodiscard]] Result<void> moveCoordinator(const std::string& group, int broker) override
    {
        return done(rd_kafka_mock_coordinator_set(cluster(), "group", group.c_str(), broker),
                    fmt::format("The coordinator of group \"{}\" cannot be moved", group));
    }

private:
    [[nodiscard]] rd_kafka_mock_cluster_t* cluster() const { return rd_kafka_handle_mock_cluster(m_handle->get()); }

    std::unique_ptr<Handle> m_handle; ///< owns the cluster
};

} // namespace

Result<std::unique_ptr<EmbeddedCluster>> startEmbeddedKafka(int brokers, std::span<const TopicSpec> topics)
{
    BrokerSettings settings;
    settings.name = "embedded";
    settings.properties = {{"test.mock.num.brokers", std::to_string(brokers)}};
    HandlePlan plan;
    plan.type = RD_KAFKA_PRODUCER;
    auto handle = Handle::open(settings, plan);
    if (!handle)
        return tl::unexpected(handle.error());
    auto cluster = std::make_unique<KafkaEmbeddedCluster>(std::move(*handle));
    for (const TopicSpec& topic : topics)
        if (auto added = cluster->addTopic(topic); !added)
            return tl::unexpected(added.error());
    return cluster;
}

} // namespace projectionist
