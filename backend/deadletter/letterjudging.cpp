// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/letterjudging.h"

#include "backend/deadletter/decode.h"
#include "backend/deadletter/letterbatch.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <set>

namespace projectionist {

namespace {

constexpr std::size_t mostJudged = 1 << 20; ///< bytes of a payload that are looked at
constexpr Duration quietLimit{5'000};

std::optional<HttpEndpoint> schemaRegistryIn(const Workspace& workspace, const std::string& context)
{
    const auto* settings = workspace.context(context);
    return settings ? settings->deadLetters.schemaRegistry : std::nullopt;
}

LetterJudgement unknownLetter(const LetterPlace& place, std::string why)
{
    LetterJudgement judgement;
    judgement.place = place;
    judgement.why = std::move(why);
    return judgement;
}

/// Of a row whose key is one of these.
LetterToJudge besideOf(const LetterIndex& index, const LetterOwners& owners, std::size_t row)
{
    const auto number = [&](LetterValue value) { return index.rows().at(value, row); };
    const auto& channel = index.channel(static_cast<std::uint32_t>(number(LetterValue::Channel)));
    LetterToJudge letter;
    letter.place = index.placeOf(row);
    letter.origin.topic = index.textOf(LetterField::Origin, static_cast<std::uint32_t>(number(LetterValue::Origin)));
    letter.origin.partition = static_cast<std::int32_t>(number(LetterValue::OriginPartition));
    letter.origin.offset = number(LetterValue::OriginOffset);
    letter.projection = owners.ownerOf(index.textOf(LetterField::Topic, channel.topic),
                                       index.textOf(LetterField::Consumer, channel.consumer));
    return letter;
}

bool tellsOrigin(const LetterIndex& index, std::size_t row)
{
    for (const auto value : {LetterValue::Origin, LetterValue::OriginPartition, LetterValue::OriginOffset})
        if (index.rows().at(value, row) == absentNumber)
            return false;
    return true;
}

} // namespace

std::vector<LetterToJudge> openBeside(const LetterIndex& index, const LetterOwners& owners,
                                      std::span<const LetterToJudge> letters)
{
    // The index keeps the beginnings of keys only: one that is cut stands for all that begin like it.
    std::map<std::string_view, std::set<std::string_view>> keys;
    std::set<LetterPlace> places;
    for (const auto& letter : letters) {
        places.insert(letter.place);
        if (letter.key)
            keys[std::string_view(*letter.key).substr(0, LetterRows::longestKey)].insert(*letter.key);
    }
    std::vector<LetterToJudge> beside;
    const LetterRows& rows = index.rows();
    for (std::size_t row = 0; row < rows.size(); ++row) {
        if (rows.removed(row) || rows.state(row) != LetterState::Open)
            continue;
        const auto found = keys.find(rows.key(row));
        if (found == keys.end() || !tellsOrigin(index, row))
            continue;
        LetterToJudge letter = besideOf(index, owners, row);
        if (places.contains(letter.place))
            continue;
        const bool cut = (static_cast<std::uint32_t>(rows.at(LetterValue::Flags, row)) & keyCut) != 0;
        for (const auto key : found->second)
            if (cut || key == found->first) {
                letter.key = std::string(key);
                beside.push_back(letter);
            }
    }
    return beside;
}

/// One call of judge(). Readers and the worker work on it in turn.
struct LetterJudging::Order
{
    std::uint64_t token = 0;
    std::vector<LetterPlace> places;
    std::vector<LetterPlace> inTopics;
    Duration log{0};
    std::stop_token stop;
    std::atomic<std::size_t> tables = 0; ///< that are still being read
    std::mutex mutex;
    std::map<LetterPlace, LetterToJudge> letters; ///< guarded by mutex, as all below
    std::map<std::string, std::string> troubles;  ///< why letters of a topic or table are missing
    std::vector<DeadLetter> framed;               ///< whose payloads only a registry's schema describes
};

/// Takes letters of tables.
class LetterJudging::Collector final : public LetterSink
{
public:
    Collector(LetterJudging& judging, std::shared_ptr<Order> order)
        : m_judging(judging), m_order(std::move(order)), m_scanner(judging.m_rules)
    {
    }

    void add(const RawLetter& letter) override { m_judging.take(*m_order, m_scanner, letter); }
    void remove(const LetterPlace&) override {}
    void removeBelow(const TopicPartition&, Offset) override {}
    void removeTopic(const std::string&) override {}

private:
    LetterJudging& m_judging;
    const std::shared_ptr<Order> m_order;
    LetterScanner m_scanner;
};

LetterJudging::LetterJudging(const Workspace& workspace, const std::string& context, const LetterConnectors& connectors,
                             const Clock& clock, std::shared_ptr<const DecodeRules> rules, SharedLetters& letters,
                             Sinks sinks)
    : m_broker([&]() -> std::optional<BrokerSettings> {
        const auto* settings = workspace.context(context);
        const auto* broker = settings ? workspace.broker(settings->broker) : nullptr;
        return broker ? std::optional(*broker) : std::nullopt;
    }())
    , m_registry(schemaRegistryIn(workspace, context))
    , m_connectors(connectors)
    , m_rules(std::move(rules))
    , m_letters(letters)
    , m_sinks(std::move(sinks))
    , m_judgement(workspace, context, connectors, clock)
    , m_worker([this, &clock]() -> Result<std::unique_ptr<Room>> {
        auto room = std::make_unique<Room>();
        if (m_registry)
            room->decoder = std::make_unique<PayloadDecoder>(*m_registry, clock);
        return room;
    })
{
}

void LetterJudging::stop()
{
    for (auto& [asker, order] : m_orders)
        order.request_stop();
    m_worker.stop();
}

void LetterJudging::judge(LetterAsker asker, std::uint64_t token, std::vector<LetterPlace> places, Duration log,
                          LetterReaders& readers)
{
    m_orders[asker].request_stop();
    m_orders[asker] = {};
    const auto order = std::make_shared<Order>();
    order->token = token;
    order->places = std::move(places);
    order->log = log;
    order->stop = m_orders[asker].get_token();
    std::map<std::string, std::vector<LetterPlace>> tables;
    for (const auto& place : order->places)
        (readers.isTable(place.id.topic) ? tables[place.id.topic] : order->inTopics).push_back(place);
    const auto go = [this, order] {
        m_worker.post<bool>(
            [this, order](Room& room) -> Result<bool> {
                run(room, *order);
                return true;
            },
            [](const Result<bool>&) {});
    };
    order->tables = tables.size();
    if (tables.empty())
        return go();
    const auto sink = std::make_shared<Collector>(*this, order);
    for (auto& [table, rows] : tables)
        readers.fetchRows(table, std::move(rows), sink, order->stop, [order, go, table = table](Result<void> read) {
            if (!read) {
                const std::lock_guard lock(order->mutex);
                order->troubles.emplace(table, read.error().why);
            }
            if (--order->tables == 0)
                go();
        });
}

void LetterJudging::take(Order& order, LetterScanner& scanner, const RawLetter& letter)
{
    auto decoded = decode(scanner, letter);
    auto prepared = m_judgement.prepare(decoded);
    const bool framed =
        m_registry && decoded.value && (decoded.flags & PayloadCut) == 0 && registryBytes(*decoded.value);
    const std::lock_guard lock(order.mutex);
    if (framed)
        order.framed.push_back(std::move(decoded));
    order.letters.insert_or_assign(prepared.place, std::move(prepared));
}

void LetterJudging::run(Room& room, Order& order)
{
    if (order.stop.stop_requested()) // it waited for its turn in vain
        return;
    if (!order.inTopics.empty())
        readTopics(room, order);
    decodePayloads(room, order);
    auto told = verdicts(order);
    if (m_sinks.judged && !order.stop.stop_requested())
        m_sinks.judged(std::move(told));
}

/// Here and not by who reads: a registry may keep it waiting. Without its schema nobody knows.
void LetterJudging::decodePayloads(Room& room, Order& order)
{
    if (!room.decoder)
        return;
    const std::lock_guard lock(order.mutex); // nobody reads for this order any more
    for (; !order.framed.empty() && !order.stop.stop_requested(); order.framed.pop_back()) {
        const auto& letter = order.framed.back();
        const auto bytes = *registryBytes(*letter.value);
        const auto schema = room.decoder->schema(bytes.schema, order.stop);
        if (!schema)
            continue;
        DecodedBody body;
        body.value = decodePayload(*schema, bytes);
        auto prepared = m_judgement.prepare(letter, body);
        order.letters.insert_or_assign(prepared.place, std::move(prepared));
    }
}

void LetterJudging::readTopics(Room& room, Order& order)
{
    const auto fail = [&](const Error& error) {
        for (const auto& place : order.inTopics)
            order.troubles.emplace(place.id.topic, error.why);
    };
    if (!room.reader) {
        auto opened =
            m_broker ? m_connectors.ranges(*m_broker)
                     : tl::unexpected(Error{
                           ErrorKind::NotFound, "The letters cannot be read", "this context has no broker", {}, false});
        if (!opened)
            return fail(opened.error());
        room.reader = *std::move(opened);
    }
    const auto batch = readLetters(*room.reader, order.inTopics, mostJudged, quietLimit, order.stop);
    if (batch.error)
        fail(*batch.error);
    LetterScanner scanner(m_rules);
    std::vector<RawHeader> headers;
    for (const auto& [place, letter] : batch.letters)
        take(order, scanner, viewOf(letter, headers));
}

LetterVerdicts LetterJudging::verdicts(Order& order)
{
    const std::lock_guard lock(order.mutex);
    std::vector<LetterToJudge> letters;
    for (const auto& place : order.places)
        if (const auto letter = order.letters.find(place); letter != order.letters.end())
            letters.push_back(letter->second);
    const auto beside = m_letters.ask(
        [&](const LetterIndex& index, const auto&) { return openBeside(index, m_judgement.owners(), letters); });
    JudgeLimits limits;
    limits.log = order.log;
    limits.progress = [&](std::uint64_t done, std::uint64_t total) {
        if (m_sinks.progress)
            m_sinks.progress({order.token, done, total});
    };
    LetterVerdicts told{order.token, m_judgement.judge(letters, beside, limits, order.stop)};
    std::vector<LetterJudgement> all;
    auto next = told.judged.letters.begin();
    for (const auto& place : order.places) {
        if (next != told.judged.letters.end() && next->place == place) {
            all.push_back(std::move(*next++));
            continue;
        }
        const auto trouble = order.troubles.find(place.id.topic);
        all.push_back(unknownLetter(place, trouble == order.troubles.end()
                                               ? "the letter is no longer there"
                                               : "the letter could not be read: " + trouble->second));
    }
    told.judged.letters = std::move(all);
    return told;
}

} // namespace projectionist
