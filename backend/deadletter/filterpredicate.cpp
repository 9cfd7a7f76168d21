// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/filterpredicate.h"

#include "backend/core/format.h"
#include "backend/deadletter/columnsource.h"

#include <algorithm>
#include <cmath>
#include <compare>

namespace projectionist {

namespace {

constexpr std::int64_t leastNumber = absentNumber + 1;
constexpr std::int64_t mostNumber = std::numeric_limits<std::int64_t>::max();

bool holds(FilterOperator operation, std::partial_ordering order)
{
    switch (operation) {
    case FilterOperator::Less:
        return order < 0;
    case FilterOperator::LessOrEqual:
        return order <= 0;
    case FilterOperator::Greater:
        return order > 0;
    case FilterOperator::GreaterOrEqual:
        return order >= 0;
    case FilterOperator::NotEqual:
        return order != 0;
    default:
        return order == 0;
    }
}

/// Whole numbers that are equal to a literal: one, none, or the milliseconds of a day.
struct EqualSpan
{
    const FilterMoment& moment;

    FilterSpanOfTime operator()(const std::string&) const { return {0, -1}; }
    FilterSpanOfTime operator()(bool truth) const { return {truth ? 1 : 0, truth ? 1 : 0}; }
    FilterSpanOfTime operator()(Duration duration) const { return {duration.count(), duration.count()}; }
    FilterSpanOfTime operator()(const FilterTime& time) const { return resolve(time, moment); }
    /// Between two whole numbers: first is the next above, last the next below, so that comparisons come out right.
    FilterSpanOfTime operator()(const FilterNumber& number) const
    {
        if (const auto whole = number.whole())
            return {*whole, *whole};
        const auto below = static_cast<std::int64_t>(std::floor(number.real()));
        return {below + 1, below};
    }
};

constexpr FilterSpanOfTime allNumbers{leastNumber, mostNumber};
constexpr FilterSpanOfTime noNumbers{mostNumber, leastNumber};

FilterSpanOfTime passingSpan(FilterOperator operation, const FilterSpanOfTime& equal)
{
    switch (operation) {
    case FilterOperator::Less:
        return equal.first > leastNumber ? FilterSpanOfTime{leastNumber, equal.first - 1} : noNumbers;
    case FilterOperator::LessOrEqual:
        return {leastNumber, equal.last};
    case FilterOperator::Greater:
        return equal.last < mostNumber ? FilterSpanOfTime{equal.last + 1, mostNumber} : noNumbers;
    case FilterOperator::GreaterOrEqual:
        return {std::max(equal.first, leastNumber), mostNumber};
    default:
        return {std::max(equal.first, leastNumber), equal.last};
    }
}

FilterSpanOfTime passingSpan(FilterOperator operation, const FilterLiteral& value, const FilterMoment& moment)
{
    const auto* number = std::get_if<FilterNumber>(&value);
    const bool less = operation == FilterOperator::Less || operation == FilterOperator::LessOrEqual;
    const bool greater = operation == FilterOperator::Greater || operation == FilterOperator::GreaterOrEqual;
    if (number && *number > FilterNumber(mostNumber))
        return less ? allNumbers : noNumbers;
    if (number && *number < FilterNumber(leastNumber))
        return greater ? allNumbers : noNumbers;
    return passingSpan(operation, std::visit(EqualSpan{moment}, value));
}

std::int64_t saturatedDifference(std::int64_t a, std::int64_t b)
{
    if (b == mostNumber)
        return leastNumber;
    if (b == leastNumber)
        return mostNumber;
    std::int64_t difference = 0;
    if (__builtin_sub_overflow(a, b, &difference))
        return b > 0 ? leastNumber : mostNumber;
    return std::max(difference, leastNumber);
}

} // namespace

TextPredicate::TextPredicate(FilterOperator operation, std::vector<std::string> values)
    : m_operation(operation), m_values(std::move(values))
{
    std::sort(m_values.begin(), m_values.end());
    if (operation == FilterOperator::Matches)
        if (auto pattern = FilterPattern::compile(m_values.front()))
            m_pattern = std::move(*pattern);
}

bool TextPredicate::operator()(std::string_view text) const
{
    switch (m_operation) {
    case FilterOperator::Contains:
        return text.find(m_values.front()) != std::string_view::npos;
    case FilterOperator::StartsWith:
        return text.starts_with(m_values.front());
    case FilterOperator::EndsWith:
        return text.ends_with(m_values.front());
    case FilterOperator::Matches:
        return m_pattern && m_pattern->isFoundIn(text);
    case FilterOperator::In:
        return std::binary_search(m_values.begin(), m_values.end(), text, std::less<>());
    default:
        return holds(m_operation, text <=> std::string_view(m_values.front()));
    }
}

FilterIntervals::FilterIntervals(FilterOperator operation, const std::vector<FilterLiteral>& values,
                                 const FilterMoment& moment)
    : m_negated(operation == FilterOperator::NotEqual)
{
    for (const auto& value : values)
        if (const auto span = passingSpan(operation, value, moment); span.first <= span.last)
            m_spans.push_back(span);
    std::sort(m_spans.begin(), m_spans.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<FilterSpanOfTime> apart;
    for (const auto& span : m_spans)
        if (!apart.empty() && span.first <= apart.back().last)
            apart.back().last = std::max(apart.back().last, span.last);
        else
            apart.push_back(span);
    m_spans = std::move(apart);
}

FilterIntervals::FilterIntervals() : m_spans{allNumbers} {}

FilterIntervals FilterIntervals::ofAges(TimePoint now) const
{
    FilterIntervals times = *this;
    const auto at = now.time_since_epoch().count();
    for (auto& span : times.m_spans)
        span = {saturatedDifference(at, span.last), saturatedDifference(at, span.first)};
    std::reverse(times.m_spans.begin(), times.m_spans.end());
    return times;
}

bool FilterIntervals::isInAny(std::int64_t number) const
{
    const auto after = std::upper_bound(m_spans.begin(), m_spans.end(), number,
                                        [](std::int64_t n, const auto& span) { return n < span.first; });
    return after != m_spans.begin() && number <= std::prev(after)->last;
}

ValuePredicate::ValuePredicate(FilterOperator operation, const std::vector<FilterLiteral>& values,
                               const FilterMoment& moment)
    : m_negated(operation == FilterOperator::NotEqual), m_moment(moment)
{
    const auto positive = m_negated ? FilterOperator::Equal : operation;
    std::vector<std::string> texts;
    for (const auto& value : values) {
        if (const auto* text = std::get_if<std::string>(&value))
            texts.push_back(*text);
        else if (const auto* number = std::get_if<FilterNumber>(&value))
            m_tests.emplace_back(NumberTest{positive, *number});
        else if (const auto* truth = std::get_if<bool>(&value))
            m_tests.emplace_back(*truth);
        else
            m_tests.emplace_back(
                SpanTest{FilterIntervals(positive, {value}, moment), std::holds_alternative<FilterTime>(value)});
    }
    if (!texts.empty())
        m_tests.emplace_back(TextPredicate(positive, std::move(texts)));
}

bool ValuePredicate::operator()(const FilterValue& value) const
{
    return std::any_of(m_tests.begin(), m_tests.end(), [&](const auto& test) { return passes(test, value); }) !=
           m_negated;
}

bool ValuePredicate::passes(const Test& test, const FilterValue& value) const
{
    if (const auto* text = std::get_if<TextPredicate>(&test)) {
        const auto* plain = std::get_if<std::string>(&value);
        const auto converted = plain ? std::nullopt : textOf(value);
        return plain ? (*text)(*plain) : converted && (*text)(*converted);
    }
    if (const auto* number = std::get_if<NumberTest>(&test)) {
        const auto given = numberOf(value);
        return given && holds(number->operation, *given <=> number->number);
    }
    if (const auto* span = std::get_if<SpanTest>(&test)) {
        const auto given = millisecondsOf(value, span->ofTime);
        return given && span->intervals(*given);
    }
    return textOf(value) == (std::get<bool>(test) ? "true" : "false");
}

std::optional<std::int64_t> ValuePredicate::millisecondsOf(const FilterValue& value, bool ofTime) const
{
    if (const auto number = numberOf(value)) {
        if (const auto whole = number->whole())
            return whole;
        const double real = std::floor(number->real());
        return std::abs(real) < 9e18 ? std::optional(static_cast<std::int64_t>(real)) : std::nullopt;
    }
    const auto* text = std::get_if<std::string>(&value);
    if (!text)
        return std::nullopt;
    if (!ofTime) {
        const auto duration = parseDuration(*text);
        return duration ? std::optional(duration->count()) : std::nullopt;
    }
    const auto time = parseFilterTime(*text);
    return time && time->kind == FilterTime::Kind::Civil ? std::optional(resolve(*time, m_moment).first) : std::nullopt;
}

} // namespace projectionist
