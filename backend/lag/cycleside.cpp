// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What the cycle asks the broker between its rounds: topics again, members, the past, single events.
#include "backend/lag/askbroker.h"

#include <algorithm>
#include <fmt/format.h>

namespace projectionist {

using namespace std::chrono_literals;

namespace {

constexpr Duration topicsEvery = 30s;
constexpr Duration topicsWhileMissing = 5s;
constexpr Duration topicsAtMostEvery = 2s;
constexpr Duration membersEvery = 5s;
constexpr Duration membersAfterFailure = 30s;
constexpr Duration membersUnsupported = 10min;
/// Groups described between two rounds, so that thousands of them do not hold up the next one.
constexpr std::size_t groupsAtOnce = 100;

bool isUnknown(const std::optional<Error>& error)
{
    return error && error->kind == ErrorKind::NotFound;
}

/// The latest time that the oldest unapplied event can have.
std::optional<TimePoint> pendingSince(const TimeLag& lag, TimePoint now)
{
    const bool told =
        lag.origin == LagOrigin::Exact || lag.origin == LagOrigin::Between || lag.origin == LagOrigin::AtLeast;
    return told ? std::optional(now - lag.value) : std::nullopt;
}

} // namespace

void Cycle::learnTopics(const ClusterDescription& cluster)
{
    Topology topology = topologyOf(cluster, m_projections);
    m_side.topicsDue = m_clock.monotonic() + topicsEvery;
    if (m_topology && samePartitions(*m_topology, topology))
        return;
    if (m_topology) {
        for (const auto& [name, topic] : topology) {
            const auto before = m_topology->find(name);
            const std::int32_t had = before == m_topology->end() ? 0 : before->second.partitions;
            if (had != topic.partitions)
                annotate("config", {},
                         fmt::format("Topic {} has {} partitions, {} before", name, topic.partitions, had));
        }
    }
    m_topology = std::move(topology);
    m_layout = std::make_shared<const Layout>(makeLayout(m_projections, *m_topology));
    m_brokerDetail = fmt::format("{} broker{}, {} partitions", cluster.brokers, cluster.brokers == 1 ? "" : "s",
                                 m_layout->partitions.size());
}

void Cycle::noteTopicChanges(const Assembly& assembly, const HeadsAnswer& heads, Duration monotonic)
{
    std::set<std::string> recreated;
    for (const TopicPartition& id : heads.recreated)
        recreated.insert(id.topic);
    for (const std::string& topic : recreated)
        annotate("config", {}, "Topic " + topic + " was recreated or truncated: its head went backwards");
    const bool missing = std::any_of(m_layout->projections.begin(), m_layout->projections.end(),
                                     [](const Layout::Projection& projection) { return projection.error; });
    if (missing)
        m_side.topicsDue = std::min(m_side.topicsDue, monotonic + topicsWhileMissing);
    const bool unknown = assembly.sawUnknownPartition() || !recreated.empty() ||
                         std::any_of(heads.bounds.begin(), heads.bounds.end(),
                                     [](const PartitionBounds& row) { return isUnknown(row.error); });
    if (unknown)
        m_side.topicsDue = std::min(m_side.topicsDue, std::max(monotonic, m_side.topicsAsked + topicsAtMostEvery));
}

void Cycle::askSideQuestions(Duration monotonic)
{
    if (!m_side.topicsBusy && monotonic >= m_side.topicsDue) {
        m_side.topicsBusy = true;
        m_side.topicsAsked = monotonic;
        m_side.topicsDue = monotonic + topicsWhileMissing; // success puts it off further
        askBroker<ClusterDescription>([reader = m_broker->reader, timeout = m_broker->timeout()](
                                          Broker& broker) { return reader->describe(broker, timeout); },
                                      [this](Result<ClusterDescription> cluster) {
                                          m_side.topicsBusy = false;
                                          if (cluster)
                                              m_side.topics = *std::move(cluster); // taken over between rounds
                                      },
                                      false);
    }
    if (!m_side.membersBusy && monotonic >= m_side.membersDue && !m_layout->groups.empty())
        askMembers();
    if (!m_side.pastBusy && m_side.pastPending)
        stepPast();
}

void Cycle::askMembers()
{
    m_side.membersBusy = true;
    if (m_side.nextGroup >= m_layout->groups.size())
        m_side.nextGroup = 0;
    std::vector<std::string> names;
    for (; m_side.nextGroup < m_layout->groups.size() && names.size() < groupsAtOnce; ++m_side.nextGroup)
        names.push_back(m_layout->groups[m_side.nextGroup].group);
    askBroker<std::vector<GroupDescription>>(
        [names, timeout = m_broker->timeout()](Broker& broker) { return broker.describeGroups(names, timeout); },
        [this, names,
         last = m_side.nextGroup >= m_layout->groups.size()](const Result<std::vector<GroupDescription>>& groups) {
            m_side.membersBusy = false;
            learnMembers(names, groups, last);
        },
        false);
}

void Cycle::learnMembers(std::span<const std::string> names, const Result<std::vector<GroupDescription>>& groups,
                         bool last)
{
    const Duration monotonic = m_clock.monotonic();
    if (!groups) {
        m_memberships.forget(names);
        m_side.membersDue =
            monotonic + (groups.error().kind == ErrorKind::NotFound ? membersUnsupported : membersAfterFailure);
        return;
    }
    if (last)
        m_side.membersDue = monotonic + membersEvery;
    for (Annotation& annotation : m_memberships.learn(*groups, m_clock.now()))
        m_annotations.push_back(std::move(annotation));
}

void Cycle::collectPast(const std::vector<Result<ProjectionSample>>& samples, const HeadsAnswer& heads)
{
    if (!m_sinks.retroactive)
        return;
    const TimePoint now = m_clock.now();
    std::vector<Retroactive::Order> orders;
    for (std::size_t i = 0; i < samples.size(); ++i) {
        if (!samples[i] || std::exchange(m_watched[i].pastAsked, true))
            continue;
        Retroactive::Order order{samples[i]->projection, now, {}};
        const auto& partitions = samples[i]->partitions;
        for (std::size_t row = 0; row < partitions.size(); ++row) {
            const PartitionBounds& bounds = heads.bounds[m_layout->projections[i].bounds[row]];
            if (!bounds.error)
                order.rows.push_back({bounds, pendingSince(partitions[row].lag, now), partitions[row].position()});
        }
        orders.push_back(std::move(order));
    }
    if (orders.empty())
        return;
    m_side.pastPending = true;
    askBroker<bool>(
        [reader = m_broker->reader, orders](Broker&) -> Result<bool> {
            for (const Retroactive::Order& order : orders)
                reader->past().add(order);
            return true;
        },
        [](const Result<bool>&) {}, false);
}

void Cycle::stepPast()
{
    m_side.pastBusy = true;
    const Duration atMost = std::clamp<Duration>(m_context->interval / 4, 50ms, 500ms);
    askBroker<PastStep>(
        [reader = m_broker->reader, atMost, timeout = m_broker->timeout(), &clock = m_clock](Broker& broker) {
            PastStep step;
            step.series = reader->past().step(broker, clock, atMost, timeout);
            step.pending = reader->past().pending();
            return Result<PastStep>(std::move(step));
        },
        [this](Result<PastStep> step) {
            m_side.pastBusy = false;
            m_side.pastPending = step && step->pending;
            for (std::size_t i = 0; step && i < step->series.size(); ++i)
                m_sinks.retroactive(std::move(step->series[i]));
        },
        false);
}

void Cycle::inspect(std::uint64_t token, const TopicPartition& id, Offset offset)
{
    if (!m_sinks.inspected)
        return;
    if (!m_broker) {
        m_sinks.inspected({token, id, offset,
                           tl::unexpected(Error{ErrorKind::Configuration, "The event cannot be fetched",
                                                "There is no context " + m_contextName, "Choose a context", false})});
        return;
    }
    askBroker<InspectedEvent>(
        [token, id, offset](Broker& broker) {
            return Result<InspectedEvent>(BrokerReader::inspect(broker, token, id, offset));
        },
        [this, token, id, offset](Result<InspectedEvent> event) {
            m_sinks.inspected(event ? *std::move(event)
                                    : InspectedEvent{token, id, offset, tl::unexpected(event.error())});
        },
        false);
}

} // namespace projectionist
