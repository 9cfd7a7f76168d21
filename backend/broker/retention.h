// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/config/workspace.h"
#include "backend/core/error.h"

#include <span>
#include <stop_token>

namespace projectionist {

/// What a topic does with old records. Brokers delete whole segments, so a record may stay longer than that.
struct TopicRetention
{
    std::string topic;
    bool deletes = true;               ///< cleanup.policy
    bool compacts = false;             ///< cleanup.policy
    std::optional<Duration> keeps;     ///< retention.ms; nullopt: without limit
    std::optional<std::int64_t> bytes; ///< retention.bytes of each partition; nullopt: without limit
    bool appendTime = false;           ///< message.timestamp.type: records bear the broker's time
    std::optional<Error> error;        ///< of this topic alone: nothing is known then
    /// max.message.bytes: of a batch as the producer sends it, compressed or not.
    std::optional<std::int64_t> largest{};

    bool operator==(const TopicRetention&) const = default;
};

/// An answer for each topic, in the order asked. Needs DESCRIBE_CONFIGS on them. Opens a connection of its own; blocks
/// for at most the timeout, or until `stop`.
[[nodiscard]] Result<std::vector<TopicRetention>> topicRetention(const BrokerSettings& settings,
                                                                 std::span<const std::string> topics, Duration timeout,
                                                                 const std::stop_token& stop = {});

} // namespace projectionist
