// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/lag/cycle.h"

#include "backend/lag/askbroker.h"

#include <algorithm>

namespace projectionist {

using namespace std::chrono_literals;

namespace {

/// After this a source that was asked is shown as not answering.
Duration overdueAfter(Duration interval)
{
    return std::max<Duration>(2 * interval, 2s);
}

LagBudget budgetFor(Duration interval, Duration timeout)
{
    LagBudget budget;
    budget.time = std::clamp<Duration>(interval * 3 / 10, 150ms, 1s);
    budget.timeout = timeout;
    return budget;
}

/// The error that stands for all, if no partition answered because the broker cannot be reached.
const Error* nothingReached(std::span<const PartitionBounds> bounds)
{
    const bool none = !bounds.empty() && std::all_of(bounds.begin(), bounds.end(), [](const PartitionBounds& row) {
        return row.error && isConnectionError(row.error->kind);
    });
    return none ? &*bounds.front().error : nullptr;
}

} // namespace

Cycle::Cycle(const Workspace& workspace, std::string context, Connectors connectors, const Clock& clock,
             WatcherSinks sinks, Inbox& inbox)
    : m_contextName(std::move(context))
    , m_connectors(std::move(connectors))
    , m_clock(clock)
    , m_sinks(std::move(sinks))
    , m_inbox(inbox)
    , m_started(clock.now())
    , m_startedMonotonic(clock.monotonic())
{
    apply(workspace);
}

Cycle::~Cycle()
{
    // All at once, so that hanging servers cost one timeout and not the sum of them.
    for (auto& store : m_stores)
        store->worker.stop();
    if (m_broker)
        m_broker->worker.stop();
}

Duration Cycle::step()
{
    const Duration monotonic = m_clock.monotonic();
    reapRetired();
    for (auto& store : m_stores)
        store->watch(monotonic);
    if (!m_round && monotonic >= m_next)
        beginRound(monotonic);
    if (m_round)
        advance(monotonic);
    const Duration due = m_round ? std::max(m_round->overdueAt, m_nextStale) : m_next;
    return std::clamp<Duration>(due - m_clock.monotonic(), 0ms, 500ms);
}

void Cycle::beginRound(Duration monotonic)
{
    ++m_generation;
    m_began = m_clock.now();
    m_next = monotonic + (m_context ? m_context->interval : Duration(1s));
    if (!m_context) {
        publish({}, 0);
        return;
    }
    m_round = std::make_unique<Round>();
    m_round->began = m_began;
    m_round->monotonic = monotonic;
    m_round->overdueAt = monotonic + overdueAfter(m_context->interval);
    askStores(monotonic);
    if (!m_broker->backoff.mayTry(monotonic)) {
        m_round.reset();
        publishStale(m_broker->tracker.reason());
        return;
    }
    if (auto topics = std::exchange(m_side.topics, std::nullopt))
        learnTopics(*topics);
    if (m_topology)
        askPositions();
    else
        askTopics();
}

void Cycle::askTopics()
{
    askBroker<ClusterDescription>([reader = m_broker->reader, timeout = m_broker->timeout()](
                                      Broker& broker) { return reader->describe(broker, timeout); },
                                  [this](Result<ClusterDescription> cluster) {
                                      if (!cluster) {
                                          failRound(cluster.error());
                                          return;
                                      }
                                      learnTopics(*cluster);
                                      askPositions();
                                  },
                                  true);
}

void Cycle::askStores(Duration monotonic)
{
    for (auto& store : m_stores) {
        // What came too late for the round before is for this one.
        if (store->busy || store->answer || !store->backoff.mayTry(monotonic))
            continue;
        StoreOrder order;
        for (const ProjectionSettings& projection : m_projections) {
            if (projection.checkpoint && projection.checkpoint->store == store->settings.name)
                order.projections.push_back(projection);
        }
        for (const WriteSideSettings& side : m_writeSides) {
            if (side.store == store->settings.name)
                order.writeSides.push_back(side);
        }
        store->asked(m_began, monotonic);
        m_round->waitingFor.insert(store->settings.name);
        store->worker.post<StoreAnswer>(
            [reader = store->reader, order = std::move(order)](RelationalStore& connection) {
                return reader->read(connection, order);
            },
            [this, id = store->id](Result<StoreAnswer> result) {
                const auto shared = std::make_shared<Result<StoreAnswer>>(std::move(result));
                m_inbox.push([this, id, shared] { takeStoreAnswer(id, std::move(*shared)); });
            });
    }
}

void Cycle::takeStoreAnswer(std::uint64_t id, Result<StoreAnswer> answer)
{
    const auto store = std::find_if(m_stores.begin(), m_stores.end(), [&](const auto& s) { return s->id == id; });
    if (store == m_stores.end())
        return;
    (*store)->answered(m_clock.now(), m_clock.monotonic(), std::move(answer));
    if (m_round)
        m_round->waitingFor.erase((*store)->settings.name);
}

void Cycle::askPositions()
{
    m_round->phase = Round::Phase::Positions;
    askBroker<PositionsAnswer>([reader = m_broker->reader, layout = m_layout, timeout = m_broker->timeout()](
                                   Broker& broker) { return reader->positions(broker, *layout, timeout); },
                               [this](Result<PositionsAnswer> positions) {
                                   if (positions)
                                       m_round->positions = *std::move(positions);
                                   else
                                       failRound(positions.error());
                               },
                               true);
}

void Cycle::advance(Duration monotonic)
{
    const bool late = monotonic >= m_round->overdueAt;
    if (late) {
        for (auto& store : m_stores) {
            if (m_round->waitingFor.contains(store->settings.name))
                store->tracker.overdue(m_clock.now(), store->askedAt);
        }
    }
    if (m_round->phase == Round::Phase::Positions && m_round->positions && (late || m_round->waitingFor.empty())) {
        askHeads(monotonic);
    } else if (late) {
        m_broker->tracker.overdue(m_clock.now(), m_round->began);
        if (monotonic >= m_nextStale)
            publishStale(m_broker->tracker.reason());
    }
}

StoreResults Cycle::takeStoreAnswers()
{
    StoreResults results;
    for (auto& store : m_stores) {
        if (auto answer = std::exchange(store->answer, nullptr))
            results.emplace(store->settings.name, std::move(answer));
        else
            results.emplace(store->settings.name, tl::unexpected(store->tracker.reason()));
    }
    return results;
}

void Cycle::askHeads(Duration monotonic)
{
    m_round->phase = Round::Phase::Heads;
    m_round->waitingFor.clear();
    m_round->overdueAt = monotonic + overdueAfter(m_context->interval);
    m_round->assembly = std::make_unique<Assembly>(m_layout, m_projections, m_writeSides,
                                                   *std::move(m_round->positions), takeStoreAnswers());
    askBroker<HeadsAnswer>([reader = m_broker->reader, layout = m_layout, rows = m_round->assembly->lagRows(),
                            budget = budgetFor(m_context->interval, m_broker->timeout())](
                               Broker& broker) { return reader->heads(broker, *layout, rows, budget); },
                           [this](Result<HeadsAnswer> heads) {
                               const Error* unreached = heads ? nothingReached(heads->bounds) : &heads.error();
                               if (unreached)
                                   failRound(*unreached);
                               else
                                   finishRound(*heads);
                           },
                           true);
}

void Cycle::finishRound(const HeadsAnswer& heads)
{
    const Duration monotonic = m_clock.monotonic();
    const auto round = std::exchange(m_round, nullptr);
    m_broker->succeeded(m_clock.now(), monotonic, round->brokerTook, m_brokerDetail);
    auto samples = round->assembly->finish(heads, m_memberships);
    noteTopicChanges(*round->assembly, heads, monotonic);
    // The next round waits for the end of this one, so the interval is never shorter than what a round takes.
    const Duration sinceLast = m_lastRound > 0ms ? round->monotonic - m_lastRound : 0ms;
    m_interval = std::max({m_context->interval, sinceLast, monotonic - round->monotonic});
    m_lastRound = round->monotonic;
    m_next = std::max(m_next, monotonic);
    collectPast(samples, heads);
    std::vector<std::shared_ptr<const ProjectionSample>> published;
    for (std::size_t i = 0; i < samples.size(); ++i)
        published.push_back(samples[i] ? std::make_shared<const ProjectionSample>(*std::move(samples[i]))
                                       : stale(m_watched[i], samples[i].error()));
    const auto failed =
        std::count_if(heads.bounds.begin(), heads.bounds.end(), [](const auto& row) { return row.error; });
    publish(std::move(published), heads.bounds.size() - static_cast<std::size_t>(failed));
    askSideQuestions(monotonic);
}

void Cycle::failRound(const Error& error)
{
    const Duration monotonic = m_clock.monotonic();
    m_round.reset();
    m_next = std::max(m_next, monotonic);
    m_broker->failed(m_clock.now(), monotonic, error);
    m_memberships.forgetAll(); // An old answer would be taken for a sign of life.
    m_side.topicsDue = {};
    publishStale(error);
}

} // namespace projectionist
