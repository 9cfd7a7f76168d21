// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/clock.h"

#include <filesystem>
#include <string>
#include <vector>

namespace projectionist {

struct ReplayPlan;

/// What another plan has done with letters of a plan.
struct ReplayedLetters
{
    std::string plan;                 ///< the other's id
    std::vector<std::string> letters; ///< references of those that it sent, or perhaps did
};

/// Letters of `plan` that other plans for its cluster replayed after `since`, to whatever target, as the journals in
/// `folder` tell; by the other plans' ids. Journals that cannot be read are left out: that is their own runs' affair.
/// Reads files; any thread.
[[nodiscard]] std::vector<ReplayedLetters> replayedByOthers(const std::filesystem::path& folder, const ReplayPlan& plan,
                                                            TimePoint since);

} // namespace projectionist
