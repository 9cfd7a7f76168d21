// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/deadletter/filterproblem.h"
#include "backend/deadletter/filterschema.h"
#include "backend/deadletter/filtertree.h"

#include <optional>
#include <string_view>
#include <vector>

namespace projectionist {

/// Bytes of UTF-8.
inline constexpr std::size_t longestFilter = 65'536;
/// Parentheses and `not`s within one another.
inline constexpr int deepestFilter = 100;

/// What may stand where the text ends; for completion.
struct FilterExpectation
{
    enum What : unsigned
    {
        Condition = 1,   ///< a field, header(, payload, exists(, not, (
        Operand = 2,     ///< the same without what is no operand
        Operator = 4,    ///< of `operand`
        Value = 8,       ///< of `operand` after `operation`
        Connective = 16, ///< and, or
        Close = 32,
        Comma = 64,
        Open = 128,
        HeaderName = 256,
        PathPart = 512,  ///< . or [ after `operand`
        PathName = 1024, ///< the name after a .
        PathKey = 2048,  ///< a name in quotes or a number after a [
        CloseBracket = 4096,
        WordOperator = 8192 ///< contains, in and the like, after `operand` and not
    };
    unsigned what = 0;
    FilterOperand operand = {};
    FilterOperator operation = FilterOperator::Equal;
};

struct FilterAnalysis
{
    std::optional<FilterNode>
        tree; ///< none for an empty filter, which every letter passes, and where there are problems
    std::vector<FilterProblem> problems; ///< in the order of the text
    FilterExpectation expected;

    [[nodiscard]] bool ok() const { return problems.empty(); }
};

/// Parses and checks. The language is described in resources/help/filter.md; `or` binds weakest, then `and`, then
/// `not`, then comparisons. Never throws, whatever the text; after a mistake the rest is still checked.
[[nodiscard]] FilterAnalysis analyseFilter(std::string_view text, const FilterSchema& schema);

} // namespace projectionist
