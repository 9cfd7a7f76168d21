// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/filtervalue.h"

#include <charconv>
#include <cmath>
#include <fmt/format.h>

namespace projectionist {

namespace {

constexpr double wholeLimit = 9'223'372'036'854'775'808.0; ///< 2^63

std::partial_ordering compareWholeWithReal(std::int64_t whole, double real)
{
    if (real >= wholeLimit)
        return std::partial_ordering::less;
    if (real < -wholeLimit)
        return std::partial_ordering::greater;
    const auto truncated = static_cast<std::int64_t>(real);
    if (whole != truncated)
        return whole <=> truncated;
    return 0.0 <=> real - static_cast<double>(truncated);
}

std::partial_ordering reversed(std::partial_ordering order)
{
    return 0 <=> order;
}

} // namespace

FilterNumber::FilterNumber(double value) : m_value(value)
{
    if (std::trunc(value) == value && value >= -wholeLimit && value < wholeLimit)
        m_value = static_cast<std::int64_t>(value);
}

std::optional<FilterNumber> FilterNumber::parse(std::string_view text)
{
    // from_chars also takes "inf" and "nan".
    const std::string_view digits = text.substr(text.starts_with('-') ? 1 : 0);
    if (digits.empty() || digits.front() < '0' || digits.front() > '9')
        return std::nullopt;
    const char* const end = text.data() + text.size();
    std::int64_t whole = 0;
    if (const auto parsed = std::from_chars(text.data(), end, whole); parsed.ec == std::errc{} && parsed.ptr == end)
        return FilterNumber(whole);
    double real = 0;
    if (const auto parsed = std::from_chars(text.data(), end, real); parsed.ec == std::errc{} && parsed.ptr == end)
        return FilterNumber(real);
    return std::nullopt;
}

std::string FilterNumber::text() const
{
    return std::visit([](auto value) { return fmt::format("{}", value); }, m_value);
}

std::optional<std::int64_t> FilterNumber::whole() const
{
    const auto* const whole = std::get_if<std::int64_t>(&m_value);
    return whole ? std::optional(*whole) : std::nullopt;
}

double FilterNumber::real() const
{
    return std::visit([](auto value) { return static_cast<double>(value); }, m_value);
}

std::partial_ordering FilterNumber::operator<=>(const FilterNumber& other) const
{
    const auto* const whole = std::get_if<std::int64_t>(&m_value);
    const auto* const otherWhole = std::get_if<std::int64_t>(&other.m_value);
    if (whole && otherWhole)
        return *whole <=> *otherWhole;
    if (whole)
        return compareWholeWithReal(*whole, std::get<double>(other.m_value));
    if (otherWhole)
        return reversed(compareWholeWithReal(*otherWhole, std::get<double>(m_value)));
    return std::get<double>(m_value) <=> std::get<double>(other.m_value);
}

std::optional<std::string> textOf(const FilterValue& value)
{
    if (const auto* text = std::get_if<std::string>(&value))
        return *text;
    if (const auto* number = std::get_if<FilterNumber>(&value))
        return number->text();
    if (const auto* truth = std::get_if<bool>(&value))
        return *truth ? "true" : "false";
    return std::nullopt;
}

std::optional<FilterNumber> numberOf(const FilterValue& value)
{
    if (const auto* number = std::get_if<FilterNumber>(&value))
        return *number;
    if (const auto* text = std::get_if<std::string>(&value))
        return FilterNumber::parse(*text);
    return std::nullopt;
}

} // namespace projectionist
