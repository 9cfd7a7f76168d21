// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/config/workspace.h"
#include "backend/deadletter/letterconnectors.h"
#include "backend/history/resolvedletters.h"
#include "backend/reconcile/checkresult.h"
#include "backend/reconcile/deployments.h"

#include <stop_token>

namespace projectionist {

/// How long each source may be asked; what is not known by then is said to be unknown.
struct CauseLimits
{
    Duration log{10'000};
    Duration letters{10'000};
    Duration rows{10'000};
};

/// Looks for the likely causes of differences: in the source log, among the context's dead letters, and in what the
/// read model says of the events that it holds. Changes nothing anywhere. An object belongs to one thread.
class CauseFinder
{
public:
    static constexpr std::size_t mostDifferences = 1000; ///< causes are looked for of the first so many
    static constexpr std::size_t eventsOfKey = 5;        ///< that are looked at

    /// `resolved`: letters that count no more. `deployments`: oldest first. The clock has to live as long.
    CauseFinder(const Workspace& workspace, const std::string& context, LetterConnectors connectors, const Clock& clock,
                std::vector<ResolvedLetter> resolved = {}, const CauseLimits& limits = {},
                std::vector<Deployment> deployments = {});

    /// Sets RowDifference::cause of the confirmed differences of kind Rows, and of the rows of groups. What cannot be
    /// reached leaves causes Unknown, and their texts say why. Blocks, and opens its connections anew. Cancelled on
    /// `stop`; causes are as they were then.
    [[nodiscard]] Result<void> find(const CheckSettings& check, CheckResult& result, const std::stop_token& stop);

private:
    class Quest;

    const Workspace m_workspace;
    const std::string m_context;
    const LetterConnectors m_connectors;
    const Clock& m_clock;
    const std::vector<ResolvedLetter> m_resolved;
    const CauseLimits m_limits;
    const std::vector<Deployment> m_deployments;
};

} // namespace projectionist
