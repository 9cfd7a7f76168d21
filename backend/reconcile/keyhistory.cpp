// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/reconcile/keyhistory.h"

#include "backend/deadletter/decode.h"
#include "backend/deadletter/eventversion.h"
#include "backend/deadletter/payloaddecode.h"

#include <algorithm>

namespace projectionist {

namespace {

constexpr Duration askTimeout{10'000};
constexpr Duration shortestAsk{500};

Error unsearchable(std::string why)
{
    return {ErrorKind::NotFound, "The key's events were not looked for", std::move(why), {}, false};
}

/// Within a partition the log's order counts, between partitions there is only time.
void sortByLog(std::vector<LoggedEvent>& events)
{
    std::ranges::sort(events, [](const LoggedEvent& a, const LoggedEvent& b) {
        return std::tie(a.event.id, a.event.offset) < std::tie(b.event.id, b.event.offset);
    });
    if (!events.empty() && events.front().event.id != events.back().event.id)
        std::ranges::stable_sort(events, {}, [](const LoggedEvent& one) { return one.event.at; });
}

} // namespace

Result<void> KeyHistoryReader::connect()
{
    const auto* const context = m_source.workspace.context(m_source.projection.context);
    const auto* const settings = context ? m_source.workspace.broker(context->broker) : nullptr;
    if (!settings)
        return tl::unexpected(unsearchable("this context has no broker"));
    if (!m_connectors.keys)
        return tl::unexpected(unsearchable("this event log cannot be searched"));
    auto rules = DecodeRules::build(decodeSettingsOf(context->deadLetters));
    if (!rules)
        return tl::unexpected(rules.error());
    m_scanner.emplace(*std::move(rules));
    if (context->deadLetters.schemaRegistry)
        m_decoder.emplace(*context->deadLetters.schemaRegistry, m_clock);
    auto broker = m_connectors.broker(*settings);
    auto search = m_connectors.keys(*settings);
    if (!broker || !search)
        return tl::unexpected(!broker ? broker.error() : search.error());
    m_broker = *std::move(broker);
    m_search = *std::move(search);
    return {};
}

/// Asks again and again, for nobody can interrupt a broker that does not answer.
Result<ClusterDescription> KeyHistoryReader::describe()
{
    const Duration end = m_clock.monotonic() + askTimeout;
    for (Duration patience = shortestAsk;; patience *= 2) {
        const Duration left = end - m_clock.monotonic();
        auto described = m_broker->describe(std::clamp(left, Duration(1), patience));
        const bool late = !described && described.error().kind == ErrorKind::Timeout;
        if (!late || left <= patience || m_stop.stop_requested())
            return described;
    }
}

Result<std::vector<TopicPartition>> KeyHistoryReader::partitions()
{
    const auto described = describe();
    if (!described)
        return tl::unexpected(described.error());
    std::vector<TopicPartition> ids;
    for (const auto& topic : described->topics)
        if (std::ranges::find(m_source.projection.topics, topic.name) != m_source.projection.topics.end())
            for (std::int32_t partition = 0; partition < topic.partitions; ++partition)
                ids.push_back({topic.name, partition});
    if (ids.empty())
        return tl::unexpected(unsearchable("the cluster has no topic of the projection"));
    return ids;
}

Result<void> KeyHistoryReader::begin()
{
    if (auto connected = connect(); !connected)
        return connected;
    auto found = partitions();
    if (!found)
        return tl::unexpected(found.error());
    m_partitions = *std::move(found);
    m_histories.applied = positions();
    return {};
}

NextOffsets KeyHistoryReader::positions()
{
    const auto& projection = m_source.projection;
    Result<NextOffsets> read = NextOffsets();
    std::vector<Error> troubles;
    if (projection.checkpoint) {
        const auto* const settings = m_source.workspace.store(projection.checkpoint->store);
        auto store = settings ? m_connectors.store(*settings) : tl::unexpected(unsearchable("there is no store"));
        read = store ? readCheckpoints(**store, projection, m_clock, m_stop) : tl::unexpected(store.error());
    } else if (!projection.group.empty()) {
        read = readCommitted(*m_broker, projection.group, m_partitions, troubles, m_stop);
    }
    return read.value_or(NextOffsets());
}

/// To where the projection is now, from the starts of its partitions.
Result<std::vector<LogRange>> KeyHistoryReader::spans()
{
    const auto now = positions();
    const auto bounds = m_broker->bounds(m_partitions, askTimeout);
    if (!bounds)
        return tl::unexpected(bounds.error());
    std::vector<LogRange> all;
    for (const auto& row : *bounds) {
        if (row.error)
            return tl::unexpected(*row.error);
        const auto applied = now.find(row.id);
        m_histories.deleted = m_histories.deleted || row.start > 0;
        all.push_back({row.id, row.start, applied == now.end() ? row.head : std::min(row.head, applied->second)});
    }
    return all;
}

Result<KeyHistories> KeyHistoryReader::read(const std::set<std::string>& keys, std::size_t most, Duration limit)
{
    const auto searched = spans();
    if (!searched)
        return tl::unexpected(searched.error());
    auto found = findLastEvents(
        *m_search, *searched, keys, most, [this](const Record& record) { return eventOf(record); }, m_clock, limit,
        m_stop);
    if (!found)
        return tl::unexpected(found.error());
    m_histories.gap = std::move(found->gap);
    for (auto& [key, events] : found->events) {
        sortByLog(events);
        if (events.size() > most)
            events.erase(events.begin(), events.end() - static_cast<std::ptrdiff_t>(most));
        m_histories.keys[key] = std::move(events);
    }
    return std::move(m_histories);
}

LoggedEvent KeyHistoryReader::eventOf(const Record& record)
{
    std::vector<RawHeader> headers;
    DeadLetter event = decode(*m_scanner, viewOf(record, headers));
    LoggedEvent logged;
    logged.event = {record.id, record.offset, record.timestamp.value_or(TimePoint()), event.eventType};
    logged.eventId = event.eventId;
    const auto& erases = m_source.erases;
    logged.erases = !record.value || std::find(erases.begin(), erases.end(), event.eventType) != erases.end();
    if (const auto bytes = event.value ? registryBytes(*event.value) : std::nullopt; m_decoder && bytes)
        if (auto decoded = m_decoder->decode(*bytes, m_stop))
            event.value = std::move(decoded->json);
    const auto applied = m_histories.applied.find(logged.event.id);
    logged.ahead = applied != m_histories.applied.end() && logged.event.offset >= applied->second;
    logged.version = eventVersion(event, m_source.projection.eventVersion);
    return logged;
}

} // namespace projectionist
