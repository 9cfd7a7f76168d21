// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/store/cells.h"

namespace projectionist {

using namespace std::chrono_literals;

namespace {

/// Reads digits from the front of the text.
std::optional<int> takeNumber(std::string_view& text, std::size_t digits)
{
    const auto value = text.size() < digits ? std::nullopt : numberIn<int>(text.substr(0, digits));
    if (value)
        text.remove_prefix(digits);
    return value;
}

bool take(std::string_view& text, std::string_view anyOf)
{
    if (text.empty() || anyOf.find(text.front()) == std::string_view::npos)
        return false;
    text.remove_prefix(1);
    return true;
}

std::optional<Duration> takeFraction(std::string_view& text)
{
    if (!take(text, "."))
        return 0ms;
    std::string digits(text.substr(0, std::min(text.find_first_not_of("0123456789"), text.size())));
    text.remove_prefix(digits.size());
    if (digits.empty())
        return std::nullopt;
    digits.resize(3, '0');
    return Duration(numberIn<int>(digits).value_or(0));
}

/// "", "Z", "+01", "+01:30", "+0130", "-03:30:15": what to subtract to come to UTC.
std::optional<Duration> takeZone(std::string_view text)
{
    if (text.empty() || text == "Z" || text == "z")
        return 0ms;
    const bool west = text.front() == '-';
    if (!take(text, "+-"))
        return std::nullopt;
    std::chrono::seconds offset{0};
    for (const std::chrono::seconds unit : {std::chrono::seconds(1h), std::chrono::seconds(1min), 1s}) {
        if (text.empty())
            break;
        (void)take(text, ":");
        const auto part = takeNumber(text, 2);
        if (!part)
            return std::nullopt;
        offset += *part * unit;
    }
    return text.empty() ? std::optional<Duration>(west ? -offset : offset) : std::nullopt;
}

} // namespace

std::optional<TimePoint> parseTimestamp(const std::string& timestamp)
{
    std::string_view text = timestamp;
    const auto year = takeNumber(text, 4);
    const auto month = year && take(text, "-") ? takeNumber(text, 2) : std::nullopt;
    const auto day = month && take(text, "-") ? takeNumber(text, 2) : std::nullopt;
    const auto hour = day && take(text, " Tt") ? takeNumber(text, 2) : std::nullopt;
    const auto minute = hour && take(text, ":") ? takeNumber(text, 2) : std::nullopt;
    const auto second = minute && take(text, ":") ? takeNumber(text, 2) : std::nullopt;
    if (!second)
        return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)),
                                           std::chrono::day(static_cast<unsigned>(*day))};
    const auto fraction = takeFraction(text);
    const auto zone = fraction ? takeZone(text) : std::nullopt;
    if (!zone || !date.ok() || *hour > 24 || *minute > 59 || *second > 60)
        return std::nullopt;
    return TimePoint(std::chrono::sys_days(date)) + std::chrono::hours(*hour) + std::chrono::minutes(*minute) +
           std::chrono::seconds(*second) + *fraction - *zone;
}

} // namespace projectionist
