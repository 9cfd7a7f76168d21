// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
// One full cycle of 1 000 groups x 20 partitions on a real broker, heads, lag in time and verdicts included, against a
// bare librdkafka loop that makes the same requests: wall and CPU, and their ratio (limit 1.2).
#include "app/sandbox/servers/kafkaserver.h"
#include "backend/broker/topicadmin.h"
#include "backend/core/mailbox.h"
#include "backend/lag/connectors.h"
#include "tests/bench/measure.h"

#include <algorithm>
#include <cstdio>
#include <librdkafka/rdkafka.h>
#include <semaphore>

using namespace projectionist;
using namespace std::chrono_literals;

namespace {

constexpr int groups = 1000;
constexpr int partitions = 20;
constexpr int rounds = 20;
constexpr int inFlight = 16;
/// Between the watcher's cycles: long enough for a cycle and a bare round one after the other on a busy machine, or the
/// processor time of one would be counted as the other's.
constexpr Duration pause = 6s;
constexpr Duration margin = 100ms; ///< before a cycle begins, its processor time is counted from here
constexpr const char* topic = "events";

struct Cost
{
    double wall = 0; ///< milliseconds, median of a round
    double cpu = 0;  ///< milliseconds, mean of a round
};

using List = std::unique_ptr<rd_kafka_topic_partition_list_t, decltype(&rd_kafka_topic_partition_list_destroy)>;

double median(std::vector<double> values)
{
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

std::string groupName(int group)
{
    return "group-" + std::to_string(group);
}

List allPartitions(std::int64_t offset)
{
    List list(rd_kafka_topic_partition_list_new(partitions), &rd_kafka_topic_partition_list_destroy);
    for (int i = 0; i < partitions; ++i)
        rd_kafka_topic_partition_list_add(list.get(), topic, i)->offset = offset;
    return list;
}

/// Requests for all groups, a few at a time; `send` sends the one of a group.
template<typename Send>
void forAllGroups(rd_kafka_queue_t* queue, Send&& send)
{
    int sent = 0;
    int pending = 0;
    while (sent < groups || pending > 0) {
        for (; sent < groups && pending < inFlight; ++sent, ++pending)
            send(sent);
        if (rd_kafka_event_t* event = rd_kafka_queue_poll(queue, 30000)) {
            if (rd_kafka_event_error(event) != RD_KAFKA_RESP_ERR_NO_ERROR)
                std::printf("request failed: %s\n", rd_kafka_event_error_string(event));
            rd_kafka_event_destroy(event);
            --pending;
        }
    }
}

class BareClient
{
public:
    explicit BareClient(const std::string& bootstrap)
    {
        rd_kafka_conf_t* conf = rd_kafka_conf_new();
        char error[512];
        rd_kafka_conf_set(conf, "bootstrap.servers", bootstrap.c_str(), error, sizeof error);
        rd_kafka_conf_set(conf, "group.id", "bench", error, sizeof error);
        m_client = rd_kafka_new(RD_KAFKA_CONSUMER, conf, error, sizeof error);
        m_queue = rd_kafka_queue_new(m_client);
    }
    ~BareClient()
    {
        rd_kafka_queue_destroy(m_queue);
        rd_kafka_destroy(m_client);
    }
    BareClient(const BareClient&) = delete;
    BareClient& operator=(const BareClient&) = delete;

    void commitAll() const
    {
        forAllGroups(m_queue, [this](int group) {
            const List list = allPartitions(0);
            auto* request = rd_kafka_AlterConsumerGroupOffsets_new(groupName(group).c_str(), list.get());
            rd_kafka_AlterConsumerGroupOffsets(m_client, &request, 1, nullptr, m_queue);
            rd_kafka_AlterConsumerGroupOffsets_destroy(request);
        });
    }
    void round() const
    {
        forAllGroups(m_queue, [this](int group) {
            const List list = allPartitions(RD_KAFKA_OFFSET_INVALID);
            auto* request = rd_kafka_ListConsumerGroupOffsets_new(groupName(group).c_str(), list.get());
            rd_kafka_ListConsumerGroupOffsets(m_client, &request, 1, nullptr, m_queue);
            rd_kafka_ListConsumerGroupOffsets_destroy(request);
        });
        for (const std::int64_t which : {-1, -2}) {
            const List list = allPartitions(which);
            rd_kafka_offsets_for_times(m_client, list.get(), 30000);
        }
    }

private:
    rd_kafka_t* m_client = nullptr;
    rd_kafka_queue_t* m_queue = nullptr;
};

Workspace workspaceFor(const std::string& bootstrap)
{
    Workspace workspace;
    ContextSettings& context = workspace.contexts.emplace_back();
    context.name = "bench";
    context.broker = "kafka";
    context.interval = pause;
    BrokerSettings& broker = workspace.brokers.emplace_back();
    broker.name = "kafka";
    broker.properties = {{"bootstrap.servers", bootstrap}};
    for (int i = 0; i < groups; ++i) {
        ProjectionSettings& projection = workspace.projections.emplace_back();
        projection.name = projection.group = groupName(i);
        projection.context = context.name;
        projection.topics = {topic};
    }
    return workspace;
}

struct Costs
{
    Cost bare;
    Cost ours;
};

/// By turns, so that both see the same machine: a cycle, a while for what the watcher asks in between, a bare round.
Costs measure(const BareClient& client, const std::string& bootstrap)
{
    const SystemClock clock;
    Mailbox<std::shared_ptr<const Snapshot>> snapshots;
    std::counting_semaphore arrived(0); // waiting by a timer would be counted as the cycle's processor time
    const auto keep = [&](std::shared_ptr<const Snapshot> snapshot) {
        snapshots.push(std::move(snapshot));
        arrived.release();
    };
    const Watcher watcher(workspaceFor(bootstrap), "bench", defaultConnectors(), clock, {keep, {}, {}});
    std::vector<double> bareWalls;
    std::vector<double> ourWalls;
    Costs costs;
    double idle = cpuNow();
    for (int round = -3; round < rounds; ++round) { // the first ones connect and learn
        std::vector<std::shared_ptr<const Snapshot>> got;
        do
            arrived.acquire();
        while ((got = snapshots.drain()).empty());
        const double ended = cpuNow();
        std::this_thread::sleep_for(500ms);
        const double before = cpuNow();
        const auto begin = std::chrono::steady_clock::now();
        client.round();
        const std::chrono::duration<double, std::milli> wall = std::chrono::steady_clock::now() - begin;
        const double after = cpuNow();
        if (round >= 0) {
            ourWalls.push_back(static_cast<double>((got.back()->ended - got.back()->began).count()));
            bareWalls.push_back(wall.count());
            costs.ours.cpu += (ended - idle) / rounds;
            costs.bare.cpu += (after - before) / rounds;
        }
        // What idle threads cost until the next cycle is not the cycle's.
        std::this_thread::sleep_for(got.back()->began + pause - margin - clock.now());
        idle = cpuNow();
    }
    costs.ours.wall = median(ourWalls);
    costs.bare.wall = median(bareWalls);
    return costs;
}

} // namespace

int main()
{
    const auto kafka = KafkaServer::start();
    if (!kafka) {
        std::fprintf(stderr, "%s\n", toString(kafka.error()).c_str());
        return 1;
    }
    const std::string bootstrap = (*kafka)->bootstrap();
    BrokerSettings settings;
    settings.properties = {{"bootstrap.servers", bootstrap}};
    const TopicSpec spec{topic, partitions};
    if (const auto made = createTopics(settings, std::span(&spec, 1), 30s); !made) {
        std::fprintf(stderr, "%s\n", toString(made.error()).c_str());
        return 1;
    }
    const BareClient client(bootstrap);
    client.commitAll();
    const auto [bare, ours] = measure(client, bootstrap);
    std::printf("%d groups x %d partitions, %d rounds\n", groups, partitions, rounds);
    std::printf("bare librdkafka loop: wall %6.1f ms (median)  CPU %6.1f ms (mean)\n", bare.wall, bare.cpu);
    std::printf("one full cycle:       wall %6.1f ms (median)  CPU %6.1f ms (mean)\n", ours.wall, ours.cpu);
    std::printf("ratio:                wall %6.2f              CPU %6.2f              limit 1.2\n",
                ours.wall / bare.wall, ours.cpu / bare.cpu);
    return 0;
}
