// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/history/bucket.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace projectionist {

namespace {

std::optional<Duration> duration(std::int64_t value)
{
    return value < 0 ? std::nullopt : std::optional(Duration(value));
}

std::optional<std::int64_t> count(std::int64_t value)
{
    return value < 0 ? std::nullopt : std::optional(value);
}

std::int64_t orUnknown(const std::optional<Duration>& value)
{
    return value ? std::max<std::int64_t>(value->count(), 0) : -1;
}

std::int64_t orUnknown(const std::optional<std::int64_t>& value)
{
    return value ? std::max<std::int64_t>(*value, 0) : -1;
}

float orNotANumber(float rate)
{
    return rate < 0 ? std::numeric_limits<float>::quiet_NaN() : rate;
}

float rateOf(float number)
{
    return std::isfinite(number) ? number : -1;
}

bool earlier(const Bucket& left, const Bucket& right)
{
    return left.at < right.at;
}

} // namespace

void Range::add(const Range& later) noexcept
{
    if (!later.known())
        return;
    min = known() ? std::min(min, later.min) : later.min;
    max = std::max(max, later.max);
    last = later.last;
}

void Bucket::add(const Bucket& later) noexcept
{
    lag.add(later.lag);
    backlog.add(later.backlog);
    const auto mine = static_cast<float>(weight);
    const auto its = static_cast<float>(later.weight);
    const auto mean = [&](float rate, float laterRate) {
        if (rate < 0 || laterRate < 0)
            return std::max(rate, laterRate);
        return (rate * mine + laterRate * its) / (mine + its);
    };
    in = mean(in, later.in);
    out = mean(out, later.out);
    weight += later.weight;
    if (rank(later.worst) > rank(worst))
        worst = later.worst;
}

std::size_t insert(Buckets& buckets, const Bucket& bucket)
{
    auto place = buckets.end();
    if (!buckets.empty() && buckets.back().at >= bucket.at)
        place = std::lower_bound(buckets.begin(), buckets.end(), bucket, earlier);
    if (place != buckets.end() && place->at == bucket.at)
        place->add(bucket);
    else
        place = buckets.insert(place, bucket);
    return static_cast<std::size_t>(place - buckets.begin());
}

Buckets widen(const Buckets& buckets, std::int64_t width)
{
    Buckets wide;
    for (const auto& bucket : buckets) {
        const std::int64_t at = floorTo(bucket.at, width);
        if (!wide.empty() && wide.back().at == at) {
            wide.back().add(bucket);
            continue;
        }
        wide.push_back(bucket);
        wide.back().at = at;
        wide.back().width = std::max(bucket.width, static_cast<std::uint32_t>(width));
    }
    return wide;
}

Buckets overlay(const Buckets& first, const Buckets& second)
{
    if (second.empty())
        return first;
    Buckets merged;
    merged.reserve(first.size() + second.size());
    auto next = first.begin();
    for (const auto& coarse : second) {
        for (; next != first.end() && next->at < coarse.at; ++next)
            merged.push_back(*next);
        if (next == first.end() || next->at >= coarse.at + coarse.width)
            merged.push_back(coarse);
    }
    merged.insert(merged.end(), next, first.end());
    return merged;
}

Buckets thin(Buckets buckets, std::int64_t from, std::int64_t to, std::size_t maxPoints)
{
    if (buckets.size() <= maxPoints || maxPoints == 0)
        return buckets;
    // Aligned buckets stay the same while the range slides; they may stick out of it by one.
    const auto wanted = static_cast<std::int64_t>(std::max<std::size_t>(maxPoints, 2) - 1);
    return widen(buckets, std::max<std::int64_t>((to - from + wanted - 1) / wanted, 1));
}

HistoryPoint toPoint(const Bucket& bucket)
{
    HistoryPoint point;
    point.at = TimePoint(std::chrono::seconds(bucket.at));
    point.width = std::chrono::seconds(bucket.width);
    point.lagMin = duration(bucket.lag.min);
    point.lagMax = duration(bucket.lag.max);
    point.lagLast = duration(bucket.lag.last);
    point.backlogMin = count(bucket.backlog.min);
    point.backlogMax = count(bucket.backlog.max);
    point.backlogLast = count(bucket.backlog.last);
    point.inPerSecond = orNotANumber(bucket.in);
    point.outPerSecond = orNotANumber(bucket.out);
    point.worst = bucket.worst;
    return point;
}

Bucket toBucket(const HistoryPoint& point, std::int64_t width)
{
    const auto seconds = std::chrono::floor<std::chrono::seconds>(point.at.time_since_epoch()).count();
    Bucket bucket;
    bucket.at = floorTo(seconds, width);
    bucket.width = static_cast<std::uint32_t>(width);
    bucket.lag = {orUnknown(point.lagMin), orUnknown(point.lagMax), orUnknown(point.lagLast)};
    bucket.backlog = {orUnknown(point.backlogMin), orUnknown(point.backlogMax), orUnknown(point.backlogLast)};
    bucket.in = rateOf(point.inPerSecond);
    bucket.out = rateOf(point.outPerSecond);
    bucket.worst = point.worst;
    return bucket;
}

void PartitionValue::add(const PartitionValue& later) noexcept
{
    lag = std::max(lag, later.lag);
    backlog = std::max(backlog, later.backlog);
}

std::size_t PartitionTable::indexOf(const TopicPartition& id)
{
    const auto index = static_cast<std::size_t>(std::find(ids.begin(), ids.end(), id) - ids.begin());
    if (index == ids.size())
        ids.push_back(id);
    return index;
}

void PartitionTable::add(std::int64_t at, std::size_t index, const PartitionValue& value)
{
    auto& row = rows[at];
    if (row.size() <= index)
        row.resize(ids.size());
    row[index].add(value);
}

void PartitionTable::add(const PartitionTable& other)
{
    std::vector<std::size_t> mine;
    for (std::size_t i = 0; i < other.ids.size(); ++i)
        mine.push_back(i < ids.size() && ids[i] == other.ids[i] ? i : indexOf(other.ids[i]));
    for (const auto& [at, row] : other.rows) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            if (row[i].known())
                add(at, mine[i], row[i]);
        }
    }
}

std::vector<PartitionHistory> PartitionTable::histories() const
{
    std::vector<PartitionHistory> all(ids.size());
    for (std::size_t i = 0; i < ids.size(); ++i) {
        all[i].id = ids[i];
        for (const auto& [at, row] : rows) {
            if (i < row.size() && row[i].known())
                all[i].points.push_back(
                    {TimePoint(std::chrono::seconds(at)), duration(row[i].lag), count(row[i].backlog)});
        }
    }
    std::erase_if(all, [](const PartitionHistory& one) { return one.points.empty(); });
    std::sort(all.begin(), all.end(), [](const auto& left, const auto& right) { return left.id < right.id; });
    return all;
}

} // namespace projectionist
