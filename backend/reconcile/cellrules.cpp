// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/reconcile/cellrules.h"

#include "backend/store/cells.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace projectionist {

namespace {

/// More digits than a double has before or after the point: an exponent beyond is left as it is.
constexpr int mostExponent = 400;

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

bool mayBeInNumber(char c)
{
    return isDigit(c) || c == '+' || c == '-' || c == '.' || c == 'e' || c == 'E';
}

/// Digits with the point moved by the exponent.
std::string shifted(const std::string& whole, const std::string& fraction, int exponent)
{
    const std::string digits = whole + fraction;
    const auto point = static_cast<std::ptrdiff_t>(whole.size()) + exponent;
    if (point <= 0)
        return "0." + std::string(static_cast<std::size_t>(-point), '0') + digits;
    const auto place = static_cast<std::size_t>(point);
    if (place >= digits.size())
        return digits + std::string(place - digits.size(), '0') + ".0";
    return digits.substr(0, place) + '.' + digits.substr(place);
}

/// Every number outside of quotes made plain.
std::string plainNumbers(std::string_view text)
{
    std::string result;
    bool quoted = false;
    for (std::size_t i = 0; i < text.size();) {
        const char c = text[i];
        if (quoted && c == '\\' && i + 1 < text.size()) {
            result += text.substr(i, 2);
            i += 2;
            continue;
        }
        quoted = quoted != (c == '"');
        const bool starts = !quoted && (isDigit(c) || (c == '-' && i + 1 < text.size() && isDigit(text[i + 1])));
        const auto end =
            starts ? std::find_if_not(text.begin() + static_cast<std::ptrdiff_t>(i), text.end(), mayBeInNumber)
                   : text.begin() + static_cast<std::ptrdiff_t>(i) + 1;
        const auto size = static_cast<std::size_t>(end - text.begin()) - i;
        result += starts ? plainNumber(text.substr(i, size)) : std::string(1, c);
        i += size;
    }
    return result;
}

/// The bounds in front of an array, "[0:2]=", are no values.
std::string plainArray(const std::string& text)
{
    const auto brace = text.starts_with('[') ? text.find("={") : std::string::npos;
    const auto begin = brace == std::string::npos ? 0 : brace + 1;
    return text.substr(0, begin) + plainNumbers(std::string_view(text).substr(begin));
}

bool closeNumbers(const ColumnRule& rule, const std::string& expected, const std::string& actual)
{
    const auto a = numberIn<double>(expected);
    const auto b = numberIn<double>(actual);
    if (!a || !b || !std::isfinite(*a) || !std::isfinite(*b))
        return false;
    const double larger = std::max(std::abs(*a), std::abs(*b));
    // 1.01 and 1.00 are 0.01 apart to whoever wrote the tolerance, though not in binary.
    const double distance = std::abs(*a - *b) - 4 * std::numeric_limits<double>::epsilon() * larger;
    return (rule.absolute && distance <= *rule.absolute) || (rule.relative && distance <= *rule.relative * larger);
}

bool closeTimes(Duration tolerance, const std::string& expected, const std::string& actual)
{
    const auto time = [](const std::string& text) {
        return parseTimestamp(text.find(':') == std::string::npos ? text + " 00:00:00" : text);
    };
    const auto a = time(expected);
    const auto b = time(actual);
    return a && b && (*a < *b ? *b - *a : *a - *b) <= tolerance;
}

} // namespace

std::string plainNumber(std::string_view text)
{
    const bool negative = text.starts_with('-');
    std::string_view rest = text.substr(negative ? 1 : 0);
    const auto take = [&rest] {
        const auto end = std::find_if_not(rest.begin(), rest.end(), isDigit);
        const std::string digits(rest.begin(), end);
        rest.remove_prefix(digits.size());
        return digits;
    };
    std::string whole = take();
    std::string fraction;
    if (rest.starts_with('.')) {
        rest.remove_prefix(1);
        fraction = take();
    }
    if (rest.starts_with('e') || rest.starts_with('E')) {
        const auto exponent = numberIn<int>(rest.substr(rest.substr(1).starts_with('+') ? 2 : 1));
        if (!exponent || std::abs(*exponent) > mostExponent)
            return std::string(text);
        const std::string moved = shifted(whole, fraction, *exponent);
        whole = moved.substr(0, moved.find('.'));
        fraction = moved.substr(moved.find('.') + 1);
        rest = {};
    }
    if (!rest.empty() || (whole.empty() && fraction.empty()))
        return std::string(text);
    whole.erase(0, std::min(whole.find_first_not_of('0'), whole.size()));
    fraction.erase(fraction.find_last_not_of('0') + 1);
    const std::string plain = (whole.empty() ? "0" : whole) + (fraction.empty() ? "" : '.' + fraction);
    return negative && plain != "0" ? '-' + plain : plain;
}

bool sameCell(ValueClass valueClass, const ColumnRule& rule, const Cell& expected, const Cell& actual)
{
    if (expected == actual)
        return true;
    if (!expected || !actual)
        return false;
    if ((rule.absolute || rule.relative) && closeNumbers(rule, *expected, *actual))
        return true;
    switch (valueClass) {
    case ValueClass::Exact:
        return false;
    case ValueClass::Number:
        return plainNumber(*expected) == plainNumber(*actual);
    case ValueClass::Numbers:
        return plainArray(*expected) == plainArray(*actual);
    case ValueClass::Json:
        return plainNumbers(*expected) == plainNumbers(*actual);
    case ValueClass::Time:
        return rule.time && closeTimes(*rule.time, *expected, *actual);
    }
    return false;
}

} // namespace projectionist
