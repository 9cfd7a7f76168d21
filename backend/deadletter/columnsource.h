// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/deadletter/filtertree.h"

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace projectionist {

/// Rows that follow one another.
struct FilterRows
{
    std::size_t first = 0;
    std::size_t count = 0;
};

/// In a column of numbers: not there. No number of a filter equals it.
inline constexpr std::int64_t absentNumber = std::numeric_limits<std::int64_t>::min();
/// In a column of texts: not there.
inline constexpr std::uint32_t absentCode = std::numeric_limits<std::uint32_t>::max();

/// What a filter is evaluated over: columns of an index, and what can be looked up letter by letter. Fields are counted
/// as in the FilterSchema. Called by one thread at a time; nothing may change during one call of FilterRun, but rows
/// and dictionary entries may be added between calls.
class ColumnSource
{
public:
    virtual ~ColumnSource() = default;

    [[nodiscard]] virtual std::size_t rowCount() const = 0;
    /// Of Text and Enumeration: how many distinct texts there are, and each of them; a code never changes its meaning.
    [[nodiscard]] virtual std::size_t dictionarySize(std::size_t field) const = 0;
    [[nodiscard]] virtual std::string_view dictionaryText(std::size_t field, std::uint32_t code) const = 0;
    /// Of Text and Enumeration: the code of each row, or absentCode. Either a view of the column itself, or of
    /// `scratch` after writing there; valid until the next call with the same `scratch`.
    [[nodiscard]] virtual std::span<const std::uint32_t> codes(std::size_t field, FilterRows rows,
                                                               std::vector<std::uint32_t>& scratch) const = 0;
    /// Of the others, likewise: numbers, milliseconds (times since 1970), 0 and 1; or absentNumber.
    [[nodiscard]] virtual std::span<const std::int64_t> numbers(std::size_t field, FilterRows rows,
                                                                std::vector<std::int64_t>& scratch) const = 0;
    /// A header, a part of the payload, or a field that is not indexed, of one letter; nullopt if it would have to be
    /// fetched first. Only asked for rows that the columns leave open. Of headers with the same name the last counts; a
    /// payload without a path is all of it, as text.
    [[nodiscard]] virtual std::optional<FilterValue> lookup(std::size_t row, const FilterOperand& operand) const = 0;

protected:
    ColumnSource() = default;
    ColumnSource(const ColumnSource&) = default;
    ColumnSource& operator=(const ColumnSource&) = default;
};

} // namespace projectionist
