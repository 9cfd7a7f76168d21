// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/history/bucket.h"

#include <string>
#include <string_view>

namespace projectionist {

/// Numbers as LEB128 varints; signed ones zigzag first, so that small differences take one byte.
class Packer
{
public:
    void number(std::uint64_t value);
    void difference(std::int64_t value);
    void text(std::string_view text);
    [[nodiscard]] std::string take() { return std::move(m_bytes); }
    [[nodiscard]] bool empty() const noexcept { return m_bytes.empty(); }

private:
    std::string m_bytes;
};

/// Reads what Packer wrote. Damaged bytes never lead astray: reads past the end give 0 and make it bad.
class Unpacker
{
public:
    explicit Unpacker(std::string_view bytes) : m_bytes(bytes) {}
    std::uint64_t number();
    std::int64_t difference();
    std::string text();
    /// A count of things that take at least a byte each, so a damaged one cannot exhaust memory.
    std::size_t count();
    [[nodiscard]] bool good() const noexcept { return m_good; }
    [[nodiscard]] bool atEnd() const noexcept { return m_bytes.empty() || !m_good; }

private:
    std::string_view m_bytes;
    bool m_good = true;
};

/// Compressed (zstd) when that is shorter; a first byte says which.
[[nodiscard]] std::string compress(std::string_view bytes);
/// Empty for damaged bytes.
[[nodiscard]] std::string decompress(std::string_view bytes);

/// A chunk: column by column, each value as the difference to the one before. Unpacking damaged bytes gives nothing.
[[nodiscard]] std::string packBuckets(const Buckets& buckets, std::int64_t start, std::int64_t width);
[[nodiscard]] Buckets unpackBuckets(std::string_view bytes, std::int64_t start, std::int64_t width);

[[nodiscard]] std::string packPartitions(const PartitionTable& table, std::int64_t start);
[[nodiscard]] PartitionTable unpackPartitions(std::string_view bytes, std::int64_t start);

} // namespace projectionist
