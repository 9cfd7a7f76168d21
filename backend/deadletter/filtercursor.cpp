// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/filtercursor.h"

#include <algorithm>
#include <fmt/format.h>

namespace projectionist {

namespace {

/// A message need not repeat a long text.
std::string shortened(std::string_view source)
{
    constexpr std::size_t most = 40;
    if (source.size() <= most)
        return std::string(source);
    std::size_t end = most;
    while (end > 0 && (static_cast<unsigned char>(source[end]) & 0xC0U) == 0x80U)
        --end;
    return std::string(source.substr(0, end)) + "…";
}

} // namespace

bool FilterCursor::atEndOfCondition() const
{
    return at(FilterTokenKind::End) || at(FilterTokenKind::Close) || atConnective();
}

FilterToken FilterCursor::next()
{
    auto token = peek();
    if (token.kind != FilterTokenKind::End)
        ++m_at;
    return token;
}

bool FilterCursor::take(FilterTokenKind kind)
{
    const bool there = at(kind);
    if (there)
        next();
    return there;
}

void FilterCursor::recover()
{
    int level = 0;
    while (!at(FilterTokenKind::End) && (level > 0 || !atEndOfCondition())) {
        if (at(FilterTokenKind::Open))
            ++level;
        else if (at(FilterTokenKind::Close))
            --level;
        next();
    }
}

void FilterCursor::abandon()
{
    m_at = m_tokens.size() - 1;
    m_abandoned = true;
    m_expectationKnown = true;
}

void FilterCursor::report(std::size_t offset, std::size_t length, std::string message, std::string hint)
{
    if (m_abandoned)
        return;
    m_problems.push_back({offset, length, std::move(message), std::move(hint)});
    // Where something is missing at the end, that is what may come, and not what would follow it.
    m_expectationKnown = m_expectationKnown || at(FilterTokenKind::End);
}

void FilterCursor::report(const FilterToken& token, std::string message, std::string hint)
{
    report(token.offset, token.length, std::move(message), std::move(hint));
}

void FilterCursor::reportMissing(std::string_view what, std::string hint)
{
    if (m_at == 0)
        report(peek().offset, 0, fmt::format("{} is missing", what), std::move(hint));
    else
        report(lastEnd(), 0, fmt::format("{} is missing after `{}`", what, shortened(m_tokens[m_at - 1].source)),
               std::move(hint));
}

void FilterCursor::expect(unsigned what)
{
    if (at(FilterTokenKind::End) && !m_expectationKnown)
        m_expected.what |= what;
}

void FilterCursor::expect(unsigned what, const FilterOperand& operand, FilterOperator operation)
{
    if (!at(FilterTokenKind::End) || m_expectationKnown)
        return;
    m_expected.what |= what;
    m_expected.operand = operand;
    m_expected.operation = operation;
}

std::size_t FilterCursor::lastEnd() const
{
    return m_at == 0 ? 0 : m_tokens[m_at - 1].offset + m_tokens[m_at - 1].length;
}

std::vector<FilterProblem> FilterCursor::takeProblems()
{
    std::stable_sort(m_problems.begin(), m_problems.end(),
                     [](const auto& a, const auto& b) { return a.offset < b.offset; });
    return std::move(m_problems);
}

} // namespace projectionist
