// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/deadletter/lettermasks.h"
#include "backend/deadletter/replay/outgoing.h"
#include "backend/deadletter/replay/replayrun.h"
#include "models/lettersheet.h"
#include "models/replaytext.h"
#include "models/zone.h"

namespace projectionist {

// Tables of a replay, as rows for a LetterSheetModel.

/// One step of a run: what was sent in it and what of that is proved.
struct ReplayStepView
{
    enum class State : std::uint8_t
    {
        Done,
        Current, ///< under way
        Halted,  ///< the run ended in it
        ToCome   ///< number 0: all that is left
    };
    std::size_t number = 0;
    std::size_t letters = 0;
    std::size_t sent = 0;
    std::size_t proved = 0;
    State state = State::ToCome;
    bool operator==(const ReplayStepView&) const = default;
};
[[nodiscard]] std::vector<ReplayStepView> replaySteps(const ReplayProgress& progress);
/// Step, letters, sent, proved, state; the newest first.
[[nodiscard]] std::vector<LetterCells> stepRows(const ReplayProgress& progress);

/// Group, topic, projection, state, whether it is wanted.
[[nodiscard]] std::vector<LetterCells> receiverRows(const ReplayPlan& plan);
/// Letter that stays, key, the planned letter that overtakes it.
[[nodiscard]] std::vector<LetterCells> leftBehindRows(const ReplayPlan& plan);
/// Refusals, warnings, then what is fine: word, sentence.
[[nodiscard]] std::vector<LetterCells> dryRunRows(const ReplayDryRun& dryRun);
/// Field or header, before, after, what becomes of it.
[[nodiscard]] std::vector<LetterCells> previewRows(const ReplayPreview& preview, const LetterMasks* masks, Zone zone);
/// Plan, made, target, letters, state, done.
[[nodiscard]] std::vector<LetterCells> runRows(const std::vector<ReplayStatus>& runs, Zone zone);

} // namespace projectionist
