// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/deadletter/headertable.h"
#include "backend/deadletter/rawletter.h"

#include <array>

namespace projectionist {

/// Which header tells a role: its position, and how to read it. Empty: nobody does.
struct RoleSource
{
    const TableRow* row = nullptr;
    std::uint32_t header = 0;
    [[nodiscard]] explicit operator bool() const { return row != nullptr; }
};

/// One time that the event was given up, as the headers' order tells it.
struct HopSources
{
    std::uint8_t family = 0;
    std::int64_t order = 0; ///< ascending: oldest first
    std::array<RoleSource, headerRoleCount> roles{};

    [[nodiscard]] const RoleSource& operator[](HeaderRole role) const { return roles[static_cast<std::size_t>(role)]; }
};

/// A header that a matching family knows.
struct HeaderHit
{
    const TableRow* row = nullptr;
    std::uint32_t header = 0;
    std::uint32_t block = 0; ///< how often the family's headers had begun anew before it
};

/// Finds the families of a letter and lays its headers out as hops. Reuses its memory; one thread.
class HopFinder
{
public:
    explicit HopFinder(const HeaderTable& table) : m_table(table) {}

    /// `table`: the family of a database table whose columns the headers are, see RawLetter.
    void find(std::span<const RawHeader> headers, std::string_view table);

    [[nodiscard]] std::uint64_t families() const { return m_matched; }        ///< bits, by position in the table
    [[nodiscard]] std::span<const HopSources> hops() const { return m_hops; } ///< oldest first
    [[nodiscard]] std::span<const HeaderHit> hits() const { return m_hits; }  ///< of matching families, in order
    /// What general headers tell of the event itself.
    [[nodiscard]] const RoleSource& general(HeaderRole role) const { return m_general[static_cast<std::size_t>(role)]; }
    /// The newest hop that tells the role; empty if none does.
    [[nodiscard]] RoleSource newest(HeaderRole role) const;
    [[nodiscard]] RoleSource oldest(HeaderRole role) const;

private:
    static constexpr std::size_t groupCount = 3;
    /// Where a family's headers of one group are being read.
    struct Reading
    {
        std::uint64_t present = 0; ///< rows in the present block
        std::uint32_t blocks = 0;
        bool failure = false; ///< the block tells a failure, of the value rather than the key
    };
    /// Whether the names are those of the letter before, which with one hop at most decide everything.
    [[nodiscard]] bool sameNames(std::span<const RawHeader> headers, std::string_view table);
    void collect(std::span<const RawHeader> headers, std::string_view table);
    void addRow(const TableRow& row, std::uint32_t header);
    void matchFamilies();
    void number(HeaderHit& hit);
    void layOut();
    void order(std::span<const RawHeader> headers);

    const HeaderTable& m_table;
    std::vector<HeaderHit> m_hits;
    std::vector<HopSources> m_hops;
    std::array<RoleSource, headerRoleCount> m_general{};
    std::uint64_t m_touched = 0;
    std::uint64_t m_matched = 0;
    std::array<std::uint64_t, HeaderTable::mostFamilies> m_present{};
    std::array<std::array<Reading, groupCount>, HeaderTable::mostFamilies> m_reading{};
    std::array<std::uint32_t, HeaderTable::mostFamilies> m_firstHop{};
    std::array<std::uint32_t, HeaderTable::mostFamilies> m_hopCount{};
    std::string m_column; ///< reused
    // Of the letter before.
    std::string m_names;
    std::vector<std::size_t> m_nameEnds;
    std::string m_lastTable;
};

} // namespace projectionist
