// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/deadletter/appliedpositions.h"
#include "backend/projector/foldedrows.h"

namespace projectionist {

/// What a batch of events comes to.
struct RowBatch
{
    std::vector<ProjectedRow> rows; ///< made or changed
    std::vector<FoldKey> erased;
    NextOffsets from; ///< where the partitions of its events were
    NextOffsets to;   ///< the same partitions
};

/// A row as the target has it, and its key as the target writes it.
struct TargetRow
{
    FoldKey key;
    ProjectedRow row;
};

/// Where a worker puts rows and its own positions. Belongs to one thread.
class RowTarget
{
public:
    virtual ~RowTarget() = default;
    RowTarget(const RowTarget&) = delete;
    RowTarget& operator=(const RowTarget&) = delete;

    /// Of each partition the next offset to apply; who is not in it has not begun.
    [[nodiscard]] virtual Result<NextOffsets> positions() = 0;
    /// The rows of these keys, in their order; two keys may be of one row.
    [[nodiscard]] virtual Result<std::vector<TargetRow>> rows(std::span<const FoldKey> keys) = 0;
    /// Writes rows and positions, all of it or nothing. Conflict: the positions are not those of RowBatch::from.
    [[nodiscard]] virtual Result<void> write(const RowBatch& batch) = 0;

protected:
    RowTarget() = default;
};

} // namespace projectionist
