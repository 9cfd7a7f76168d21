// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/avrotext.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace projectionist {

namespace {

using Logical = AvroType::Logical;

constexpr std::size_t longestDecimal = 128; ///< bytes; making digits of more takes its square in time
constexpr std::int64_t secondsOfDay = 86'400;

std::string hexText(std::string_view bytes)
{
    std::string text = "0x";
    text.reserve(2 * bytes.size() + 2);
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        text += "0123456789abcdef"[byte >> 4U];
        text += "0123456789abcdef"[byte & 0xfU];
    }
    return text;
}

/// Digits of a big-endian magnitude.
std::string digitsOf(std::string magnitude)
{
    std::string digits;
    while (!magnitude.empty()) {
        unsigned rest = 0;
        for (char& c : magnitude) {
            const unsigned part = (rest << 8U) | static_cast<unsigned char>(c);
            c = static_cast<char>(part / 10);
            rest = part % 10;
        }
        digits += static_cast<char>('0' + rest);
        magnitude.erase(0, std::min(magnitude.find_first_not_of('\0'), magnitude.size()));
    }
    std::reverse(digits.begin(), digits.end());
    return digits.empty() ? "0" : digits;
}

/// Two's complement, big-endian, with `scale` digits behind the point.
std::string decimalText(std::string_view bytes, std::size_t scale)
{
    const bool negative = !bytes.empty() && (static_cast<unsigned char>(bytes[0]) & 0x80U) != 0;
    std::string magnitude(bytes);
    if (negative) {
        unsigned carry = 1;
        for (auto at = magnitude.rbegin(); at != magnitude.rend(); ++at) {
            const unsigned sum = (~static_cast<unsigned>(static_cast<unsigned char>(*at)) & 0xffU) + carry;
            *at = static_cast<char>(sum & 0xffU);
            carry = sum >> 8U;
        }
    }
    std::string digits = digitsOf(std::move(magnitude));
    if (digits.size() <= scale)
        digits.insert(0, scale + 1 - digits.size(), '0');
    if (scale > 0)
        digits.insert(digits.size() - scale, ".");
    return (negative ? "-" : "") + digits;
}

/// "2026-11-21"; empty where a year has more or less than four digits.
std::string dateText(std::int64_t days)
{
    if (days < -719'528 || days > 2'932'896) // 0000-01-01, 9999-12-31
        return {};
    const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(days))};
    return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                       static_cast<unsigned>(date.day()));
}

/// "14:02:11.042", with as many digits as the unit has; empty: it is not within a day.
std::string timeText(std::int64_t units, std::int64_t perSecond)
{
    const std::int64_t seconds = units / perSecond;
    if (units < 0 || seconds >= secondsOfDay)
        return {};
    const int digits = perSecond == 1'000 ? 3 : perSecond == 1'000'000 ? 6 : 9;
    return fmt::format("{:02}:{:02}:{:02}.{:0{}}", seconds / 3600, seconds / 60 % 60, seconds % 60, units % perSecond,
                       digits);
}

std::string timestampText(std::int64_t units, std::int64_t perSecond)
{
    const std::int64_t perDay = perSecond * secondsOfDay;
    const std::int64_t days = units / perDay - (units % perDay < 0 ? 1 : 0);
    const std::string date = dateText(days);
    return date.empty() ? date : date + 'T' + timeText(units - days * perDay, perSecond);
}

std::string uuidText(std::string_view bytes)
{
    std::string text = hexText(bytes).substr(2);
    for (const std::size_t at : {8U, 13U, 18U, 23U})
        text.insert(at, "-");
    return text;
}

/// Months, days and milliseconds, little-endian, as ISO 8601 has them.
std::string durationText(std::string_view bytes)
{
    const auto number = [&](std::size_t at) {
        std::uint32_t value = 0;
        for (std::size_t i = 0; i < 4; ++i)
            value |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[at + i])) << (8 * i);
        return value;
    };
    const auto millis = number(8);
    return fmt::format("P{}M{}DT{}.{:03}S", number(0), number(4), millis / 1000, millis % 1000);
}

template<typename Float>
std::string floatText(Float value)
{
    if (std::isnan(value))
        return "\"NaN\"";
    if (std::isinf(value))
        return value > 0 ? "\"Infinity\"" : "\"-Infinity\"";
    return fmt::format("{}", value);
}

} // namespace

std::string jsonQuoted(std::string_view text)
{
    return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string avroIntegerText(const AvroType& type, std::int64_t value)
{
    std::string text;
    switch (type.logical) {
    case Logical::Date:
        text = dateText(value);
        break;
    case Logical::Time:
        text = timeText(value, type.scale);
        break;
    case Logical::Timestamp:
        text = timestampText(value, type.scale);
        text += text.empty() ? "" : "Z";
        break;
    case Logical::LocalTimestamp:
        text = timestampText(value, type.scale);
        break;
    default:
        break;
    }
    return text.empty() ? std::to_string(value) : '"' + text + '"';
}

std::string avroFloatText(float value)
{
    return floatText(value);
}

std::string avroFloatText(double value)
{
    return floatText(value);
}

std::string avroBytesText(const AvroType& type, std::string_view bytes)
{
    switch (type.logical) {
    case Logical::Decimal:
        if (bytes.size() <= longestDecimal)
            return decimalText(bytes, static_cast<std::size_t>(type.scale));
        break;
    case Logical::Uuid:
        return '"' + uuidText(bytes) + '"';
    case Logical::Span:
        return '"' + durationText(bytes) + '"';
    default:
        break;
    }
    return '"' + hexText(bytes) + '"';
}

} // namespace projectionist
