// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/sample.h"
#include "backend/store/relationalstore.h"

namespace projectionist {

struct CheckpointRow
{
    TopicPartition id;
    Offset position = 0; ///< next offset to apply
    std::optional<TimePoint> updatedAt;

    bool operator==(const CheckpointRow&) const = default;
};

/// More rows than this are no checkpoint table but a mistaken query.
inline constexpr std::size_t maxCheckpointRows = 100'000;

/// Checks the answer of a projection's checkpoint query: (topic, partition, position [, updated_at]), no NULL, nothing
/// negative, nothing twice, at least one row of its topics; rows of other topics are left out. Sorted by id.
[[nodiscard]] Result<std::vector<CheckpointRow>> checkpointRows(const Rows& rows, const std::string& projection,
                                                                std::span<const std::string> topics);

/// Checks the answer of an outbox query: one row of (pending [, oldest [, written]]).
[[nodiscard]] Result<WriteSideObservation> writeSideRow(const Rows& rows, const std::string& writeSide);

} // namespace projectionist
