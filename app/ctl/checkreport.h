// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ctl/snapshotjson.h"
#include "backend/reconcile/checkrun.h"

namespace projectionist::ctl {

// What "check" prints. Names and cells come from strangers: nothing harmful reaches the terminal.

[[nodiscard]] std::string checkLine(const CheckSettings& check);
[[nodiscard]] Json toJson(const CheckSettings& check);

[[nodiscard]] std::string findingLines(const std::vector<CheckFinding>& findings);
[[nodiscard]] Json toJson(const CheckFinding& finding);

/// A summary, then a line for each difference and each of its cells.
[[nodiscard]] std::string resultText(const CheckResult& result);
/// `run`: its number in the history; 0: it is not kept.
[[nodiscard]] Json toJson(const CheckResult& result, std::uint64_t run);

} // namespace projectionist::ctl
