// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/filteroperators.h"

#include "backend/deadletter/filterchecker.h"
#include "backend/deadletter/filterliterals.h"
#include "backend/deadletter/filterprinter.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace projectionist {

namespace {

constexpr std::array wordOperators{FilterOperator::Contains, FilterOperator::StartsWith, FilterOperator::EndsWith,
                                   FilterOperator::Matches, FilterOperator::In};

std::optional<FilterOperator> operatorOf(const FilterToken& token)
{
    if (token.kind >= FilterTokenKind::Equal && token.kind <= FilterTokenKind::GreaterOrEqual) // both in the same order
        return static_cast<FilterOperator>(static_cast<int>(token.kind) - static_cast<int>(FilterTokenKind::Equal));
    for (const auto operation : wordOperators)
        if (token.is(toString(operation)))
            return operation;
    return std::nullopt;
}

std::string operatorList(FilterType type)
{
    std::vector<std::string> names;
    for (const auto operation : filterOperatorsOf(type))
        names.push_back(fmt::format("`{}`", toString(operation)));
    return fmt::format("{}", fmt::join(names, ", "));
}

void reportNoOperator(FilterCursor& cursor, const ParsedOperand& operand)
{
    const auto token = cursor.peek();
    if (token.kind == FilterTokenKind::Broken) // of which the lexer has told
        return;
    const auto& fitting = filterOperatorsOf(operand.type);
    if (token.kind != FilterTokenKind::Word || cursor.atConnective()) {
        cursor.reportMissing("a comparison", fmt::format("for example `{} {} {}`", operand.source,
                                                         toString(fitting.front()), exampleFilterValue(operand)));
        return;
    }
    std::vector<std::string> words;
    for (const auto operation : fitting)
        words.emplace_back(toString(operation));
    cursor.report(token, fmt::format("unknown operator `{}`", token.source), suggestFilterWord(token.source, words));
}

} // namespace

std::optional<FilterOperator> parseFilterOperator(FilterCursor& cursor, ParsedOperand& operand, bool negated)
{
    const auto operation = operatorOf(cursor.peek());
    if (!operation) {
        reportNoOperator(cursor, operand);
        return std::nullopt;
    }
    const auto token = cursor.next();
    const auto& fitting = filterOperatorsOf(operand.type);
    if (negated && *operation < FilterOperator::Contains) {
        cursor.report(token, fmt::format("`not {}` is not an operator", token.source), "write `not` before the field");
    } else if (operand.known && std::find(fitting.begin(), fitting.end(), *operation) == fitting.end()) {
        cursor.report(token,
                      fmt::format("`{}` does not fit `{}`, which is {}", toString(*operation), operand.source,
                                  toString(operand.type)),
                      fmt::format("use {}", operatorList(operand.type)));
        operand.known = false;
    }
    return operation;
}

} // namespace projectionist
