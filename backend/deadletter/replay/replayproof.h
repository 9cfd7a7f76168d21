// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/deadletter/replay/replayfollowers.h"
#include "backend/deadletter/replay/replayjournal.h"
#include "backend/deadletter/replay/replayreturns.h"

namespace projectionist {

/// Gathers the proof of steps: who has passed the letters, whether they came back, whether their rows changed. Owns its
/// connections; belongs to one thread, but interrupt().
class ReplayProof
{
public:
    [[nodiscard]] static Result<std::unique_ptr<ReplayProof>> open(const Workspace& workspace, const ReplayPlan& plan,
                                                                   const BrokerSettings& broker,
                                                                   const ReplayConnectors& connectors,
                                                                   const Clock& clock);

    /// What cannot be proved of any letter, a sentence each.
    [[nodiscard]] std::vector<std::string> unprovable() const;
    /// Before the step's first letter is sent.
    [[nodiscard]] Result<ReplayStepStart> before(std::span<const std::size_t> step,
                                                 const std::vector<ReplayLetterProgress>& letters,
                                                 const std::stop_token& stop);
    /// One look, when all letters of the step are sent or will not be: turns lights on. `quiet`: nobody knows what was
    /// read, but it has been long enough.
    [[nodiscard]] Result<void> look(std::span<const std::size_t> step, const ReplayStepStart& start, bool quiet,
                                    std::vector<ReplayLetterProgress>& letters, const std::stop_token& stop);
    /// Sentences about the lights that are still waiting: positions, rows. By letter.
    [[nodiscard]] std::map<std::size_t, std::string> missing(std::span<const std::size_t> step,
                                                             const std::vector<ReplayLetterProgress>& letters) const;
    /// A receiving projection that is behind by more than its objective, and by more than before the step; a sentence.
    [[nodiscard]] Result<std::optional<std::string>> lagging(const ReplayStepStart& start,
                                                             const std::vector<ReplayLetterProgress>& letters);
    /// Any thread.
    void interrupt() { m_stores.interrupt(); }

private:
    ReplayProof(const Workspace& workspace, const ReplayPlan& plan, const ReplayConnectors& connectors,
                const Clock& clock)
        : m_plan(plan), m_stores(workspace, connectors.letters), m_followers(workspace, plan, m_stores, clock)
    {
    }
    [[nodiscard]] Result<std::map<std::size_t, std::string>> rowsOf(std::span<const std::size_t> letters,
                                                                    const std::stop_token& stop);
    [[nodiscard]] Result<void> lookAtPositions(std::span<const std::size_t> step,
                                               std::vector<ReplayLetterProgress>& letters);
    [[nodiscard]] Result<void> lookAtRows(std::span<const std::size_t> step, const ReplayStepStart& start,
                                          std::vector<ReplayLetterProgress>& letters, const std::stop_token& stop);
    [[nodiscard]] const RowQuerySettings* rowQuery() const;
    void settleReturns(std::span<const std::size_t> step, bool quiet, std::vector<ReplayLetterProgress>& letters) const;

    const ReplayPlan& m_plan;
    ReplayStores m_stores;
    ReplayFollowers m_followers;
    std::unique_ptr<Broker> m_broker;
    std::unique_ptr<ReplayReturns> m_returns;
    LogHeads m_positions; ///< as last seen
};

} // namespace projectionist
