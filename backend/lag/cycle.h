// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/inbox.h"
#include "backend/lag/cyclestate.h"
#include "backend/lag/sources.h"

namespace projectionist {

/// The sampling cycle of one context as a state machine on the cycle thread: positions from broker and stores, then the
/// heads, then a snapshot. Answers of the connections' threads come back through the inbox. While a source is overdue,
/// snapshots with the last good data keep coming.
class Cycle
{
public:
    Cycle(const Workspace& workspace, std::string context, Connectors connectors, const Clock& clock,
          WatcherSinks sinks, Inbox& inbox);
    ~Cycle();
    Cycle(const Cycle&) = delete;
    Cycle& operator=(const Cycle&) = delete;

    /// Does what is due. Returns how long nothing will be due, unless the inbox brings something.
    [[nodiscard]] Duration step();
    void reconfigure(const Workspace& workspace);
    void inspect(std::uint64_t token, const TopicPartition& id, Offset offset);

private:
    // cyclesettings.cpp
    void apply(const Workspace& workspace);
    void applyBroker(const Workspace& workspace, const ContextSettings& context);
    void applyStores(const Workspace& workspace, const ContextSettings& context);
    void applyProjections(std::vector<ProjectionSettings> projections);
    void reapRetired();

    // cycle.cpp: one round
    void beginRound(Duration monotonic);
    void askTopics();
    void askStores(Duration monotonic);
    void takeStoreAnswer(std::uint64_t id, Result<StoreAnswer> answer);
    void askPositions();
    void advance(Duration monotonic);
    void askHeads(Duration monotonic);
    void finishRound(const HeadsAnswer& heads);
    void failRound(const Error& error);
    [[nodiscard]] StoreResults takeStoreAnswers();
    /// Runs `work` on the broker's thread and `then` here, unless the connection (or the round) is another one by then.
    template<typename T>
    void askBroker(std::function<Result<T>(Broker&)> work, std::function<void(Result<T>)> then, bool ofRound);

    // cycleside.cpp: between rounds
    void learnTopics(const ClusterDescription& cluster);
    void noteTopicChanges(const Assembly& assembly, const HeadsAnswer& heads, Duration monotonic);
    void askSideQuestions(Duration monotonic);
    void askMembers();
    void learnMembers(std::span<const std::string> names, const Result<std::vector<GroupDescription>>& groups,
                      bool last);
    void collectPast(const std::vector<Result<ProjectionSample>>& samples, const HeadsAnswer& heads);
    void stepPast();

    // cyclepublish.cpp
    [[nodiscard]] Error ofBroker(Error error) const;
    void publishStale(const Error& error);
    void publish(std::vector<std::shared_ptr<const ProjectionSample>> samples, std::size_t answered);
    [[nodiscard]] std::shared_ptr<const ProjectionSample> stale(const WatchedProjection& watched,
                                                                const Error& error) const;
    [[nodiscard]] std::shared_ptr<const ProjectionReport> report(WatchedProjection& watched,
                                                                 std::shared_ptr<const ProjectionSample> sample);
    void annotate(std::string kind, std::string projection, std::string text);

    const std::string m_contextName;
    const Connectors m_connectors;
    const Clock& m_clock;
    const WatcherSinks m_sinks;
    Inbox& m_inbox;
    const TimePoint m_started;
    const Duration m_startedMonotonic;

    std::optional<ContextSettings> m_context; ///< nullopt: the workspace has none of this name
    std::vector<ProjectionSettings> m_projections;
    std::vector<WriteSideSettings> m_writeSides;
    std::vector<WatchedProjection> m_watched; ///< parallel to m_projections
    Memberships m_memberships;
    std::optional<Topology> m_topology;
    std::shared_ptr<const Layout> m_layout; ///< made of m_projections and m_topology; changes between rounds only
    std::string m_brokerDetail;

    std::unique_ptr<Round> m_round;
    SideQuestions m_side;
    std::uint64_t m_generation = 0; ///< of rounds; a late answer of another one is dropped
    std::uint64_t m_connection = 0; ///< counts connections ever made
    std::uint64_t m_cycle = 0;      ///< of snapshots
    Duration m_next{0};             ///< begin of the next round
    Duration m_nextStale{0};
    Duration m_lastRound{0}; ///< begin of the last complete round
    TimePoint m_began{};
    Duration m_interval{0}; ///< as it is at present
    std::vector<Annotation> m_annotations;

    std::vector<std::unique_ptr<StoreSource>> m_stores; ///< in the order of the context
    std::unique_ptr<BrokerSource> m_broker;
    std::vector<std::unique_ptr<StoreSource>> m_retiredStores; ///< replaced, still ending
    std::vector<std::unique_ptr<BrokerSource>> m_retiredBrokers;
};

} // namespace projectionist
