// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/filterchecker.h"

#include "backend/core/format.h"
#include "backend/deadletter/filterpattern.h"
#include "backend/deadletter/filterprinter.h"
#include "backend/deadletter/filtertext.h"

#include <algorithm>
#include <fmt/format.h>

namespace projectionist {

namespace {

FilterType typeOfLiteral(const FilterLiteral& literal)
{
    if (std::holds_alternative<std::string>(literal))
        return FilterType::Text;
    if (std::holds_alternative<FilterNumber>(literal))
        return FilterType::Number;
    if (std::holds_alternative<bool>(literal))
        return FilterType::Boolean;
    return std::holds_alternative<Duration>(literal) ? FilterType::Span : FilterType::Time;
}

bool fitsType(FilterType type, const FilterLiteral& value)
{
    const auto given = typeOfLiteral(value);
    return given == type || (type == FilterType::Enumeration && given == FilterType::Text);
}

/// The duration field that tells the age of a time field.
std::string ageFieldOf(const FilterSchema& schema, const std::string& time)
{
    const auto& fields = schema.fields();
    const auto at = std::find_if(fields.begin(), fields.end(), [&](const auto& field) { return field.ageOf == time; });
    return at == fields.end() ? std::string() : at->name;
}

std::string hintForMismatch(const ParsedOperand& operand, FilterOperator operation, const FilterSchema& schema,
                            const FilterLiteral& value)
{
    const auto* text = std::get_if<std::string>(&value);
    const auto literal = printFilterLiteral(value);
    switch (operand.type) {
    case FilterType::Text:
    case FilterType::Enumeration:
        return fmt::format("write `\"{}\"`", literal);
    case FilterType::Number:
        if (text && FilterNumber::parse(*text))
            return fmt::format("write `{}` without quotes", *text);
        return "for example `3`";
    case FilterType::Span:
        if (text && parseDuration(*text))
            return fmt::format("write `{}` without quotes", *text);
        if (const auto* number = std::get_if<FilterNumber>(&value); number && number->whole())
            return fmt::format("add a unit: `{0}s`, `{0}m`, `{0}h` or `{0}d`", literal);
        return "for example `6h`";
    case FilterType::Time:
        if (const auto age = ageFieldOf(schema, operand.operand.name);
            !age.empty() && std::holds_alternative<Duration>(value))
            return fmt::format("write `{} {} {}`", age, toString(operation), literal);
        return "for example `today`, `2026-11-21` or `2026-11-21T14:02Z`";
    case FilterType::Boolean:
        return "write `true` or `false`";
    case FilterType::Any:
        break;
    }
    return {};
}

FilterProblem mismatch(const ParsedOperand& operand, FilterOperator operation, const FilterSchema& schema,
                       const FilterLiteral& value)
{
    return {0, 0,
            fmt::format("`{}` is {}, not {}", operand.source, toString(operand.type), toString(typeOfLiteral(value))),
            hintForMismatch(operand, operation, schema, value)};
}

std::optional<FilterProblem> checkText(const ParsedOperand& operand, FilterOperator operation, const std::string& text)
{
    if (operation == FilterOperator::Matches)
        if (const auto pattern = FilterPattern::compile(text); !pattern)
            return FilterProblem{0, 0, fmt::format("this regular expression is wrong: {}", pattern.error()),
                                 "to find it as plain text use `contains`"};
    if (operand.type != FilterType::Enumeration)
        return std::nullopt;
    const auto& known = operand.field->values;
    if (std::find(known.begin(), known.end(), text) != known.end())
        return std::nullopt;
    return FilterProblem{0, 0, fmt::format("`{}` is never {}", operand.source, quoteFilterText(text)),
                         suggestFilterWord(text, known)};
}

} // namespace

const std::vector<FilterOperator>& filterOperatorsOf(FilterType type)
{
    using enum FilterOperator;
    static const std::vector<FilterOperator> text{Equal, NotEqual, Contains, StartsWith,  EndsWith,      Matches,
                                                  In,    Less,     Greater,  LessOrEqual, GreaterOrEqual};
    static const std::vector<FilterOperator> words{Equal, NotEqual, In};
    static const std::vector<FilterOperator> amounts{Less, Greater, LessOrEqual, GreaterOrEqual, Equal, NotEqual, In};
    static const std::vector<FilterOperator> truths{Equal, NotEqual};
    switch (type) {
    case FilterType::Enumeration:
        return words;
    case FilterType::Number:
    case FilterType::Span:
    case FilterType::Time:
        return amounts;
    case FilterType::Boolean:
        return truths;
    case FilterType::Text:
    case FilterType::Any:
        break;
    }
    return text;
}

bool isTextOperator(FilterOperator operation) noexcept
{
    return operation >= FilterOperator::Contains && operation <= FilterOperator::Matches;
}

std::optional<FilterProblem> checkFilterValue(const ParsedOperand& operand, FilterOperator operation,
                                              const FilterSchema& schema, FilterLiteral& value)
{
    const auto* text = std::get_if<std::string>(&value);
    if (!text && isTextOperator(operation))
        return FilterProblem{0, 0, fmt::format("`{}` needs a text", toString(operation)),
                             fmt::format("write `\"{}\"`", printFilterLiteral(value))};
    if (std::holds_alternative<bool>(value) && operation >= FilterOperator::Less &&
        operation <= FilterOperator::GreaterOrEqual)
        return FilterProblem{0, 0, fmt::format("`{}` has no order", printFilterLiteral(value)), "use `==` or `!=`"};
    if (operand.type == FilterType::Time && text)
        if (const auto time = parseFilterTime(*text)) {
            value = *time;
            return std::nullopt;
        }
    if (operand.type != FilterType::Any && !fitsType(operand.type, value))
        return mismatch(operand, operation, schema, value);
    return text ? checkText(operand, operation, *text) : std::nullopt;
}

} // namespace projectionist
