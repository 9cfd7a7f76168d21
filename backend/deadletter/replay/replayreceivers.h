// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/broker/eventlog.h"
#include "backend/config/workspace.h"
#include "backend/deadletter/replay/replayplan.h"

namespace projectionist {

struct FoundReceivers
{
    std::vector<ReplayReceiver> receivers; ///< wanted ones first, then by name
    std::vector<std::string> troubles;     ///< sentences: what could not be asked, so that there may be more
};

/// Who gets what is written to these topics: every consumer group that has committed a position there or has a member
/// that reads there, and projections of the workspace that keep their positions elsewhere. `wanted`: the projection, or
/// the group, whose letters are replayed; may be empty.
[[nodiscard]] FoundReceivers findReceivers(Broker& broker, const std::vector<TopicDescription>& topics,
                                           std::span<const ProjectionSettings> projections,
                                           const std::string& wantedProjection, const std::string& wantedGroup);

} // namespace projectionist
