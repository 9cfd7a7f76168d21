// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/lettercolumn.h"

#include <algorithm>
#include <cstring>

namespace projectionist {

namespace {

template<typename Narrow>
void narrow(std::span<const std::int64_t> values, std::int64_t base, unsigned char* out)
{
    for (std::size_t i = 0; i < values.size(); ++i) {
        const auto packed =
            values[i] == absentNumber
                ? std::numeric_limits<Narrow>::max()
                : static_cast<Narrow>(static_cast<std::uint64_t>(values[i]) - static_cast<std::uint64_t>(base));
        std::memcpy(out + i * sizeof(Narrow), &packed, sizeof packed);
    }
}

template<typename Out>
constexpr Out absent = absentNumber;
template<>
constexpr std::uint32_t absent<std::uint32_t> = absentCode;

template<typename Out, typename Narrow>
Out widened(Narrow packed, std::int64_t base)
{
    const auto value = static_cast<Out>(static_cast<std::uint64_t>(base) + packed);
    return packed == std::numeric_limits<Narrow>::max() ? absent<Out> : value;
}

template<typename Out, typename Narrow>
void widen(const unsigned char* packed, std::size_t count, std::int64_t base, Out* out)
{
    for (std::size_t i = 0; i < count; ++i) {
        Narrow value;
        std::memcpy(&value, packed + i * sizeof(Narrow), sizeof value);
        out[i] = widened<Out>(value, base);
    }
}

template<typename Out>
Out converted(std::int64_t value)
{
    return value == absentNumber ? absent<Out> : static_cast<Out>(value);
}

std::uint8_t widthFor(std::uint64_t range)
{
    if (range < std::numeric_limits<std::uint8_t>::max())
        return 1;
    if (range < std::numeric_limits<std::uint16_t>::max())
        return 2;
    return range < std::numeric_limits<std::uint32_t>::max() ? 4 : 8;
}

/// Calls `act` with a number of the type that the width stands for.
template<typename Act>
void withWidth(std::uint8_t width, Act act)
{
    switch (width) {
    case 1:
        return act(std::uint8_t{});
    case 2:
        return act(std::uint16_t{});
    case 4:
        return act(std::uint32_t{});
    default:
        return act(std::uint64_t{});
    }
}

} // namespace

void LetterColumn::pack()
{
    std::int64_t lowest = std::numeric_limits<std::int64_t>::max();
    std::int64_t highest = absentNumber;
    bool gaps = false;
    for (const auto value : m_open) {
        gaps = gaps || value == absentNumber;
        lowest = std::min(lowest, value == absentNumber ? lowest : value);
        highest = std::max(highest, value);
    }
    Block block;
    if (highest == absentNumber || (lowest == highest && !gaps)) {
        block.base = highest;
    } else {
        block.base = lowest;
        block.width = widthFor(static_cast<std::uint64_t>(highest) - static_cast<std::uint64_t>(lowest));
        block.packed = std::make_unique_for_overwrite<unsigned char[]>(blockRows * block.width);
        withWidth(block.width, [&]<typename Narrow>(Narrow) { narrow<Narrow>(m_open, lowest, block.packed.get()); });
    }
    m_blocks.push_back(std::move(block));
    m_open.clear();
}

template<typename Out>
void LetterColumn::copyRows(FilterRows rows, Out* out) const
{
    while (rows.count > 0) {
        const std::size_t block = rows.first / blockRows;
        const std::size_t first = rows.first % blockRows;
        const std::size_t count = std::min(rows.count, blockRows - first);
        if (block == m_blocks.size()) {
            std::transform(m_open.begin() + static_cast<std::ptrdiff_t>(first),
                           m_open.begin() + static_cast<std::ptrdiff_t>(first + count), out, converted<Out>);
        } else if (const Block& from = m_blocks[block]; from.width == 0) {
            std::fill_n(out, count, converted<Out>(from.base));
        } else {
            withWidth(from.width, [&]<typename Narrow>(Narrow) {
                widen<Out, Narrow>(from.packed.get() + first * sizeof(Narrow), count, from.base, out);
            });
        }
        rows.first += count;
        rows.count -= count;
        out += count;
    }
}

std::int64_t LetterColumn::at(std::size_t row) const
{
    std::int64_t value = 0;
    copyRows({row, 1}, &value);
    return value;
}

void LetterColumn::copy(FilterRows rows, std::int64_t* out) const
{
    copyRows(rows, out);
}

void LetterColumn::copy(FilterRows rows, std::uint32_t* out) const
{
    copyRows(rows, out);
}

std::size_t LetterColumn::bytes() const
{
    std::size_t sum = m_blocks.capacity() * sizeof(Block) + m_open.capacity() * sizeof(std::int64_t);
    for (const auto& block : m_blocks)
        sum += block.width * blockRows;
    return sum;
}

} // namespace projectionist
