// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The watcher itself, without a network: 10 000 groups that read 10 of 100 000 partitions each, from a broker that
// answers at once. CPU and time of a cycle and memory, also for a tenth of it: ten times as much may cost ten times.
#include "backend/core/mailbox.h"
#include "backend/lag/watcher.h"
#include "tests/bench/measure.h"

#include <algorithm>
#include <cstdio>
#include <thread>

using namespace projectionist;
using namespace std::chrono_literals;

namespace {

constexpr int partitionsOfATopic = 10;
constexpr int rounds = 10;

std::string topicName(int number)
{
    return "topic-" + std::to_string(number);
}

/// Every partition has an event a second since `begin`; groups are 100 events behind.
class SteadyBroker final : public Broker
{
public:
    SteadyBroker(int topics, const Clock& clock, TimePoint begin) : m_topics(topics), m_clock(clock), m_begin(begin) {}

    Result<ClusterDescription> describe(Duration) override
    {
        ClusterDescription cluster{"scale", 3, {}};
        for (int i = 0; i < m_topics; ++i)
            cluster.topics.push_back({topicName(i), partitionsOfATopic, false, {}});
        std::sort(cluster.topics.begin(), cluster.topics.end(),
                  [](const auto& a, const auto& b) { return a.name < b.name; });
        return cluster;
    }
    Result<std::vector<PartitionBounds>> bounds(std::span<const TopicPartition> ids, Duration) override
    {
        std::vector<PartitionBounds> rows;
        rows.reserve(ids.size());
        for (const TopicPartition& id : ids)
            rows.push_back({id, 0, head(), {}, {}});
        return rows;
    }
    Result<std::vector<TimeAnswer>> offsetsForTimes(std::span<const TimeQuery> queries, Duration) override
    {
        std::vector<TimeAnswer> rows;
        rows.reserve(queries.size());
        for (const TimeQuery& query : queries) {
            const Offset at = std::max<Offset>(0, (query.time - m_begin + 999ms) / 1s);
            rows.push_back({query.id, at < head() ? std::optional(at) : std::nullopt, {}});
        }
        return rows;
    }
    Result<std::vector<std::optional<Record>>> read(std::span<const std::pair<TopicPartition, Offset>> at, std::size_t,
                                                    Duration) override
    {
        return std::vector<std::optional<Record>>(at.size());
    }
    Result<std::vector<GroupSummary>> list(Duration, std::vector<Error>&) override
    {
        return std::vector<GroupSummary>{};
    }
    Result<std::vector<GroupDescription>> describeGroups(std::span<const std::string> groups, Duration) override
    {
        std::vector<GroupDescription> rows;
        for (const std::string& group : groups)
            rows.push_back({group, "Stable", {{"id", "client", "/10.0.0.1", {}}}, {}});
        return rows;
    }
    Result<std::vector<GroupOffsets>> offsets(std::span<const GroupOffsetsQuery> queries, Duration) override
    {
        std::vector<GroupOffsets> rows;
        rows.reserve(queries.size());
        for (const GroupOffsetsQuery& query : queries) {
            GroupOffsets& group = rows.emplace_back(GroupOffsets{query.group, {}, {}});
            for (const TopicPartition& id : query.partitions)
                group.offsets.push_back({id, head() - 100, {}});
        }
        return rows;
    }

private:
    [[nodiscard]] Offset head() const { return (m_clock.now() - m_begin) / 1s + 1; }

    const int m_topics;
    const Clock& m_clock;
    const TimePoint m_begin;
};

Workspace workspaceFor(int groups)
{
    Workspace workspace;
    ContextSettings& context = workspace.contexts.emplace_back();
    context.name = "scale";
    context.broker = "kafka";
    BrokerSettings& broker = workspace.brokers.emplace_back();
    broker.name = "kafka";
    for (int i = 0; i < groups; ++i) {
        ProjectionSettings& projection = workspace.projections.emplace_back();
        projection.name = projection.group = "group-" + std::to_string(i);
        projection.context = context.name;
        projection.topics = {topicName(i)};
    }
    return workspace;
}

void measure(int groups)
{
    const SystemClock clock;
    const TimePoint begin = clock.now() - 24h;
    Mailbox<std::shared_ptr<const Snapshot>> snapshots;
    Connectors connectors;
    connectors.broker = [&](const BrokerSettings&) -> Result<std::unique_ptr<Broker>> {
        return std::make_unique<SteadyBroker>(groups, clock, begin);
    };
    const double before = residentMegabytes();
    const Watcher watcher(workspaceFor(groups), "scale", connectors, clock,
                          {[&](auto snapshot) { snapshots.push(std::move(snapshot)); }, {}, {}});
    double cpu = 0;
    double took = 0;
    std::size_t seen = 0;
    for (int round = -5; round < rounds;) { // the first ones search for the times
        const auto got = snapshots.drain();
        if (got.empty()) {
            std::this_thread::sleep_for(5ms);
            continue;
        }
        const bool first = round < 0;
        round += static_cast<int>(got.size());
        if (first)
            cpu = cpuNow(), took = 0, seen = 0;
        for (const auto& snapshot : got)
            took += static_cast<double>((snapshot->ended - snapshot->began).count());
        seen += got.size();
    }
    const auto count = static_cast<double>(seen);
    std::printf("%6d groups, %7d partitions: cycle %7.1f ms  CPU %7.1f ms  memory %7.1f MB\n", groups,
                groups * partitionsOfATopic, took / count, (cpuNow() - cpu) / count, residentMegabytes() - before);
}

} // namespace

int main()
{
    measure(1000);
    measure(10'000);
    return 0;
}
