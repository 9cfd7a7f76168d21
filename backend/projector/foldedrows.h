// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/projector/declaredprojection.h"

#include <unordered_map>

namespace projectionist {

/// Values of the key's columns.
using FoldKey = std::vector<std::string>;

/// Rows by their keys, packed into little memory.
class FoldedRows
{
public:
    /// `mostBytes`: what all rows may take up, about.
    explicit FoldedRows(std::size_t mostBytes) : m_mostBytes(mostBytes) {}

    /// The row of that key, which need not exist, for put(). `row` is used again.
    void get(const FoldKey& key, ProjectedRow& row);
    /// What became of the row that get() gave last; `partition`: number of the one that the event is in. Resource: it
    /// is too much.
    [[nodiscard]] Result<void> put(const ProjectedRow& row, std::uint16_t partition);
    /// Number of the partition of the last event of the row that get() gave last; nullopt: there was none.
    [[nodiscard]] std::optional<std::uint16_t> partition() const;

    /// How many exist.
    [[nodiscard]] std::size_t size() const { return m_existing; }
    /// Whether a row of that key exists.
    [[nodiscard]] bool contains(const FoldKey& key) const;
    /// Rows that exist, at most so many, each once; empty: there are no more. After the last put().
    [[nodiscard]] std::vector<ProjectedRow> next(std::size_t most);

private:
    struct Entry
    {
        std::string packed; ///< empty: no row, or none any more
        std::optional<std::uint16_t> partition;
    };
    using Map = std::unordered_map<std::string, Entry>;

    std::size_t m_mostBytes;
    Map m_rows;
    Map::iterator m_last = m_rows.end();
    bool m_begun = false;
    Map::const_iterator m_next; ///< once m_begun
    std::size_t m_bytes = 0;
    std::size_t m_existing = 0;
};

} // namespace projectionist
