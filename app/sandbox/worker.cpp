// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sandbox/worker.h"

#include "app/sandbox/disruptions.h"
#include "backend/broker/kafka/kafkagroupconsumer.h"

#include <fmt/format.h>

namespace projectionist {

namespace {

constexpr Duration pollWait{200};
constexpr Duration applyInterval{100};
constexpr Duration heartbeatInterval{500};
constexpr Duration commitInterval{1000};
constexpr Duration retryInterval{1000};
constexpr Duration letterRetryInterval{150}; ///< before it becomes a dead letter: short, since others wait behind it
constexpr Duration brokerTimeout{500};
constexpr Duration letterTimeout{5000};
constexpr int triesBeforeDeadLetter = 3;
constexpr std::size_t mostWaiting = 2000; ///< a partition; more is not fetched
constexpr double headroom = 4;            ///< how many times the mean load the workers of a projection can take

} // namespace

ProjectionWorker::ProjectionWorker(ProcessContext context, WorkerRole role, std::unique_ptr<RelationalStore> store,
                                   std::unique_ptr<Projection> projection, std::unique_ptr<DeadLetters> deadLetters)
    : m_context(std::move(context))
    , m_role(std::move(role))
    , m_store(std::move(store))
    , m_projection(std::move(projection))
    , m_checkpoints(m_context.settings.schema, m_role.projection, m_context.settings.topic, m_role.name)
    , m_deadLetters(std::move(deadLetters))
    , m_faults(m_context.settings.faults)
{
}

ProjectionWorker::~ProjectionWorker() = default;

Result<void> ProjectionWorker::run()
{
    if (auto connected = connect(); !connected)
        return connected;
    while (!m_context.stop.requested()) {
        m_faults.refresh();
        read();
        const bool hung =
            m_role.projection == textOf(Fault::WorkerHung).projection && m_faults.active(Fault::WorkerHung);
        if (!hung)
            apply();
        limitMemory();
        heartbeat();
        commitToBroker(false);
    }
    commitToBroker(true);
    return m_consumer->close(Duration(2000));
}

Result<void> ProjectionWorker::connect()
{
    GroupConsumerOptions options;
    options.clientId = m_role.name;
    if (m_role.group) {
        options.group = groupOf(m_context.settings);
        options.topics = {m_context.settings.topic};
        options.sessionTimeout = Duration(6000);
        options.onAssigned = [this](const auto& assigned) { return takeOver(assigned); };
        options.onRevoked = [this](const auto& revoked, bool lost) { giveUp(revoked, lost); };
    }
    auto consumer = connectKafkaGroupConsumer(m_context.settings.brokerSettings(), std::move(options));
    if (!consumer)
        return tl::unexpected(consumer.error());
    m_consumer = std::move(*consumer);
    if (m_role.group)
        return {};
    std::vector<TopicPartition> all;
    for (int partition = 0; partition < m_context.settings.partitions; ++partition)
        all.push_back({m_context.settings.topic, partition});
    return m_consumer->assign(takeOver(all));
}

/// Reads the checkpoints of partitions that are ours now; waits for the store if need be, because without them nothing
/// can be applied.
std::vector<StartPosition> ProjectionWorker::takeOver(const std::vector<TopicPartition>& assigned)
{
    std::vector<std::int32_t> numbers;
    for (const auto& id : assigned)
        numbers.push_back(id.partition);
    std::vector<StartPosition> starts;
    while (!numbers.empty() && !m_context.stop.requested()) {
        const auto positions = m_checkpoints.load(*m_store, numbers);
        if (!positions) {
            m_writeErrors.report(positions.error());
            m_context.stop.sleep(Duration(500));
            continue;
        }
        for (const auto& [partition, position] : *positions) {
            m_lanes[partition] = Lane{};
            m_lanes[partition].position = position;
            starts.push_back({{m_context.settings.topic, partition}, position});
        }
        break;
    }
    logLine(fmt::format("{} has {} partitions", m_role.name, m_lanes.size()));
    return starts;
}

void ProjectionWorker::giveUp(const std::vector<TopicPartition>& revoked, bool lost)
{
    if (!lost)
        commitToBroker(true);
    for (const auto& id : revoked) {
        m_lanes.erase(id.partition);
        m_uncommitted.erase(id.partition);
    }
}

void ProjectionWorker::read()
{
    auto records = m_consumer->poll(1000, pollWait);
    if (!records) {
        m_readErrors.report(records.error());
        m_context.stop.sleep(Duration(100));
        return;
    }
    m_readErrors.allWell();
    for (auto& record : *records) {
        const auto lane = m_lanes.find(record.id.partition);
        if (lane != m_lanes.end() && record.offset >= lane->second.position)
            lane->second.waiting.push_back(std::move(record));
    }
}

void ProjectionWorker::limitMemory()
{
    for (auto& [partition, lane] : m_lanes) {
        const TopicPartition id{m_context.settings.topic, partition};
        if (!lane.paused && lane.waiting.size() > mostWaiting)
            lane.paused = m_consumer->pause(std::span(&id, 1)).has_value();
        else if (lane.paused && lane.waiting.size() < mostWaiting / 2)
            lane.paused = !m_consumer->resume(std::span(&id, 1)).has_value();
    }
}

std::size_t ProjectionWorker::allowance()
{
    const auto& settings = m_context.settings;
    double perSecond = headroom * settings.rate / m_role.members;
    if (m_role.projection == textOf(Fault::WorkerSlow).projection && m_faults.active(Fault::WorkerSlow))
        perSecond = slowFactor * arrivalRate(settings, m_faults, m_context.clock.now());
    return m_pace.due(perSecond, m_context.clock.monotonic());
}

void ProjectionWorker::apply()
{
    const Duration now = m_context.clock.monotonic();
    if (now - m_lastApplied < applyInterval)
        return;
    m_lastApplied = now;
    const std::size_t most = allowance();
    const Batch batch = choose(most);
    m_pace.giveBack(most - std::min(most, batch.events.size()));
    if (batch.moves.empty())
        return;
    std::optional<HandlerFailure> refusal;
    if (const auto written = write(batch, refusal)) {
        settle(batch);
        m_writeErrors.allWell();
    } else if (refusal) {
        findRefused(batch);
    } else {
        m_writeErrors.report(written.error());
        if (written.error().kind == ErrorKind::Conflict)
            startAgain();
        else
            m_context.stop.sleep(Duration(200));
    }
}

/// From each partition what stands in front, those first that had no turn last time.
ProjectionWorker::Batch ProjectionWorker::choose(std::size_t most)
{
    Batch batch;
    std::size_t left = most;
    const auto serve = [&](auto from, auto to) {
        for (; from != to && left > 0; ++from) {
            chooseFrom(from->first, from->second, left, batch);
            m_turn = from->first;
        }
    };
    const auto first = m_lanes.upper_bound(m_turn);
    serve(first, m_lanes.end());
    serve(m_lanes.begin(), first);
    return batch;
}

void ProjectionWorker::chooseFrom(std::int32_t partition, Lane& lane, std::size_t& left, Batch& batch)
{
    if (lane.retryAt > m_context.clock.monotonic())
        return;
    std::size_t taken = 0;
    while (left > 0 && taken < lane.waiting.size() && admit(lane, taken == 0, lane.waiting[taken], batch)) {
        ++taken;
        --left;
    }
    if (taken > 0) {
        batch.moves[partition] = {lane.position, lane.waiting[taken - 1].offset + 1};
        batch.taken[partition] = taken;
    }
}

/// False: the partition waits here. An event is tried when it stands in front of its partition.
bool ProjectionWorker::admit(Lane& lane, bool front, const Record& record, Batch& batch)
{
    auto event = toEvent(record);
    auto failure = failureOf(lane, record, event);
    if (!failure) {
        deliver(std::move(*event), {record.id.partition, record.offset}, batch);
        return true;
    }
    if (!front)
        return false;
    if (++lane.tries >= triesBeforeDeadLetter && failure->deadLetter) {
        logLine(fmt::format("{}: {} at {} goes to the dead letters", failure->exception, toString(record.id),
                            record.offset));
        batch.letters.push_back(
            {record, std::move(*failure), std::min(lane.tries, triesBeforeDeadLetter), m_context.clock.now()});
        return true;
    }
    if (!failure->deadLetter && lane.tries <= triesBeforeDeadLetter)
        logLine(
            fmt::format("{} at {} {}: {}", failure->exception, toString(record.id), record.offset, failure->message));
    lane.retryAt = m_context.clock.monotonic() + (failure->deadLetter ? letterRetryInterval : retryInterval);
    return false;
}

/// What the handler gets of an event that it could apply.
void ProjectionWorker::deliver(Event event, const Place& place, Batch& batch) const
{
    const auto suffers = [this](Fault fault) {
        return m_faults.active(fault) && m_role.projection == textOf(fault).projection;
    };
    if (suffers(Fault::SkipOffsets) && isPassedOver(event))
        return;
    if (suffers(Fault::EraseMissed) && erases(event))
        return;
    if (suffers(Fault::HandlerBug))
        addTaxTwice(event);
    const bool twice = suffers(Fault::DuplicateDelivery) && isDeliveredTwice(event);
    for (int delivery = 0; delivery < (twice ? 2 : 1); ++delivery) {
        event.takenForNew = delivery > 0;
        batch.events.push_back(event);
        batch.places.push_back(place);
    }
}

std::optional<HandlerFailure> ProjectionWorker::failureOf(const Lane& lane, const Record& record,
                                                          const Result<Event>& event) const
{
    if (!event)
        return HandlerFailure{failures::serialization, event.error().why, true};
    if (!m_projection->concerns(*event))
        return std::nullopt;
    if (const auto why = undecodable(*event))
        return HandlerFailure{failures::serialization, *why, true};
    if (const auto known = lane.refused.find(record.offset); known != lane.refused.end())
        return known->second;
    std::optional<HandlerFailure> failure;
    if (m_faults.active(Fault::PoisonBurst))
        failure = geocoderOutage(*event);
    if (!failure && m_faults.active(Fault::NewerEvent))
        failure = lockedRow(m_role.projection, *event);
    try {
        return failure ? failure : m_projection->refuses(*event, !m_faults.active(Fault::Poison));
    } catch (const nlohmann::json::exception& problem) {
        return HandlerFailure{failures::serialization, problem.what(), true};
    }
}

/// `refusal`: why one of the events cannot be applied, now or ever.
Result<void> ProjectionWorker::write(const Batch& batch, std::optional<HandlerFailure>& refusal)
{
    return m_store->transaction([&](Transaction& transaction) -> Result<void> {
        if (auto moved = m_checkpoints.advance(transaction, batch.moves); !moved)
            return moved;
        if (auto applied = applyTo(transaction, batch.events, refusal); !applied)
            return applied;
        return m_deadLetters->write(transaction, batch.letters, letterTimeout);
    });
}

Result<void> ProjectionWorker::applyTo(Transaction& transaction, const std::vector<Event>& events,
                                       std::optional<HandlerFailure>& refusal) const
{
    try {
        auto applied = m_projection->apply(transaction, events);
        const bool refused =
            !applied && !applied.error().retriable &&
            (applied.error().kind == ErrorKind::Conflict || applied.error().kind == ErrorKind::InvalidData);
        if (refused)
            refusal = HandlerFailure{failures::sql, "ERROR: " + applied.error().why, true};
        return applied;
    } catch (const nlohmann::json::exception& problem) {
        refusal = HandlerFailure{failures::serialization, problem.what(), true};
        return tl::unexpected(
            Error{ErrorKind::InvalidData, "An event cannot be applied", problem.what(), "It becomes a dead letter."});
    }
}

/// The store takes a batch as a whole or not at all: each event by itself tells which one it refuses. Nothing of this
/// stays.
void ProjectionWorker::findRefused(const Batch& batch)
{
    const Error rollBack{ErrorKind::Cancelled, "Nothing of this stays", {}, {}};
    const auto tried = m_store->transaction([&](Transaction& transaction) -> Result<void> {
        for (std::size_t i = 0; i < batch.events.size(); ++i) {
            if (auto begun = transaction.execute("SAVEPOINT alone"); !begun)
                return tl::unexpected(begun.error());
            std::optional<HandlerFailure> refusal;
            auto applied = applyTo(transaction, {batch.events[i]}, refusal);
            if (!applied && !refusal)
                return applied;
            auto ended = transaction.execute(applied ? "RELEASE SAVEPOINT alone" : "ROLLBACK TO SAVEPOINT alone");
            if (!ended)
                return tl::unexpected(ended.error());
            if (refusal)
                m_lanes.at(batch.places[i].partition).refused[batch.places[i].offset] = std::move(*refusal);
        }
        return tl::unexpected(rollBack);
    });
    if (tried.error() != rollBack)
        m_writeErrors.report(tried.error());
}

void ProjectionWorker::settle(const Batch& batch)
{
    for (const auto& [partition, move] : batch.moves) {
        Lane& lane = m_lanes.at(partition);
        const auto taken = static_cast<std::ptrdiff_t>(batch.taken.at(partition));
        lane.waiting.erase(lane.waiting.begin(), lane.waiting.begin() + taken);
        lane.position = move.next;
        lane.refused.erase(lane.refused.begin(), lane.refused.lower_bound(move.next));
        lane.tries = 0;
        if (m_role.group)
            m_uncommitted[partition] = move.next;
    }
}

/// The checkpoints are elsewhere than we thought: read them and continue from there.
void ProjectionWorker::startAgain()
{
    const auto positions = m_checkpoints.load(*m_store, partitions());
    if (!positions)
        return m_writeErrors.report(positions.error());
    for (const auto& [partition, position] : *positions) {
        Lane& lane = m_lanes.at(partition);
        if (lane.position == position)
            continue;
        lane.position = position;
        lane.waiting.clear();
        lane.refused.clear();
        lane.tries = 0;
        if (auto done = m_consumer->seek({m_context.settings.topic, partition}, position, brokerTimeout); !done)
            m_readErrors.report(done.error());
    }
}

void ProjectionWorker::heartbeat()
{
    const Duration now = m_context.clock.monotonic();
    if (m_lanes.empty() || now - m_lastHeartbeat < heartbeatInterval)
        return;
    m_lastHeartbeat = now;
    if (auto beaten = m_checkpoints.heartbeat(*m_store, partitions()); !beaten)
        m_writeErrors.report(beaten.error());
}

void ProjectionWorker::commitToBroker(bool now)
{
    const Duration time = m_context.clock.monotonic();
    if (m_uncommitted.empty() || (!now && time - m_lastCommit < commitInterval))
        return;
    m_lastCommit = time;
    std::vector<std::pair<TopicPartition, Offset>> positions;
    for (const auto& [partition, position] : m_uncommitted)
        positions.push_back({{m_context.settings.topic, partition}, position});
    if (auto done = m_consumer->commit(positions, brokerTimeout); !done) {
        m_commitErrors.report(done.error());
        return;
    }
    m_commitErrors.allWell();
    m_uncommitted.clear();
}

std::vector<std::int32_t> ProjectionWorker::partitions() const
{
    std::vector<std::int32_t> numbers;
    for (const auto& [partition, lane] : m_lanes)
        numbers.push_back(partition);
    return numbers;
}

} // namespace projectionist
