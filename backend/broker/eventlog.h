// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/broker/record.h"
#include "backend/core/error.h"

#include <span>

namespace projectionist {

/// Log start and head of one partition.
struct PartitionBounds
{
    TopicPartition id;
    Offset start = 0;           ///< oldest offset still kept
    Offset head = 0;            ///< next offset a reader with the log's isolation level can see to (last stable offset)
    std::optional<Error> error; ///< this partition alone failed; start and head are meaningless then
    /// High watermark, where it is known to be beyond the head: an open transaction holds back readers of committed
    /// events. Looked up only every few seconds, so it may lag behind; never wrong about there being more.
    std::optional<Offset> end = {};
    Duration late{0}; ///< asked for so long before the call that took the answer; 0: by that call
};

struct TimeQuery
{
    TopicPartition id;
    TimePoint time{};
};

/// First offset with a timestamp >= the asked time; offset is nullopt when no event is that young.
struct TimeAnswer
{
    TopicPartition id;
    std::optional<Offset> offset;
    std::optional<Error> error;
};

struct TopicDescription
{
    std::string name;
    std::int32_t partitions = 0;
    bool internal = false;
    std::optional<Error> error;
};

struct ClusterDescription
{
    std::string id;
    int brokers = 0;
    std::vector<TopicDescription> topics; ///< sorted by name
};

/// The seam to an event log (Kafka today; others follow). An object belongs to one thread at a time; every call returns
/// within its timeout also when the servers hang. Reading disturbs nobody: no group is joined, nothing is written.
class EventLog
{
public:
    virtual ~EventLog() = default;
    EventLog(const EventLog&) = delete;
    EventLog& operator=(const EventLog&) = delete;

    [[nodiscard]] virtual Result<ClusterDescription> describe(Duration timeout) = 0;
    /// Batched; an answer for each id, in the order asked; one failing partition fails only its own row.
    [[nodiscard]] virtual Result<std::vector<PartitionBounds>> bounds(std::span<const TopicPartition> ids,
                                                                      Duration timeout) = 0;
    /// Batched look-up in the time index. A log that has no time index answers an Error of kind NotFound as a whole.
    [[nodiscard]] virtual Result<std::vector<TimeAnswer>> offsetsForTimes(std::span<const TimeQuery> queries,
                                                                          Duration timeout) = 0;
    /// Reads the first readable record at or after each offset; nullopt where there is none (head reached, all
    /// compacted or in an open transaction). Values longer than maxBytes are cut to it.
    [[nodiscard]] virtual Result<std::vector<std::optional<Record>>>
    read(std::span<const std::pair<TopicPartition, Offset>> at, std::size_t maxBytes, Duration timeout) = 0;

protected:
    EventLog() = default;
};

struct GroupSummary
{
    std::string name;
    std::string state;        ///< "Stable", "Empty", "Dead", ...
    std::string protocolType; ///< "consumer", "connect", ""
};

struct GroupMember
{
    std::string id;
    std::string clientId;
    std::string host;
    std::vector<TopicPartition> assignment; ///< sorted
};

struct GroupDescription
{
    std::string name;
    std::string state;
    std::vector<GroupMember> members;
    std::optional<Error> error; ///< for this group alone
};

struct GroupOffset
{
    TopicPartition id;
    std::optional<Offset> position; ///< nullopt: the group never committed there
    std::optional<Error> error;
};

struct GroupOffsets
{
    std::string group;
    std::vector<GroupOffset> offsets; ///< sorted by id
    std::optional<Error> error;       ///< for this group alone
    Duration late{0};                 ///< asked for so long before the call that took the answer; 0: by that call
};

/// One group and the partitions to ask for; an empty list asks for all that the group has committed (discovery only:
/// some brokers answer nothing then, and asking every group for everything is expensive).
struct GroupOffsetsQuery
{
    std::string group;
    std::vector<TopicPartition> partitions;
};

/// The seam to consumer groups. Same threading and timeout rules as EventLog. Never joins a group.
class ConsumerGroups
{
public:
    virtual ~ConsumerGroups() = default;
    ConsumerGroups(const ConsumerGroups&) = delete;
    ConsumerGroups& operator=(const ConsumerGroups&) = delete;

    /// Partial when some brokers do not answer: their errors go to `errors`.
    [[nodiscard]] virtual Result<std::vector<GroupSummary>> list(Duration timeout, std::vector<Error>& errors) = 0;
    [[nodiscard]] virtual Result<std::vector<GroupDescription>> describeGroups(std::span<const std::string> groups,
                                                                               Duration timeout) = 0;
    /// An answer for each query, in the order asked; up to 16 requests in flight.
    [[nodiscard]] virtual Result<std::vector<GroupOffsets>> offsets(std::span<const GroupOffsetsQuery> queries,
                                                                    Duration timeout) = 0;

protected:
    ConsumerGroups() = default;
};

/// One connection to a broker: both seams, owned by one thread.
class Broker : public EventLog, public ConsumerGroups
{
};

} // namespace projectionist
