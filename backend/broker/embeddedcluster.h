// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/broker/topicadmin.h"
#include "backend/core/position.h"

#include <memory>

namespace projectionist {

/// An event broker inside this process, reachable by every process of this machine through localhost ports, gone with
/// the object. Keeps about 5 MB of compressed batches a partition in memory, then moves the log start. Can produce,
/// fetch, groups with commits and positions; cannot look up by time, list or describe groups, or create topics by
/// request. Thread-safe.
class EmbeddedCluster
{
public:
    virtual ~EmbeddedCluster() = default;
    EmbeddedCluster(const EmbeddedCluster&) = delete;
    EmbeddedCluster& operator=(const EmbeddedCluster&) = delete;

    /// "127.0.0.1:40001,127.0.0.1:40002"
    [[nodiscard]] virtual std::string bootstrap() const = 0;
    [[nodiscard]] virtual Result<void> addTopic(const TopicSpec& topic) = 0;
    /// All brokers drop their connections and accept none until up again; what they keep stays.
    [[nodiscard]] virtual Result<void> setDown(bool down) = 0;
    /// One broker (1, 2, ...) answers this late.
    [[nodiscard]] virtual Result<void> setRoundTrip(int broker, Duration roundTrip) = 0;
    /// Another broker takes a partition, or the coordination of a group, over.
    [[nodiscard]] virtual Result<void> moveLeader(const TopicPartition& id, int broker) = 0;
    [[nodiscard]] virtual Result<void> moveCoordinator(const std::string& group, int broker) = 0;

protected:
    EmbeddedCluster() = default;
};

} // namespace projectionist
