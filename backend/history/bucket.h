// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/history/history.h"

#include <array>
#include <map>

namespace projectionist {

/// The tiers of a history file. A tier's points give way to the next one when they are too old for it.
struct Tier
{
    std::int64_t width; ///< of a point, in seconds
    std::int64_t span;  ///< of a chunk of points, in seconds
    std::int64_t keep;  ///< age at which points leave the tier, in seconds
};

inline constexpr std::array<Tier, 3> tiers = {{
    {1, 300, 24 * 3600},
    {10, 7200, 7 * 24 * 3600},
    {60, 43'200, 90 * 24 * 3600},
}};
inline constexpr int partitionTier = 3;
inline constexpr Tier partitions = {10, 300, 6 * 3600};

[[nodiscard]] constexpr std::int64_t floorTo(std::int64_t seconds, std::int64_t width) noexcept
{
    const std::int64_t rest = seconds % width;
    return seconds - (rest < 0 ? rest + width : rest);
}

/// Smallest, largest and last value of a bucket; values are never negative, so -1 is "not known".
struct Range
{
    std::int64_t min = -1;
    std::int64_t max = -1;
    std::int64_t last = -1;

    [[nodiscard]] bool known() const noexcept { return last >= 0; }
    void add(const Range& later) noexcept;
    bool operator==(const Range&) const = default;
};

/// A HistoryPoint in a third of the memory, and with the weight that means need.
struct Bucket
{
    std::int64_t at = 0;      ///< begin, in seconds since 1970
    std::uint32_t width = 1;  ///< in seconds
    std::uint32_t weight = 1; ///< samples in it; not kept on disk
    Range lag;                ///< ms
    Range backlog;
    float in = -1; ///< events per second; -1: not known
    float out = -1;
    VerdictKind worst = VerdictKind::Unknown;

    /// Takes up a later one; `at` and `width` stay.
    void add(const Bucket& later) noexcept;
    bool operator==(const Bucket&) const = default;
};

using Buckets = std::vector<Bucket>; ///< sorted by `at`, no two the same

/// Puts a bucket where it belongs; one that is there already takes it up. Returns the index.
std::size_t insert(Buckets& buckets, const Bucket& bucket);
/// Coarser buckets of at least `width` seconds, aligned to it.
[[nodiscard]] Buckets widen(const Buckets& buckets, std::int64_t width);
/// All of `first`, and those of `second` in whose time `first` has nothing.
[[nodiscard]] Buckets overlay(const Buckets& first, const Buckets& second);
/// At most maxPoints over [from, to) seconds.
[[nodiscard]] Buckets thin(Buckets buckets, std::int64_t from, std::int64_t to, std::size_t maxPoints);

[[nodiscard]] HistoryPoint toPoint(const Bucket& bucket);
[[nodiscard]] Bucket toBucket(const HistoryPoint& point, std::int64_t width);

/// Largest lag and backlog of one partition in ten seconds; -1 is "not known".
struct PartitionValue
{
    std::int64_t lag = -1;
    std::int64_t backlog = -1;

    [[nodiscard]] bool known() const noexcept { return lag >= 0 || backlog >= 0; }
    void add(const PartitionValue& later) noexcept;
    bool operator==(const PartitionValue&) const = default;
};

/// What happened to the partitions of one projection: for each bucket a value for each id; a row may be shorter than
/// `ids`.
struct PartitionTable
{
    std::vector<TopicPartition> ids;
    std::map<std::int64_t, std::vector<PartitionValue>> rows; ///< by begin, in seconds

    std::size_t indexOf(const TopicPartition& id); ///< adds it if it is new
    void add(std::int64_t at, std::size_t index, const PartitionValue& value);
    void add(const PartitionTable& other);
    [[nodiscard]] std::vector<PartitionHistory> histories() const; ///< of ids that have any; sorted
};

} // namespace projectionist
