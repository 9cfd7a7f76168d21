// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/position.h"
#include "backend/store/relationalstore.h"

#include <map>

namespace projectionist {

/// From where to where a batch moves one partition: next offsets to apply.
struct Advance
{
    Offset expected = 0;
    Offset next = 0;
};

/// The checkpoints of one projection: a row a partition with its position and the time of the last sign of life. What
/// makes effects exactly-once: a position moves in the transaction that writes the rows, and only from where this
/// worker believes it to be. A worker that was thought dead, or its last transaction, therefore cannot apply anything
/// a second time.
class Checkpoints
{
public:
    /// `worker` is noted in the rows: "parcel_tracking-2".
    Checkpoints(const std::string& schema, std::string projection, std::string topic, std::string worker);

    /// Positions of these partitions; makes the rows (position 0) that are missing.
    [[nodiscard]] Result<std::map<std::int32_t, Offset>> load(RelationalStore& store,
                                                              const std::vector<std::int32_t>& partitions) const;
    /// Conflict if a position is not where it was expected.
    [[nodiscard]] Result<void> advance(Transaction& transaction, const std::map<std::int32_t, Advance>& moves) const;
    [[nodiscard]] Result<void> heartbeat(RelationalStore& store, const std::vector<std::int32_t>& partitions) const;

private:
    std::string m_schema, m_projection, m_topic, m_worker;
};

} // namespace projectionist
