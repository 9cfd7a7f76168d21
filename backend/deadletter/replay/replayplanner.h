// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/deadletter/letterview.h"
#include "backend/deadletter/replay/outgoing.h"
#include "backend/deadletter/replay/replayconnectors.h"

#include <filesystem>

namespace projectionist {

/// A letter as an index, a list or a look at it knows it.
struct ReplayCandidate
{
    std::string reference;
    LetterPlace place;
    bool table = false;
    EventOrigin origin{};
    std::optional<std::string> key{}; ///< bytes
    bool keyCut = false;              ///< there is more of the key
    std::optional<TimePoint> arrived{};
    std::string projection{};
    std::string consumer{};
    std::uint64_t fingerprint = 0; ///< that its group is known by; 0: the letter's own
    ReplayVerdict verdict = ReplayVerdict::Unknown;
    std::string why{"it was not judged"};
    std::optional<std::string> edited{};
};
[[nodiscard]] ReplayCandidate replayCandidate(const LetterView& view, std::string reference,
                                              const ContextSettings& context);
[[nodiscard]] ReplayCandidate replayCandidate(const LetterPlace& place, std::string reference,
                                              const std::string& projection, const DeadLetter& letter,
                                              const ContextSettings& context);

struct ReplayRequest
{
    /// What the user decides: context, reason, where, madeBy, target, policies, pace. The rest is found out; an empty
    /// id is made.
    ReplayPlan draft;
    std::vector<ReplayCandidate> letters; ///< chosen, in any order
    std::vector<ReplayCandidate> others;  ///< all other letters that are open: some may be left behind
    std::function<void(std::size_t read, std::size_t total)> progress{}; ///< on the thread that plans
    std::filesystem::path journals{}; ///< see replayFolder(): what was replayed before is a warning; empty: nobody asks
};

/// Leaves in `letters` only those that are safe to replay, also after those of their key that are: no letter overtakes
/// one that stays. The others go to `others`.
void keepSafe(ReplayRequest& request);

/// Makes a frozen plan: reads each letter, finds the order, who is left behind, who receives, and makes the dry run.
/// Changes nothing anywhere. Letters that cannot be sent are left out, which the dry run says with numbers and names;
/// what stands against the plan as a whole is among its refusals. An Error: the context is unknown, the broker does
/// not answer, or `stop`. Blocks; any thread.
[[nodiscard]] Result<ReplayPlan> planReplay(const Workspace& workspace, ReplayRequest request,
                                            const ReplayConnectors& connectors, const Clock& clock,
                                            const std::stop_token& stop);

/// The dry run of a finished plan once more, as of now: the letters have to be those that were planned, and no other
/// plan may have replayed them since. `journals`: see replayFolder(); empty: nobody asks.
[[nodiscard]] Result<ReplayDryRun> dryRunReplay(const Workspace& workspace, const ReplayPlan& plan,
                                                const std::filesystem::path& journals,
                                                const ReplayConnectors& connectors, const Clock& clock,
                                                const std::stop_token& stop);

/// One letter of a plan before and after.
[[nodiscard]] Result<ReplayPreview> previewReplay(const Workspace& workspace, const ReplayPlan& plan, std::size_t index,
                                                  const ReplayConnectors& connectors, const std::stop_token& stop);

/// "20261121-142530-7f3a9c0e"
[[nodiscard]] std::string newReplayPlanId(TimePoint now);

} // namespace projectionist
