// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/deadletter/filterlexer.h"
#include "backend/deadletter/filterparser.h"

#include <utility>

namespace projectionist {

/// Where the parser is in its tokens, and what it has found out. An implementation detail of analyseFilter.
class FilterCursor
{
public:
    explicit FilterCursor(FilterTokens lexed) : m_tokens(std::move(lexed.tokens)), m_problems(std::move(lexed.problems))
    {
    }

    [[nodiscard]] const FilterToken& peek() const { return m_tokens[m_at]; }
    [[nodiscard]] const FilterToken& peekNext() const { return m_tokens[std::min(m_at + 1, m_tokens.size() - 1)]; }
    [[nodiscard]] bool at(FilterTokenKind kind) const { return peek().kind == kind; }
    [[nodiscard]] bool atConnective() const { return peek().is("and") || peek().is("or"); }
    /// End, `)`, `and`, `or`: a condition cannot go on.
    [[nodiscard]] bool atEndOfCondition() const;
    /// Returns the current token and goes on; stays at the end.
    FilterToken next();
    bool take(FilterTokenKind kind);
    /// To the end of the condition, over parentheses in it: after a mistake.
    void recover();
    /// To the very end, and nothing is reported from now on.
    void abandon();

    void report(std::size_t offset, std::size_t length, std::string message, std::string hint = {});
    void report(const FilterToken& token, std::string message, std::string hint = {});
    /// "`what` is missing after `and`", at the end of the last token; only "`what` is missing" at the beginning.
    void reportMissing(std::string_view what, std::string hint = {});
    /// Where the text ends here, `what` may come.
    void expect(unsigned what);
    void expect(unsigned what, const FilterOperand& operand, FilterOperator operation = FilterOperator::Equal);
    /// End of the last token.
    [[nodiscard]] std::size_t lastEnd() const;

    [[nodiscard]] std::vector<FilterProblem> takeProblems();
    [[nodiscard]] const FilterExpectation& expectation() const { return m_expected; }

private:
    std::vector<FilterToken> m_tokens;
    std::size_t m_at = 0;
    bool m_abandoned = false;
    bool m_expectationKnown = false;
    std::vector<FilterProblem> m_problems;
    FilterExpectation m_expected;
};

} // namespace projectionist
