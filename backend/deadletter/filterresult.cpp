// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/filterrun.h"

#include <bit>

namespace projectionist {

FilterVerdict FilterResult::verdict(std::size_t row) const
{
    const std::uint64_t bit = std::uint64_t{1} << row % 64;
    if (m_yes[row / 64] & bit)
        return FilterVerdict::Yes;
    return m_possible[row / 64] & bit ? FilterVerdict::Undecided : FilterVerdict::No;
}

void FilterResult::set(std::size_t row, FilterVerdict verdict)
{
    const std::uint64_t bit = std::uint64_t{1} << row % 64;
    m_yes[row / 64] &= ~bit;
    m_possible[row / 64] &= ~bit;
    if (verdict == FilterVerdict::Yes)
        m_yes[row / 64] |= bit;
    if (verdict != FilterVerdict::No)
        m_possible[row / 64] |= bit;
}

std::uint64_t FilterResult::word(std::size_t at, FilterVerdict verdict) const
{
    if (verdict == FilterVerdict::Yes)
        return m_yes[at];
    if (verdict == FilterVerdict::Undecided)
        return m_possible[at] & ~m_yes[at];
    const std::size_t used = m_rows - at * 64;
    return ~m_possible[at] & (used < 64 ? (std::uint64_t{1} << used) - 1 : ~std::uint64_t{0});
}

std::size_t FilterResult::count(FilterVerdict verdict) const
{
    std::size_t sum = 0;
    for (std::size_t i = 0; i < m_yes.size(); ++i)
        sum += static_cast<std::size_t>(std::popcount(word(i, verdict)));
    return sum;
}

std::vector<std::size_t> FilterResult::rows(FilterVerdict verdict, std::size_t first, std::size_t most) const
{
    std::vector<std::size_t> found;
    for (std::size_t i = first / 64; i < m_yes.size() && found.size() < most; ++i) {
        std::uint64_t bits = word(i, verdict);
        if (i == first / 64)
            bits &= ~std::uint64_t{0} << first % 64;
        for (; bits != 0 && found.size() < most; bits &= bits - 1)
            found.push_back(i * 64 + static_cast<std::size_t>(std::countr_zero(bits)));
    }
    return found;
}

} // namespace projectionist
