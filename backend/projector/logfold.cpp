// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/projector/logfold.h"

#include "backend/deadletter/headervalue.h"

#include <algorithm>
#include <fmt/format.h>

namespace projectionist {

namespace {

constexpr Duration foldAskTimeout{10'000};
constexpr Duration foldQuietLimit{30'000};
constexpr Duration foldSearchLimit{3'600'000};
constexpr std::size_t mostOfFoldedEvent = std::size_t{64} << 20U; ///< bytes
constexpr std::int64_t eventsASignOfLife = 10'000;
/// More are found as fast by reading everything.
constexpr std::size_t mostKeysSearched = 5'000;

Error notFolded(ErrorKind kind, std::string why, std::string next)
{
    return {kind, "The log cannot be folded", std::move(why), std::move(next), false};
}

Error foldStopped()
{
    return {ErrorKind::Cancelled, "Folding the log was stopped", {}, {}, false};
}

std::string shownFoldKey(const FoldKey& key)
{
    std::string text;
    for (const auto& value : key)
        text += (text.empty() ? "" : ", ") + readable(value);
    return text;
}

Error lostHistory(const PartitionBounds& bounds)
{
    return notFolded(ErrorKind::InvalidData,
                     fmt::format("{} begins at offset {}: what was before has been deleted, so nobody knows what its "
                                 "events made",
                                 toString(bounds.id), bounds.start),
                     "Compare this read model with a store instead, or keep the log for ever (retention.ms = -1).");
}

} // namespace

/// One way through the log, or through the events of some keys.
class LogFold::Pass
{
public:
    Pass(LogFold& owner, FoldState& state, const std::set<FoldKey>* keys, const OnEvent& after,
         const OnProgress& progress)
        : m_owner(owner), m_state(state), m_keys(keys), m_after(after), m_progress(progress)
    {
    }

    Result<void> read(const std::vector<LogRange>& ranges)
    {
        const std::stop_callback forward(m_owner.m_stop, [this] { m_enough.request_stop(); });
        return outcomeOf(m_owner.m_reader->read(
            ranges, mostOfFoldedEvent, [this](const Record& record) { take(record); }, foldQuietLimit,
            m_enough.get_token()));
    }

    /// Only the records whose key is one of the keys.
    Result<void> search(const std::vector<LogRange>& ranges)
    {
        const std::stop_callback forward(m_owner.m_stop, [this] { m_enough.request_stop(); });
        std::vector<std::string> texts;
        for (const auto& key : *m_keys)
            texts.push_back(key.front());
        std::vector<KeyRange> wanted;
        for (const auto& range : ranges)
            wanted.push_back({range.id, range.from, range.to, texts});
        const auto found = [this](std::size_t, std::size_t, const FoundEvent& event) {
            take(event.record(mostOfFoldedEvent));
            return true;
        };
        const auto outcomes = m_owner.m_search->find(wanted, found, {}, foldSearchLimit, m_enough.get_token());
        if (!outcomes)
            return outcomeOf(tl::unexpected(outcomes.error()));
        for (const auto& outcome : *outcomes)
            if (outcome.error || !outcome.complete)
                return outcomeOf(tl::unexpected(outcome.error.value_or(
                    notFolded(ErrorKind::Timeout, "the events of some keys were not found in an hour", {}))));
        return {};
    }

    /// Events from there on are not applied, but their keys are remembered.
    void endAt(const NextOffsets& end, std::set<FoldKey>& ahead)
    {
        m_end = &end;
        m_ahead = &ahead;
    }
    void setTotal(std::int64_t total) { m_total = total; }

private:
    /// Of reading: what ended it before, where something did.
    [[nodiscard]] Result<void> outcomeOf(Result<void> done) const
    {
        if (m_failure)
            return tl::unexpected(*m_failure);
        if (m_owner.m_stop.stop_requested())
            return tl::unexpected(foldStopped());
        return done;
    }

    void take(const Record& record)
    {
        if (m_failure)
            return;
        if (++m_state.events % eventsASignOfLife == 0 && m_progress)
            m_progress({m_state.events, static_cast<std::int64_t>(m_state.rows.size()), m_total});
        if (auto applied = apply(record); !applied) {
            m_failure = std::move(applied.error());
            m_enough.request_stop();
        }
    }

    [[nodiscard]] bool isBeyondEnd(const Record& record) const
    {
        if (!m_end)
            return false;
        const auto end = m_end->find(record.id);
        return end == m_end->end() || record.offset >= end->second;
    }

    /// Whose row the event is of; nullopt: of nobody's that matters.
    Result<std::optional<FoldKey>> keyOf(const ProjectedEvent& event)
    {
        const auto& declaration = m_owner.m_declaration;
        const auto wanted = declaration.read(event, m_reading);
        if (!wanted)
            return tl::unexpected(wanted.error());
        if (!*wanted)
            return std::nullopt;
        auto key = declaration.keyOf(m_reading);
        if (!key)
            return tl::unexpected(key.error());
        return m_keys && !m_keys->contains(*key) ? std::optional<FoldKey>() : *std::move(key);
    }

    Result<void> apply(const Record& record)
    {
        const auto event = m_owner.m_decoder.decode(record, m_owner.m_stop);
        auto key = event ? keyOf(*event) : tl::unexpected(event.error());
        if (isBeyondEnd(record)) { // what nobody has applied may make no sense
            if (key && *key)
                m_ahead->insert(**std::move(key));
            return {};
        }
        if (!key)
            return tl::unexpected(key.error());
        return *key ? apply(record, *event, **key) : Result<void>();
    }

    Result<void> apply(const Record& record, const ProjectedEvent& event, const FoldKey& key)
    {
        m_state.rows.get(key, m_row);
        const auto number = numberOf(record.id);
        if (auto refused = refuseOtherPartition(record, key, number); !refused)
            return refused;
        const auto changed = m_owner.m_declaration.apply(m_reading, m_row);
        if (!changed)
            return tl::unexpected(changed.error());
        if (m_after)
            m_after(event, key, m_row);
        return m_state.rows.put(m_row, number);
    }

    /// Nobody knows the order of events of two partitions of a topic.
    Result<void> refuseOtherPartition(const Record& record, const FoldKey& key, std::uint16_t number)
    {
        const auto former = m_state.rows.partition();
        if (!former || *former == number || !m_owner.m_declaration.keyIsRecordKey())
            return {};
        const auto& other = m_state.partitions[*former];
        if (other.topic != record.id.topic)
            return {};
        return tl::unexpected(
            notFolded(ErrorKind::InvalidData,
                      fmt::format("events with the key {} stand in {} and in {} (at {}), so their order is not known",
                                  shownFoldKey(key), toString(other), toString(record.id), record.offset),
                      "That comes of a changed number of partitions, or of another partitioner."));
    }

    std::uint16_t numberOf(const TopicPartition& id)
    {
        auto& all = m_state.partitions;
        const auto found = std::find(all.begin(), all.end(), id);
        const auto number = static_cast<std::uint16_t>(found - all.begin());
        if (found == all.end())
            all.push_back(id);
        return number;
    }

    LogFold& m_owner;
    FoldState& m_state;
    const std::set<FoldKey>* const m_keys; ///< null: all
    const OnEvent& m_after;
    const OnProgress& m_progress;
    const NextOffsets* m_end = nullptr;
    std::set<FoldKey>* m_ahead = nullptr; ///< with m_end
    EventReading m_reading;               // these two are used again
    ProjectedRow m_row;
    std::stop_source m_enough;
    std::optional<Error> m_failure;
    std::int64_t m_total = 0;
};

Result<LogFold> LogFold::open(const Workspace& workspace, const ProjectionSettings& projection,
                              const LetterConnectors& connectors, const Clock& clock, std::stop_token stop)
{
    auto declaration = DeclaredProjection::compile(projection);
    if (!declaration)
        return tl::unexpected(declaration.error());
    const auto* const context = workspace.context(projection.context);
    const auto* const settings = context ? workspace.broker(context->broker) : nullptr;
    if (!settings || !connectors.broker || !connectors.ranges)
        return tl::unexpected(notFolded(ErrorKind::Configuration, "the context has no broker whose log can be read",
                                        "Add broker = \"...\" to the context."));
    auto decoder = EventDecoder::make(*context, clock);
    if (!decoder)
        return tl::unexpected(decoder.error());
    LogFold fold(*std::move(declaration), *std::move(decoder), projection.topics, std::move(stop));
    const auto& profiles = context->deadLetters.decode.profiles;
    fold.m_enveloped =
        std::any_of(profiles.begin(), profiles.end(), [](const auto& profile) { return !profile.eventKey.empty(); });
    auto broker = connectors.broker(*settings);
    auto reader = connectors.ranges(*settings);
    if (!broker || !reader)
        return tl::unexpected(broker ? reader.error() : broker.error());
    fold.m_broker = *std::move(broker);
    fold.m_reader = *std::move(reader);
    if (connectors.keys) {
        auto search = connectors.keys(*settings);
        if (!search)
            return tl::unexpected(search.error());
        fold.m_search = *std::move(search);
    }
    return fold;
}

Result<std::vector<PartitionBounds>> LogFold::bounds()
{
    const auto cluster = m_broker->describe(foldAskTimeout);
    if (!cluster)
        return tl::unexpected(cluster.error());
    std::vector<TopicPartition> ids;
    for (const auto& topic : m_topics) {
        const auto found = std::ranges::find(cluster->topics, topic, &TopicDescription::name);
        if (found == cluster->topics.end())
            return tl::unexpected(notFolded(ErrorKind::NotFound, fmt::format("the cluster has no topic \"{}\"", topic),
                                            "See whether the projection's topics are written as they are called."));
        if (found->error)
            return tl::unexpected(*found->error);
        for (std::int32_t partition = 0; partition < found->partitions; ++partition)
            ids.push_back({topic, partition});
    }
    auto all = m_broker->bounds(ids, foldAskTimeout);
    if (!all)
        return all;
    for (const auto& one : *all)
        if (one.error)
            return tl::unexpected(*one.error);
    return all;
}

Result<NextOffsets> LogFold::heads()
{
    return bounds().map([](const std::vector<PartitionBounds>& all) {
        NextOffsets offsets;
        for (const auto& one : all)
            offsets.emplace(one.id, one.head);
        return offsets;
    });
}

Result<std::vector<std::vector<LogRange>>> LogFold::ranges(const NextOffsets& upTo, const NextOffsets& read)
{
    const auto all = bounds();
    if (!all)
        return tl::unexpected(all.error());
    std::vector<std::vector<LogRange>> byTopic;
    std::string topic;
    for (const auto& one : *all) {
        if (one.start > 0)
            return tl::unexpected(lostHistory(one));
        if (byTopic.empty() || topic != one.id.topic)
            byTopic.emplace_back();
        topic = one.id.topic;
        const auto position = upTo.find(one.id);
        const Offset to = position == upTo.end() ? 0 : std::min(position->second, one.head);
        const auto before = read.find(one.id);
        const Offset from = before == read.end() ? 0 : before->second;
        if (to > from)
            byTopic.back().push_back({one.id, from, to});
    }
    return byTopic;
}

Result<void> LogFold::fold(const NextOffsets& upTo, FoldState& state, const OnProgress& progress)
{
    const auto all = ranges(upTo, state.read);
    if (!all)
        return tl::unexpected(all.error());
    const OnEvent nobody;
    Pass pass(*this, state, nullptr, nobody, progress);
    std::int64_t total = state.events;
    for (const auto& topic : *all)
        for (const auto& range : topic)
            total += range.to - range.from;
    pass.setTotal(total);
    for (const auto& topic : *all) {
        if (auto done = pass.read(topic); !done)
            return done;
        for (const auto& range : topic)
            state.read[range.id] = range.to;
    }
    return {};
}

Result<RowsOfKeys> LogFold::foldKeys(const std::set<FoldKey>& keys, const NextOffsets& upTo, const OnEvent& after)
{
    const OnProgress nobody;
    FoldState state = begin();
    Pass pass(*this, state, &keys, after, nobody);
    return foldSome(keys, upTo, pass, state);
}

Result<RowsOfKeys> LogFold::foldKeys(const std::set<FoldKey>& keys, const NextOffsets& upTo, std::set<FoldKey>& ahead)
{
    const auto all = heads();
    if (!all)
        return tl::unexpected(all.error());
    const OnProgress nobody;
    const OnEvent noOne;
    FoldState state = begin();
    Pass pass(*this, state, &keys, noOne, nobody);
    pass.endAt(upTo, ahead);
    return foldSome(keys, *all, pass, state);
}

Result<RowsOfKeys> LogFold::foldSome(const std::set<FoldKey>& keys, const NextOffsets& to, Pass& pass, FoldState& state)
{
    const auto all = ranges(to, {});
    if (!all)
        return tl::unexpected(all.error());
    const bool searched = m_search && m_declaration.keyIsRecordKey() && !m_enveloped && keys.size() <= mostKeysSearched;
    for (const auto& topic : *all)
        if (auto done = searched ? pass.search(topic) : pass.read(topic); !done)
            return tl::unexpected(done.error());
    RowsOfKeys found;
    for (auto& row : state.rows.next(keys.size())) {
        FoldKey key;
        for (std::size_t i = 0; i < m_declaration.keySize(); ++i)
            key.push_back(row.values[i].value_or(""));
        found.emplace(std::move(key), std::move(row));
    }
    return found;
}

} // namespace projectionist
