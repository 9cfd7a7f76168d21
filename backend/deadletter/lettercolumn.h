// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/deadletter/columnsource.h"

#include <memory>

namespace projectionist {

/// A column of numbers that only grows. Whole blocks are packed: each value takes as many bytes as the block's range
/// needs, none where all are the same. absentNumber stays that. One thread.
class LetterColumn
{
public:
    static constexpr std::size_t blockRows = 16'384;

    void append(std::int64_t value)
    {
        m_open.push_back(value);
        if (m_open.size() == blockRows)
            pack();
    }
    [[nodiscard]] std::size_t size() const { return m_blocks.size() * blockRows + m_open.size(); }
    [[nodiscard]] std::int64_t at(std::size_t row) const;
    void copy(FilterRows rows, std::int64_t* out) const;
    /// The same of a column of codes; absentNumber becomes absentCode.
    void copy(FilterRows rows, std::uint32_t* out) const;
    /// Gives the memory of a whole block back; its values read as absent.
    void release(std::size_t block) { m_blocks[block] = {}; }
    [[nodiscard]] std::size_t bytes() const;

private:
    struct Block
    {
        std::int64_t base = absentNumber; ///< all values, where they have no width
        std::unique_ptr<unsigned char[]> packed{};
        std::uint8_t width = 0; ///< bytes of each: 0, 1, 2, 4 or 8; the highest value of each width means absent
    };
    void pack();
    template<typename Out>
    void copyRows(FilterRows rows, Out* out) const;

    std::vector<Block> m_blocks;
    std::vector<std::int64_t> m_open; ///< rows of the block that is being filled
};

} // namespace projectionist
