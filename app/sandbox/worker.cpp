// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sandbox/worker.h"

#include "backend/broker/kafka/kafkagroupconsumer.h"

#include <fmt/format.h>

namespace projectionist {

namespace {

constexpr Duration pollWait{200};
constexpr Duration applyInterval{100};
constexpr Duration heartbeatInterval{500};
constexpr Duration commitInterval{1000};
constexpr Duration retryInterval{1000};
constexpr Duration brokerTimeout{500};
constexpr int triesBeforeDeadLetter = 3;
constexpr std::size_t mostWaiting = 2000; ///< a partition; more is not fetched
constexpr double headroom = 4;            ///< how many times the mean load the workers of a projection can take

} // namespace

Worker::Worker(ProcessContext context, WorkerRole role, std::unique_ptr<RelationalStore> store,
               std::unique_ptr<Projection> projection, std::unique_ptr<EventProducer> deadLetterProducer)
    : m_context(std::move(context))
    , m_role(std::move(role))
    , m_store(std::move(store))
    , m_projection(std::move(projection))
    , m_checkpoints(m_context.settings.schema, m_role.projection, m_context.settings.topic, m_role.name)
    , m_deadLetters(m_context.settings.deadLetterTopic(m_role.projection),
                    m_role.group ? groupOf(m_context.settings) : m_role.projection, std::move(deadLetterProducer))
    , m_faults(m_context.settings.faults)
{
}

Worker::~Worker() = default;

Result<void> Worker::run()
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

Result<void> Worker::connect()
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
std::vector<StartPosition> Worker::takeOver(const std::vector<TopicPartition>& assigned)
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

void Worker::giveUp(const std::vector<TopicPartition>& revoked, bool lost)
{
    if (!lost)
        commitToBroker(true);
    for (const auto& id : revoked) {
        m_lanes.erase(id.partition);
        m_uncommitted.erase(id.partition);
    }
}

void Worker::read()
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

void Worker::limitMemory()
{
    for (auto& [partition, lane] : m_lanes) {
        const TopicPartition id{m_context.settings.topic, partition};
        if (!lane.paused && lane.waiting.size() > mostWaiting)
            lane.paused = m_consumer->pause(std::span(&id, 1)).has_value();
        else if (lane.paused && lane.waiting.size() < mostWaiting / 2)
            lane.paused = !m_consumer->resume(std::span(&id, 1)).has_value();
    }
}

std::size_t Worker::allowance()
{
    const auto& settings = m_context.settings;
    double perSecond = headroom * settings.rate / m_role.members;
    if (m_role.projection == textOf(Fault::WorkerSlow).projection && m_faults.active(Fault::WorkerSlow))
        perSecond = slowFactor * arrivalRate(settings, m_faults, m_context.clock.now());
    return m_pace.due(perSecond, m_context.clock.monotonic());
}

void Worker::apply()
{
    const Duration now = m_context.clock.monotonic();
    if (now - m_lastApplied < applyInterval)
        return;
    m_lastApplied = now;
    const std::size_t most = allowance();
    const Batch batch = choose(most);
    m_pace.giveBack(most - batch.events.size());
    if (batch.moves.empty())
        return;
    if (const auto written = write(batch)) {
        settle(batch);
        m_writeErrors.allWell();
    } else {
        m_writeErrors.report(written.error());
        if (written.error().kind == ErrorKind::Conflict)
            startAgain();
        else
            m_context.stop.sleep(Duration(200));
    }
}

/// From each partition what stands in front, those first that had no turn last time.
Worker::Batch Worker::choose(std::size_t most)
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

void Worker::chooseFrom(std::int32_t partition, Lane& lane, std::size_t& left, Batch& batch)
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
bool Worker::admit(Lane& lane, bool front, const Record& record, Batch& batch)
{
    auto event = toEvent(record);
    std::optional<HandlerFailure> failure;
    if (event)
        failure = m_projection->refuses(*event, !m_faults.active(Fault::Poison));
    else
        failure = HandlerFailure{"DeserializationException", event.error().why, true};
    if (!failure) {
        batch.events.push_back(std::move(*event));
        return true;
    }
    if (!front)
        return false;
    if (++lane.tries >= triesBeforeDeadLetter && failure->deadLetter) {
        logLine(fmt::format("{}: {} at {} goes to the dead letters", failure->exception, toString(record.id),
                            record.offset));
        batch.letters.push_back({record, std::move(*failure)});
        return true;
    }
    if (lane.tries <= triesBeforeDeadLetter)
        logLine(
            fmt::format("{} at {} {}: {}", failure->exception, toString(record.id), record.offset, failure->message));
    lane.retryAt = m_context.clock.monotonic() + retryInterval;
    return false;
}

/// Dead letters first: if the transaction fails they are written twice, but none is lost.
Result<void> Worker::write(const Batch& batch)
{
    if (auto published = m_deadLetters.publish(batch.letters, Duration(5000)); !published)
        return published;
    return m_store->transaction([&](Transaction& transaction) -> Result<void> {
        if (auto moved = m_checkpoints.advance(transaction, batch.moves); !moved)
            return moved;
        return m_projection->apply(transaction, batch.events);
    });
}

void Worker::settle(const Batch& batch)
{
    for (const auto& [partition, move] : batch.moves) {
        Lane& lane = m_lanes.at(partition);
        const auto taken = static_cast<std::ptrdiff_t>(batch.taken.at(partition));
        lane.waiting.erase(lane.waiting.begin(), lane.waiting.begin() + taken);
        lane.position = move.next;
        lane.tries = 0;
        if (m_role.group)
            m_uncommitted[partition] = move.next;
    }
}

/// The checkpoints are elsewhere than we thought: read them and continue from there.
void Worker::startAgain()
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
        lane.tries = 0;
        if (auto done = m_consumer->seek({m_context.settings.topic, partition}, position, brokerTimeout); !done)
            m_readErrors.report(done.error());
    }
}

void Worker::heartbeat()
{
    const Duration now = m_context.clock.monotonic();
    if (m_lanes.empty() || now - m_lastHeartbeat < heartbeatInterval)
        return;
    m_lastHeartbeat = now;
    if (auto beaten = m_checkpoints.heartbeat(*m_store, partitions()); !beaten)
        m_writeErrors.report(beaten.error());
}

void Worker::commitToBroker(bool now)
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

std::vector<std::int32_t> Worker::partitions() const
{
    std::vector<std::int32_t> numbers;
    for (const auto& [partition, lane] : m_lanes)
        numbers.push_back(partition);
    return numbers;
}

} // namespace projectionist
