// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/deadletter/httpget.h"

namespace projectionist {

/// A sink connector that puts what it cannot deliver into a topic.
struct ConnectQueue
{
    std::string connector;
    std::string topic;                ///< errors.deadletterqueue.topic.name
    std::vector<std::string> sources; ///< that the connector reads, where it names them
    bool contextHeaders = false;      ///< false: its letters do not tell why they failed

    bool operator==(const ConnectQueue&) const = default;
};

struct ConnectQueues
{
    std::vector<ConnectQueue> queues; ///< sorted by connector
    std::size_t connectors = 0;       ///< there are, with a dead-letter queue or without
    std::vector<Error> remarks;       ///< connectors that could not be asked
};

/// Asks Kafka Connect's REST interface for the dead-letter queues of its connectors. Reads only; of the configurations
/// nothing but these settings is looked at. Older workers than 2.3 are asked for each connector by itself.
[[nodiscard]] Result<ConnectQueues> readConnectQueues(HttpGetter& connect, const std::stop_token& stop);

} // namespace projectionist
