// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/config/workspace.h"
#include "backend/core/error.h"

#include <span>

namespace projectionist {

/// A topic to be made.
struct TopicSpec
{
    std::string name;
    std::int32_t partitions = 1;
    int replication = -1;                        ///< -1: the cluster's default
    std::map<std::string, std::string> config{}; ///< "retention.ms", ...
};

enum class TopicOutcome : std::uint8_t
{
    Created,
    Existed,
    Deleted,
    Absent,
    Failed
};

struct TopicResult
{
    std::string name;
    TopicOutcome outcome = TopicOutcome::Failed;
    std::optional<Error> error; ///< set when Failed
};

/// Changes a cluster: for the sandbox and for tests, never for what watches a system. Block until the cluster answers
/// or the timeout is over; a result for each topic in the order given. A topic that exists already is fine (Existed;
/// its partitions and configuration are left as they are), so is one to be deleted that does not exist (Absent).
[[nodiscard]] Result<std::vector<TopicResult>> createTopics(const BrokerSettings& settings,
                                                            std::span<const TopicSpec> topics, Duration timeout);
[[nodiscard]] Result<std::vector<TopicResult>> deleteTopics(const BrokerSettings& settings,
                                                            std::span<const std::string> topics, Duration timeout);

} // namespace projectionist
