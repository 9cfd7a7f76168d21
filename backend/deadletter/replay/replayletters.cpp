// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/replay/replayletters.h"

#include "backend/deadletter/decode.h"
#include "backend/deadletter/tableletters.h"

#include <algorithm>
#include <fmt/format.h>
#include <limits>
#include <unordered_map>

namespace projectionist {

namespace {

constexpr Duration lettersTimeout{20'000};
constexpr std::size_t wholeLetter = std::numeric_limits<std::int32_t>::max();
/// Events that are passed over rather than beginning another read behind them.
constexpr Offset longestGap = 5000;

Error letterGone(const LetterPlace& place, std::string why)
{
    return {ErrorKind::NotFound,
            fmt::format("The record at offset {} of {} cannot be read", place.offset, toString(place.id)),
            std::move(why), "", false};
}

Error stopped()
{
    return {ErrorKind::Cancelled, "Letters were not read to the end", "it was stopped", "", true};
}

ContextSettings contextOf(const Workspace& workspace, const std::string& name)
{
    const auto* const context = workspace.context(name);
    return context ? *context : ContextSettings{};
}

std::optional<BrokerSettings> brokerOf(const Workspace& workspace, const std::string& name)
{
    const auto* const context = workspace.context(name);
    const auto* const broker = context ? workspace.broker(context->broker) : nullptr;
    return broker ? std::optional(*broker) : std::nullopt;
}

} // namespace

ReplayLetters::ReplayLetters(const Workspace& workspace, const std::string& context, ReplayConnectors connectors,
                             std::shared_ptr<const DecodeRules> rules)
    : m_context(contextOf(workspace, context))
    , m_stores(workspace.stores)
    , m_settings(brokerOf(workspace, context))
    , m_connectors(std::move(connectors))
    , m_scanner(std::move(rules))
{
}

Result<void> ReplayLetters::connect()
{
    if (!m_settings)
        return tl::unexpected(Error{ErrorKind::Configuration, "Letters cannot be read",
                                    fmt::format("the context \"{}\" has no broker", m_context.name),
                                    "Name one in the workspace.", false});
    if (!m_broker) {
        auto broker = m_connectors.letters.broker(*m_settings);
        if (!broker)
            return tl::unexpected(broker.error());
        m_broker = *std::move(broker);
    }
    if (!m_reader) {
        auto reader = m_connectors.range(*m_settings);
        if (!reader)
            return tl::unexpected(reader.error());
        m_reader = *std::move(reader);
    }
    return {};
}

Result<Broker*> ReplayLetters::broker()
{
    if (auto connected = connect(); !connected)
        return tl::unexpected(connected.error());
    return m_broker.get();
}

Result<LetterSource*> ReplayLetters::table(const std::string& name)
{
    auto& source = m_tables[name];
    if (source)
        return source.get();
    const auto& tables = m_context.deadLetters.tables;
    const auto settings = std::find_if(tables.begin(), tables.end(), [&](const auto& one) { return one.name == name; });
    const auto store = settings == tables.end() ? m_stores.end()
                                                : std::find_if(m_stores.begin(), m_stores.end(), [&](const auto& one) {
                                                      return one.name == settings->store;
                                                  });
    if (store == m_stores.end())
        return tl::unexpected(Error{ErrorKind::Configuration, fmt::format("The letters in {} cannot be read", name),
                                    fmt::format("the context \"{}\" has no such table", m_context.name),
                                    "Choose the workspace and the context that the letters are of.", false});
    auto connection = m_connectors.letters.store(*store);
    if (!connection)
        return tl::unexpected(connection.error());
    source = makeTableLetters(*settings, *std::move(connection));
    return source.get();
}

Result<StoredLetter> ReplayLetters::readRow(const PlannedLetter& letter)
{
    const auto source = table(letter.place.id.topic);
    if (!source)
        return tl::unexpected(source.error());
    const auto place = (*source)->locate(letter.reference, lettersTimeout);
    if (!place)
        return tl::unexpected(place.error());
    return (*source)->fetch(*place, wholeLetter, lettersTimeout);
}

Result<void> ReplayLetters::keepReadable(std::vector<Wanted>& wanted, const TakeRecord& take)
{
    std::vector<TopicPartition> ids;
    for (const auto& one : wanted)
        if (ids.empty() || ids.back() != one.place.id)
            ids.push_back(one.place.id);
    auto bounds = m_broker->bounds(ids, lettersTimeout);
    if (!bounds)
        return tl::unexpected(bounds.error());
    for (const auto& row : *bounds)
        if (row.error && row.error->retriable && row.error->kind != ErrorKind::NotFound)
            return tl::unexpected(*row.error);
    std::erase_if(wanted, [&](const Wanted& one) {
        const auto& row =
            (*bounds)[static_cast<std::size_t>(std::lower_bound(ids.begin(), ids.end(), one.place.id) - ids.begin())];
        if (!row.error && one.place.offset >= row.start && one.place.offset < row.head)
            return false;
        Error error =
            row.error ? *row.error
                      : letterGone(one.place, one.place.offset < row.start
                                                  ? fmt::format("retention deleted it: the log begins at {}", row.start)
                                                  : fmt::format("the log ends before {}", row.head));
        take(one.index, tl::unexpected(std::move(error)));
        return true;
    });
    return {};
}

Result<void> ReplayLetters::readRecords(std::vector<Wanted> wanted, const TakeRecord& take, const std::stop_token& stop)
{
    if (wanted.empty())
        return {};
    if (auto connected = connect(); !connected)
        return connected;
    std::sort(wanted.begin(), wanted.end(), [](const auto& a, const auto& b) { return a.place < b.place; });
    if (auto kept = keepReadable(wanted, take); !kept)
        return kept;
    std::vector<std::vector<Run>> rounds; ///< of each round at most one run of a partition
    std::size_t round = 0;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        const bool samePartition = i > 0 && wanted[i].place.id == wanted[i - 1].place.id;
        const bool near = samePartition && wanted[i].place.offset - wanted[i - 1].place.offset <= longestGap;
        if (!near) {
            round = samePartition ? round + 1 : 0;
            rounds.resize(std::max(rounds.size(), round + 1));
            rounds[round].push_back({wanted[i].place.id, {}});
        }
        rounds[round].back().wanted.push_back(wanted[i]);
    }
    for (const auto& runs : rounds)
        if (auto read = readRuns(runs, take, stop); !read)
            return read;
    return {};
}

Result<void> ReplayLetters::readRuns(const std::vector<Run>& runs, const TakeRecord& take, const std::stop_token& stop)
{
    std::vector<LogRange> ranges;
    std::unordered_map<TopicPartition, std::pair<const Run*, std::size_t>> places; ///< with the next that is wanted
    for (const auto& run : runs) {
        ranges.push_back({run.id, run.wanted.front().place.offset, run.wanted.back().place.offset + 1});
        places.emplace(run.id, std::pair(&run, std::size_t{0}));
    }
    const auto passOver = [&](const Run& run, std::size_t& next, Offset until) {
        for (; next < run.wanted.size() && run.wanted[next].place.offset < until; ++next)
            take(run.wanted[next].index,
                 tl::unexpected(letterGone(run.wanted[next].place, "it was deleted or compacted away")));
    };
    const auto record = [&](const Record& found) {
        auto& [run, next] = places.at(found.id);
        passOver(*run, next, found.offset);
        for (; next < run->wanted.size() && run->wanted[next].place.offset == found.offset; ++next)
            take(run->wanted[next].index, found);
    };
    if (auto read = m_reader->read(ranges, wholeLetter, record, lettersTimeout, stop); !read)
        return read;
    if (stop.stop_requested())
        return tl::unexpected(stopped());
    for (auto& [id, place] : places)
        passOver(*place.first, place.second, std::numeric_limits<Offset>::max());
    return {};
}

Result<void> ReplayLetters::read(std::span<const PlannedLetter> letters, const Take& take, const std::stop_token& stop)
{
    std::map<std::size_t, ReplayLetter> waiting; ///< for their originals
    std::vector<Wanted> originals;
    const auto found = [&](std::size_t index, StoredLetter stored) {
        std::vector<RawHeader> headers;
        DeadLetter letter = decode(m_scanner, viewOf(stored, headers));
        if (isEvent(letters[index])) {
            letter.origin = letters[index].origin;
            letter.origin.timestamp = stored.record.timestamp;
        }
        ReplayLetter whole{std::move(stored), std::move(letter), {}};
        const auto& origin = whole.letter.origin;
        if (originalNeed(whole.stored, whole.letter) == OriginalNeed::None || !origin.exact() || !m_settings)
            return take(index, std::move(whole));
        originals.push_back({{{origin.topic, *origin.partition}, *origin.offset}, index});
        waiting.emplace(index, std::move(whole));
    };
    std::vector<Wanted> records;
    for (std::size_t i = 0; i < letters.size(); ++i) {
        if (stop.stop_requested())
            return tl::unexpected(stopped());
        if (!letters[i].table)
            records.push_back({letters[i].place, i});
        else if (auto row = readRow(letters[i]))
            found(i, *std::move(row));
        else
            take(i, tl::unexpected(row.error()));
    }
    auto read = readRecords(
        std::move(records),
        [&](std::size_t index, Result<Record> record) {
            if (!record)
                return take(index, tl::unexpected(record.error()));
            const std::size_t size = record->value ? record->value->size() : 0;
            found(index, StoredLetter{*std::move(record), size, {}});
        },
        stop);
    if (!read)
        return read;
    return readRecords(
        std::move(originals),
        [&](std::size_t index, Result<Record> record) {
            auto& letter = waiting.at(index);
            // Another key: the topic is another one of the same name.
            if (record && (!letter.letter.key || letter.letter.key == record->key)) {
                const std::size_t size = record->value ? record->value->size() : 0;
                letter.original = StoredLetter{*std::move(record), size, {}};
            }
            take(index, std::move(letter));
        },
        stop);
}

} // namespace projectionist
