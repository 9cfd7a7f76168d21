// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/reconcile/reproject/keyplaces.h"

#include <algorithm>
#include <fmt/format.h>

namespace projectionist {

namespace {

constexpr Duration boundsTimeout{20'000};

std::string deletedBefore(const TopicPartition& id, Offset start)
{
    return fmt::format("{} begins at offset {}: what came before is deleted, and was part of these rows", toString(id),
                       start);
}

Error notFound(ErrorKind kind, std::string why, std::string next)
{
    return {kind, "The events of these keys were not found", std::move(why), std::move(next), false};
}

} // namespace

KeyPlaceSearch::KeyPlaceSearch(const Workspace& workspace, const ProjectionSettings& projection,
                               LetterConnectors connectors, std::size_t most)
    : m_projection(projection), m_connectors(std::move(connectors)), m_most(most)
{
    if (const auto* const context = workspace.context(projection.context))
        m_settings = workspace.broker(context->broker);
}

Result<void> KeyPlaceSearch::connect()
{
    if (m_broker && m_search)
        return {};
    if (!m_settings || !m_connectors.keys)
        return tl::unexpected(notFound(ErrorKind::Configuration, "the context has no broker whose log can be searched",
                                       "Name one in the workspace."));
    auto broker = m_connectors.broker(*m_settings);
    auto search = m_connectors.keys(*m_settings);
    if (!broker || !search)
        return tl::unexpected(broker ? search.error() : broker.error());
    m_broker = *std::move(broker);
    m_search = *std::move(search);
    return {};
}

Result<std::vector<PartitionBounds>> KeyPlaceSearch::bounds()
{
    if (auto connected = connect(); !connected)
        return tl::unexpected(connected.error());
    const auto cluster = m_broker->describe(boundsTimeout);
    if (!cluster)
        return tl::unexpected(cluster.error());
    std::vector<TopicPartition> ids;
    for (const auto& topic : cluster->topics)
        if (std::ranges::find(m_projection.topics, topic.name) != m_projection.topics.end())
            for (std::int32_t partition = 0; partition < topic.partitions; ++partition)
                ids.push_back({topic.name, partition});
    if (ids.empty())
        return tl::unexpected(notFound(ErrorKind::NotFound, "the cluster has no topic of the projection",
                                       "Check the topics of the projection in the workspace."));
    auto bounds = m_broker->bounds(ids, boundsTimeout);
    if (!bounds)
        return bounds;
    for (const auto& row : *bounds)
        if (row.error)
            return tl::unexpected(*row.error);
    return bounds;
}

/// What retention deleted may have been events of any key.
void KeyPlaceSearch::tellLost(const std::vector<PartitionBounds>& bounds, const std::stop_token& stop,
                              EventsOfKeys& found) const
{
    for (const auto& row : bounds)
        if (row.start > 0)
            found.lost.push_back(deletedBefore(row.id, row.start));
    if (!m_connectors.retention)
        return;
    const auto topics = m_connectors.retention(*m_settings, m_projection.topics, stop);
    for (std::size_t i = 0; topics && i < topics->size(); ++i)
        if ((*topics)[i].compacts)
            found.lost.push_back(
                fmt::format("{} is compacted: of each key it keeps the newest event only", (*topics)[i].topic));
}

Result<EventsOfKeys> KeyPlaceSearch::find(const std::set<std::string>& keys, Duration limit,
                                          const std::stop_token& stop)
{
    EventsOfKeys found;
    const auto all = bounds();
    if (!all)
        return tl::unexpected(all.error());
    tellLost(*all, stop, found);
    for (const auto& row : *all)
        found.to[row.id] = row.start;
    if (auto went = goOn(found, keys, limit, stop); !went)
        return tl::unexpected(went.error());
    return found;
}

Result<void> KeyPlaceSearch::goOn(EventsOfKeys& found, const std::set<std::string>& keys, Duration limit,
                                  const std::stop_token& stop)
{
    const auto all = bounds();
    if (!all)
        return tl::unexpected(all.error());
    std::vector<KeyRange> ranges;
    for (const auto& row : *all)
        if (auto& from = found.to[row.id]; row.head > from)
            ranges.push_back({row.id, from, row.head, {keys.begin(), keys.end()}});
    if (ranges.empty())
        return {};
    const auto outcomes = m_search->find(
        ranges,
        [&](std::size_t range, std::size_t key, const FoundEvent& event) {
            auto& ofKey = found.keys[ranges[range].keys[key]];
            if (++ofKey.count <= m_most)
                ofKey.places.push_back({ranges[range].id, event.offset});
            return true;
        },
        {}, limit, stop);
    if (!outcomes)
        return tl::unexpected(outcomes.error());
    for (std::size_t i = 0; i < ranges.size(); ++i) {
        const auto& outcome = (*outcomes)[i];
        if (outcome.error)
            return tl::unexpected(*outcome.error);
        if (!outcome.complete)
            return tl::unexpected(notFound(stop.stop_requested() ? ErrorKind::Cancelled : ErrorKind::Timeout,
                                           fmt::format("{} was read up to offset {} of {} only", toString(ranges[i].id),
                                                       outcome.passed, *ranges[i].until),
                                           "Give it more time."));
        if (outcome.from > ranges[i].from) // while it was read
            found.lost.push_back(deletedBefore(ranges[i].id, outcome.from));
        found.to[ranges[i].id] = *ranges[i].until;
    }
    for (auto& [key, ofKey] : found.keys)
        std::ranges::sort(ofKey.places);
    return {};
}

} // namespace projectionist
