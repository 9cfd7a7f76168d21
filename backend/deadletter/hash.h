// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace projectionist {

/// Eight bytes in the same order on every machine: fingerprints are kept on disk.
[[nodiscard]] inline std::uint64_t littleEndian64(const char* bytes) noexcept
{
    std::uint64_t word = 0;
    std::memcpy(&word, bytes, sizeof word);
    if constexpr (std::endian::native == std::endian::big) {
        std::uint64_t swapped = 0;
        for (int i = 0; i < 8; ++i, word >>= 8)
            swapped = swapped << 8 | (word & 0xff);
        return swapped;
    }
    return word;
}

/// A stable hash of bytes, not for secrets. Four lanes, so that long stack traces cost little.
[[nodiscard]] inline std::uint64_t hashOf(std::string_view bytes, std::uint64_t seed = 0) noexcept
{
    constexpr std::uint64_t a = 0x9e3779b97f4a7c15;
    constexpr std::uint64_t b = 0xc2b2ae3d27d4eb4f;
    const auto mix = [](std::uint64_t lane, std::uint64_t word) { return std::rotl((lane ^ word) * b, 29); };
    std::array<std::uint64_t, 4> lanes{seed + a, seed ^ b, seed, seed - a};
    const char* at = bytes.data();
    std::size_t left = bytes.size();
    for (; left >= 32; left -= 32, at += 32)
        for (std::size_t i = 0; i < 4; ++i)
            lanes[i] = mix(lanes[i], littleEndian64(at + 8 * i));
    std::uint64_t hash = bytes.size() * a;
    for (const auto lane : lanes)
        hash = mix(hash, lane * a);
    for (; left >= 8; left -= 8, at += 8)
        hash = mix(hash, littleEndian64(at));
    std::uint64_t tail = 0;
    for (; left > 0; --left, ++at)
        tail = tail << 8 | static_cast<unsigned char>(*at);
    hash = mix(hash, tail) * a;
    return hash ^ (hash >> 31);
}

} // namespace projectionist
