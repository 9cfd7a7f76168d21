// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/deadletter/grouptally.h"

namespace projectionist {

/// Which letters of an index pass a filter, and what groups they make. Belongs to whoever has the index.
class LetterSearch
{
public:
    /// Every letter passes.
    explicit LetterSearch(const LetterIndex& index, std::uint64_t number = 0) : m_index(index), m_number(number) {}
    /// `text` is to be free of mistakes, or every letter passes; see analyseFilter(). `number`: to tell searches apart.
    LetterSearch(const LetterIndex& index, std::string text, std::uint64_t number, const FilterMoment& moment);

    [[nodiscard]] std::uint64_t number() const { return m_number; }
    [[nodiscard]] const std::string& text() const { return m_text; }
    /// Tests rows that came, or changed, since; at most so many. False: none is left. Ages are renewed every few
    /// seconds, except in filters that ask letters: those stay as of the moment when the filter was set.
    bool advance(const FilterMoment& moment, std::size_t most);
    /// Tests one row whose letter is at hand, if that is what it waits for.
    void answer(LetterIndex& index, std::size_t row, const RawLetter& letter);
    /// Rows that wait for their letters to be read. Of the whole index, so not for each turn.
    [[nodiscard]] std::vector<std::size_t> open() const;

    [[nodiscard]] bool asksPayload() const { return m_program && m_program->asksPayload(); }
    /// Why letters that were at hand have no answer, and how many. Of the whole index, as open().
    using Gaps = std::vector<std::pair<PayloadGap, std::uint64_t>>;
    [[nodiscard]] Gaps gaps(bool withResolved) const;

    /// nullptr: every letter passes.
    [[nodiscard]] const FilterResult* result() const { return m_run ? &m_result : nullptr; }
    /// Of all rows that have been tested.
    [[nodiscard]] const GroupTally& tally(TimePoint now, bool withResolved = true);

private:
    void compile(const FilterMoment& moment);
    void noteGap(std::size_t row, const std::optional<PayloadGap>& gap);

    const LetterIndex& m_index;
    const std::string m_text{};
    const std::uint64_t m_number = 0;
    std::shared_ptr<const FilterProgram> m_program;
    std::optional<FilterRun> m_run; ///< none: every letter passes
    FilterResult m_result;
    GroupTally m_tally;
    std::vector<PayloadGap> m_gaps;       ///< distinct ones
    std::vector<std::uint8_t> m_gapOfRow; ///< its place in m_gaps, counted from one; 0, or beyond the end: none
    bool m_changed = false;               ///< an answer that was tallied has changed
    TimePoint m_compiled{};
    std::uint64_t m_version = 0; ///< of the index
};

} // namespace projectionist
