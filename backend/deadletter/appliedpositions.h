// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/broker/eventlog.h"
#include "backend/config/workspace.h"
#include "backend/store/relationalstore.h"

#include <map>
#include <stop_token>

namespace projectionist {

/// The next offset that a projection has to apply, by partition. Who is not in it: nothing is known.
using NextOffsets = std::map<TopicPartition, Offset>;

/// By the projection's checkpoint query, which it has to have, on that store.
[[nodiscard]] Result<NextOffsets> readCheckpoints(RelationalStore& store, const ProjectionSettings& projection,
                                                  const Clock& clock, const std::stop_token& stop);

/// What a group has committed of these partitions. Those that cannot be asked are left out, and why goes to `troubles`.
[[nodiscard]] Result<NextOffsets> readCommitted(Broker& broker, const std::string& group,
                                                std::vector<TopicPartition> partitions, std::vector<Error>& troubles,
                                                const std::stop_token& stop);

} // namespace projectionist
