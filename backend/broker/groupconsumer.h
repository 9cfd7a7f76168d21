// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/broker/record.h"
#include "backend/core/error.h"

#include <functional>
#include <memory>
#include <span>

namespace projectionist {

/// Where reading of a partition begins. nullopt: at the group's committed position, else at the log's start (or end).
struct StartPosition
{
    TopicPartition id;
    std::optional<Offset> offset;

    bool operator==(const StartPosition&) const = default;
};

struct GroupConsumerOptions
{
    std::string group;                ///< empty: no group; then assign() partitions yourself, commit() is refused
    std::vector<std::string> topics;  ///< subscribed at once when there is a group
    std::string clientId;             ///< shown as the member's name
    Duration sessionTimeout{10000};   ///< a killed member loses its partitions after this
    Duration maxPollInterval{300000}; ///< poll() at least this often, or the group takes the partitions away
    bool fromEnd = false;             ///< where there is no position: at the end instead of the log's start
    /// Called inside poll() when partitions are assigned: answers where to read each (those not named: nullopt). May
    /// take as long as a database query takes; must not call the consumer.
    std::function<std::vector<StartPosition>(const std::vector<TopicPartition>& assigned)> onAssigned;
    /// Called inside poll() or close() before partitions go away. `lost`: they are gone already, a commit would fail.
    /// May call commit() unless lost, nothing else.
    std::function<void(const std::vector<TopicPartition>& revoked, bool lost)> onRevoked;
};

/// The seam for workers that apply events: a member of a consumer group, or a reader of chosen partitions. Nothing is
/// committed unless commit() is called. Used by the sandbox, never by what watches a system. One thread at a time.
class GroupConsumer
{
public:
    virtual ~GroupConsumer() = default; ///< leaves the group without waiting longer than a few seconds
    GroupConsumer(const GroupConsumer&) = delete;
    GroupConsumer& operator=(const GroupConsumer&) = delete;

    /// Up to `maxRecords`, waiting up to `wait` for the first; those already fetched follow without waiting. Empty is
    /// no error. Records of a partition are in offset order; records of partitions revoked meanwhile are left out. An
    /// Error tells why nothing can be read at present; polling on is right when it is retriable.
    [[nodiscard]] virtual Result<std::vector<Record>> poll(std::size_t maxRecords, Duration wait) = 0;
    /// What is assigned now, sorted.
    [[nodiscard]] virtual std::vector<TopicPartition> assignment() const = 0;
    /// Without a group: reads exactly these from now on.
    [[nodiscard]] virtual Result<void> assign(std::span<const StartPosition> partitions) = 0;
    /// The next poll() reads this assigned partition from `offset`.
    [[nodiscard]] virtual Result<void> seek(const TopicPartition& id, Offset offset, Duration timeout) = 0;
    [[nodiscard]] virtual Result<void> pause(std::span<const TopicPartition> ids) = 0;
    [[nodiscard]] virtual Result<void> resume(std::span<const TopicPartition> ids) = 0;
    /// Commits next offsets to read and waits for the broker's word. Conflict: another member owns a partition now.
    [[nodiscard]] virtual Result<void> commit(std::span<const std::pair<TopicPartition, Offset>> positions,
                                              Duration timeout) = 0;
    /// Leaves the group at once, so that others take over without waiting for the session to end. Nothing works after.
    [[nodiscard]] virtual Result<void> close(Duration timeout) = 0;

protected:
    GroupConsumer() = default;
};

} // namespace projectionist
