// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/broker/eventlog.h"
#include "tests/unit/lag/shared.h"

#include <algorithm>
#include <map>
#include <set>

namespace projectionist {

/// One partition of the fake log: the time of each event, in the order of offsets. Missing ones were compacted away.
struct FakePartition
{
    std::map<Offset, TimePoint> events;
    Offset start = 0;
    Offset head = 0;
    std::optional<Error> error;
    std::optional<Offset> end{}; ///< high watermark beyond the head

    void append(TimePoint time) { events[head++] = time; }
};

/// What test and fake share. The fake outlives no test, so tests may keep a reference.
struct FakeCluster : Shared<FakeCluster>
{
    std::map<TopicPartition, FakePartition> partitions;
    std::map<std::string, std::map<TopicPartition, Offset>> groups;
    std::map<std::string, Error> groupErrors;
    std::map<std::string, GroupDescription> descriptions;
    std::optional<Error> failure; ///< every call fails with it
    std::optional<Error> describeGroupsFailure;
    bool hangs = false; ///< every call blocks for its timeout
    bool timeIndex = true;
    Duration delay{0}; ///< before each answer
    Duration boundsLate{0};
    Duration positionsLate{0};
    std::map<std::string, int> calls;
    std::size_t lookups = 0; ///< rows in look-ups by time
    std::size_t mostInOneLookup = 0;
    int opened = 0;
    std::set<std::string> describedGroups;
};

class FakeBroker final : public Broker
{
public:
    explicit FakeBroker(FakeCluster& cluster) : m_cluster(cluster) {}

    Result<ClusterDescription> describe(Duration timeout) override
    {
        std::unique_lock lock(m_cluster.mutex);
        if (auto failure = enter("describe", timeout, lock))
            return tl::unexpected(*failure);
        ClusterDescription cluster{"fake", 1, {}};
        std::map<std::string, std::int32_t> counts;
        for (const auto& [id, partition] : m_cluster.partitions)
            counts[id.topic] = std::max(counts[id.topic], id.partition + 1);
        for (const auto& [topic, count] : counts)
            cluster.topics.push_back({topic, count, false, std::nullopt});
        return cluster;
    }

    Result<std::vector<PartitionBounds>> bounds(std::span<const TopicPartition> ids, Duration timeout) override
    {
        std::unique_lock lock(m_cluster.mutex);
        if (auto failure = enter("bounds", timeout, lock))
            return tl::unexpected(*failure);
        std::vector<PartitionBounds> rows;
        for (const TopicPartition& id : ids) {
            const auto found = m_cluster.partitions.find(id);
            if (found == m_cluster.partitions.end())
                rows.push_back({id, 0, 0, unknown(id)});
            else
                rows.push_back({id, found->second.start, found->second.head, found->second.error, found->second.end,
                                m_cluster.boundsLate});
        }
        return rows;
    }

    Result<std::vector<TimeAnswer>> offsetsForTimes(std::span<const TimeQuery> queries, Duration timeout) override
    {
        std::unique_lock lock(m_cluster.mutex);
        if (auto failure = enter("offsetsForTimes", timeout, lock))
            return tl::unexpected(*failure);
        if (!m_cluster.timeIndex)
            return tl::unexpected(Error{ErrorKind::NotFound, "No time index", "A fake", "", false});
        m_cluster.lookups += queries.size();
        m_cluster.mostInOneLookup = std::max(m_cluster.mostInOneLookup, queries.size());
        std::vector<TimeAnswer> answers;
        std::set<TopicPartition> once;
        for (const TimeQuery& query : queries) {
            if (!once.insert(query.id).second) // as Kafka does
                return tl::unexpected(Error{ErrorKind::Internal, "A partition was asked for twice", "", "", false});
            answers.push_back(answer(query));
        }
        return answers;
    }

    Result<std::vector<std::optional<Record>>> read(std::span<const std::pair<TopicPartition, Offset>> at, std::size_t,
                                                    Duration timeout) override
    {
        std::unique_lock lock(m_cluster.mutex);
        if (auto failure = enter("read", timeout, lock))
            return tl::unexpected(*failure);
        std::vector<std::optional<Record>> records;
        for (const auto& [id, offset] : at) {
            const FakePartition& partition = m_cluster.partitions[id];
            const auto found = partition.events.lower_bound(std::max(offset, partition.start));
            if (found == partition.events.end())
                records.emplace_back();
            else
                records.push_back(Record{id, found->first, found->second, false, "key", "value", {}});
        }
        return records;
    }

    Result<std::vector<GroupSummary>> list(Duration timeout, std::vector<Error>&) override
    {
        std::unique_lock lock(m_cluster.mutex);
        if (auto failure = enter("list", timeout, lock))
            return tl::unexpected(*failure);
        return std::vector<GroupSummary>{};
    }

    Result<std::vector<GroupDescription>> describeGroups(std::span<const std::string> groups, Duration timeout) override
    {
        std::unique_lock lock(m_cluster.mutex);
        if (auto failure = enter("describeGroups", timeout, lock))
            return tl::unexpected(*failure);
        if (m_cluster.describeGroupsFailure)
            return tl::unexpected(*m_cluster.describeGroupsFailure);
        std::vector<GroupDescription> result;
        for (const std::string& group : groups) {
            m_cluster.describedGroups.insert(group);
            const auto found = m_cluster.descriptions.find(group);
            result.push_back(found == m_cluster.descriptions.end() ? GroupDescription{group, "Empty", {}, {}}
                                                                   : found->second);
        }
        return result;
    }

    Result<std::vector<GroupOffsets>> offsets(std::span<const GroupOffsetsQuery> queries, Duration timeout) override
    {
        std::unique_lock lock(m_cluster.mutex);
        if (auto failure = enter("offsets", timeout, lock))
            return tl::unexpected(*failure);
        std::vector<GroupOffsets> result;
        for (const GroupOffsetsQuery& query : queries) {
            GroupOffsets group{query.group, {}, std::nullopt, m_cluster.positionsLate};
            if (const auto error = m_cluster.groupErrors.find(query.group); error != m_cluster.groupErrors.end())
                group.error = error->second;
            const auto& positions = m_cluster.groups[query.group];
            for (const TopicPartition& id : query.partitions) {
                const auto found = positions.find(id);
                GroupOffset row{id, std::nullopt, std::nullopt};
                if (found != positions.end())
                    row.position = found->second;
                group.offsets.push_back(row);
            }
            result.push_back(std::move(group));
        }
        return result;
    }

private:
    static Error unknown(const TopicPartition& id)
    {
        return {ErrorKind::NotFound, "No such partition", toString(id), "", true};
    }

    TimeAnswer answer(const TimeQuery& query) const
    {
        const auto found = m_cluster.partitions.find(query.id);
        if (found == m_cluster.partitions.end())
            return {query.id, std::nullopt, unknown(query.id)};
        const FakePartition& partition = found->second;
        for (auto at = partition.events.lower_bound(partition.start); at != partition.events.end(); ++at) {
            if (at->second >= query.time)
                return {query.id, at->first, partition.error};
        }
        return {query.id, std::nullopt, partition.error};
    }

    std::optional<Error> enter(const char* call, Duration timeout, std::unique_lock<std::mutex>& lock)
    {
        ++m_cluster.calls[call];
        if (m_cluster.delay > Duration(0))
            m_cluster.changed.wait_for(lock, std::min(m_cluster.delay, timeout), [] { return false; });
        const bool slow = m_cluster.delay >= timeout;
        const bool hung =
            m_cluster.hangs && !m_cluster.changed.wait_for(lock, timeout, [this] { return !m_cluster.hangs; });
        if (hung || slow)
            return Error{ErrorKind::Timeout, std::string("No answer to ") + call, "The fake hangs", "", true};
        return m_cluster.failure;
    }

    FakeCluster& m_cluster;
};

} // namespace projectionist
