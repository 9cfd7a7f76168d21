// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/filterprinter.h"

#include "backend/core/format.h"
#include "backend/deadletter/filterlexer.h"
#include "backend/deadletter/filtertext.h"

#include <fmt/format.h>

namespace projectionist {

namespace {

struct PrintLiteral
{
    std::string operator()(const std::string& text) const { return quoteFilterText(text); }
    std::string operator()(const FilterNumber& number) const { return number.text(); }
    std::string operator()(bool truth) const { return truth ? "true" : "false"; }
    std::string operator()(Duration duration) const
    {
        return (duration.count() < 0 ? "-" : "") + compactDuration(std::chrono::abs(duration));
    }
    std::string operator()(const FilterTime& time) const { return toString(time); }
};

std::string printComparison(const FilterNode& node)
{
    std::string text = printFilterOperand(node.operand) + ' ' + toString(node.operation) + ' ';
    if (node.operation == FilterOperator::Matches)
        return text + quoteFilterPattern(std::get<std::string>(node.values.front()));
    if (node.operation != FilterOperator::In)
        return text + printFilterLiteral(node.values.front());
    for (std::size_t i = 0; i < node.values.size(); ++i)
        text += (i == 0 ? "(" : ", ") + printFilterLiteral(node.values[i]);
    return text + ')';
}

std::string inParenthesesIf(bool needed, const FilterNode& node)
{
    return needed ? '(' + printFilter(node) + ')' : printFilter(node);
}

std::string printJoined(const FilterNode& node, const char* word)
{
    std::string text;
    for (const auto& child : node.children) {
        const bool weaker = child.kind == FilterNode::Kind::Or || child.kind == node.kind;
        text += (text.empty() ? "" : word) + inParenthesesIf(weaker, child);
    }
    return text;
}

} // namespace

std::string printFilter(const FilterNode& node)
{
    switch (node.kind) {
    case FilterNode::Kind::And:
        return printJoined(node, " and ");
    case FilterNode::Kind::Or:
        return printJoined(node, " or ");
    case FilterNode::Kind::Not: {
        const auto& child = node.children.front();
        return "not " +
               inParenthesesIf(child.kind == FilterNode::Kind::And || child.kind == FilterNode::Kind::Or, child);
    }
    case FilterNode::Kind::Exists:
        return "exists(" + printFilterOperand(node.operand) + ')';
    case FilterNode::Kind::Compare:
        break;
    }
    return printComparison(node);
}

std::string printFilterOperand(const FilterOperand& operand)
{
    if (operand.kind == FilterOperand::Kind::Field)
        return operand.name;
    if (operand.kind == FilterOperand::Kind::Header)
        return "header(" + quoteFilterText(operand.name) + ')';
    std::string text = "payload";
    for (const auto& part : operand.path) {
        const auto* name = std::get_if<std::string>(&part);
        if (!name)
            text += fmt::format("[{}]", std::get<std::size_t>(part));
        else if (isFilterName(*name))
            text += '.' + *name;
        else
            text += '[' + quoteFilterText(*name) + ']';
    }
    return text;
}

std::string printFilterLiteral(const FilterLiteral& literal)
{
    return std::visit(PrintLiteral{}, literal);
}

const char* toString(FilterOperator operation) noexcept
{
    switch (operation) {
    case FilterOperator::Equal:
        return "==";
    case FilterOperator::NotEqual:
        return "!=";
    case FilterOperator::Less:
        return "<";
    case FilterOperator::LessOrEqual:
        return "<=";
    case FilterOperator::Greater:
        return ">";
    case FilterOperator::GreaterOrEqual:
        return ">=";
    case FilterOperator::Contains:
        return "contains";
    case FilterOperator::StartsWith:
        return "startswith";
    case FilterOperator::EndsWith:
        return "endswith";
    case FilterOperator::Matches:
        return "matches";
    case FilterOperator::In:
        break;
    }
    return "in";
}

} // namespace projectionist
