// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/broker/kafka/handle.h"
#include "backend/broker/recordscan.h"

namespace projectionist {
class Broker;
}

namespace projectionist::kafka {

/// Reads single records with all that belongs to them. Has a connection of its own, made with the first one.
class RecordFetcher
{
public:
    explicit RecordFetcher(BrokerSettings settings) : m_settings(std::move(settings)) {}
    ~RecordFetcher();

    /// See RecordScan::fetch.
    [[nodiscard]] Result<FetchedRecord> fetch(const TopicPartition& id, Offset offset, std::size_t maxBytes,
                                              SteadyTime deadline);

private:
    [[nodiscard]] Result<void> connect();
    [[nodiscard]] Result<void> checkBounds(const TopicPartition& id, Offset offset, SteadyTime deadline);

    BrokerSettings m_settings;
    std::unique_ptr<Broker> m_broker;
    std::unique_ptr<Handle> m_handle;
};

} // namespace projectionist::kafka
