// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/deadletter/columnsource.h"
#include "backend/deadletter/filterprogram.h"

#include <array>
#include <memory>

namespace projectionist {

enum class FilterVerdict : std::uint8_t
{
    No,
    Yes,
    Undecided ///< needs a header or payload that is not at hand
};

/// What a filter says of each row. Two bits a row.
class FilterResult
{
public:
    [[nodiscard]] std::size_t rowCount() const { return m_rows; }
    [[nodiscard]] FilterVerdict verdict(std::size_t row) const;
    /// Of a row below rowCount().
    void set(std::size_t row, FilterVerdict verdict);
    [[nodiscard]] std::size_t count(FilterVerdict verdict) const;
    /// In order, from `first` on, at most `most`.
    [[nodiscard]] std::vector<std::size_t> rows(FilterVerdict verdict, std::size_t first = 0,
                                                std::size_t most = std::numeric_limits<std::size_t>::max()) const;

private:
    friend class FilterRun;
    [[nodiscard]] std::uint64_t word(std::size_t at, FilterVerdict verdict) const;

    std::size_t m_rows = 0;
    std::vector<std::uint64_t> m_yes;
    std::vector<std::uint64_t> m_possible; ///< yes or undecided
};

/// Evaluates a program over a source, block by block: columns first, cheap ones before dear ones, and only rows that
/// are still open are asked for headers and payloads. Three-valued as in Kleene's logic: undecided and no is no,
/// undecided or yes is yes. Belongs to one thread; remembers which distinct texts pass.
class FilterRun
{
public:
    /// `source` must outlive it.
    FilterRun(std::shared_ptr<const FilterProgram> program, const ColumnSource& source);

    /// Evaluates rows that `result` does not have yet, at most so many. False when none is left. Call it in portions to
    /// show progress, and again when the source has got more rows.
    bool advance(FilterResult& result, std::size_t most = std::numeric_limits<std::size_t>::max());
    /// One row again, after what it needs has been fetched.
    [[nodiscard]] FilterVerdict decide(std::size_t row);

private:
    static constexpr std::size_t blockRows = 4096;
    static constexpr std::size_t blockWords = blockRows / 64;
    using Words = std::array<std::uint64_t, blockWords>;
    struct Answer
    {
        Words yes;
        Words possible;
    };
    struct Block
    {
        FilterRows rows;
        std::size_t words;
    };

    [[nodiscard]] static Block blockOf(FilterRows rows) { return {rows, (rows.count + 63) / 64}; }
    /// Rows that are not active may get any answer.
    void evaluate(const FilterStep& step, const Block& block, const Words& active, Answer& answer);
    void join(const FilterStep::Group& group, const Block& block, Words active, Answer& answer);
    void testNumbers(const FilterStep::Numbers& step, const Block& block, const Words& active, Answer& answer);
    void testTexts(const FilterStep::Texts& step, const Block& block, const Words& active, Answer& answer);
    void askRows(const FilterStep::Lookup& step, const Block& block, const Words& active, Answer& answer);

    std::shared_ptr<const FilterProgram> m_program;
    const ColumnSource& m_source;
    std::vector<std::vector<std::uint8_t>> m_tables; ///< of each Texts step: for each code no, yes or not tested yet
    std::vector<std::uint32_t> m_codes;
    std::vector<std::int64_t> m_numbers;
};

} // namespace projectionist
