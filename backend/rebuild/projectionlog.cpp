// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/rebuild/projectionlog.h"

#include <algorithm>
#include <fmt/format.h>

namespace projectionist {

namespace {

constexpr Duration boundsTimeout{10'000};

Error logNotRead(ErrorKind kind, std::string why, std::string next)
{
    return {kind, "The projection's log cannot be read", std::move(why), std::move(next), false};
}

} // namespace

Result<ProjectionLog> ProjectionLog::open(const Workspace& workspace, const ProjectionSettings& projection,
                                          const LetterConnectors& connectors)
{
    const auto* const context = workspace.context(projection.context);
    const auto* const settings = context ? workspace.broker(context->broker) : nullptr;
    if (!settings || !connectors.broker || !connectors.ranges)
        return tl::unexpected(logNotRead(ErrorKind::Configuration, "the context has no broker whose log can be read",
                                         "Add broker = \"...\" to the context."));
    auto broker = connectors.broker(*settings);
    auto reader = connectors.ranges(*settings);
    if (!broker || !reader)
        return tl::unexpected(broker ? reader.error() : broker.error());
    return ProjectionLog(projection.topics, *std::move(broker), *std::move(reader));
}

Result<std::vector<PartitionBounds>> ProjectionLog::bounds()
{
    const auto cluster = m_broker->describe(boundsTimeout);
    if (!cluster)
        return tl::unexpected(cluster.error());
    std::vector<TopicPartition> ids;
    for (const auto& topic : m_topics) {
        const auto found = std::ranges::find(cluster->topics, topic, &TopicDescription::name);
        if (found == cluster->topics.end())
            return tl::unexpected(logNotRead(ErrorKind::NotFound, fmt::format("the cluster has no topic \"{}\"", topic),
                                             "See whether the projection's topics are written as they are called."));
        if (found->error)
            return tl::unexpected(*found->error);
        for (std::int32_t partition = 0; partition < found->partitions; ++partition)
            ids.push_back({topic, partition});
    }
    auto all = m_broker->bounds(ids, boundsTimeout);
    if (!all)
        return all;
    for (const auto& one : *all)
        if (one.error)
            return tl::unexpected(*one.error);
    return all;
}

} // namespace projectionist
