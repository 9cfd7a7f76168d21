// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/deadletter/filterpattern.h"
#include "backend/deadletter/filtertree.h"

#include <optional>
#include <string_view>
#include <variant>
#include <vector>

namespace projectionist {

/// A comparison of texts, byte by byte.
class TextPredicate
{
public:
    /// `values`: one, or any number for In.
    TextPredicate(FilterOperator operation, std::vector<std::string> values);
    [[nodiscard]] bool operator()(std::string_view text) const;

private:
    FilterOperator m_operation;
    std::vector<std::string> m_values; ///< sorted
    std::optional<FilterPattern> m_pattern;
};

/// Whole numbers between bounds that belong to it; or, negated, those that do not. absentNumber is in none of them.
class FilterIntervals
{
public:
    /// What a comparison with numbers, durations, times or booleans lets pass.
    FilterIntervals(FilterOperator operation, const std::vector<FilterLiteral>& values, const FilterMoment& moment);
    /// All that exist.
    FilterIntervals();
    /// The times of which the ages are in this, at a moment.
    [[nodiscard]] FilterIntervals ofAges(TimePoint now) const;

    [[nodiscard]] bool operator()(std::int64_t number) const
    {
        return (m_spans.size() == 1 ? isIn(m_spans.front(), number) : isInAny(number)) != m_negated;
    }
    /// The only one, for a fast way; nullptr if there are several or none.
    [[nodiscard]] const FilterSpanOfTime* single() const { return m_spans.size() == 1 ? &m_spans.front() : nullptr; }
    [[nodiscard]] bool negated() const { return m_negated; }

private:
    static bool isIn(const FilterSpanOfTime& span, std::int64_t number)
    {
        return number >= span.first && number <= span.last;
    }
    [[nodiscard]] bool isInAny(std::int64_t number) const;

    std::vector<FilterSpanOfTime> m_spans; ///< sorted, apart from each other
    bool m_negated = false;
};

/// A comparison of what a letter holds, of which the type is known only then: the literal decides how it is read. Texts
/// that are numbers, times or durations count as such, numbers and booleans count as their text. What is absent or
/// cannot be read so is unequal.
class ValuePredicate
{
public:
    ValuePredicate(FilterOperator operation, const std::vector<FilterLiteral>& values, const FilterMoment& moment);
    [[nodiscard]] bool operator()(const FilterValue& value) const;

private:
    struct NumberTest
    {
        FilterOperator operation;
        FilterNumber number;
    };
    struct SpanTest
    {
        FilterIntervals intervals;
        bool ofTime; ///< else of durations
    };
    using Test = std::variant<TextPredicate, NumberTest, SpanTest, bool>;

    [[nodiscard]] bool passes(const Test& test, const FilterValue& value) const;
    [[nodiscard]] std::optional<std::int64_t> millisecondsOf(const FilterValue& value, bool ofTime) const;

    std::vector<Test> m_tests; ///< one must pass
    bool m_negated = false;
    FilterMoment m_moment;
};

} // namespace projectionist
