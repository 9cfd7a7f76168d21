// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/broker/eventlog.h"
#include "backend/lag/timesearch.h"

#include <unordered_map>

namespace projectionist {

/// A position whose lag in time is asked for: `bound` is the index of its partition in the bounds given to observe().
struct LagRow
{
    std::uint32_t bound = 0;
    Offset position = 0;
};

/// What one cycle may spend on making lags exact. Those that it does not reach keep a labelled estimate, and their turn
/// comes in later cycles: first those of which nothing is known, then the worst.
struct LagBudget
{
    std::size_t partitions = 2000; ///< refined in a cycle
    std::size_t lookups = 40000;   ///< rows in all requests together
    std::size_t reads = 64;        ///< records
    Duration time{300};            ///< begins no further request after this
    Duration timeout{3000};        ///< of one request
};

/// Turns positions into ages of the oldest unapplied event (lag.md, "Lag in time, exactly"): bisection of the broker's
/// time index for all partitions at once, interpolation between heads that the cycles saw, and reading the record where
/// the index cannot tell or the log has none. Belongs to the thread that owns the log.
class TimeLagService
{
public:
    explicit TimeLagService(const Clock& clock) : m_clock(clock) {}

    /// Takes the bounds of this cycle. Returns the partitions whose head went backwards (topic recreated or truncated);
    /// what was known of their times is forgotten.
    std::vector<TopicPartition> observe(std::span<const PartitionBounds> bounds, Duration monotonic);
    /// A lag for each row, parallel to rows; `bounds` as given to the last observe(). Fails never: what the log does
    /// not answer stays an estimate, and the reason is in lastError().
    [[nodiscard]] std::vector<TimeLag> resolve(EventLog& log, std::span<const PartitionBounds> bounds,
                                               std::span<const LagRow> rows, const LagBudget& budget);
    /// nullopt before the log was asked for the first time.
    [[nodiscard]] std::optional<bool> hasTimeIndex() const { return m_hasIndex; }
    [[nodiscard]] const std::optional<Error>& lastError() const { return m_lastError; }
    /// Another cluster answers now.
    void forgetAll();

private:
    struct Known
    {
        PartitionTimes times;
        std::uint64_t cycle = 0;
        Duration notBefore{0}; ///< the partition alone failed; monotonic
    };

    [[nodiscard]] std::vector<LagCandidate> candidates(std::span<const PartitionBounds> bounds,
                                                       std::span<const LagRow> rows, std::vector<TimeLag>& lags);
    void searchIndex(EventLog& log, std::span<LagCandidate> wanted, const LagBudget& budget, Duration deadline);
    void readRecords(EventLog& log, std::span<LagCandidate> wanted, const LagBudget& budget);
    [[nodiscard]] bool mayRead(const TopicPartition& id) const;

    const Clock& m_clock;
    std::unordered_map<TopicPartition, Known> m_partitions;
    std::vector<Known*> m_current;                          ///< parallel to the bounds of this cycle
    std::unordered_map<std::string, Duration> m_unreadable; ///< topics and until when (monotonic) not to try
    PartitionTimes::Limits m_limits;
    std::uint64_t m_cycle = 0;
    std::optional<bool> m_hasIndex;
    std::optional<Error> m_lastError;
};

} // namespace projectionist
