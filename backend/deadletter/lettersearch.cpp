// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/lettersearch.h"

#include "backend/deadletter/filter.h"

namespace projectionist {

namespace {

constexpr Duration agesKept{5'000};

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
    index.setAtHand(row, nullptr);
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
