// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/snapshot.h"

#include <filesystem>
#include <memory>

namespace projectionist {

/// A bucket of time of one projection.
struct HistoryPoint
{
    TimePoint at{};                                  ///< begin of the bucket
    Duration width{0};                               ///< 1 s, 10 s or 60 s, or wider when thinned for a read
    std::optional<Duration> lagMin, lagMax, lagLast; ///< nullopt: not known in this bucket
    std::optional<std::int64_t> backlogMin, backlogMax, backlogLast;
    float inPerSecond = 0; ///< NaN: not known in this bucket
    float outPerSecond = 0;
    VerdictKind worst = VerdictKind::Unknown;

    bool operator==(const HistoryPoint&) const = default;
};

/// Lag of one partition in a bucket, for the heat map.
struct PartitionHistoryPoint
{
    TimePoint at{};
    std::optional<Duration> lagMax;
    std::optional<std::int64_t> backlogMax;

    bool operator==(const PartitionHistoryPoint&) const = default;
};

struct PartitionHistory
{
    TopicPartition id;
    std::vector<PartitionHistoryPoint> points; ///< oldest first
};

/// Time series of all projections on disk (SQLite, chunks packed and compressed): 1 s for 24 h, 10 s for 7 d, 1 min for
/// 90 d; per partition 10 s for 6 h. Survives kill -9 with the loss of a few seconds at most. A full disk, a locked or
/// a damaged file costs history, never the caller: append() never fails and never blocks, health() says what is wrong.
class History
{
public:
    /// Opens or creates. A file that is no history database is left alone and reported by health().
    History(std::filesystem::path file, const Clock& clock);
    ~History(); ///< writes what is pending
    History(const History&) = delete;
    History& operator=(const History&) = delete;

    /// Takes a snapshot for the writer thread. Any thread; returns at once.
    void append(const std::shared_ptr<const Snapshot>& snapshot);
    /// Points of before the first sample, found in the broker's time index; they give way to whatever was or will be
    /// sampled. A point's width says how much time it stands for. Any thread; returns at once.
    void appendRetroactive(const std::string& context, const std::string& projection,
                           const std::vector<HistoryPoint>& points);
    /// Points in [from, to), oldest first, at the finest resolution that still exists there, thinned to at most
    /// maxPoints (min and max are kept). Includes what was appended but not yet written. Any thread.
    [[nodiscard]] Result<std::vector<HistoryPoint>> read(const std::string& context, const std::string& projection,
                                                         TimePoint from, TimePoint to, std::size_t maxPoints) const;
    [[nodiscard]] Result<std::vector<PartitionHistory>> readPartitions(const std::string& context,
                                                                       const std::string& projection, TimePoint from,
                                                                       TimePoint to, std::size_t maxPoints) const;
    [[nodiscard]] Result<std::vector<Annotation>> annotations(const std::string& context, TimePoint from,
                                                              TimePoint to) const;
    /// "context/projection" pairs that have any history.
    [[nodiscard]] Result<std::vector<std::pair<std::string, std::string>>> projections() const;
    /// nullopt when all is well; else why history is not being kept.
    [[nodiscard]] std::optional<Error> health() const;
    /// Blocks until everything appended so far is written, or health() says why not; for tests and shutdown.
    void flush();

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace projectionist
