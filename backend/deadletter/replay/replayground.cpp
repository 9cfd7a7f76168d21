// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/replay/replayground.h"

#include "backend/deadletter/replay/murmur.h"

#include <algorithm>
#include <fmt/format.h>

namespace projectionist {

namespace {

constexpr Duration describeTimeout{20'000};

std::size_t bytesOf(const OutgoingRecord& record)
{
    std::size_t bytes = (record.key ? record.key->size() : 0) + (record.value ? record.value->size() : 0);
    for (const auto& header : record.headers)
        bytes += header.name.size() + (header.value ? header.value->size() : 0);
    return bytes;
}

} // namespace

Result<ReplayGround> replayGround(const Workspace& workspace, const std::string& context)
{
    const auto* const settings = workspace.context(context);
    if (!settings)
        return tl::unexpected(Error{ErrorKind::Configuration, "The replay cannot be planned",
                                    fmt::format("the workspace has no context \"{}\"", context), "Choose another one.",
                                    false});
    auto rules = DecodeRules::build(decodeSettingsOf(settings->deadLetters));
    if (!rules)
        return tl::unexpected(rules.error());
    return ReplayGround{settings, *std::move(rules)};
}

Result<std::pair<Broker*, ClusterDescription>> brokerOfReplay(ReplayLetters& reader, const ContextSettings& context)
{
    if (context.broker.empty())
        return std::pair<Broker*, ClusterDescription>();
    const auto broker = reader.broker();
    if (!broker)
        return tl::unexpected(broker.error());
    auto cluster = (*broker)->describe(describeTimeout);
    if (!cluster)
        return tl::unexpected(cluster.error());
    return std::pair(*broker, *std::move(cluster));
}

void OutgoingCounter::add(const OutgoingRecord& record, const ReplayLetter& letter)
{
    const std::size_t size = bytesOf(record);
    m_numbers.bytes += size;
    if (letter.stored.table.empty() && letter.stored.record.timestamp) {
        const auto [at, isNew] =
            m_numbers.oldest.emplace(letter.stored.record.id.topic, *letter.stored.record.timestamp);
        at->second = std::min(at->second, *letter.stored.record.timestamp);
    }
    auto& topic = m_numbers.topics[record.topic];
    ++topic.letters;
    topic.sizes.push_back(size);
    topic.highestPartition = std::max(topic.highestPartition, record.partition.value_or(-1));
    const auto& origin = letter.letter.origin;
    if (!record.partition && record.key && origin.partition && origin.topic == record.topic) {
        const auto partitions = partitionsOf(record.topic);
        const bool moves = partitions > 0 && partitionOfKey(*record.key, partitions) != *origin.partition;
        topic.moved += moves ? 1 : 0;
    }
}

std::int32_t OutgoingCounter::partitionsOf(const std::string& topic) const
{
    const auto at = std::lower_bound(m_cluster.topics.begin(), m_cluster.topics.end(), topic,
                                     [](const auto& one, const auto& name) { return one.name < name; });
    return at != m_cluster.topics.end() && at->name == topic ? at->partitions : 0;
}

} // namespace projectionist
