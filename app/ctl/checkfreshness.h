// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ctl/checkcommand.h"
#include "app/ctl/snapshotjson.h"

namespace projectionist::ctl {

// How old what a check found is by now.

/// By name when each check of the workspace's context was last verified; without those that never were, and empty where
/// there is no history that can be read.
[[nodiscard]] std::map<std::string, TimePoint> verifiedTimes(const Workspace& workspace);
/// "12 s ago", "2 d ago: stale".
[[nodiscard]] std::string ageText(const CheckSettings& check, TimePoint verified, TimePoint now);
/// How many events the log has got since; asks the brokers, for some seconds at most. nullopt: they do not say.
[[nodiscard]] std::optional<std::int64_t> eventsSinceThen(const Workspace& workspace, const CheckResult& result,
                                                          Session& session);

} // namespace projectionist::ctl
