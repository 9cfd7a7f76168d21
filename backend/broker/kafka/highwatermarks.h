// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/broker/eventlog.h"
#include "backend/broker/kafka/offsetlookup.h"

#include <unordered_map>

namespace projectionist::kafka {

/// How far partitions go beyond what readers of committed events can see. The isolation level belongs to a handle, so
/// these questions have a connection of their own, made when first needed; they are asked only now and then, so that
/// the usual look-up of heads costs nothing more. Reports nothing where the settings read uncommitted events.
class HighWatermarks
{
public:
    explicit HighWatermarks(BrokerSettings settings) : m_settings(std::move(settings)) {}

    /// Asks if it is time to. Call it before the heads are read: a head that was read later and is lower nevertheless
    /// is held back by an open transaction, not outrun by a producer.
    void refresh(const Handle& heads, std::span<const TopicPartition> ids, SteadyTime deadline);
    /// Fills `end` of rows whose head is below; forgets the ends that their heads have reached.
    void apply(std::span<PartitionBounds> rows);

private:
    const BrokerSettings m_settings;
    std::unique_ptr<Handle> m_handle;
    OffsetLookup m_lookup;
    std::unordered_map<TopicPartition, Offset> m_ends;
    SteadyTime m_due{};
};

} // namespace projectionist::kafka
