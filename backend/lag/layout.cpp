// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/lag/layout.h"

#include <algorithm>
#include <set>

namespace projectionist {

namespace {

Error missingTopic(const std::string& topic)
{
    return {ErrorKind::NotFound, "Topic " + topic + " cannot be watched", "The cluster has no topic of this name",
            "Check the name, or whether the topic was deleted", true};
}

std::vector<TopicPartition> partitionsOf(const ProjectionSettings& projection, const Topology& topology,
                                         std::optional<Error>& error)
{
    std::vector<TopicPartition> ids;
    for (const std::string& topic : std::set<std::string>(projection.topics.begin(), projection.topics.end())) {
        const auto found = topology.find(topic);
        if (found == topology.end()) {
            error = missingTopic(topic);
            continue;
        }
        if (found->second.error)
            error = found->second.error;
        for (std::int32_t partition = 0; partition < found->second.partitions; ++partition)
            ids.push_back({topic, partition});
    }
    return ids;
}

std::uint32_t indexIn(const std::vector<TopicPartition>& sorted, const TopicPartition& id)
{
    return static_cast<std::uint32_t>(std::lower_bound(sorted.begin(), sorted.end(), id) - sorted.begin());
}

void sortUnique(std::vector<TopicPartition>& ids)
{
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
}

} // namespace

Topology topologyOf(const ClusterDescription& cluster, std::span<const ProjectionSettings> projections)
{
    std::set<std::string> wanted;
    for (const ProjectionSettings& projection : projections)
        wanted.insert(projection.topics.begin(), projection.topics.end());
    Topology topology;
    for (const TopicDescription& topic : cluster.topics) {
        if (wanted.contains(topic.name))
            topology.emplace(topic.name, topic);
    }
    return topology;
}

bool samePartitions(const Topology& a, const Topology& b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
        return x.first == y.first && x.second.partitions == y.second.partitions && x.second.error == y.second.error;
    });
}

Layout makeLayout(std::span<const ProjectionSettings> projections, const Topology& topology)
{
    Layout layout;
    std::vector<std::vector<TopicPartition>> ids;
    std::map<std::string, std::uint32_t> groups;
    for (const ProjectionSettings& settings : projections) {
        auto& projection = layout.projections.emplace_back();
        ids.push_back(partitionsOf(settings, topology, projection.error));
        layout.partitions.insert(layout.partitions.end(), ids.back().begin(), ids.back().end());
        if (settings.group.empty())
            continue;
        const auto next = static_cast<std::uint32_t>(groups.size());
        projection.group = groups.try_emplace(settings.group, next).first->second;
        if (*projection.group == layout.groups.size())
            layout.groups.push_back({settings.group, {}});
        auto& asked = layout.groups[*projection.group].partitions;
        asked.insert(asked.end(), ids.back().begin(), ids.back().end());
    }
    sortUnique(layout.partitions);
    for (GroupOffsetsQuery& query : layout.groups)
        sortUnique(query.partitions);
    for (std::size_t i = 0; i < ids.size(); ++i) {
        auto& projection = layout.projections[i];
        for (const TopicPartition& id : ids[i]) {
            projection.bounds.push_back(indexIn(layout.partitions, id));
            if (projection.group)
                projection.groupRows.push_back(indexIn(layout.groups[*projection.group].partitions, id));
        }
    }
    return layout;
}

} // namespace projectionist
