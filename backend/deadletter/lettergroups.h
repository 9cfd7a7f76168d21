// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/deadletter.h"

#include <span>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace projectionist {

/// Which fingerprints are one incident. Every fingerprint has a code, 0, 1, 2, ...; a group is named by the code of the
/// fingerprint that it is known by. Sources without stack traces give a failure another fingerprint than those with
/// them: it joins the first group that names it as its twin. One thread.
class LetterGroups
{
public:
    /// How many twins a fingerprint may have; the same frame with more different messages than that has no more.
    static constexpr std::size_t mostTwins = 1024;

    [[nodiscard]] std::uint32_t codeOf(std::uint64_t fingerprint);
    [[nodiscard]] std::uint64_t fingerprint(std::uint32_t code) const { return m_fingerprints[code]; }
    [[nodiscard]] std::size_t size() const { return m_fingerprints.size(); } ///< codes
    [[nodiscard]] std::uint32_t groupOf(std::uint32_t code) const { return m_groups[code]; }
    /// By code.
    [[nodiscard]] std::span<const std::uint32_t> groups() const { return m_groups; }
    /// All codes of a group, its own first.
    [[nodiscard]] std::vector<std::uint32_t> membersOf(std::uint32_t group) const;
    /// How often a group joined another; numbers kept by group are void when this changed.
    [[nodiscard]] std::size_t joins() const { return m_joins; }

    /// Whether the twin that letters of this fingerprint with this message have is still to be told.
    [[nodiscard]] bool wantsTwin(std::uint32_t code, std::uint32_t message);
    /// `fingerprint` is what the same failure has without its frame.
    void addTwin(std::uint32_t code, std::uint64_t fingerprint);

    [[nodiscard]] std::size_t bytes() const;

private:
    static constexpr std::uint32_t none = ~0U;

    std::vector<std::uint64_t> m_fingerprints;
    std::vector<std::uint32_t> m_groups;       ///< by code
    std::vector<std::uint32_t> m_lastMessages; ///< by code: of the last twin
    std::vector<std::uint16_t> m_twinCounts;   ///< by code
    std::unordered_map<std::uint64_t, std::uint32_t> m_codes;
    std::unordered_map<std::uint64_t, std::uint32_t> m_twins; ///< fingerprint without frame: code that named it first
    std::unordered_set<std::uint64_t> m_told;                 ///< code and message
    std::unordered_map<std::uint32_t, std::vector<std::uint32_t>> m_joined; ///< by group
    std::size_t m_joins = 0;
};

} // namespace projectionist
