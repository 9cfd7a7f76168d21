// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/headervalue.h"

#include "backend/deadletter/characters.h"

#include <charconv>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace projectionist {

namespace {

bool isDecimal(std::string_view text)
{
    if (text.starts_with('-'))
        text.remove_prefix(1);
    for (const char c : text)
        if (!isDigit(c))
            return false;
    return !text.empty();
}

std::int64_t bigEndian(std::string_view bytes)
{
    std::uint64_t number = (static_cast<unsigned char>(bytes.front()) & 0x80U) != 0 ? ~std::uint64_t{0} : 0;
    for (const char byte : bytes)
        number = number << 8 | static_cast<unsigned char>(byte);
    return static_cast<std::int64_t>(number);
}

/// Takes `digits` digits from the front; -1 if they are not there.
int take(std::string_view& text, std::size_t digits)
{
    if (text.size() < digits)
        return -1;
    int number = 0;
    for (std::size_t i = 0; i < digits; ++i) {
        if (!isDigit(text[i]))
            return -1;
        number = number * 10 + (text[i] - '0');
    }
    text.remove_prefix(digits);
    return number;
}

bool skip(std::string_view& text, std::string_view anyOf)
{
    if (text.empty() || anyOf.find(text.front()) == std::string_view::npos)
        return false;
    text.remove_prefix(1);
    return true;
}

/// Milliseconds of ".042", ":042123" or nothing.
int takeFraction(std::string_view& text)
{
    if (!skip(text, ".,:"))
        return 0;
    int fraction = 0;
    int digits = 0;
    for (; !text.empty() && isDigit(text.front()); text.remove_prefix(1), ++digits)
        if (digits < 3)
            fraction = fraction * 10 + (text.front() - '0');
    for (; digits < 3; ++digits)
        fraction *= 10;
    return fraction;
}

/// "Z", "+02", "+0200", "+02:00" or nothing; nullopt when something else is left. "[Europe/Berlin]" may follow.
std::optional<Duration> takeZone(std::string_view text)
{
    skip(text, " ");
    if (text.empty() || text == "Z" || text == "z" || text == "UTC")
        return Duration(0);
    const bool west = text.front() == '-';
    if (!skip(text, "+-"))
        return std::nullopt;
    const int hours = take(text, 2);
    skip(text, ":");
    const int minutes = text.empty() || text.front() == '[' ? 0 : take(text, 2);
    if (hours < 0 || minutes < 0 || hours > 18 || minutes > 59 || !(text.empty() || text.front() == '['))
        return std::nullopt;
    const Duration east = std::chrono::hours(hours) + std::chrono::minutes(minutes);
    return west ? -east : east;
}

/// Within what a clock that counts nanoseconds can say: the years 1678 to 2261.
std::optional<TimePoint> withinClock(TimePoint time)
{
    constexpr std::int64_t furthest = 9'223'286'400'000;
    return time.time_since_epoch().count() > -furthest && time.time_since_epoch().count() < furthest
               ? std::optional(time)
               : std::nullopt;
}

std::optional<TimePoint> timeOfText(std::string_view text)
{
    const int year = take(text, 4);
    const bool dash1 = skip(text, "-");
    const int month = take(text, 2);
    const bool dash2 = skip(text, "-");
    const int day = take(text, 2);
    if (year < 1 || month < 1 || day < 1 || !dash1 || !dash2 || !skip(text, "Tt "))
        return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                           std::chrono::day(static_cast<unsigned>(day))};
    const int hour = take(text, 2);
    const bool colon = skip(text, ":");
    const int minute = take(text, 2);
    const int second = skip(text, ":") ? take(text, 2) : 0;
    if (!date.ok() || !colon || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60)
        return std::nullopt;
    const Duration fraction(takeFraction(text));
    const auto east = takeZone(text);
    if (!east)
        return std::nullopt;
    return withinClock(TimePoint(std::chrono::sys_days(date).time_since_epoch() + std::chrono::hours(hour) +
                                 std::chrono::minutes(minute) + std::chrono::seconds(second) + fraction - *east));
}

/// Length of the valid UTF-8 sequence at the front, 0 if there is none.
std::size_t sequenceLength(std::string_view text)
{
    const auto byte = [&text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char first = byte(0);
    const std::size_t length = first < 0x80   ? 1
                               : first < 0xc2 ? 0
                               : first < 0xe0 ? 2
                               : first < 0xf0 ? 3
                               : first < 0xf5 ? 4
                                              : 0;
    if (length == 0 || length > text.size())
        return 0;
    for (std::size_t i = 1; i < length; ++i)
        if ((byte(i) & 0xc0U) != 0x80)
            return 0;
    if ((first == 0xe0 && byte(1) < 0xa0) || (first == 0xed && byte(1) > 0x9f) || (first == 0xf0 && byte(1) < 0x90) ||
        (first == 0xf4 && byte(1) > 0x8f))
        return 0;
    return length;
}

} // namespace

std::optional<std::int64_t> integerOf(std::string_view bytes) noexcept
{
    // Digits first is safe: eight digit characters read as binary would be no plausible offset or time.
    if (isDecimal(bytes)) {
        std::int64_t number = 0;
        const auto parsed = std::from_chars(bytes.data(), bytes.data() + bytes.size(), number);
        return parsed.ec == std::errc{} ? std::optional(number) : std::nullopt;
    }
    if (bytes.empty() || bytes.size() > 8)
        return std::nullopt;
    return bytes.size() == 1 ? static_cast<unsigned char>(bytes.front()) : bigEndian(bytes);
}

std::optional<std::int64_t> countOf(std::string_view bytes) noexcept
{
    return bytes.size() == 1 ? std::optional<std::int64_t>(static_cast<unsigned char>(bytes.front()))
                             : integerOf(bytes);
}

std::optional<TimePoint> timeOfNumber(std::int64_t number) noexcept
{
    constexpr std::int64_t ticksToEpoch = 621'355'968'000'000'000;
    if (number <= 0)
        return std::nullopt;
    if (number < 100'000'000'000)
        return withinClock(TimePoint(std::chrono::seconds(number)));
    if (number < 100'000'000'000'000)
        return withinClock(TimePoint(Duration(number)));
    if (number < 100'000'000'000'000'000)
        return withinClock(TimePoint(Duration(number / 1000)));
    if (number < 600'000'000'000'000'000)
        return std::nullopt;
    if (number < 1'000'000'000'000'000'000)
        return withinClock(TimePoint(Duration((number - ticksToEpoch) / 10'000)));
    return TimePoint(Duration(number / 1'000'000));
}

std::optional<TimePoint> timeOf(std::string_view bytes) noexcept
{
    // "2026-11-21" has eight bytes or more, but the fifth tells it from binary.
    if (bytes.size() >= 16 && bytes[4] == '-')
        return timeOfText(bytes);
    const auto number = integerOf(bytes);
    return number ? timeOfNumber(*number) : std::nullopt;
}

std::string_view lastPartOfUri(std::string_view uri) noexcept
{
    uri = uri.substr(0, uri.find('?'));
    while (uri.ends_with('/'))
        uri.remove_suffix(1);
    return uri.substr(uri.find_last_of("/:") + 1);
}

std::string_view typeNameOf(std::string_view text) noexcept
{
    constexpr std::string_view urn = "urn:message:";
    if (text.starts_with(urn))
        text.remove_prefix(urn.size());
    if (text.starts_with('"') && text.ends_with('"') && text.size() > 1)
        text = text.substr(1, text.size() - 2);
    return text.substr(0, text.find_first_of(",;\n"));
}

std::optional<std::string> jsonText(std::string_view json)
{
    if (json.size() < 2 || !json.starts_with('"') || !json.ends_with('"'))
        return std::nullopt;
    const auto value = nlohmann::json::parse(json, nullptr, false);
    return value.is_string() ? std::optional(value.get<std::string>()) : std::nullopt;
}

bool namesHeader(std::string_view headerTypes, std::string_view name) noexcept
{
    for (auto at = headerTypes.find(name); at != std::string_view::npos; at = headerTypes.find(name, at + 1)) {
        const auto end = at + name.size();
        if (at > 0 && headerTypes[at - 1] == '"' && end < headerTypes.size() && headerTypes[end] == '"')
            return true;
    }
    return false;
}

std::string readable(std::string_view bytes)
{
    std::string text;
    text.reserve(bytes.size());
    while (!bytes.empty()) {
        const std::size_t length = sequenceLength(bytes);
        text += length == 0 ? std::string_view("\xef\xbf\xbd") : bytes.substr(0, length);
        bytes.remove_prefix(std::max<std::size_t>(length, 1));
    }
    return text;
}

std::string hexOf(std::string_view bytes, std::size_t limit)
{
    std::string text;
    for (const char byte : bytes.substr(0, limit))
        text += fmt::format("{}{:02x}", text.empty() ? "" : " ", static_cast<unsigned char>(byte));
    if (bytes.size() > limit)
        text += fmt::format("\u2026 ({} bytes)", bytes.size());
    return text;
}

std::string printableParts(std::string_view bytes)
{
    constexpr std::size_t shortest = 4;
    std::string text = fmt::format("{} bytes", bytes.size());
    const auto printable = [](char c) { return c >= ' ' && c <= '~'; };
    for (std::size_t at = 0; at < bytes.size();) {
        std::size_t end = at;
        while (end < bytes.size() && printable(bytes[end]))
            ++end;
        if (end - at >= shortest)
            text.append("\n").append(bytes.substr(at, end - at));
        at = end + 1;
    }
    return text;
}

} // namespace projectionist
