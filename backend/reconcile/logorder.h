// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/deadletter/letterconnectors.h"
#include "backend/reconcile/comparing.h"

#include <stop_token>

namespace projectionist {

/// Whether a check of kind Order is about the projection's log, not about a store.
[[nodiscard]] bool isOfLog(const CheckSettings& check);

/// What keeps the log's order from being looked at, by the settings alone.
[[nodiscard]] std::vector<CheckFinding> lintLogOrder(const CheckSettings& check, const Workspace& workspace);

/// Reads the topics of the check's projection from their starts to where their ends are at the beginning, and follows
/// the version of each record's key. What is wrong is drift at once: events do not change. Blocks; any thread. `pace`
/// counts events as rows; there is no snapshot that grows old.
[[nodiscard]] Result<void> compareLogOrder(const CheckSettings& check, const Workspace& workspace,
                                           const LetterConnectors& connectors, const Clock& clock, CheckPace& pace,
                                           const std::stop_token& stop, CheckResult& result);

} // namespace projectionist
