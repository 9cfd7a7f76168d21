// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/deadletter/replay/replayconnectors.h"
#include "backend/deadletter/replay/replayplan.h"

#include <map>

namespace projectionist {

/// What a plan's letters come to as records, for the looks at the target.
struct OutgoingNumbers
{
    struct Topic
    {
        std::size_t letters = 0;
        std::int32_t highestPartition = -1; ///< that is asked for by number
        std::size_t moved = 0;              ///< whose key leads to another partition than their event was in
        std::vector<std::size_t> sizes{};   ///< of each record
    };
    std::map<std::string, Topic> topics;
    std::uint64_t bytes = 0;
    std::map<std::string, TimePoint> oldest; ///< by topic of letters: timestamp of the oldest record
};

/// Several letters as "parcel-dlt[0]@17, parcel-dlt[0]@21 and 40 more".
[[nodiscard]] std::string someOf(const std::vector<std::string>& references);
/// "1 letter", "412 letters"
[[nodiscard]] std::string countOfLetters(std::size_t count);

/// Looks at the target without writing anything, and adds what was found to the plan's dry run; sets its cluster and
/// its receivers. `broker`: nullptr where the context has none.
void checkReplayTarget(ReplayPlan& plan, const Workspace& workspace, const OutgoingNumbers& numbers,
                       const ClusterDescription& cluster, Broker* broker, const ReplayConnectors& connectors,
                       const std::stop_token& stop);
/// What the user's decisions and the workspace forbid.
void checkReplayRules(ReplayPlan& plan, const ContextSettings& context);
/// Numbers about the letters' verdicts and order that speak against replaying them. `gone`: letters that were chosen
/// and whose events cannot be had any more.
void warnOfReplay(ReplayPlan& plan, std::size_t gone);

} // namespace projectionist
