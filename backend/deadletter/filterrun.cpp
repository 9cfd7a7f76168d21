// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/filterrun.h"

#include <algorithm>
#include <bit>

namespace projectionist {

namespace {

constexpr std::uint8_t untested = 2;
constexpr int fewRows = 16; ///< of a word: up to so many it is faster to go from one to the next

/// Sets the bits of active rows for which `test(row of the block)` is true.
template<std::size_t Size, typename Test>
void testActiveRows(const std::array<std::uint64_t, Size>& active, std::size_t rows,
                    std::array<std::uint64_t, Size>& passed, Test test)
{
    for (std::size_t at = 0; at * 64 < rows; ++at) {
        std::uint64_t bits = 0;
        if (std::popcount(active[at]) <= fewRows) {
            for (std::uint64_t open = active[at]; open != 0; open &= open - 1) {
                const auto i = static_cast<unsigned>(std::countr_zero(open));
                bits |= static_cast<std::uint64_t>(test(at * 64 + i)) << i;
            }
        } else {
            const std::size_t count = std::min<std::size_t>(64, rows - at * 64);
            for (std::size_t i = 0; i < count; ++i)
                bits |= static_cast<std::uint64_t>(test(at * 64 + i)) << i;
        }
        passed[at] = bits;
    }
}

} // namespace

FilterRun::FilterRun(std::shared_ptr<const FilterProgram> program, const ColumnSource& source)
    : m_program(std::move(program)), m_source(source), m_tables(m_program->tableCount())
{
}

bool FilterRun::advance(FilterResult& result, std::size_t most)
{
    const std::size_t all = m_source.rowCount();
    const std::size_t end = result.m_rows + std::min(most, all - result.m_rows);
    result.m_yes.resize((end + 63) / 64);
    result.m_possible.resize((end + 63) / 64);
    while (result.m_rows < end) {
        // A block begins where a word does; rows of it that are there already keep their verdict.
        const std::size_t first = result.m_rows / 64 * 64;
        const Block block = blockOf({first, std::min(blockRows, end - first)});
        Words active{};
        active.fill(~std::uint64_t{0});
        const std::uint64_t kept = (std::uint64_t{1} << result.m_rows % 64) - 1;
        active[0] &= ~kept;
        if (block.rows.count % 64 != 0)
            active[block.words - 1] &= (std::uint64_t{1} << block.rows.count % 64) - 1;
        Answer answer{};
        evaluate(m_program->root(), block, active, answer);
        for (std::size_t i = 0; i < block.words; ++i) {
            result.m_yes[first / 64 + i] |= answer.yes[i] & active[i];
            result.m_possible[first / 64 + i] |= answer.possible[i] & active[i];
        }
        result.m_rows = first + block.rows.count;
    }
    return end < all;
}

FilterVerdict FilterRun::decide(std::size_t row)
{
    Words active{};
    active[0] = 1;
    Answer answer{};
    evaluate(m_program->root(), blockOf({row, 1}), active, answer);
    if (answer.yes[0] & 1U)
        return FilterVerdict::Yes;
    return answer.possible[0] & 1U ? FilterVerdict::Undecided : FilterVerdict::No;
}

void FilterRun::evaluate(const FilterStep& step, const Block& block, const Words& active, Answer& answer)
{
    if (const auto* group = std::get_if<FilterStep::Group>(&step.what))
        join(*group, block, active, answer);
    else if (const auto* numbers = std::get_if<FilterStep::Numbers>(&step.what))
        testNumbers(*numbers, block, active, answer);
    else if (const auto* texts = std::get_if<FilterStep::Texts>(&step.what))
        testTexts(*texts, block, active, answer);
    else
        askRows(std::get<FilterStep::Lookup>(step.what), block, active, answer);
}

void FilterRun::join(const FilterStep::Group& group, const Block& block, Words active, Answer& answer)
{
    Answer child{};
    if (group.join == FilterStep::Join::Not) {
        evaluate(group.children.front(), block, active, child);
        for (std::size_t i = 0; i < block.words; ++i) {
            answer.yes[i] = ~child.possible[i];
            answer.possible[i] = ~child.yes[i];
        }
        return;
    }
    const bool all = group.join == FilterStep::Join::And;
    answer.yes.fill(all ? ~std::uint64_t{0} : 0);
    answer.possible.fill(all ? ~std::uint64_t{0} : 0);
    for (const auto& step : group.children) {
        evaluate(step, block, active, child);
        std::uint64_t open = 0;
        for (std::size_t i = 0; i < block.words; ++i) {
            answer.yes[i] = all ? answer.yes[i] & child.yes[i] : answer.yes[i] | child.yes[i];
            answer.possible[i] = all ? answer.possible[i] & child.possible[i] : answer.possible[i] | child.possible[i];
            active[i] &= all ? answer.possible[i] : ~answer.yes[i];
            open |= active[i];
        }
        if (open == 0)
            return;
    }
}

void FilterRun::testNumbers(const FilterStep::Numbers& step, const Block& block, const Words& active, Answer& answer)
{
    const auto numbers = m_source.numbers(step.field, block.rows, m_numbers);
    if (const auto* span = step.passing.single()) {
        // One comparison without a branch: numbers below the first wrap around to large ones.
        const auto first = static_cast<std::uint64_t>(span->first);
        const auto width = static_cast<std::uint64_t>(span->last) - first;
        const bool negated = step.passing.negated();
        testActiveRows(active, block.rows.count, answer.yes, [&](std::size_t i) {
            return (static_cast<std::uint64_t>(numbers[i]) - first <= width) != negated;
        });
    } else {
        testActiveRows(active, block.rows.count, answer.yes, [&](std::size_t i) { return step.passing(numbers[i]); });
    }
    answer.possible = answer.yes;
}

void FilterRun::testTexts(const FilterStep::Texts& step, const Block& block, const Words& active, Answer& answer)
{
    auto& table = m_tables[step.table];
    table.resize(std::max(table.size(), m_source.dictionarySize(step.field)), untested);
    const auto codes = m_source.codes(step.field, block.rows, m_codes);
    testActiveRows(active, block.rows.count, answer.yes, [&](std::size_t i) {
        const std::uint32_t code = codes[i];
        if (code >= table.size())
            return step.whenAbsent;
        if (table[code] == untested)
            table[code] = step.passes(m_source.dictionaryText(step.field, code)) ? 1 : 0;
        return table[code] != 0;
    });
    answer.possible = answer.yes;
}

void FilterRun::askRows(const FilterStep::Lookup& step, const Block& block, const Words& active, Answer& answer)
{
    answer.yes.fill(0);
    answer.possible.fill(0);
    for (std::size_t at = 0; at < block.words; ++at)
        for (std::uint64_t open = active[at]; open != 0; open &= open - 1) {
            const std::uint64_t bit = open & (~open + 1);
            const std::size_t row = block.rows.first + at * 64 + static_cast<std::size_t>(std::countr_zero(open));
            const auto value = m_source.lookup(row, step.operand);
            const bool yes =
                value && (step.passes ? (*step.passes)(*value) : !std::holds_alternative<FilterAbsent>(*value));
            answer.yes[at] |= yes ? bit : 0;
            answer.possible[at] |= yes || !value ? bit : 0;
        }
}

} // namespace projectionist
