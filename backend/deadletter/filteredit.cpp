// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/filteredit.h"

#include "backend/deadletter/filterparser.h"
#include "backend/deadletter/filterprinter.h"

#include <algorithm>

namespace projectionist {

namespace {

std::string_view withoutOuterSpaces(std::string_view text)
{
    constexpr std::string_view spaces = " \t\r\n";
    const auto first = text.find_first_not_of(spaces);
    return first == std::string_view::npos ? std::string_view()
                                           : text.substr(first, text.find_last_not_of(spaces) - first + 1);
}

bool asksAlready(const FilterNode& tree, const FilterNode& condition)
{
    if (tree.kind != FilterNode::Kind::And)
        return tree == condition;
    return std::find(tree.children.begin(), tree.children.end(), condition) != tree.children.end();
}

/// Times that no one can write, as broken clocks make them, are all one: after the year 9999.
bool isBeyondCalendar(const FilterLiteral& value)
{
    const auto* time = std::get_if<FilterTime>(&value);
    return time && !parseFilterTime(toString(*time));
}

} // namespace

FilterNode filterCondition(FilterOperand operand, std::optional<FilterLiteral> value, bool excluded)
{
    if (!value) {
        FilterNode exists{FilterNode::Kind::Exists, {}, std::move(operand)};
        return excluded ? exists : negationOf(std::move(exists));
    }
    if (isBeyondCalendar(*value)) {
        const bool after = std::get<FilterTime>(*value).civil > 0;
        FilterNode outside{FilterNode::Kind::Compare,
                           {},
                           std::move(operand),
                           after ? FilterOperator::Greater : FilterOperator::Less,
                           {*parseFilterTime(after ? "9999-12-31" : "0000-01-01")}};
        return excluded ? negationOf(std::move(outside)) : outside;
    }
    return {FilterNode::Kind::Compare,
            {},
            std::move(operand),
            excluded ? FilterOperator::NotEqual : FilterOperator::Equal,
            {std::move(*value)}};
}

Result<std::string> addFilterCondition(std::string_view text, const FilterNode& condition, const FilterSchema& schema)
{
    const auto analysis = analyseFilter(text, schema);
    if (!analysis.ok())
        return tl::make_unexpected(Error{ErrorKind::Configuration, "Nothing can be added to a filter with a mistake",
                                         toString(analysis.problems.front()), "Correct or clear the filter first."});
    if (!analysis.tree)
        return printFilter(condition);
    if (asksAlready(*analysis.tree, condition))
        return std::string(text);
    std::string added(withoutOuterSpaces(text));
    if (analysis.tree->kind == FilterNode::Kind::Or)
        added = '(' + added + ')';
    const auto term = printFilter(condition);
    return added + " and " + (condition.kind == FilterNode::Kind::Or ? '(' + term + ')' : term);
}

} // namespace projectionist
