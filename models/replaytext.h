// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/deadletter/replay/replayplan.h"
#include "backend/deadletter/replay/replayprogress.h"
#include "models/roles.h"

#include <QStringList>

namespace projectionist {

// Words for replays. Pure functions; texts go through tr(). States have a shape before the word, so that they can be
// told without seeing colours.

/// In the order in which they are listed.
inline constexpr std::array replayVerdicts{ReplayVerdict::Safe,         ReplayVerdict::AfterEarlier,
                                           ReplayVerdict::NewerApplied, ReplayVerdict::AlreadyApplied,
                                           ReplayVerdict::Unknown,      ReplayVerdict::WouldFailAgain};
[[nodiscard]] QString verdictText(ReplayVerdict verdict);
/// What it means, in one sentence.
[[nodiscard]] QString verdictMeaningText(ReplayVerdict verdict);
/// What sending such letters may do; empty for those that are sent unless somebody says otherwise.
[[nodiscard]] QString verdictWarning(ReplayVerdict verdict);

[[nodiscard]] QString lightText(ReplayLight light);
[[nodiscard]] ColorMeaning lightColor(ReplayLight light);
[[nodiscard]] QString letterStateText(ReplayLetterState state);
[[nodiscard]] ColorMeaning letterStateColor(ReplayLetterState state);

/// The big line: "Step 2: waiting for the proof of 5 letters".
[[nodiscard]] QString runStateText(const ReplayProgress& progress);
[[nodiscard]] ColorMeaning runStateColor(const ReplayProgress& progress);
/// Of a list of runs: "stopped: a letter came back".
[[nodiscard]] QString runWord(const ReplayProgress& progress);
[[nodiscard]] QString stopText(ReplayStop stop);
/// What to do about it.
[[nodiscard]] QString stopAdvice(ReplayStop stop);
/// "371 of 412 done · 5 in flight · 36 not sent".
[[nodiscard]] QString countsText(const ReplayCounts& counts);
[[nodiscard]] bool canBeResumed(const ReplayProgress& progress);

/// "3 letters"; of a reprojection "3 events", or "3 rows".
[[nodiscard]] QString piecesText(const ReplayPlan& plan, std::size_t number);

/// "each to the topic it came from (orders.events)", "orders-retry", "the command apply-event --strict".
[[nodiscard]] QString targetText(const ReplayPlan& plan);
/// Topics that the plan writes to, each once; none for a command.
[[nodiscard]] std::vector<std::string> targetTopics(const ReplayPlan& plan);
/// What has to be typed before a plan runs on production: the target topic, or the context where there are several,
/// or the program.
[[nodiscard]] QString nameToType(const ReplayPlan& plan);
/// "1, 5, 25, then 25 each: 17 steps".
[[nodiscard]] QString ladderText(const std::vector<std::size_t>& ladder, std::size_t letters);
/// The inverse of writing it as "1, 5, 25"; nullopt: makes no sense.
[[nodiscard]] std::optional<std::vector<std::size_t>> parseLadder(const QString& text);
/// What runs a plan's file on the command line, with arguments quoted for a shell.
[[nodiscard]] QString replayCommand(const std::string& workspaceFile, const QString& planFile);
[[nodiscard]] QString letterKeyText(const std::optional<std::string>& key);

} // namespace projectionist
