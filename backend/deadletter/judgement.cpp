// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/judgement.h"

#include "backend/deadletter/appliedpositions.h"
#include "backend/deadletter/eventversion.h"
#include "backend/deadletter/laterevents.h"
#include "backend/deadletter/rowlookup.h"

#include <algorithm>
#include <fmt/format.h>

namespace projectionist {

namespace {

constexpr std::size_t keysInTurn = 50; ///< looked up before the time is looked at

std::string labelOf(const ProjectionSettings& projection)
{
    return projection.version.empty() ? projection.name : projection.name + ':' + projection.version;
}

Error rowUnknown(std::string why, std::string next = {})
{
    return {ErrorKind::NotFound, "The row is not known", std::move(why), std::move(next), false};
}

Error oneByOne(const Error& error)
{
    return {error.kind, "Rows were looked up one by one", fmt::format("{}: {}", error.what, error.why),
            "Correct query_many in the workspace, or remove it.", false};
}

Error laterUnknown(std::string why)
{
    return {ErrorKind::NotFound, "Later events are not known", std::move(why), {}, true};
}

/// What one statement, or one connection, told of keys.
using KeyRows = std::map<std::string, Result<RowState>>;

} // namespace

/// One call of judge().
class Judgement::Gathering
{
public:
    Gathering(Judgement& owner, std::span<const LetterToJudge> letters, std::span<const LetterToJudge> others,
              const JudgeLimits& limits, const std::stop_token& stop);

    JudgedLetters run();

private:
    LetterEvidence evidenceOf(const LetterToJudge& letter) const;
    void lookUpRowsOf(std::size_t projection, const std::vector<std::size_t>& letters);
    [[nodiscard]] Result<KeyRows> rowsOf(RelationalStore& store, const RowQuerySettings& query,
                                         const std::vector<std::string>& keys);
    [[nodiscard]] Result<RelationalStore*> storeOf(const std::string& name);
    [[nodiscard]] Result<Broker*> broker();
    [[nodiscard]] Result<BrokerSettings> brokerSettings() const;
    void readPositions(std::size_t projection, const std::vector<std::size_t>& letters);
    [[nodiscard]] Result<NextOffsets> checkpointsOf(const ProjectionSettings& projection);
    [[nodiscard]] Result<NextOffsets> committedOf(const ProjectionSettings& projection,
                                                  const std::vector<std::size_t>& letters);
    void readLog(const std::vector<std::size_t>& letters);
    [[nodiscard]] Result<std::vector<KeyRangeOutcome>> searchLog(LaterEventsQuest& quest);
    void trouble(const Error& error);
    /// Of letters that ask for it, by projection; those that are nobody's are left out.
    template<typename Wanted>
    [[nodiscard]] std::map<std::size_t, std::vector<std::size_t>> byProjection(Wanted wanted) const;
    [[nodiscard]] bool needsLog(std::size_t letter) const;

    Judgement& m_owner;
    const std::span<const LetterToJudge> m_letters;
    const JudgeLimits& m_limits;
    const std::stop_token& m_stop;
    const Duration m_rowsUntil;
    std::vector<LetterEvidence> m_evidence; ///< of the letters, then of the others
    JudgedLetters m_judged;
};

Judgement::Gathering::Gathering(Judgement& owner, std::span<const LetterToJudge> letters,
                                std::span<const LetterToJudge> others, const JudgeLimits& limits,
                                const std::stop_token& stop)
    : m_owner(owner)
    , m_letters(letters)
    , m_limits(limits)
    , m_stop(stop)
    , m_rowsUntil(owner.m_clock.monotonic() + limits.rows)
{
    m_judged.at = owner.m_clock.now();
    m_evidence.reserve(letters.size() + others.size());
    for (const auto& group : {letters, others})
        for (const auto& letter : group)
            m_evidence.push_back(evidenceOf(letter));
}

LetterEvidence Judgement::Gathering::evidenceOf(const LetterToJudge& letter) const
{
    LetterEvidence evidence;
    evidence.place = letter.place;
    evidence.origin = letter.origin;
    evidence.key = letter.key;
    evidence.version = letter.version;
    evidence.undecodable = letter.undecodable;
    evidence.later = tl::unexpected(laterUnknown("the log was not read"));
    if (!letter.projection) {
        evidence.row = tl::unexpected(rowUnknown("no projection of the workspace has such letters"));
        return evidence;
    }
    const auto& projection = m_owner.projections()[*letter.projection];
    evidence.projection = labelOf(projection);
    if (!projection.rowQuery)
        evidence.row = tl::unexpected(rowUnknown(fmt::format("projection {} has no row_query", evidence.projection)));
    return evidence;
}

JudgedLetters Judgement::Gathering::run()
{
    const auto& projections = m_owner.projections();
    for (const auto& [projection, letters] : byProjection([&](std::size_t letter) {
             return m_evidence[letter].key && projections[*m_letters[letter].projection].rowQuery;
         }))
        lookUpRowsOf(projection, letters);
    const auto asked = byProjection([this](std::size_t letter) { return needsLog(letter); });
    for (const auto& [projection, letters] : asked)
        readPositions(projection, letters);
    std::vector<std::size_t> wanted;
    for (std::size_t letter = 0; letter < m_letters.size(); ++letter)
        if (needsLog(letter))
            wanted.push_back(letter);
    if (!wanted.empty())
        readLog(wanted);
    m_judged.letters = judgeLetters(m_evidence);
    m_judged.letters.resize(m_letters.size());
    return std::move(m_judged);
}

template<typename Wanted>
std::map<std::size_t, std::vector<std::size_t>> Judgement::Gathering::byProjection(Wanted wanted) const
{
    std::map<std::size_t, std::vector<std::size_t>> letters;
    for (std::size_t letter = 0; letter < m_letters.size(); ++letter)
        if (m_letters[letter].projection && wanted(letter))
            letters[*m_letters[letter].projection].push_back(letter);
    return letters;
}

bool Judgement::Gathering::needsLog(std::size_t letter) const
{
    const LetterEvidence& evidence = m_evidence[letter];
    return evidence.key && evidence.origin.exact() && !evidence.undecodable && !rowDecides(evidence);
}

void Judgement::Gathering::trouble(const Error& error)
{
    if (error.kind != ErrorKind::Cancelled && std::ranges::find(m_judged.troubles, error) == m_judged.troubles.end())
        m_judged.troubles.push_back(error);
}

Result<RelationalStore*> Judgement::Gathering::storeOf(const std::string& name)
{
    auto& store = m_owner.m_stores[name];
    if (!store) {
        const auto* settings = m_owner.m_workspace.store(name);
        if (!settings)
            return tl::unexpected(rowUnknown(fmt::format("there is no store \"{}\"", name), "Correct the workspace."));
        auto opened = m_owner.m_connectors.store(*settings);
        if (!opened)
            return tl::unexpected(opened.error());
        store = *std::move(opened);
    }
    return store.get();
}

void Judgement::Gathering::lookUpRowsOf(std::size_t projection, const std::vector<std::size_t>& letters)
{
    const auto& query = *m_owner.projections()[projection].rowQuery;
    std::vector<std::string> keys;
    for (const std::size_t letter : letters)
        keys.push_back(*m_evidence[letter].key);
    std::ranges::sort(keys);
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
    const auto store = storeOf(query.store);
    const auto rows = store ? rowsOf(**store, query, keys) : tl::unexpected(store.error());
    if (!rows)
        trouble(rows.error());
    for (const std::size_t letter : letters) {
        LetterEvidence& evidence = m_evidence[letter];
        if (rows)
            evidence.row = rows->at(*evidence.key);
        else
            evidence.row = tl::unexpected(rows.error());
    }
}

Result<KeyRows> Judgement::Gathering::rowsOf(RelationalStore& store, const RowQuerySettings& query,
                                             const std::vector<std::string>& keys)
{
    const std::stop_callback interrupts(m_stop, [&store] { store.interrupt(); });
    KeyRows rows;
    const Error late{ErrorKind::Timeout, "The row is not known", "there was no time left to look it up",
                     "Judge fewer letters at once.", true};
    std::size_t begin = 0;
    std::size_t alone = query.queryMany.empty() ? keys.size() : 0; ///< keys that are looked up one by one
    for (std::size_t end = 0; begin < keys.size(); begin = end) {
        const bool together = begin >= alone;
        end = std::min(begin + (together ? rowsTogether : keysInTurn), keys.size());
        const auto turn = std::span(keys).subspan(begin, end - begin);
        if (m_owner.m_clock.monotonic() >= m_rowsUntil) {
            for (const auto& key : turn)
                rows.emplace(key, tl::unexpected(late));
            continue;
        }
        auto found = together ? lookUpRowsTogether(store, query, turn) : lookUpRows(store, query, turn, m_stop);
        if (!found && together && !m_stop.stop_requested()) {
            trouble(oneByOne(found.error()));
            // One key may be what the query cannot read; any other mistake would meet all.
            alone = found.error().kind == ErrorKind::InvalidData ? end : keys.size();
            end = begin;
            continue;
        }
        if (!found && begin == 0)
            return tl::unexpected(found.error());
        for (const auto& key : turn)
            rows.emplace(key, found ? found->at(key) : tl::unexpected(found.error()));
    }
    return rows;
}

Result<BrokerSettings> Judgement::Gathering::brokerSettings() const
{
    const auto* context = m_owner.m_workspace.context(m_owner.m_context);
    const auto* settings = context ? m_owner.m_workspace.broker(context->broker) : nullptr;
    if (!settings)
        return tl::unexpected(laterUnknown("this context has no broker"));
    return *settings;
}

Result<Broker*> Judgement::Gathering::broker()
{
    if (!m_owner.m_broker) {
        auto broker = brokerSettings().and_then(m_owner.m_connectors.broker);
        if (!broker)
            return tl::unexpected(broker.error());
        m_owner.m_broker = *std::move(broker);
    }
    return m_owner.m_broker.get();
}

void Judgement::Gathering::readPositions(std::size_t at, const std::vector<std::size_t>& letters)
{
    if (m_stop.stop_requested())
        return;
    const auto& projection = m_owner.projections()[at];
    const auto positions = projection.checkpoint ? checkpointsOf(projection) : committedOf(projection, letters);
    if (!positions)
        return trouble(positions.error());
    for (const std::size_t letter : letters) {
        const EventOrigin& origin = m_evidence[letter].origin;
        const auto position = positions->find({origin.topic, *origin.partition});
        if (position != positions->end())
            m_evidence[letter].applied = position->second;
    }
}

Result<NextOffsets> Judgement::Gathering::checkpointsOf(const ProjectionSettings& projection)
{
    const auto store = storeOf(projection.checkpoint->store);
    if (!store)
        return tl::unexpected(store.error());
    return readCheckpoints(**store, projection, m_owner.m_clock, m_stop);
}

Result<NextOffsets> Judgement::Gathering::committedOf(const ProjectionSettings& projection,
                                                      const std::vector<std::size_t>& letters)
{
    const auto connected = broker();
    if (!connected)
        return tl::unexpected(connected.error());
    std::vector<TopicPartition> partitions;
    for (const std::size_t letter : letters)
        partitions.push_back({m_evidence[letter].origin.topic, *m_evidence[letter].origin.partition});
    std::vector<Error> troubles;
    auto positions = readCommitted(**connected, projection.group, std::move(partitions), troubles, m_stop);
    for (const auto& error : troubles)
        trouble(error);
    return positions;
}

void Judgement::Gathering::readLog(const std::vector<std::size_t>& letters)
{
    LaterEventsQuest quest(m_evidence, letters);
    if (quest.ranges().empty())
        return;
    const auto outcomes = searchLog(quest);
    if (!outcomes)
        trouble(outcomes.error());
    else
        for (const auto& outcome : *outcomes)
            if (outcome.error)
                trouble(*outcome.error);
    quest.finish(outcomes);
}

Result<std::vector<KeyRangeOutcome>> Judgement::Gathering::searchLog(LaterEventsQuest& quest)
{
    if (!m_owner.m_keys) {
        if (!m_owner.m_connectors.keys)
            return tl::unexpected(laterUnknown("this event log cannot be searched"));
        auto keys = brokerSettings().and_then(m_owner.m_connectors.keys);
        if (!keys)
            return tl::unexpected(keys.error());
        m_owner.m_keys = *std::move(keys);
    }
    return m_owner.m_keys->find(
        quest.ranges(),
        [&quest](std::size_t range, std::size_t key, const FoundEvent& event) {
            return quest.found(range, key, event.offset);
        },
        m_limits.progress, m_limits.log, m_stop);
}

Judgement::Judgement(const Workspace& workspace, const std::string& context, LetterConnectors connectors,
                     const Clock& clock)
    : m_workspace(workspace)
    , m_context(context)
    , m_connectors(std::move(connectors))
    , m_clock(clock)
    , m_owners(workspace, context)
{
}

Judgement::~Judgement() = default;

LetterToJudge Judgement::prepare(const DeadLetter& letter, const DecodedBody& decoded) const
{
    LetterToJudge prepared;
    prepared.place = {letter.id, letter.offset};
    prepared.origin = letter.origin;
    prepared.projection = m_owners.ownerOf(letter.id.topic, letter.consumer);
    prepared.key = letter.key;
    const std::string place = prepared.projection ? projections()[*prepared.projection].eventVersion : std::string();
    if (decoded.payload()) {
        DeadLetter readable = letter;
        readable.value = decoded.payload()->json;
        prepared.version = eventVersion(readable, place);
    } else {
        prepared.version = eventVersion(letter, place);
        prepared.undecodable = undecodableToday(letter, place);
    }
    if (decoded.trouble())
        prepared.undecodable = fmt::format("its payload does not fit its schema: {}", decoded.trouble()->why);
    return prepared;
}

JudgedLetters Judgement::judge(std::span<const LetterToJudge> letters, std::span<const LetterToJudge> others,
                               const JudgeLimits& limits, const std::stop_token& stop)
{
    return Gathering(*this, letters, others, limits, stop).run();
}

} // namespace projectionist
