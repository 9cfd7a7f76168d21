// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/filternumber.h"

#include "backend/core/format.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <fmt/format.h>

namespace projectionist {

namespace {

bool isAsciiDigit(char c)
{
    return c >= '0' && c <= '9';
}

bool isAsciiLetter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

template<typename Test>
std::size_t lengthWhile(std::string_view text, Test test)
{
    return static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), test) - text.begin());
}

/// "2026-1…": nothing else has a minus after four digits.
bool beginsAsTime(std::string_view text)
{
    return lengthWhile(text, isAsciiDigit) == 4 && text.size() > 5 && text[4] == '-' && isAsciiDigit(text[5]);
}

std::size_t lengthOfTime(std::string_view text)
{
    const auto inside = [](char c) {
        return isAsciiDigit(c) || isAsciiLetter(c) || c == ':' || c == '.' || c == '+' || c == '-';
    };
    const std::size_t date = lengthWhile(text, inside);
    const auto rest = text.substr(date);
    // "2026-11-21 14:02": what follows the blank can only be its time of day.
    const bool timeOfDay = date == 10 && rest.size() >= 4 && rest[0] == ' ' && isAsciiDigit(rest[1]) &&
                           isAsciiDigit(rest[2]) && rest[3] == ':';
    return timeOfDay ? date + 1 + lengthWhile(rest.substr(1), inside) : date;
}

std::size_t lengthOfNumber(std::string_view text)
{
    const auto inside = [](char c) { return isAsciiDigit(c) || isAsciiLetter(c) || c == '.' || c == '_'; };
    const std::size_t sign = text.starts_with('-') ? 1 : 0;
    std::size_t length = sign + lengthWhile(text.substr(sign), inside);
    const auto digits = sign + lengthWhile(text.substr(sign), [](char c) { return isAsciiDigit(c) || c == '.'; });
    const bool exponent = digits + 1 == length && (text[digits] == 'e' || text[digits] == 'E');
    if (exponent && length + 1 < text.size() && (text[length] == '+' || text[length] == '-') &&
        isAsciiDigit(text[length + 1]))
        length += 1 + lengthWhile(text.substr(length + 1), isAsciiDigit);
    return length;
}

bool isUnit(std::string_view unit)
{
    constexpr std::array<std::string_view, 5> known{"ms", "s", "m", "h", "d"};
    return std::find(known.begin(), known.end(), unit) != known.end();
}

/// Why something that begins with a digit is neither a number nor a duration; the place counts from its begin.
FilterProblem whyNoNumber(std::string_view text)
{
    constexpr const char* units = "units are ms, s, m, h and d, as in 1h30m";
    double real = 0;
    if (std::from_chars(text.data(), text.data() + text.size(), real).ec == std::errc::result_out_of_range)
        return {0, text.size(), fmt::format("`{}` is out of range", text), "numbers go up to 1e308"};
    std::size_t at = text.starts_with('-') ? 1 : 0;
    bool anyUnit = false;
    while (at < text.size()) {
        at += lengthWhile(text.substr(at), [](char c) { return isAsciiDigit(c) || c == '.'; });
        const std::size_t unit = lengthWhile(text.substr(at), [](char c) { return isAsciiLetter(c) || c == '_'; });
        if (unit == 0)
            break;
        if (!isUnit(text.substr(at, unit)))
            return {at, unit, fmt::format("unknown unit `{}` in `{}`", text.substr(at, unit), text), units};
        anyUnit = true;
        at += unit;
    }
    const bool point = text.find('.') != std::string_view::npos;
    if (anyUnit && point)
        return {0, text.size(), fmt::format("`{}` is not a duration", text), "write whole numbers, as in 1h30m"};
    if (anyUnit && isAsciiDigit(text.back()))
        return {0, text.size(), fmt::format("`{}` ends without a unit", text), units};
    if (anyUnit)
        return {0, text.size(), fmt::format("`{}` is too long", text), "durations go up to 100 years"};
    return {0, text.size(), fmt::format("`{}` is not a number", text), "write texts in quotes"};
}

} // namespace

std::size_t lengthOfFilterValue(std::string_view text)
{
    return beginsAsTime(text) ? lengthOfTime(text) : lengthOfNumber(text);
}

std::optional<FilterLiteral> parseFilterValue(std::string_view text, std::size_t offset,
                                              std::vector<FilterProblem>& problems)
{
    if (beginsAsTime(text)) {
        if (const auto time = parseFilterTime(text))
            return *time;
        problems.push_back({offset, text.size(), fmt::format("`{}` is not a time", text),
                            "write it as 2026-11-21, 2026-11-21T14:02 or 2026-11-21T14:02:11Z"});
        return std::nullopt;
    }
    if (const auto number = FilterNumber::parse(text))
        return *number;
    const bool negative = text.starts_with('-');
    if (const auto duration = parseDuration(std::string(text.substr(negative ? 1 : 0))))
        return negative ? -*duration : *duration;
    auto problem = whyNoNumber(text);
    problem.offset += offset;
    problems.push_back(std::move(problem));
    return std::nullopt;
}

} // namespace projectionist
