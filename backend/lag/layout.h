// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/broker/eventlog.h"
#include "backend/config/workspace.h"

#include <map>

namespace projectionist {

/// The projections of a context laid over the partitions that exist: who reads what. Built when settings or topics
/// change; a cycle then works with indices only.
struct Layout
{
    struct Projection
    {
        std::vector<std::uint32_t> bounds;    ///< indices into `partitions`, in the order of ids
        std::optional<std::uint32_t> group;   ///< index into `groups`
        std::vector<std::uint32_t> groupRows; ///< parallel to bounds: index into the partitions of the group's query
        std::optional<Error> error;           ///< a topic does not exist or may not be seen
    };
    std::vector<TopicPartition> partitions; ///< sorted, each once
    std::vector<Projection> projections;    ///< parallel to the projections' settings
    std::vector<GroupOffsetsQuery> groups;  ///< each group once; partitions sorted
};

/// Topics as the cluster described them last.
using Topology = std::map<std::string, TopicDescription>;

[[nodiscard]] Topology topologyOf(const ClusterDescription& cluster, std::span<const ProjectionSettings> projections);
[[nodiscard]] bool samePartitions(const Topology& a, const Topology& b);
[[nodiscard]] Layout makeLayout(std::span<const ProjectionSettings> projections, const Topology& topology);

} // namespace projectionist
