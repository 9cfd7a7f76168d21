// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/snapshot.h"
#include "backend/history/history.h"

#include <span>

namespace projectionist {

/// Lag of partitions over time in a plain grid: what the heat map draws. Cells are milliseconds; NaN: not known.
class PartitionMatrix
{
public:
    PartitionMatrix() = default;
    /// Buckets are `width` wide and aligned to it; at most `maxBuckets` are kept, the oldest go.
    PartitionMatrix(Duration width, std::size_t maxBuckets) : m_width(width), m_maxBuckets(maxBuckets) {}
    /// The width is the widest distance of the points, so that none falls between buckets.
    [[nodiscard]] static PartitionMatrix fromHistory(const std::vector<PartitionHistory>& history, TimePoint from,
                                                     TimePoint to, std::size_t maxBuckets);

    /// Takes the lags of a sample; the worst of a bucket counts. A partition that is new gets a row.
    void add(const ProjectionReport& report);
    void add(TimePoint at, const TopicPartition& id, float lag);

    [[nodiscard]] Duration width() const { return m_width; }
    [[nodiscard]] std::size_t rows() const { return m_ids.size(); }
    [[nodiscard]] std::size_t buckets() const { return m_ids.empty() ? 0 : m_values.size() / m_ids.size(); }
    [[nodiscard]] const std::vector<TopicPartition>& ids() const { return m_ids; } ///< sorted
    [[nodiscard]] TimePoint bucketStart(std::size_t bucket) const;
    /// A value for each row.
    [[nodiscard]] std::span<const float> bucket(std::size_t index) const;

private:
    void add(TimePoint at, std::size_t likelyRow, const TopicPartition& id, float lag);
    [[nodiscard]] std::size_t rowOf(const TopicPartition& id);
    [[nodiscard]] std::optional<std::size_t> bucketAt(TimePoint at);
    void insertRow(std::size_t row, const TopicPartition& id);

    Duration m_width{10'000};
    std::size_t m_maxBuckets = 360;
    std::vector<TopicPartition> m_ids;
    std::int64_t m_first = 0;    ///< number of the first bucket since 1970, in widths
    std::vector<float> m_values; ///< bucket by bucket, a value for each row
};

} // namespace projectionist
