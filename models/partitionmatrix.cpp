// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/partitionmatrix.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace projectionist {

namespace {

constexpr float unknownLag = std::numeric_limits<float>::quiet_NaN();

} // namespace

PartitionMatrix PartitionMatrix::fromHistory(const std::vector<PartitionHistory>& history, TimePoint from, TimePoint to,
                                             std::size_t maxBuckets)
{
    const std::size_t most = std::max<std::size_t>(maxBuckets, 1);
    // The shortest distance is the width of what was read; longer ones are gaps.
    std::optional<Duration> shortest;
    for (const auto& partition : history)
        for (std::size_t i = 1; i < partition.points.size(); ++i)
            if (const Duration distance = partition.points[i].at - partition.points[i - 1].at; distance > Duration(0))
                shortest = std::min(shortest.value_or(distance), distance);
    Duration width = std::max(shortest.value_or(Duration(0)), Duration(10'000));
    // A range of maxBuckets buckets may begin and end in the middle of one.
    while ((to - from) / width + 2 > static_cast<std::int64_t>(most) && most > 2)
        width *= 2;
    PartitionMatrix matrix(width, most);
    for (const auto& partition : history)
        (void)matrix.rowOf(partition.id);
    for (const auto& partition : history)
        for (const auto& point : partition.points)
            matrix.add(point.at, partition.id, point.lagMax ? static_cast<float>(point.lagMax->count()) : unknownLag);
    return matrix;
}

void PartitionMatrix::add(const ProjectionReport& report)
{
    const ProjectionSample& sample = *report.sample;
    if (!sample.fresh)
        return;
    for (std::size_t i = 0; i < sample.partitions.size(); ++i) {
        const TimeLag& lag =
            i < report.assessment.partitions.size() ? report.assessment.partitions[i].lag : sample.partitions[i].lag;
        add(sample.at, i, sample.partitions[i].id,
            lag.origin == LagOrigin::Unknown ? unknownLag : static_cast<float>(lag.value.count()));
    }
}

void PartitionMatrix::add(TimePoint at, const TopicPartition& id, float lag)
{
    add(at, rows(), id, lag);
}

void PartitionMatrix::add(TimePoint at, std::size_t likelyRow, const TopicPartition& id, float lag)
{
    const std::size_t row = likelyRow < rows() && m_ids[likelyRow] == id ? likelyRow : rowOf(id);
    const auto index = bucketAt(at);
    if (!index || std::isnan(lag))
        return;
    float& cell = m_values[*index * rows() + row];
    cell = std::isnan(cell) ? lag : std::max(cell, lag);
}

TimePoint PartitionMatrix::bucketStart(std::size_t bucket) const
{
    return TimePoint(m_width * (m_first + static_cast<std::int64_t>(bucket)));
}

std::span<const float> PartitionMatrix::bucket(std::size_t index) const
{
    return std::span(m_values).subspan(index * rows(), rows());
}

std::size_t PartitionMatrix::rowOf(const TopicPartition& id)
{
    const auto found = std::lower_bound(m_ids.begin(), m_ids.end(), id);
    const auto row = static_cast<std::size_t>(found - m_ids.begin());
    if (found == m_ids.end() || *found != id)
        insertRow(row, id);
    return row;
}

std::optional<std::size_t> PartitionMatrix::bucketAt(TimePoint at)
{
    const std::int64_t number = at.time_since_epoch() / m_width;
    if (buckets() == 0)
        m_first = number;
    if (number < m_first) {
        const auto missing = static_cast<std::size_t>(m_first - number);
        if (missing + buckets() > m_maxBuckets)
            return std::nullopt;
        m_values.insert(m_values.begin(), missing * rows(), unknownLag);
        m_first = number;
    }
    auto index = static_cast<std::size_t>(number - m_first);
    if (index >= m_maxBuckets) {
        const std::size_t gone = std::min(index - m_maxBuckets + 1, buckets());
        m_values.erase(m_values.begin(), m_values.begin() + static_cast<std::ptrdiff_t>(gone * rows()));
        m_first = buckets() == 0 ? number : m_first + static_cast<std::int64_t>(gone);
        index = static_cast<std::size_t>(number - m_first);
    }
    if (index >= buckets())
        m_values.resize((index + 1) * rows(), unknownLag);
    return index;
}

void PartitionMatrix::insertRow(std::size_t row, const TopicPartition& id)
{
    const std::size_t before = rows();
    const std::size_t count = buckets();
    m_ids.insert(m_ids.begin() + static_cast<std::ptrdiff_t>(row), id);
    std::vector<float> values(count * rows(), unknownLag);
    for (std::size_t i = 0; i < count; ++i) {
        const auto from = m_values.begin() + static_cast<std::ptrdiff_t>(i * before);
        const auto target = values.begin() + static_cast<std::ptrdiff_t>(i * rows());
        const auto middle = from + static_cast<std::ptrdiff_t>(row);
        std::copy(from, middle, target);
        std::copy(middle, from + static_cast<std::ptrdiff_t>(before), target + static_cast<std::ptrdiff_t>(row) + 1);
    }
    m_values = std::move(values);
}

} // namespace projectionist
