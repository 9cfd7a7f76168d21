// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/discovery/discovery.h"

#include <algorithm>
#include <regex>
#include <set>

namespace projectionist {

namespace {

/// Groups whose offsets are asked for at once; each costs a request, so this bounds what one timeout is for.
constexpr std::size_t groupsAtOnce = 500;
/// librdkafka's look-up is quadratic in the list's length (client-libraries.md, K2).
constexpr std::size_t partitionsAtOnce = 250;

using Heads = std::unordered_map<TopicPartition, PartitionBounds>;

void readHeads(Broker& broker, const std::vector<TopicPartition>& ids, Duration timeout, Heads& heads,
               std::vector<Error>& problems)
{
    for (std::size_t at = 0; at < ids.size(); at += partitionsAtOnce) {
        const auto bounds =
            broker.bounds(std::span(ids).subspan(at, std::min(partitionsAtOnce, ids.size() - at)), timeout);
        if (!bounds) {
            problems.push_back(bounds.error());
            return;
        }
        for (const auto& one : *bounds)
            if (!one.error)
                heads.emplace(one.id, one);
    }
}

bool isInternalTopic(const std::string& topic)
{
    return topic.starts_with("__");
}

std::optional<Offset> backlogOf(const GroupOffsets& offsets, const Heads& heads)
{
    Offset total = 0;
    for (const auto& one : offsets.offsets) {
        if (!one.position)
            continue;
        const auto head = heads.find(one.id);
        if (head == heads.end())
            return std::nullopt;
        total += std::max<Offset>(0, head->second.head - std::max(*one.position, head->second.start));
    }
    return total;
}

std::vector<GroupOffsets> readOffsets(Broker& broker, const std::vector<GroupSummary>& groups, Duration timeout,
                                      std::vector<Error>& problems)
{
    std::vector<GroupOffsets> result;
    for (std::size_t at = 0; at < groups.size(); at += groupsAtOnce) {
        std::vector<GroupOffsetsQuery> queries;
        for (std::size_t i = at; i < std::min(at + groupsAtOnce, groups.size()); ++i)
            queries.push_back({groups[i].name, {}});
        auto offsets = broker.offsets(queries, timeout);
        if (!offsets) {
            problems.push_back(offsets.error());
            break;
        }
        std::move(offsets->begin(), offsets->end(), std::back_inserter(result));
    }
    return result;
}

void discoverGroups(Broker& broker, Duration timeout, BrokerDiscovery& discovery, Heads& heads)
{
    const auto groups = broker.list(timeout, discovery.problems);
    if (!groups) {
        discovery.problems.push_back(groups.error());
        return;
    }
    const auto offsets = readOffsets(broker, *groups, timeout, discovery.problems);
    std::vector<TopicPartition> wanted;
    std::set<TopicPartition> seen;
    for (const auto& group : offsets)
        for (const auto& one : group.offsets)
            if (one.position && !heads.contains(one.id) && seen.insert(one.id).second)
                wanted.push_back(one.id);
    readHeads(broker, wanted, timeout, heads, discovery.problems);
    for (std::size_t i = 0; i < offsets.size(); ++i) {
        DiscoveredGroup group{offsets[i].group, (*groups)[i].state, {}, backlogOf(offsets[i], heads), offsets[i].error};
        std::set<std::string> topics;
        for (const auto& one : offsets[i].offsets)
            if (one.position && !isInternalTopic(one.id.topic))
                topics.insert(one.id.topic);
        group.topics.assign(topics.begin(), topics.end());
        discovery.groups.push_back(std::move(group));
    }
    std::sort(discovery.groups.begin(), discovery.groups.end(),
              [](const auto& a, const auto& b) { return a.name < b.name; });
}

void countRecords(Broker& broker, Duration timeout, const ClusterDescription& cluster, BrokerDiscovery& discovery,
                  Heads& heads)
{
    std::vector<TopicPartition> wanted;
    for (const auto& letters : discovery.deadLetters)
        for (const auto& topic : cluster.topics)
            for (std::int32_t p = 0; topic.name == letters.topic && p < topic.partitions; ++p)
                wanted.push_back({topic.name, p});
    readHeads(broker, wanted, timeout, heads, discovery.problems);
    for (auto& letters : discovery.deadLetters)
        for (const auto& id : wanted)
            if (const auto head = heads.find(id); id.topic == letters.topic && head != heads.end())
                letters.records = letters.records.value_or(0) + head->second.head - head->second.start;
}

} // namespace

std::optional<DiscoveredDeadLetters> asDeadLetters(const std::string& topic, std::span<const std::string> topics)
{
    // Spring Kafka: -dlt, .DLT, -retry-N; Kafka Connect, SmallRye: dead-letter-topic-*; MassTransit: _error; and what
    // people do.
    static const std::regex pattern(R"((^|[._-])(dlt|dlq|dead[._-]?letters?([._-](topic|queue))?)([._-]|$))"
                                    R"(|^errors?[._-]|[._-]errors?$|[._-]retry([._-]?\d+)?$)",
                                    std::regex::icase);
    static const std::regex retry(R"([._-]retry([._-]?\d+)?$)", std::regex::icase);
    std::smatch match;
    if (!std::regex_search(topic, match, pattern))
        return std::nullopt;
    DiscoveredDeadLetters letters{topic, std::regex_search(topic, retry), {}, {}};
    const std::string before = match.prefix();
    const std::string after = match.suffix();
    for (const auto& candidate : {before, after, before + after})
        if (!candidate.empty() && std::find(topics.begin(), topics.end(), candidate) != topics.end())
            letters.source = candidate;
    return letters;
}

BrokerDiscovery discoverBroker(Broker& broker, Duration timeout)
{
    BrokerDiscovery discovery;
    const auto cluster = broker.describe(timeout);
    if (!cluster) {
        discovery.problems.push_back(cluster.error());
        return discovery;
    }
    std::vector<std::string> names;
    for (const auto& topic : cluster->topics)
        if (!topic.internal && !isInternalTopic(topic.name))
            names.push_back(topic.name);
    for (const auto& name : names) {
        if (auto letters = asDeadLetters(name, names))
            discovery.deadLetters.push_back(*std::move(letters));
        else
            discovery.topics.push_back(name);
    }
    Heads heads;
    countRecords(broker, timeout, *cluster, discovery, heads);
    discoverGroups(broker, timeout, discovery, heads);
    return discovery;
}

} // namespace projectionist
