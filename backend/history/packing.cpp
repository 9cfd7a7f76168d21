// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/history/packing.h"

#include <algorithm>
#include <cmath>
#include <zstd.h>

namespace projectionist {

namespace {

enum Method : char
{
    Plain = 0,
    Zstd = 1
};
constexpr std::size_t largestChunk = 64U << 20;

/// Rates are kept to 0.01 events/s.
std::int64_t fromRate(float rate)
{
    return rate < 0 ? -1 : std::llround(std::min(rate, 1e12F) * 100.0);
}

float toRate(std::int64_t hundredths)
{
    return hundredths < 0 ? -1.0F : static_cast<float>(static_cast<double>(hundredths) / 100.0);
}

/// A column of values >= -1 in differences.
class Column
{
public:
    void pack(Packer& packer, std::int64_t value) { packer.difference(value - std::exchange(m_last, value)); }
    std::int64_t unpack(Unpacker& unpacker)
    {
        // In unsigned numbers, because damaged bytes may overflow.
        m_last = static_cast<std::int64_t>(static_cast<std::uint64_t>(m_last) +
                                           static_cast<std::uint64_t>(unpacker.difference()));
        return m_last;
    }

private:
    std::int64_t m_last = 0;
};

void packRange(Packer& packer, const Buckets& buckets, Range Bucket::*range)
{
    Column column;
    for (const auto& bucket : buckets)
        column.pack(packer, (bucket.*range).last);
    for (const auto& bucket : buckets) {
        const Range& values = bucket.*range;
        packer.difference(values.last - values.min);
        packer.difference(values.max - values.last);
    }
}

void unpackRange(Unpacker& unpacker, Buckets& buckets, Range Bucket::*range)
{
    Column column;
    for (auto& bucket : buckets)
        (bucket.*range).last = std::max<std::int64_t>(column.unpack(unpacker), -1);
    for (auto& bucket : buckets) {
        Range& values = bucket.*range;
        const auto last = static_cast<std::uint64_t>(values.last);
        values.min = static_cast<std::int64_t>(last - static_cast<std::uint64_t>(unpacker.difference()));
        values.max = static_cast<std::int64_t>(last + static_cast<std::uint64_t>(unpacker.difference()));
    }
}

} // namespace

void Packer::number(std::uint64_t value)
{
    for (; value >= 0x80; value >>= 7)
        m_bytes += static_cast<char>(value | 0x80);
    m_bytes += static_cast<char>(value);
}

void Packer::difference(std::int64_t value)
{
    number(static_cast<std::uint64_t>(value) << 1 ^ static_cast<std::uint64_t>(value >> 63));
}

void Packer::text(std::string_view text)
{
    number(text.size());
    m_bytes += text;
}

std::uint64_t Unpacker::number()
{
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        if (m_bytes.empty())
            break;
        const auto byte = static_cast<unsigned char>(m_bytes.front());
        m_bytes.remove_prefix(1);
        value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
        if (byte < 0x80)
            return value;
    }
    m_good = false;
    return 0;
}

std::int64_t Unpacker::difference()
{
    const std::uint64_t value = number();
    return static_cast<std::int64_t>(value >> 1 ^ (0 - (value & 1)));
}

std::size_t Unpacker::count()
{
    const std::uint64_t value = number();
    m_good = m_good && value <= m_bytes.size();
    return m_good ? static_cast<std::size_t>(value) : 0;
}

std::string Unpacker::text()
{
    const std::size_t size = count();
    std::string text(m_bytes.substr(0, size));
    m_bytes.remove_prefix(size);
    return text;
}

std::string compress(std::string_view bytes)
{
    std::string packed(ZSTD_compressBound(bytes.size()) + 1, Zstd);
    const std::size_t size = ZSTD_compress(packed.data() + 1, packed.size() - 1, bytes.data(), bytes.size(), 3);
    if (ZSTD_isError(size) != 0 || size >= bytes.size())
        return std::string(1, Plain).append(bytes);
    packed.resize(size + 1);
    packed.shrink_to_fit();
    return packed;
}

std::string decompress(std::string_view bytes)
{
    if (bytes.empty() || bytes.front() == Plain)
        return std::string(bytes.substr(bytes.empty() ? 0 : 1));
    bytes.remove_prefix(1);
    const auto size = ZSTD_getFrameContentSize(bytes.data(), bytes.size());
    if (size > largestChunk) // covers the two error values
        return {};
    std::string plain(static_cast<std::size_t>(size), '\0');
    const std::size_t got = ZSTD_decompress(plain.data(), plain.size(), bytes.data(), bytes.size());
    return got == plain.size() ? plain : std::string();
}

std::string packBuckets(const Buckets& buckets, std::int64_t start, std::int64_t width)
{
    Packer packer;
    packer.number(buckets.size());
    Column at, in, out;
    for (const auto& bucket : buckets)
        at.pack(packer, (bucket.at - start) / width);
    for (std::size_t i = 0, run = 0; i < buckets.size(); i += run) {
        for (run = 1; i + run < buckets.size() && buckets[i + run].worst == buckets[i].worst;)
            ++run;
        packer.text(toString(buckets[i].worst));
        packer.number(run);
    }
    packRange(packer, buckets, &Bucket::lag);
    packRange(packer, buckets, &Bucket::backlog);
    for (const auto& bucket : buckets)
        in.pack(packer, fromRate(bucket.in));
    for (const auto& bucket : buckets)
        out.pack(packer, fromRate(bucket.out));
    return compress(packer.take());
}

Buckets unpackBuckets(std::string_view bytes, std::int64_t start, std::int64_t width)
{
    const std::string plain = decompress(bytes);
    Unpacker unpacker(plain);
    Buckets buckets(unpacker.count());
    Column at, in, out;
    for (auto& bucket : buckets) {
        bucket.at = start + at.unpack(unpacker) % (INT64_C(1) << 32) * width;
        bucket.width = static_cast<std::uint32_t>(width);
    }
    for (std::size_t i = 0; i < buckets.size() && unpacker.good();) {
        const auto kind = verdictKindFromString(unpacker.text()).value_or(VerdictKind::Unknown);
        for (auto run = unpacker.number(); run > 0 && i < buckets.size(); --run)
            buckets[i++].worst = kind;
    }
    unpackRange(unpacker, buckets, &Bucket::lag);
    unpackRange(unpacker, buckets, &Bucket::backlog);
    for (auto& bucket : buckets)
        bucket.in = toRate(in.unpack(unpacker));
    for (auto& bucket : buckets)
        bucket.out = toRate(out.unpack(unpacker));
    return unpacker.good() ? buckets : Buckets();
}

std::string packPartitions(const PartitionTable& table, std::int64_t start)
{
    Packer packer;
    packer.number(table.rows.size());
    for (const auto& [at, row] : table.rows)
        packer.number(static_cast<std::uint64_t>((at - start) / partitions.width));
    packer.number(table.ids.size());
    for (std::size_t i = 0; i < table.ids.size(); ++i) {
        packer.text(table.ids[i].topic);
        packer.difference(table.ids[i].partition);
        Column lag, backlog;
        for (const auto& [at, row] : table.rows) {
            const PartitionValue value = i < row.size() ? row[i] : PartitionValue();
            lag.pack(packer, value.lag);
            backlog.pack(packer, value.backlog);
        }
    }
    return compress(packer.take());
}

PartitionTable unpackPartitions(std::string_view bytes, std::int64_t start)
{
    const std::string plain = decompress(bytes);
    Unpacker unpacker(plain);
    PartitionTable table;
    std::vector<std::int64_t> times(unpacker.count());
    for (auto& time : times)
        time = start + static_cast<std::int64_t>(unpacker.number() % (1U << 30)) * partitions.width;
    const std::size_t ids = unpacker.count();
    for (std::size_t i = 0; i < ids && unpacker.good(); ++i) {
        TopicPartition id;
        id.topic = unpacker.text();
        id.partition = static_cast<std::int32_t>(unpacker.difference());
        table.ids.push_back(std::move(id));
        Column lag, backlog;
        for (const auto time : times) {
            const PartitionValue value{lag.unpack(unpacker), backlog.unpack(unpacker)};
            if (value.known())
                table.add(time, i, value);
        }
    }
    return unpacker.good() ? table : PartitionTable();
}

} // namespace projectionist
