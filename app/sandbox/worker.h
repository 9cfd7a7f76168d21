// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/sandbox/checkpoints.h"
#include "app/sandbox/deadletters.h"
#include "app/sandbox/process.h"
#include "app/sandbox/projection.h"
#include "app/sandbox/rateshape.h"
#include "backend/broker/groupconsumer.h"

#include <deque>

namespace projectionist {

struct WorkerRole
{
    std::string projection;
    std::string name;   ///< "parcel_tracking-2"
    int members = 1;    ///< workers of this projection
    bool group = false; ///< member of a consumer group that also commits to the broker; else reads all partitions
};

/// The process of one projection: reads, applies in batches, keeps the checkpoint. Events, their effects and the
/// checkpoint go into one transaction. An event that the handler fails on holds up its own partition only.
class ProjectionWorker
{
public:
    ProjectionWorker(ProcessContext context, WorkerRole role, std::unique_ptr<RelationalStore> store,
                     std::unique_ptr<Projection> projection, std::unique_ptr<DeadLetters> deadLetters);
    ~ProjectionWorker();

    /// Until asked to stop.
    [[nodiscard]] Result<void> run();

private:
    /// One partition that is ours.
    struct Lane
    {
        Offset position = 0; ///< as in the checkpoint
        std::deque<Record> waiting;
        int tries = 0; ///< of the event in front
        Duration retryAt{0};
        bool paused = false;
        std::map<Offset, HandlerFailure> refused; ///< of what waits, as findRefused() found out
    };
    struct Place
    {
        std::int32_t partition = 0;
        Offset offset = 0;
    };
    struct Batch
    {
        std::map<std::int32_t, Advance> moves;
        std::map<std::int32_t, std::size_t> taken;
        std::vector<Event> events;
        std::vector<Place> places; ///< of the events
        std::vector<DeadLetterRecord> letters;
    };

    [[nodiscard]] Result<void> connect();
    std::vector<StartPosition> takeOver(const std::vector<TopicPartition>& assigned);
    void giveUp(const std::vector<TopicPartition>& revoked, bool lost);
    void read();
    void limitMemory();
    void apply();
    [[nodiscard]] std::size_t allowance();
    [[nodiscard]] Batch choose(std::size_t most);
    void chooseFrom(std::int32_t partition, Lane& lane, std::size_t& left, Batch& batch);
    [[nodiscard]] bool admit(Lane& lane, bool front, const Record& record, Batch& batch);
    void deliver(Event event, const Place& place, Batch& batch) const;
    [[nodiscard]] std::optional<HandlerFailure> failureOf(const Lane& lane, const Record& record,
                                                          const Result<Event>& event) const;
    [[nodiscard]] Result<void> write(const Batch& batch, std::optional<HandlerFailure>& refusal);
    [[nodiscard]] Result<void> applyTo(Transaction& transaction, const std::vector<Event>& events,
                                       std::optional<HandlerFailure>& refusal) const;
    void findRefused(const Batch& batch);
    void settle(const Batch& batch);
    void startAgain();
    void heartbeat();
    void commitToBroker(bool now);
    [[nodiscard]] std::vector<std::int32_t> partitions() const;

    ProcessContext m_context;
    WorkerRole m_role;
    std::unique_ptr<RelationalStore> m_store;
    std::unique_ptr<Projection> m_projection;
    Checkpoints m_checkpoints;
    std::unique_ptr<DeadLetters> m_deadLetters;
    FaultBoard m_faults;
    Pace m_pace;
    ErrorLog m_readErrors, m_writeErrors, m_commitErrors;
    std::map<std::int32_t, Lane> m_lanes;
    std::map<std::int32_t, Offset> m_uncommitted; ///< applied, not yet committed to the broker
    std::int32_t m_turn = 0;                      ///< partition that is served first
    Duration m_lastApplied{0}, m_lastHeartbeat{0}, m_lastCommit{0};
    std::unique_ptr<GroupConsumer> m_consumer; ///< last: its callbacks use the others
};

} // namespace projectionist
