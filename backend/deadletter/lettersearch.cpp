// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/lettersearch.h"

#include "backend/deadletter/filter.h"

#include <algorithm>

namespace projectionist {

namespace {

constexpr Duration agesKept{5'000};
constexpr std::size_t mostGaps = 255; ///< further ones count as the last

} // namespace

LetterSearch::LetterSearch(const LetterIndex& index, std::string text, std::uint64_t number, const FilterMoment& moment)
    : m_index(index), m_text(std::move(text)), m_number(number)
{
    compile(moment);
}

void LetterSearch::compile(const FilterMoment& moment)
{
    auto program = compileFilter(m_text, letterSchema(), moment);
    if (!program || m_text.empty())
        return;
    m_program = *std::move(program);
    m_run.emplace(m_program, m_index);
    m_result = {};
    m_tally = {};
    m_gaps.clear();
    m_gapOfRow.clear();
    m_compiled = moment.now;
    m_version = m_index.version();
}

bool LetterSearch::advance(const FilterMoment& moment, std::size_t most)
{
    if (!m_run)
        return false;
    const bool aged = m_program->isTimeDependent() && m_program->lookups().empty() &&
                      (moment.now - m_compiled > agesKept || moment.now < m_compiled);
    // Removed rows need no new answer, but the same number stands for other changes of rows too.
    if (aged || (m_version != m_index.version() && m_program->lookups().empty()))
        compile(moment);
    return m_run->advance(m_result, most);
}

void LetterSearch::answer(LetterIndex& index, std::size_t row, const RawLetter& letter)
{
    if (!m_run || m_program->lookups().empty() || row > m_result.rowCount())
        return;
    index.setAtHand(row, &letter);
    if (row == m_result.rowCount()) {
        m_run->advance(m_result, 1);
    } else if (m_result.verdict(row) == FilterVerdict::Undecided) {
        const auto verdict = m_run->decide(row);
        m_result.set(row, verdict);
        m_changed = m_changed || verdict != FilterVerdict::Undecided;
    }
    if (m_result.verdict(row) == FilterVerdict::Undecided)
        noteGap(row, index.gap());
    index.setAtHand(row, nullptr);
}

void LetterSearch::noteGap(std::size_t row, const std::optional<PayloadGap>& gap)
{
    if (!gap)
        return;
    auto found = std::ranges::find(m_gaps, *gap);
    if (found == m_gaps.end() && m_gaps.size() < mostGaps)
        found = m_gaps.insert(m_gaps.end(), *gap);
    else if (found == m_gaps.end())
        --found;
    m_gapOfRow.resize(std::max(m_gapOfRow.size(), row + 1));
    m_gapOfRow[row] = static_cast<std::uint8_t>(found - m_gaps.begin() + 1);
}

LetterSearch::Gaps LetterSearch::gaps(bool withResolved) const
{
    Gaps gaps;
    for (const auto& gap : m_gaps)
        gaps.emplace_back(gap, 0);
    const auto skipped = LetterRows::skippedMarks(withResolved);
    for (std::size_t row = 0; row < m_gapOfRow.size(); ++row)
        if (m_gapOfRow[row] != 0 && m_result.verdict(row) == FilterVerdict::Undecided &&
            !(m_index.rows().marks()[row] & skipped))
            ++gaps[m_gapOfRow[row] - 1U].second;
    std::erase_if(gaps, [](const auto& gap) { return gap.second == 0; });
    return gaps;
}

std::vector<std::size_t> LetterSearch::open() const
{
    auto rows = m_run ? m_result.rows(FilterVerdict::Undecided) : std::vector<std::size_t>{};
    std::erase_if(rows, [&](std::size_t row) { return m_index.rows().removed(row); });
    return rows;
}

const GroupTally& LetterSearch::tally(TimePoint now, bool withResolved)
{
    if (std::exchange(m_changed, false))
        m_tally = {};
    m_tally.update(m_index, now, result(), withResolved);
    return m_tally;
}

} // namespace projectionist
