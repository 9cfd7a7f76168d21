// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/deadletter/lettercolumn.h"
#include "backend/deadletter/letterschema.h"

#include <array>

namespace projectionist {

/// What is kept of each letter. Codes are of the dictionaries of a LetterIndex.
enum class LetterValue : std::uint8_t
{
    Channel, ///< topic and consumer
    Place,   ///< partition
    Fingerprint,
    Exception,
    Pattern,
    Frame,
    EventType,
    Origin,
    Families,
    Flags, ///< LetterFlag, and keyCut, patternExact
    AtOffset,
    OriginPartition,
    OriginOffset,
    Attempts,
    Hops,
    Size,
    Arrived,
    ArrivedBy,
    EventTime,
    FailedAt,
    NextAttempt,
};
inline constexpr std::size_t letterValueCount = static_cast<std::size_t>(LetterValue::NextAttempt) + 1;

/// Flags of a row beside LetterFlag.
inline constexpr std::uint32_t keyCut = 1U << 30;
inline constexpr std::uint32_t patternExact = 1U << 29; ///< the message says no more than its pattern

/// The rows of an index: columns, keys and marks. Rows are numbered in the order in which they came, for good; removing
/// marks them, and a block of which all are removed gives its memory back. One thread.
class LetterRows
{
public:
    using Values = std::array<std::int64_t, letterValueCount>;
    /// Bytes of a key that are kept.
    static constexpr std::size_t longestKey = 64;
    /// Rows are counted in 32 bits where many of them are listed.
    static constexpr std::size_t mostRows = 0xffff'fff0;

    /// Absent values are absentNumber. The key is cut, which `values` is to say with keyCut.
    void append(const Values& values, std::string_view key);

    [[nodiscard]] std::size_t size() const { return m_marks.size(); }
    [[nodiscard]] std::size_t removedCount() const { return m_removed; }
    [[nodiscard]] std::int64_t at(LetterValue value, std::size_t row) const { return column(value).at(row); }
    template<typename Number>
    void copy(LetterValue value, FilterRows rows, Number* out) const
    {
        column(value).copy(rows, out);
    }
    /// Valid until the next append.
    [[nodiscard]] std::string_view key(std::size_t row) const;

    [[nodiscard]] bool removed(std::size_t row) const { return (m_marks[row] & removedMark) != 0; }
    /// False: it was already.
    bool remove(std::size_t row);
    [[nodiscard]] LetterState state(std::size_t row) const
    {
        return static_cast<LetterState>(m_marks[row] & stateMask);
    }
    void setState(std::size_t row, LetterState state);
    /// One byte a row: see removed() and state().
    [[nodiscard]] std::span<const std::uint8_t> marks() const { return m_marks; }
    static constexpr std::uint8_t removedMark = 0x80;
    static constexpr std::uint8_t stateMask = 0x0f;
    /// Set in LetterState::Resolved alone.
    static constexpr std::uint8_t resolvedMark = 0x02;
    static_assert(static_cast<std::uint8_t>(LetterState::Resolved) == resolvedMark);
    /// Of rows that a list leaves out.
    static constexpr std::uint8_t skippedMarks(bool withResolved)
    {
        return withResolved ? removedMark : static_cast<std::uint8_t>(removedMark | resolvedMark);
    }

    [[nodiscard]] std::size_t bytes() const;

private:
    [[nodiscard]] const LetterColumn& column(LetterValue value) const
    {
        return m_columns[static_cast<std::size_t>(value)];
    }
    void packKeys();

    struct Keys
    {
        std::unique_ptr<char[]> text{};
        std::uint32_t size = 0;
    };
    std::array<LetterColumn, letterValueCount> m_columns;
    LetterColumn m_keyEnds;   ///< within the block
    std::vector<Keys> m_keys; ///< of whole blocks
    std::vector<char> m_openKeys;
    std::vector<std::uint8_t> m_marks;
    std::vector<std::uint16_t> m_left; ///< of each block: rows that are not removed
    std::size_t m_removed = 0;
};

} // namespace projectionist
