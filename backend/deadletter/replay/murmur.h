// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/position.h"

#include <string_view>

namespace projectionist {

/// The partition that Java's default partitioner, and our producer, choose for a key: murmur2 of it. See
/// org.apache.kafka.common.utils.Utils.
[[nodiscard]] inline std::int32_t partitionOfKey(std::string_view key, std::int32_t partitions) noexcept
{
    constexpr std::uint32_t m = 0x5bd1e995;
    const auto byte = [&](std::size_t at) { return std::uint32_t{static_cast<unsigned char>(key[at])}; };
    std::uint32_t hash = 0x9747b28c ^ static_cast<std::uint32_t>(key.size());
    std::size_t at = 0;
    for (; at + 4 <= key.size(); at += 4) {
        std::uint32_t k = byte(at) | byte(at + 1) << 8 | byte(at + 2) << 16 | byte(at + 3) << 24;
        k *= m;
        k ^= k >> 24;
        hash = hash * m ^ k * m;
    }
    if (at < key.size()) {
        for (std::size_t left = key.size() - at; left > 0; --left)
            hash ^= byte(at + left - 1) << (8 * (left - 1));
        hash *= m;
    }
    hash ^= hash >> 13;
    hash *= m;
    hash ^= hash >> 15;
    return static_cast<std::int32_t>((hash & 0x7fffffff) % static_cast<std::uint32_t>(partitions));
}

} // namespace projectionist
