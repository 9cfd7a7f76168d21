// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/deadletter/replay/replayplan.h"
#include "backend/deadletter/replay/replayprogress.h"

namespace projectionist {

// What became of each letter of a run, for tickets and spreadsheets. UTF-8; keys that are none are Base64.

/// RFC 4180 with a line of titles. Texts that a spreadsheet would take for a formula have an apostrophe in front.
[[nodiscard]] std::string proofCsv(const ReplayPlan& plan, const ReplayProgress& progress);
/// One document: the plan's head, the state, what cannot be proved, the letters.
[[nodiscard]] std::string proofJson(const ReplayPlan& plan, const ReplayProgress& progress);

} // namespace projectionist
