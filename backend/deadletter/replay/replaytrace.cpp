// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/replay/replaytrace.h"

#include "backend/deadletter/replay/outgoing.h"

#include <algorithm>
#include <fmt/format.h>

namespace projectionist {

const std::string& targetTopicOf(const ReplayPlan& plan, const PlannedLetter& letter)
{
    static const std::string nowhere;
    switch (plan.target.kind) {
    case ReplayTargetKind::Origin:
        return letter.origin.topic;
    case ReplayTargetKind::Topic:
        return plan.target.topic;
    case ReplayTargetKind::Command:
    case ReplayTargetKind::Rows:
        break;
    }
    return nowhere;
}

std::set<std::string> targetTopicsOf(const ReplayPlan& plan)
{
    std::set<std::string> topics;
    for (const auto& letter : plan.letters)
        topics.insert(targetTopicOf(plan, letter));
    topics.erase(std::string());
    return topics;
}

BrokerSettings uncommitted(BrokerSettings settings)
{
    settings.properties["isolation.level"] = "read_uncommitted";
    return settings;
}

std::optional<std::size_t> plannedLetterIn(const Record& record, const ReplayPlan& plan)
{
    for (const auto& header : record.headers) {
        if (header.name != replayIdHeader || !header.value)
            continue;
        const auto id = parseReplayId(*header.value);
        if (id && id->plan == plan.id && id->index < plan.letters.size())
            return id->index;
    }
    return std::nullopt;
}

Result<LogHeads> readHeads(Broker& broker, const std::set<std::string>& topics, Duration timeout, bool missingToo)
{
    LogHeads heads;
    const auto cluster = broker.describe(timeout);
    if (!cluster)
        return tl::unexpected(cluster.error());
    std::vector<TopicPartition> ids;
    for (const auto& name : topics) {
        const auto topic = std::ranges::find(cluster->topics, name, &TopicDescription::name);
        const bool there = topic != cluster->topics.end();
        const bool missing = !there || (topic->error && topic->error->kind == ErrorKind::NotFound);
        if (there && topic->error && !missing)
            return tl::unexpected(*topic->error);
        if (missing && !missingToo)
            return tl::unexpected(Error{ErrorKind::NotFound, fmt::format("Topic \"{}\" cannot be read", name),
                                        "the cluster has no such topic", "Create it, or make a new plan.", true});
        for (std::int32_t partition = 0; !missing && partition < topic->partitions; ++partition)
            ids.push_back({name, partition});
    }
    if (ids.empty())
        return heads;
    const auto bounds = broker.bounds(ids, timeout);
    if (!bounds)
        return tl::unexpected(bounds.error());
    for (const auto& row : *bounds) {
        if (row.error)
            return tl::unexpected(*row.error);
        heads[row.id] = row.head;
    }
    return heads;
}

ReplayTrace::ReplayTrace(const ReplayPlan& plan, std::unique_ptr<Broker> broker, std::unique_ptr<RangeReader> reader)
    : m_plan(plan), m_topics(targetTopicsOf(plan)), m_broker(std::move(broker)), m_reader(std::move(reader))
{
    m_letters.reserve(plan.letters.size());
    for (std::size_t i = 0; i < plan.letters.size(); ++i)
        m_letters.emplace(plan.letters[i].reference, i);
}

Result<std::string> ReplayTrace::cluster(Duration timeout)
{
    auto cluster = m_broker->describe(timeout);
    if (!cluster)
        return tl::unexpected(cluster.error());
    return std::move(cluster->id);
}

void ReplayTrace::findOther(const Record& record, std::map<std::size_t, OtherReplay>& found) const
{
    std::optional<ReplayId> id;
    auto letter = m_letters.end();
    for (const auto& header : record.headers) {
        if (!header.value)
            continue;
        if (header.name == replayIdHeader)
            id = parseReplayId(*header.value);
        else if (header.name == replayOfHeader)
            letter = m_letters.find(*header.value);
    }
    if (id && letter != m_letters.end())
        found.try_emplace(letter->second, OtherReplay{std::move(id->plan), record.id, record.offset});
}

Result<void> ReplayTrace::read(Duration timeout, const std::stop_token& stop)
{
    const auto present = heads(timeout);
    if (!present)
        return tl::unexpected(present.error());
    std::vector<LogRange> ranges;
    for (const auto& [id, head] : *present)
        ranges.push_back({id, m_next[id], head});
    auto found = m_found;
    auto byOthers = m_byOthers;
    const auto take = [&](const Record& record) {
        if (const auto letter = plannedLetterIn(record, m_plan))
            found[*letter].emplace_back(record.id, record.offset);
        else
            findOther(record, byOthers);
    };
    // Values are of no interest; a reading that was cut short is done again.
    if (auto passed = m_reader->read(ranges, 0, take, timeout, stop); !passed)
        return passed;
    m_found = std::move(found);
    m_byOthers = std::move(byOthers);
    for (const auto& range : ranges)
        m_next[range.id] = std::max(range.from, range.to);
    return {};
}

} // namespace projectionist
