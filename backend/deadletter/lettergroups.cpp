// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/lettergroups.h"

namespace projectionist {

std::uint32_t LetterGroups::codeOf(std::uint64_t fingerprint)
{
    const auto [at, added] = m_codes.try_emplace(fingerprint, static_cast<std::uint32_t>(m_fingerprints.size()));
    if (!added)
        return at->second;
    const std::uint32_t code = at->second;
    m_fingerprints.push_back(fingerprint);
    m_groups.push_back(code);
    m_lastMessages.push_back(none);
    m_twinCounts.push_back(0);
    if (const auto twin = m_twins.find(fingerprint); twin != m_twins.end()) {
        m_groups[code] = m_groups[twin->second];
        m_joined[m_groups[code]].push_back(code);
    }
    return code;
}

std::vector<std::uint32_t> LetterGroups::membersOf(std::uint32_t group) const
{
    std::vector<std::uint32_t> members{group};
    if (const auto joined = m_joined.find(group); joined != m_joined.end())
        members.insert(members.end(), joined->second.begin(), joined->second.end());
    return members;
}

bool LetterGroups::wantsTwin(std::uint32_t code, std::uint32_t message)
{
    if (m_lastMessages[code] == message || m_twinCounts[code] == mostTwins)
        return false;
    m_lastMessages[code] = message;
    if (!m_told.insert(std::uint64_t{code} << 32 | message).second)
        return false;
    ++m_twinCounts[code];
    return true;
}

void LetterGroups::addTwin(std::uint32_t code, std::uint64_t fingerprint)
{
    if (fingerprint == m_fingerprints[code] || !m_twins.try_emplace(fingerprint, code).second)
        return;
    const auto known = m_codes.find(fingerprint);
    if (known == m_codes.end())
        return;
    // Letters without the frame came first: their group joins, with whatever joined it.
    const std::uint32_t group = m_groups[code];
    const std::uint32_t former = m_groups[known->second];
    if (former != known->second || former == group)
        return;
    auto& members = m_joined[group];
    for (const std::uint32_t member : membersOf(former)) {
        m_groups[member] = group;
        members.push_back(member);
    }
    m_joined.erase(former);
    ++m_joins;
}

std::size_t LetterGroups::bytes() const
{
    constexpr std::size_t node = 2 * sizeof(void*); // of a hash table, beside its value
    return m_fingerprints.capacity() * sizeof(std::uint64_t) +
           (m_groups.capacity() + m_lastMessages.capacity()) * sizeof(std::uint32_t) +
           m_twinCounts.capacity() * sizeof(std::uint16_t) +
           (m_codes.size() + m_twins.size()) * (node + 2 * sizeof(std::uint64_t)) +
           m_told.size() * (node + sizeof(std::uint64_t)) +
           (m_codes.bucket_count() + m_twins.bucket_count() + m_told.bucket_count()) * sizeof(void*);
}

} // namespace projectionist
