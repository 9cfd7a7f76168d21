// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ctl/deadletterlook.h"

#include "backend/deadletter/replay/outgoing.h"

namespace projectionist::ctl {

/// A plan for review; nothing in it can steer a terminal. `mostLetters`: of the list.
[[nodiscard]] std::string planText(const ReplayPlan& plan, std::size_t mostLetters, const DeadLetterLook& look);
/// What was looked at, and what came of it.
[[nodiscard]] std::string dryRunText(const ReplayDryRun& dryRun);
/// One letter before and after.
[[nodiscard]] std::string previewText(const ReplayPreview& preview, const DeadLetterLook& look);

[[nodiscard]] Json planJson(const ReplayPlan& plan, const DeadLetterLook& look);
[[nodiscard]] Json dryRunJson(const ReplayDryRun& dryRun);
[[nodiscard]] Json previewJson(const ReplayPreview& preview, const DeadLetterLook& look);

} // namespace projectionist::ctl
