// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/letterplaces.h"

#include <algorithm>

namespace projectionist {

std::uint32_t LetterPlaces::codeOf(std::uint32_t topic, std::int32_t partition)
{
    const auto [at, added] = m_codes.try_emplace(keyOf(topic, partition), static_cast<std::uint32_t>(m_places.size()));
    if (added) {
        m_places.push_back({topic, partition});
        m_ranges.emplace_back();
    }
    return at->second;
}

std::optional<std::uint32_t> LetterPlaces::find(std::uint32_t topic, std::int32_t partition) const
{
    const auto at = m_codes.find(keyOf(topic, partition));
    return at == m_codes.end() ? std::nullopt : std::optional(at->second);
}

std::vector<std::uint32_t> LetterPlaces::codesOf(std::uint32_t topic) const
{
    std::vector<std::uint32_t> codes;
    for (const auto& [key, code] : m_codes)
        if (key >> 32 == topic)
            codes.push_back(code);
    return codes;
}

std::optional<std::uint32_t> LetterPlaces::blockOf(std::uint32_t code, Offset offset) const
{
    const auto& ranges = m_ranges[code];
    const auto after = std::upper_bound(ranges.begin(), ranges.end(), offset,
                                        [](Offset wanted, const Range& range) { return wanted < range.first; });
    return after == ranges.begin() ? std::nullopt : std::optional(std::prev(after)->block);
}

std::vector<std::uint32_t> LetterPlaces::takeBelow(std::uint32_t code, Offset end)
{
    auto& ranges = m_ranges[code];
    std::vector<std::uint32_t> blocks;
    for (const auto& range : ranges)
        if (range.first < end)
            blocks.push_back(range.block);
    // The last of them may have more; so may the block that is being filled, which has to stay known.
    if (blocks.size() > 1)
        ranges.erase(ranges.begin(), ranges.begin() + static_cast<std::ptrdiff_t>(blocks.size() - 1));
    return blocks;
}

void LetterPlaces::forget(std::uint32_t code)
{
    m_codes.erase(keyOf(m_places[code].topic, m_places[code].partition));
    m_ranges[code] = {};
}

std::size_t LetterPlaces::bytes() const
{
    std::size_t sum = m_places.capacity() * sizeof(Place) + m_codes.size() * 4 * sizeof(void*);
    for (const auto& ranges : m_ranges)
        sum += sizeof(std::vector<Range>) + ranges.capacity() * sizeof(Range);
    return sum;
}

} // namespace projectionist
