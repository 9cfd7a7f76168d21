// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/config/workspace.h"
#include "backend/lag/checkpointrows.h"

#include <atomic>
#include <map>

namespace projectionist {

/// All that one store is asked for in a cycle.
struct StoreOrder
{
    std::vector<ProjectionSettings> projections; ///< with a checkpoint query on this store
    std::vector<WriteSideSettings> writeSides;
};

/// One read of a store. `began` is before the first query, so a head that is read after it is never older.
struct StoreAnswer
{
    TimePoint began{};
    Duration monotonic{0};
    Duration took{0};
    std::string version;
    std::map<std::string, Result<std::vector<CheckpointRow>>> checkpoints; ///< by projection
    std::map<std::string, Result<WriteSideObservation>> writeSides;        ///< by write side
};

/// Whether an error tells of the connection rather than of one query.
[[nodiscard]] bool isConnectionError(ErrorKind kind) noexcept;

/// Reads checkpoints and outboxes. Equal queries run once; different ones that have worked before run in one combined
/// statement, so that hundreds of projections cost a store few round trips. If that fails, each runs for itself, so a
/// mistaken query costs only its own projection. Lives on the store's thread, except progress().
class StoreReader
{
public:
    explicit StoreReader(const Clock& clock) : m_clock(clock) {}

    /// Fails as a whole only when the connection does.
    [[nodiscard]] Result<StoreAnswer> read(RelationalStore& store, const StoreOrder& order);
    /// Counts finished queries; tells a watchdog whether the store still answers. Any thread.
    [[nodiscard]] std::uint64_t progress() const noexcept { return m_progress.load(); }

private:
    struct Ask
    {
        std::string query;
        Parameter parameter; ///< for $1, if the query has it
        bool operator<(const Ask& other) const
        {
            return std::tie(query, parameter) < std::tie(other.query, other.parameter);
        }
    };
    [[nodiscard]] static Ask askFor(const ProjectionSettings& projection);
    [[nodiscard]] Result<Rows> single(RelationalStore& store, const Ask& ask);
    /// False: the store refused a combined statement.
    [[nodiscard]] Result<bool> readCombined(RelationalStore& store, std::map<Ask, Result<Rows>>& answers);
    [[nodiscard]] Result<void> runCombined(RelationalStore& store, std::span<const Ask* const> asks,
                                           std::map<Ask, Result<Rows>>& answers);

    const Clock& m_clock;
    std::map<Ask, std::size_t> m_columns; ///< of the queries that have worked
    bool m_combines = true;               ///< false: queries that work alone do not work together
    std::atomic<std::uint64_t> m_progress{0};
};

} // namespace projectionist
