// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/core/format.h"

#include <array>
#include <charconv>
#include <cmath>
#include <fmt/chrono.h>
#include <fmt/format.h>

namespace projectionist {

namespace {

/// Not by way of the system clock, whose nanoseconds end in 2262; a record's timestamp may be anything.
std::tm utc(TimePoint time)
{
    const auto seconds = std::chrono::floor<std::chrono::seconds>(time.time_since_epoch());
    return fmt::gmtime(static_cast<std::time_t>(seconds.count()));
}

constexpr const char* narrowSpace = "\u202f";
constexpr const char* space = "\u00a0";

std::string twoUnits(std::int64_t big, const char* bigUnit, std::int64_t small, const char* smallUnit)
{
    return fmt::format("{}{}{}{}{:02}{}{}", big, space, bigUnit, space, small, space, smallUnit);
}

} // namespace

std::string formatDuration(Duration duration)
{
    const std::int64_t ms = duration.count();
    if (ms < 0)
        return "\u2212" + formatDuration(-duration);
    if (ms < 1000)
        return fmt::format("{}{}ms", ms, space);
    if (ms < 60'000)
        return fmt::format("{}.{}{}s", ms / 1000, ms % 1000 / 100, space);
    const std::int64_t seconds = ms / 1000;
    if (seconds < 3600)
        return twoUnits(seconds / 60, "m", seconds % 60, "s");
    if (seconds < 86'400)
        return twoUnits(seconds / 3600, "h", seconds % 3600 / 60, "m");
    return twoUnits(seconds / 86'400, "d", seconds % 86'400 / 3600, "h");
}

std::string formatNumber(std::int64_t number)
{
    const std::string digits = std::to_string(number);
    const std::size_t first = digits.front() == '-' ? 1 : 0;
    std::string text = digits.substr(0, first);
    for (std::size_t i = first; i < digits.size(); ++i) {
        if (i > first && (digits.size() - i) % 3 == 0)
            text += narrowSpace;
        text += digits[i];
    }
    return text;
}

std::string formatCount(std::int64_t count)
{
    constexpr std::int64_t million = 1'000'000;
    if (count > -10 * million && count < 10 * million)
        return formatNumber(count);
    return fmt::format("{:.1f}{}M", static_cast<double>(count) / static_cast<double>(million), space);
}

std::string formatRate(double perSecond)
{
    if (!std::isfinite(perSecond))
        return "\u2014";
    const double size = std::abs(perSecond);
    if (size < 0.005)
        return "0";
    if (size < 1)
        return fmt::format("{:.2f}", perSecond);
    if (size < 99.95)
        return fmt::format("{:.1f}", perSecond);
    return formatCount(std::llround(perSecond));
}

std::string formatTime(TimePoint time)
{
    return fmt::format("{:%H:%M:%S}", utc(time));
}

std::string formatDateTime(TimePoint time)
{
    return fmt::format("{:%Y-%m-%d %H:%M:%S} UTC", utc(time));
}

std::string formatRfc3339(TimePoint time)
{
    const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", utc(time), (time - seconds).count());
}

std::optional<TimePoint> parseRfc3339(const std::string& text)
{
    int year = 0;
    unsigned month = 0;
    unsigned day = 0;
    int hour = 0;
    int minute = 0;
    int second = 0;
    int length = 0;
    if (std::sscanf(text.c_str(), "%4d-%2u-%2uT%2d:%2d:%2d%n", &year, &month, &day, &hour, &minute, &second, &length) <
        6)
        return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{month}, std::chrono::day{day}};
    if (!date.ok() || hour > 23 || minute > 59 || second > 60 || hour < 0 || minute < 0 || second < 0)
        return std::nullopt;
    std::string_view rest = std::string_view(text).substr(static_cast<std::size_t>(length));
    std::int64_t fraction = 0;
    if (rest.starts_with('.')) {
        rest.remove_prefix(1);
        int digits = 0;
        for (; !rest.empty() && rest.front() >= '0' && rest.front() <= '9'; rest.remove_prefix(1), ++digits)
            if (digits < 3)
                fraction = fraction * 10 + (rest.front() - '0');
        if (digits == 0)
            return std::nullopt;
        for (; digits < 3; ++digits)
            fraction *= 10;
    }
    if (rest != "Z")
        return std::nullopt;
    return TimePoint(std::chrono::sys_days(date).time_since_epoch() + std::chrono::hours(hour) +
                     std::chrono::minutes(minute) + std::chrono::seconds(second) + Duration(fraction));
}

std::string formatLag(const TimeLag& lag)
{
    switch (lag.origin) {
    case LagOrigin::Unknown:
        return "\u2014";
    case LagOrigin::Between:
        return "\u2248\u00a0" + formatDuration(lag.value);
    case LagOrigin::AtMost:
        return "\u2264\u00a0" + formatDuration(lag.value);
    case LagOrigin::AtLeast:
        return "\u2265\u00a0" + formatDuration(lag.value);
    case LagOrigin::None:
    case LagOrigin::Exact:
        break;
    }
    return formatDuration(lag.value);
}

const char* toString(LagOrigin origin) noexcept
{
    switch (origin) {
    case LagOrigin::None:
        return "no backlog";
    case LagOrigin::Exact:
        return "exact";
    case LagOrigin::Between:
        return "between anchors";
    case LagOrigin::AtMost:
        return "at most";
    case LagOrigin::AtLeast:
        return "at least";
    case LagOrigin::Unknown:
        break;
    }
    return "unknown";
}

namespace {

struct Unit
{
    std::string_view name;
    std::int64_t ms;
};
constexpr std::array units{Unit{"ms", 1}, Unit{"d", 86'400'000}, Unit{"h", 3'600'000}, Unit{"m", 60'000},
                           Unit{"s", 1000}};

} // namespace

std::optional<Duration> parseDuration(const std::string& text)
{
    constexpr std::int64_t longest = std::int64_t{100} * 366 * 86'400'000;
    std::int64_t total = 0;
    const char* at = text.data();
    const char* const end = at + text.size();
    if (at == end)
        return std::nullopt;
    while (at != end) {
        std::int64_t value = 0;
        const auto parsed = std::from_chars(at, end, value);
        if (parsed.ec != std::errc{} || value < 0 || parsed.ptr == end)
            return std::nullopt;
        const std::string_view rest(parsed.ptr, static_cast<std::size_t>(end - parsed.ptr));
        const Unit* found = nullptr;
        for (const auto& unit : units)
            if (!found && rest.starts_with(unit.name))
                found = &unit;
        if (!found || value > (longest - total) / found->ms)
            return std::nullopt;
        total += value * found->ms;
        at = parsed.ptr + found->name.size();
    }
    return Duration(total);
}

std::string compactDuration(Duration duration)
{
    std::int64_t ms = duration.count();
    if (ms == 0)
        return "0s";
    std::string text;
    for (const auto& unit : {units[1], units[2], units[3], units[4], units[0]}) {
        if (ms >= unit.ms)
            text += std::to_string(ms / unit.ms) + std::string(unit.name);
        ms %= unit.ms;
    }
    return text;
}

} // namespace projectionist
