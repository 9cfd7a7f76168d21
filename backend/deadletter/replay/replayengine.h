// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/deadletter/replay/replayletters.h"
#include "backend/deadletter/replay/replayproof.h"
#include "backend/deadletter/replay/replayrun.h"
#include "backend/deadletter/replay/replaysender.h"

#include <atomic>
#include <set>

namespace projectionist {

/// What other threads want of a run.
struct ReplayControl
{
    std::atomic<bool> paused = false;
    std::atomic<bool> cancelled = false;
    std::stop_source stop; ///< the run's object goes away
};

/// The acts of a run, on its thread. Knows nothing but the journal: whatever happens next is decided by what stands
/// there.
class ReplayEngine
{
public:
    ReplayEngine(const Workspace& workspace, const ReplayPlan& plan, const ReplayRunOptions& options,
                 const ReplayConnectors& connectors, const Clock& clock, const ReplayRunSinks& sinks,
                 ReplayControl& control);

    void run();
    /// Any thread: what waits for a store ends soon.
    void interrupt();

private:
    /// Why a run ends.
    struct End
    {
        ReplayState state = ReplayState::Stopped;
        ReplayStop stop = ReplayStop::None;
        std::string why{};
        std::vector<std::string> facts{};
        std::optional<Error> trouble{};
    };
    /// nullopt: it goes on.
    using Ended = std::optional<End>;
    /// What is in each other's way: letters of one key that go to one place.
    using Lane = std::pair<std::string, std::string>;

    // replaybeginning.cpp
    [[nodiscard]] Result<void> begin();
    [[nodiscard]] Result<void> check() const;
    [[nodiscard]] Result<void> permitted() const;
    [[nodiscard]] Result<void> connect();
    [[nodiscard]] Result<void> checkCluster();
    [[nodiscard]] Result<void> beginAnew();
    [[nodiscard]] Result<void> takeUp();
    [[nodiscard]] Result<void> checkOthers();
    [[nodiscard]] Result<ReplayRecord> readJournal();
    [[nodiscard]] Result<void> assume();
    [[nodiscard]] Result<void> audit(const std::string& result, const std::string& detail) const;

    // replayengine.cpp
    [[nodiscard]] End go();
    [[nodiscard]] Ended openStep();
    [[nodiscard]] Ended closeStep();
    void end(const End& end);
    void refuse(const Error& error);
    /// Tries until it works, the user wants an end, or patience is over.
    [[nodiscard]] Ended insist(const std::function<Result<void>()>& work, ReplayStop otherwise);
    [[nodiscard]] Ended kept(const Result<void>& written) const;
    [[nodiscard]] Result<void> keep(std::span<const std::size_t> letters, const ReplayStepStart* start = nullptr);
    [[nodiscard]] bool wanted() const; ///< an end
    [[nodiscard]] End cancelled() const;
    void pause(Duration most) const;
    void publish(ReplayState state, bool now = false);
    void boundary(ReplayBoundary at) const;

    // replaysending.cpp
    [[nodiscard]] Ended sendStep();
    [[nodiscard]] Ended launch();
    [[nodiscard]] Result<void> prepare();
    void prepareLetter(std::size_t index, Result<ReplayLetter> letter);
    [[nodiscard]] std::vector<std::size_t> choose();
    [[nodiscard]] Ended send(const std::vector<std::size_t>& chosen);
    [[nodiscard]] Ended collect();
    void take(const SendOutcome& outcome);
    [[nodiscard]] Ended findUnknown();
    [[nodiscard]] Ended holdBack();
    [[nodiscard]] std::optional<Lane> laneOf(std::size_t letter) const;
    [[nodiscard]] std::vector<std::size_t> ofStep(ReplayLetterState state) const;
    [[nodiscard]] std::size_t due();

    // replayproving.cpp
    [[nodiscard]] Ended proveStep();
    [[nodiscard]] Ended lookAtStep(bool quiet);
    [[nodiscard]] Ended otherRun() const;
    [[nodiscard]] Ended cameBack() const;
    [[nodiscard]] End notProved();
    [[nodiscard]] bool proved() const;

    const Workspace& m_workspace;
    const ReplayPlan& m_plan;
    const ReplayRunOptions& m_options;
    const ReplayConnectors& m_connectors;
    const Clock& m_clock;
    const ReplayRunSinks& m_sinks;
    ReplayControl& m_control;
    const bool m_topics; ///< the target is in the broker

    std::optional<ReplayLock> m_lock;
    std::optional<ReplayJournal> m_journal;
    ReplayRecord m_record;
    std::vector<ReplayLetterProgress> m_letters;
    std::vector<std::size_t> m_step; ///< letters of the step, in the order of sending
    ReplayStepStart m_start;
    Ended m_refusal;      ///< by the target, while other letters are under way
    bool m_noted = false; ///< the audit trail has its beginning
    std::optional<Error> m_trouble;
    std::optional<TimePoint> m_until;
    Duration m_published{0};

    std::optional<ReplayLetters> m_source;
    std::optional<OutgoingMaker> m_maker;
    std::map<std::size_t, OutgoingRecord> m_prepared;
    std::map<std::size_t, std::string> m_unfit; ///< letters that cannot be sent, and why
    std::unique_ptr<ReplaySender> m_sender;
    std::unique_ptr<ReplayTrace> m_trace;
    std::unique_ptr<Broker> m_broker;
    std::mutex m_proofMutex; ///< against interrupt() while it is made
    std::unique_ptr<ReplayProof> m_proof;
    std::set<Lane> m_busy; ///< with a letter under way
    std::size_t m_underWay = 0;
    double m_allowance = 0; ///< letters that the rate permits now
    Duration m_allowedAt{0};
    Duration m_lastSent{0};
};

} // namespace projectionist
