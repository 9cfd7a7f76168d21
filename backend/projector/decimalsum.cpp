// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/projector/decimalsum.h"

#include "backend/deadletter/characters.h"

#include <algorithm>
#include <charconv>

namespace projectionist {

namespace {

struct Decimal
{
    bool negative = false;
    std::string digits; ///< without the point, the highest first
    int scale = 0;      ///< so many of them are behind it
};

/// Takes digits off `text`; false if there are none.
bool takeDigits(std::string_view& text, std::string& digits)
{
    const auto end = std::find_if_not(text.begin(), text.end(), isDigit);
    digits.append(text.begin(), end);
    const bool any = end != text.begin();
    text.remove_prefix(static_cast<std::size_t>(end - text.begin()));
    return any;
}

std::optional<int> takeExponent(std::string_view text)
{
    if (text.starts_with('+'))
        text.remove_prefix(1);
    int exponent = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), exponent);
    const bool whole = failure == std::errc{} && end == text.data() + text.size();
    return whole && std::abs(exponent) <= mostDecimalDigits ? std::optional(exponent) : std::nullopt;
}

std::optional<Decimal> parseDecimal(std::string_view text)
{
    Decimal number;
    number.negative = text.starts_with('-');
    if (number.negative || text.starts_with('+'))
        text.remove_prefix(1);
    bool any = takeDigits(text, number.digits);
    const std::size_t whole = number.digits.size();
    if (text.starts_with('.')) {
        text.remove_prefix(1);
        any = takeDigits(text, number.digits) || any;
    }
    number.scale = static_cast<int>(number.digits.size() - whole);
    if (!any || number.digits.size() > mostDecimalDigits)
        return std::nullopt;
    if (text.starts_with('e') || text.starts_with('E')) {
        const auto exponent = takeExponent(text.substr(1));
        if (!exponent)
            return std::nullopt;
        number.scale -= *exponent;
        if (number.scale < 0)
            number.digits.append(static_cast<std::size_t>(-number.scale), '0');
        number.scale = std::max(number.scale, 0);
    } else if (!text.empty()) {
        return std::nullopt;
    }
    return number;
}

/// Both with as many digits before and behind the point.
void align(Decimal& a, Decimal& b)
{
    const int scale = std::max(a.scale, b.scale);
    for (auto* const one : {&a, &b}) {
        one->digits.append(static_cast<std::size_t>(scale - one->scale), '0');
        one->scale = scale;
    }
    const std::size_t size = std::max({a.digits.size(), b.digits.size(), static_cast<std::size_t>(scale) + 1}) + 1;
    for (auto* const one : {&a, &b})
        one->digits.insert(0, size - one->digits.size(), '0');
}

/// Adds or takes away digit by digit; of the same length, and the larger one is `a` where it is taken away.
void addDigits(std::string& a, const std::string& b, int sign)
{
    int carry = 0;
    for (std::size_t i = a.size(); i-- > 0;) {
        int digit = (a[i] - '0') + sign * (b[i] - '0') + carry;
        carry = digit > 9 ? 1 : digit < 0 ? -1 : 0;
        digit -= carry * 10;
        a[i] = static_cast<char>('0' + digit);
    }
}

std::string textOfDecimal(Decimal number)
{
    const auto scale = static_cast<std::size_t>(number.scale);
    const std::size_t whole = number.digits.size() - scale;
    const std::size_t first = std::min(number.digits.find_first_not_of('0'), whole - 1);
    const bool zero = number.digits.find_first_not_of('0') == std::string::npos;
    if (scale > 0)
        number.digits.insert(whole, 1, '.');
    return (number.negative && !zero ? "-" : "") + number.digits.substr(first);
}

} // namespace

std::optional<std::string> decimalSum(std::string_view a, std::string_view b)
{
    auto left = parseDecimal(a);
    auto right = parseDecimal(b);
    if (!left || !right)
        return std::nullopt;
    align(*left, *right);
    if (left->negative != right->negative && left->digits < right->digits)
        std::swap(left, right);
    addDigits(left->digits, right->digits, left->negative == right->negative ? 1 : -1);
    return textOfDecimal(*std::move(left));
}

std::optional<std::string> decimalNegation(std::string_view number)
{
    auto parsed = parseDecimal(number);
    if (!parsed)
        return std::nullopt;
    Decimal zero;
    align(*parsed, zero);
    parsed->negative = !parsed->negative;
    return textOfDecimal(*std::move(parsed));
}

} // namespace projectionist
