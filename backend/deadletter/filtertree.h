// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/deadletter/filtertime.h"
#include "backend/deadletter/filtervalue.h"

#include <string>
#include <variant>
#include <vector>

namespace projectionist {

/// Of a payload's path: the name in an object, or the place in an array.
using FilterPathPart = std::variant<std::string, std::size_t>;

/// What a condition looks at.
struct FilterOperand
{
    enum class Kind : std::uint8_t
    {
        Field,
        Header,
        Payload
    };
    Kind kind = Kind::Field;
    std::string name;                      ///< of Field and Header
    std::vector<FilterPathPart> path = {}; ///< of Payload; empty: the payload as a whole, as text
    bool operator==(const FilterOperand&) const = default;
};

enum class FilterOperator : std::uint8_t
{
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Contains,
    StartsWith,
    EndsWith,
    Matches, ///< a regular expression of RE2, found anywhere
    In
};

using FilterLiteral = std::variant<std::string, FilterNumber, bool, Duration, FilterTime>;

/// A filter as a tree. From analyseFilter: checked, no And directly in an And, no Or directly in an Or.
struct FilterNode
{
    enum class Kind : std::uint8_t
    {
        And,     ///< two or more children
        Or,      ///< two or more children
        Not,     ///< one child
        Compare, ///< operand, operation, values: one, or any number for In
        Exists   ///< operand
    };
    Kind kind = Kind::Compare;
    std::vector<FilterNode> children = {};
    FilterOperand operand = {};
    FilterOperator operation = FilterOperator::Equal;
    std::vector<FilterLiteral> values = {};
    bool operator==(const FilterNode&) const = default;
};

[[nodiscard]] inline FilterNode negationOf(FilterNode node)
{
    FilterNode negated{FilterNode::Kind::Not};
    negated.children.push_back(std::move(node));
    return negated;
}

} // namespace projectionist
