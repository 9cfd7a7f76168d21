// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/replay/replayreturns.h"

#include "backend/deadletter/kafkaletters.h"
#include "backend/deadletter/tableletters.h"
#include "backend/deadletter/topicpatterns.h"

#include <algorithm>
#include <fmt/format.h>

namespace projectionist {

namespace {

/// More of a payload tells nothing about whose letter it is.
constexpr std::size_t bytesOfReturns = 1 << 16;
constexpr Duration tablePortion{500};

} // namespace

/// Takes the letters of a table.
class ReplayReturns::TableSink final : public LetterSink
{
public:
    TableSink(ReplayReturns& returns, LetterSource& source, std::vector<ReplayLetterProgress>& letters)
        : m_returns(returns), m_source(source), m_letters(letters)
    {
    }
    void add(const RawLetter& letter) override
    {
        const auto found = m_returns.letterOf(letter, nullptr, m_letters);
        if (found && m_letters[*found].cameBack.empty())
            m_letters[*found].cameBack =
                m_source.reference({{std::string(letter.topic), letter.partition}, letter.offset});
    }
    void remove(const LetterPlace&) override {}
    void removeBelow(const TopicPartition&, Offset) override {}
    void removeTopic(const std::string&) override {}

private:
    ReplayReturns& m_returns;
    LetterSource& m_source;
    std::vector<ReplayLetterProgress>& m_letters;
};

Result<std::unique_ptr<ReplayReturns>> ReplayReturns::open(const Workspace& workspace, const ReplayPlan& plan,
                                                           const BrokerSettings& broker,
                                                           const ReplayConnectors& connectors)
{
    const auto& settings = workspace.context(plan.context)->deadLetters;
    auto rules = DecodeRules::build(decodeSettingsOf(settings));
    if (!rules)
        return tl::unexpected(rules.error());
    auto reader = connectors.range(broker);
    if (!reader)
        return tl::unexpected(reader.error());
    std::unique_ptr<ReplayReturns> returns(new ReplayReturns(plan, settings, std::move(*rules), std::move(*reader)));
    if (auto opened = returns->openTables(workspace, connectors.letters); !opened)
        return tl::unexpected(opened.error());
    return returns;
}

/// Those that letters of the plan lie in, and those of its projection.
Result<void> ReplayReturns::openTables(const Workspace& workspace, const LetterConnectors& connectors)
{
    std::set<std::string> names;
    for (const auto& letter : m_plan.letters)
        if (letter.table)
            names.insert(letter.place.id.topic);
    for (const auto& projection : workspace.projectionsOf(m_plan.context))
        if (projection.name == m_plan.projection)
            names.insert(projection.deadLetters.begin(), projection.deadLetters.end());
    for (auto table : m_settings.tables) {
        if (table.name.empty())
            table.name = table.table;
        const auto* store = names.contains(table.name) ? workspace.store(table.store) : nullptr;
        if (!store)
            continue;
        auto opened = connectors.store(*store);
        if (!opened)
            return tl::unexpected(opened.error());
        m_tables.push_back({table.name, makeTableLetters(table, std::move(*opened))});
    }
    return {};
}

Result<LogHeads> ReplayReturns::heads(Broker& broker, Duration timeout)
{
    const auto cluster = broker.describe(timeout);
    if (!cluster)
        return tl::unexpected(cluster.error());
    std::set<std::string> topics;
    for (const auto& topic : findDeadLetterTopics(*cluster, m_settings, {}))
        topics.insert(topic.name);
    for (const auto& letter : m_plan.letters)
        if (!letter.table)
            topics.insert(letter.place.id.topic);
    return readHeads(broker, topics, timeout, true);
}

std::optional<std::size_t> ReplayReturns::letterOf(const RawLetter& found, const Record* record,
                                                   const std::vector<ReplayLetterProgress>& letters)
{
    const TopicPartition place{std::string(found.topic), found.partition};
    for (const auto& letter : letters)
        if (letter.id == place && letter.offset == found.offset)
            return std::nullopt; // what we sent ourselves, to a topic of retries
    if (record)
        if (const auto own = plannedLetterIn(*record, m_plan))
            return own;
    const auto& scan = m_scanner.scan(found);
    if (!scan.originPartition || !scan.originOffset)
        return std::nullopt;
    for (std::size_t i = 0; i < letters.size(); ++i) {
        const auto& letter = letters[i];
        if (letter.state != ReplayLetterState::Sent)
            continue;
        const bool there = letter.id && letter.id->topic == scan.originTopic &&
                           letter.id->partition == *scan.originPartition && letter.offset == scan.originOffset;
        const auto& origin = m_plan.letters[i].origin;
        const bool again = record && origin.topic == scan.originTopic && origin.partition == scan.originPartition &&
                           origin.offset == scan.originOffset && m_plan.letters[i].fingerprint == scan.fingerprint;
        if (there || again)
            return i;
    }
    return std::nullopt;
}

Result<void> ReplayReturns::read(Broker& broker, const LogHeads& from, std::vector<ReplayLetterProgress>& letters,
                                 Duration timeout, const std::stop_token& stop)
{
    if (m_from != from) {
        m_from = from;
        m_next = from;
    }
    const auto present = heads(broker, timeout);
    if (!present)
        return tl::unexpected(present.error());
    std::vector<LogRange> ranges;
    for (const auto& [id, head] : *present)
        ranges.push_back({id, m_next[id], head});
    std::vector<RawHeader> headers;
    const auto take = [&](const Record& record) {
        const auto found = letterOf(viewOf(record, headers), &record, letters);
        if (found && letters[*found].cameBack.empty())
            letters[*found].cameBack = referenceInKafka({record.id, record.offset});
    };
    if (auto passed = m_reader->read(ranges, bytesOfReturns, take, timeout, stop); !passed)
        return passed;
    for (const auto& range : ranges)
        m_next[range.id] = std::max(range.from, range.to);
    return readTables(letters, timeout, stop);
}

/// Until what was there at the last look has been read.
Result<void> ReplayReturns::readTables(std::vector<ReplayLetterProgress>& letters, Duration timeout,
                                       const std::stop_token& stop)
{
    const auto deadline = std::chrono::steady_clock::now() + timeout;
    for (const auto& [name, source] : m_tables) {
        TableSink sink(*this, *source, letters);
        bool complete = false;
        while (!complete) {
            if (auto read = source->read(sink, tablePortion, stop); !read)
                return read;
            const auto& progress = source->progress();
            for (const auto& table : progress)
                if (table.error)
                    return tl::unexpected(*table.error);
            complete = !progress.empty() && std::ranges::all_of(progress, &ScanProgress::complete);
            if (!complete && (stop.stop_requested() || std::chrono::steady_clock::now() >= deadline))
                return tl::unexpected(Error{ErrorKind::Timeout,
                                            fmt::format("The dead letters of {} were not read", name),
                                            "it took too long", "It is tried again by itself.", true});
        }
    }
    return {};
}

} // namespace projectionist
