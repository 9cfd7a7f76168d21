// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/deadletter/columnsource.h"
#include "backend/deadletter/filterrun.h"

#include <map>
#include <random>
#include <string>
#include <variant>
#include <vector>

namespace projectionist {

using LetterCell = std::variant<std::string, std::int64_t>;

struct LetterRow
{
    std::map<std::string, LetterCell> cells; ///< of columns, by field
    std::map<std::string, FilterValue>
        values; ///< of headers, payload and fields that are not indexed, by printed operand
    bool fetched = true;
};

/// Letters as a table of filterTestSchema(), one row after the other.
class LetterTable final : public ColumnSource
{
public:
    void add(std::map<std::string, LetterCell> cells, std::map<std::string, FilterValue> values = {},
             bool fetched = false);
    [[nodiscard]] const LetterRow& row(std::size_t at) const { return m_rows[at]; }
    /// "operand@row " for every lookup so far.
    [[nodiscard]] std::string asked() const { return m_asked; }
    [[nodiscard]] int textsRead() const { return m_textsRead; }

    [[nodiscard]] std::size_t rowCount() const override { return m_rows.size(); }
    [[nodiscard]] std::size_t dictionarySize(std::size_t field) const override;
    [[nodiscard]] std::string_view dictionaryText(std::size_t field, std::uint32_t code) const override;
    [[nodiscard]] std::span<const std::uint32_t> codes(std::size_t field, FilterRows rows,
                                                       std::vector<std::uint32_t>& scratch) const override;
    [[nodiscard]] std::span<const std::int64_t> numbers(std::size_t field, FilterRows rows,
                                                        std::vector<std::int64_t>& scratch) const override;
    [[nodiscard]] std::optional<FilterValue> lookup(std::size_t row, const FilterOperand& operand) const override;

private:
    struct Dictionary
    {
        std::vector<std::string> texts;
        std::map<std::string, std::uint32_t, std::less<>> codes;
    };
    std::vector<LetterRow> m_rows;
    std::map<std::string, Dictionary> m_dictionaries;
    mutable std::string m_asked;
    mutable int m_textsRead = 0;
};

/// Four letters, the last of which has nothing.
[[nodiscard]] LetterTable letters(bool fetched);
[[nodiscard]] LetterTable randomLetters(std::mt19937& random, std::size_t count, unsigned fetchedPercent);
[[nodiscard]] FilterNode randomCondition(std::mt19937& random, int depth);
/// Evaluates the tree as the help page says it, without any of the code that is tested; at filterTestNow, in UTC.
[[nodiscard]] FilterVerdict naiveVerdict(const FilterNode& node, const LetterTable& table, std::size_t row);

} // namespace projectionist
