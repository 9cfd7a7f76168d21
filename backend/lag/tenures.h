// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/lag/verdictrules.h"

namespace projectionist {

/// Parallel to the partitions, which are sorted; empty when no partition has an owner.
[[nodiscard]] std::vector<Tenure> tenuresOf(const std::vector<PartitionSample>& partitions);
/// What is worth a line besides the verdict: partitions without a member, topics that the group left, hot partitions.
void observePartitions(const ProjectionSample& sample, const Assessment& made, const std::vector<Tenure>& tenures,
                       std::vector<std::string>& observations);

} // namespace projectionist
