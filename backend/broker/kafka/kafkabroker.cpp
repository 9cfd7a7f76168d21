// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/broker/kafka/kafkabroker.h"

#include "backend/broker/kafka/groupqueries.h"
#include "backend/broker/kafka/highwatermarks.h"
#include "backend/broker/kafka/offsetlookup.h"
#include "backend/broker/kafka/recordreader.h"

#include <algorithm>
#include <cstdlib>
#include <fmt/format.h>

namespace projectionist {

namespace {

using namespace kafka;

SteadyTime deadlineIn(Duration timeout)
{
    return std::chrono::steady_clock::now() + timeout;
}

Result<std::unique_ptr<Handle>> openWatching(const BrokerSettings& settings, std::shared_ptr<HandleState> state,
                                             std::vector<std::string>* warnings)
{
    HandlePlan plan;
    plan.defaults = watchingDefaults();
    plan.defaults.emplace("isolation.level", "read_committed"); // as the library has it: heads are what can be read
    plan.forced = watchingForced();
    plan.state = std::move(state);
    return Handle::open(settings, plan, warnings);
}

class KafkaBroker final : public Broker
{
public:
    KafkaBroker(const BrokerSettings& settings, std::unique_ptr<Handle> handle)
        : m_settings(settings), m_handle(std::move(handle)), m_ends(settings), m_reader(settings)
    {
    }

    [[nodiscard]] Result<ClusterDescription> describe(Duration timeout) override;
    [[nodiscard]] Result<std::vector<PartitionBounds>> bounds(std::span<const TopicPartition> ids,
                                                              Duration timeout) override;
    [[nodiscard]] Result<std::vector<TimeAnswer>> offsetsForTimes(std::span<const TimeQuery> queries,
                                                                  Duration timeout) override;
    [[nodiscard]] Result<std::vector<std::optional<Record>>> read(std::span<const std::pair<TopicPartition, Offset>> at,
                                                                  std::size_t maxBytes, Duration timeout) override;
    [[nodiscard]] Result<std::vector<GroupSummary>> list(Duration timeout, std::vector<Error>& errors) override;
    [[nodiscard]] Result<std::vector<GroupDescription>> describeGroups(std::span<const std::string> groups,
                                                                       Duration timeout) override;
    [[nodiscard]] Result<std::vector<GroupOffsets>> offsets(std::span<const GroupOffsetsQuery> queries,
                                                            Duration timeout) override;

private:
    /// At the begin of every call: a handle with old unanswered requests must go before they end.
    void renewWhenSpent();
    [[nodiscard]] std::vector<PartitionBounds> boundsBy(std::span<const TopicPartition> ids, SteadyTime deadline);
    [[nodiscard]] std::optional<bool> probeTimeIndex(std::span<const TimeQuery> queries, SteadyTime deadline);

    const BrokerSettings m_settings;
    std::unique_ptr<Handle> m_handle;
    OffsetLookup m_lookup;
    HighWatermarks m_ends;
    GroupDescriptions m_descriptions;
    PositionQueries m_positions;
    RecordReader m_reader;
    bool m_timeIndex = false; ///< a look-up by time was answered once
};

/// A whole call fails when all of its rows do, and for want of an answer.
template<typename Rows>
std::optional<Error> commonError(const Rows& rows)
{
    const auto unreachable = [](const auto& row) {
        return row.error && row.error->kind != ErrorKind::NotFound && row.error->kind != ErrorKind::Permission;
    };
    if (rows.empty() || !std::ranges::all_of(rows, unreachable))
        return std::nullopt;
    return rows.front().error;
}

void KafkaBroker::renewWhenSpent()
{
    if (!m_positions.requests().spent() && !m_descriptions.requests().spent())
        return;
    auto fresh = openWatching(m_settings, m_handle->state(), nullptr);
    if (!fresh)
        return;
    m_positions.requests().forgetOpen();
    m_descriptions.requests().forgetOpen();
    m_handle = *std::move(fresh);
}

Result<ClusterDescription> KafkaBroker::describe(Duration timeout)
{
    renewWhenSpent();
    const auto deadline = deadlineIn(timeout);
    const auto metadata = m_handle->metadata(deadline);
    if (!metadata)
        return tl::unexpected(metadata.error());
    ClusterDescription cluster;
    const std::unique_ptr<char, Deleter<std::free>> id(
        rd_kafka_clusterid(m_handle->get(), std::max(1, millisecondsUntil(deadline))));
    if (id)
        cluster.id = id.get();
    cluster.brokers = (*metadata)->broker_cnt;
    for (int i = 0; i < (*metadata)->topic_cnt; ++i) {
        const auto& topic = (*metadata)->topics[i];
        TopicDescription description{
            topic.topic, topic.partition_cnt, std::string_view(topic.topic).starts_with("__"), {}};
        if (topic.err != RD_KAFKA_RESP_ERR_NO_ERROR)
            description.error = errorFor(topic.err, fmt::format("Topic \"{}\" cannot be described", description.name));
        cluster.topics.push_back(std::move(description));
    }
    std::ranges::sort(cluster.topics, {}, &TopicDescription::name);
    m_handle->log().succeeded();
    return cluster;
}

std::vector<PartitionBounds> KafkaBroker::boundsBy(std::span<const TopicPartition> ids, SteadyTime deadline)
{
    std::vector<OffsetQuestion> questions;
    questions.reserve(2 * ids.size());
    for (const TopicPartition& id : ids)
        questions.push_back({id, askEnd});
    for (const TopicPartition& id : ids)
        questions.push_back({id, askStart});
    const auto answers = m_lookup.ask(*m_handle, questions, deadline);

    std::vector<PartitionBounds> rows;
    rows.reserve(ids.size());
    for (std::size_t i = 0; i < ids.size(); ++i) {
        const OffsetAnswer& end = answers[i];
        const OffsetAnswer& start = answers[ids.size() + i];
        PartitionBounds row{
            ids[i], start.offset.value_or(0), end.offset.value_or(0), end.error ? end.error : start.error, {}};
        row.late = std::max(end.late, start.late);
        if (!row.error && (!end.offset || !start.offset))
            row.error = Error{ErrorKind::InvalidData, "Offsets of " + toString(ids[i]) + " cannot be read",
                              "The broker answered without an offset", "", true};
        row.start = std::min(row.start, row.head); // read a moment apart
        rows.push_back(std::move(row));
    }
    return rows;
}

Result<std::vector<PartitionBounds>> KafkaBroker::bounds(std::span<const TopicPartition> ids, Duration timeout)
{
    renewWhenSpent();
    const auto deadline = deadlineIn(timeout);
    m_ends.refresh(*m_handle, ids, deadline);
    auto rows = boundsBy(ids, deadline);
    if (auto error = commonError(rows))
        return tl::unexpected(std::move(*error));
    m_ends.apply(rows);
    return rows;
}

/// Whether the log answers look-ups by time at all: asks for the beginning of time where there are events. nullopt: all
/// partitions are empty, or did not answer.
std::optional<bool> KafkaBroker::probeTimeIndex(std::span<const TimeQuery> queries, SteadyTime deadline)
{
    std::vector<TopicPartition> ids;
    for (const TimeQuery& query : queries)
        ids.push_back(query.id);
    std::ranges::sort(ids);
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    ids.resize(std::min(ids.size(), maxPartitionsPerRequest));

    std::vector<OffsetQuestion> questions;
    for (const PartitionBounds& row : boundsBy(ids, deadline))
        if (!row.error && row.start < row.head)
            questions.push_back({row.id, 0});
    bool answered = false;
    for (const OffsetAnswer& answer : m_lookup.ask(*m_handle, questions, deadline)) {
        if (answer.offset)
            return true;
        answered = answered || !answer.error;
    }
    return answered ? std::optional(false) : std::nullopt;
}

Result<std::vector<TimeAnswer>> KafkaBroker::offsetsForTimes(std::span<const TimeQuery> queries, Duration timeout)
{
    renewWhenSpent();
    const auto deadline = deadlineIn(timeout);
    std::vector<OffsetQuestion> questions;
    questions.reserve(queries.size());
    for (const TimeQuery& query : queries) // negative times have other meanings in the request
        questions.push_back({query.id, std::max<std::int64_t>(0, query.time.time_since_epoch().count())});
    std::vector<TimeAnswer> rows;
    rows.reserve(queries.size());
    bool found = false;
    for (OffsetAnswer& answer : m_lookup.ask(*m_handle, questions, deadline)) {
        found = found || answer.offset;
        rows.push_back({queries[rows.size()].id, answer.offset, std::move(answer.error)});
    }
    if (auto error = commonError(rows))
        return tl::unexpected(std::move(*error));
    m_timeIndex = m_timeIndex || found;
    if (!m_timeIndex && !rows.empty()) {
        const auto probed = probeTimeIndex(queries, deadline);
        m_timeIndex = probed.value_or(false);
        if (probed == false)
            return tl::unexpected(Error{ErrorKind::NotFound,
                                        fmt::format("Broker \"{}\" cannot look up events by time", m_handle->name()),
                                        "It has events, but finds none from the beginning of time on",
                                        "Lag in time is taken from the records themselves", false});
    }
    return rows;
}

Result<std::vector<std::optional<Record>>> KafkaBroker::read(std::span<const std::pair<TopicPartition, Offset>> at,
                                                             std::size_t maxBytes, Duration timeout)
{
    renewWhenSpent();
    const auto deadline = deadlineIn(timeout);
    std::vector<TopicPartition> ids;
    for (const auto& [id, offset] : at)
        ids.push_back(id);
    const auto known = boundsBy(ids, deadline);
    if (auto unknown = commonError(known))
        return tl::unexpected(std::move(*unknown));
    std::vector<ReadPoint> readable;
    std::vector<std::size_t> indexes;
    std::optional<Error> error;
    for (std::size_t i = 0; i < at.size(); ++i) {
        const PartitionBounds& row = known[i];
        if (row.error) {
            error = row.error;
        } else if (at[i].second < row.head) {
            readable.emplace_back(at[i].first, std::max(at[i].second, row.start));
            indexes.push_back(i);
        }
    }
    std::vector<std::optional<Record>> records(at.size());
    if (readable.empty() && error)
        return tl::unexpected(std::move(*error));
    auto read = m_reader.read(readable, maxBytes, deadline);
    if (!read)
        return tl::unexpected(read.error());
    for (std::size_t i = 0; i < indexes.size(); ++i)
        records[indexes[i]] = std::move((*read)[i]);
    return records;
}

Result<std::vector<GroupSummary>> KafkaBroker::list(Duration timeout, std::vector<Error>& errors)
{
    renewWhenSpent();
    return listGroups(*m_handle, deadlineIn(timeout), errors);
}

Result<std::vector<GroupDescription>> KafkaBroker::describeGroups(std::span<const std::string> groups, Duration timeout)
{
    renewWhenSpent();
    return m_descriptions.ask(*m_handle, groups, deadlineIn(timeout));
}

Result<std::vector<GroupOffsets>> KafkaBroker::offsets(std::span<const GroupOffsetsQuery> queries, Duration timeout)
{
    renewWhenSpent();
    return m_positions.ask(*m_handle, queries, deadlineIn(timeout));
}

} // namespace

Result<std::unique_ptr<Broker>> connectKafka(const BrokerSettings& settings, std::vector<std::string>* warnings)
{
    auto handle = openWatching(settings, nullptr, warnings);
    if (!handle)
        return tl::unexpected(handle.error());
    return std::make_unique<KafkaBroker>(settings, std::move(*handle));
}

std::string kafkaLibraryVersion()
{
    return fmt::format("librdkafka {}", rd_kafka_version_str());
}

} // namespace projectionist
