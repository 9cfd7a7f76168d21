// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/filtertime.h"

#include <fmt/format.h>

namespace projectionist {

namespace {

constexpr std::int64_t dayLength = 86'400'000;
constexpr std::int64_t minuteLength = 60'000;
constexpr std::int64_t secondLength = 1000;

/// Reads a time from left to right; every function returns false, or nothing, where the text does not go on so.
class TimeText
{
public:
    explicit TimeText(std::string_view text) : m_rest(text) {}

    [[nodiscard]] bool atEnd() const { return m_rest.empty(); }
    bool take(char wanted)
    {
        const bool there = m_rest.starts_with(wanted);
        m_rest.remove_prefix(there ? 1 : 0);
        return there;
    }
    std::optional<int> number(std::size_t digits)
    {
        if (m_rest.size() < digits)
            return std::nullopt;
        int value = 0;
        for (const char c : m_rest.substr(0, digits)) {
            if (c < '0' || c > '9')
                return std::nullopt;
            value = value * 10 + (c - '0');
        }
        m_rest.remove_prefix(digits);
        return value;
    }
    std::optional<int> numberUpTo(int most)
    {
        const auto value = number(2);
        return value && *value <= most ? value : std::nullopt;
    }
    /// Digits after the point, as milliseconds; more than three are cut.
    std::optional<int> fraction()
    {
        int milliseconds = 0;
        int digits = 0;
        for (; !m_rest.empty() && m_rest.front() >= '0' && m_rest.front() <= '9'; m_rest.remove_prefix(1), ++digits)
            if (digits < 3)
                milliseconds = milliseconds * 10 + (m_rest.front() - '0');
        if (digits == 0)
            return std::nullopt;
        for (; digits < 3; ++digits)
            milliseconds *= 10;
        return milliseconds;
    }

private:
    std::string_view m_rest;
};

std::optional<std::int64_t> takeDate(TimeText& text)
{
    const auto year = text.number(4);
    if (!year || !text.take('-'))
        return std::nullopt;
    const auto month = text.number(2);
    if (!month || !text.take('-'))
        return std::nullopt;
    const auto day = text.number(2);
    if (!day)
        return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year{*year}, std::chrono::month{static_cast<unsigned>(*month)},
                                           std::chrono::day{static_cast<unsigned>(*day)}};
    if (!date.ok())
        return std::nullopt;
    return Duration(std::chrono::sys_days(date).time_since_epoch()).count();
}

bool takeTimeOfDay(TimeText& text, FilterTime& time)
{
    const auto hour = text.numberUpTo(23);
    if (!hour || !text.take(':'))
        return false;
    const auto minute = text.numberUpTo(59);
    if (!minute)
        return false;
    time.civil += *hour * 60 * minuteLength + *minute * minuteLength;
    time.precision = FilterTime::Precision::Minute;
    if (!text.take(':'))
        return true;
    const auto second = text.numberUpTo(59);
    if (!second)
        return false;
    time.civil += *second * secondLength;
    time.precision = FilterTime::Precision::Second;
    if (!text.take('.'))
        return true;
    const auto milliseconds = text.fraction();
    if (!milliseconds)
        return false;
    time.civil += *milliseconds;
    time.precision = FilterTime::Precision::Millisecond;
    return true;
}

bool takeZone(TimeText& text, FilterTime& time)
{
    if (text.take('Z')) {
        time.offsetMinutes = 0;
        return true;
    }
    const bool east = text.take('+');
    if (!east && !text.take('-'))
        return text.atEnd();
    const auto hours = text.numberUpTo(18);
    if (!hours)
        return false;
    text.take(':');
    const auto minutes = text.atEnd() ? 0 : text.numberUpTo(59);
    if (!minutes)
        return false;
    time.offsetMinutes = (*hours * 60 + *minutes) * (east ? 1 : -1);
    return true;
}

std::int64_t utcOf(std::int64_t civil, const FilterMoment& moment)
{
    if (!moment.utcOffset)
        return civil;
    // The offset depends on the moment, which depends on the offset: a second guess is right except in the hour that a
    // change of summer time skips or repeats, where both readings are as good.
    const auto guess = civil - moment.utcOffset(TimePoint(Duration(civil))).count();
    return civil - moment.utcOffset(TimePoint(Duration(guess))).count();
}

std::int64_t lengthOf(FilterTime::Precision precision)
{
    switch (precision) {
    case FilterTime::Precision::Day:
        return dayLength;
    case FilterTime::Precision::Minute:
        return minuteLength;
    case FilterTime::Precision::Second:
        return secondLength;
    case FilterTime::Precision::Millisecond:
        break;
    }
    return 1;
}

std::int64_t startOfToday(const FilterMoment& moment)
{
    const auto offset = moment.utcOffset ? moment.utcOffset(moment.now) : Duration(0);
    const auto local = moment.now + offset;
    return Duration(std::chrono::floor<std::chrono::days>(local).time_since_epoch()).count();
}

} // namespace

std::optional<FilterTime> parseFilterTime(std::string_view text)
{
    FilterTime time;
    if (text == "today" || text == "yesterday") {
        time.kind = text == "today" ? FilterTime::Kind::Today : FilterTime::Kind::Yesterday;
        return time;
    }
    TimeText rest(text);
    const auto date = takeDate(rest);
    if (!date)
        return std::nullopt;
    time.civil = *date;
    if (rest.atEnd())
        return time;
    if (!rest.take('T') && !rest.take(' '))
        return std::nullopt;
    if (!takeTimeOfDay(rest, time) || !takeZone(rest, time) || !rest.atEnd())
        return std::nullopt;
    return time;
}

std::string toString(const FilterTime& time)
{
    if (time.kind != FilterTime::Kind::Civil)
        return time.kind == FilterTime::Kind::Today ? "today" : "yesterday";
    const TimePoint wall{Duration(time.civil)};
    const auto midnight = std::chrono::floor<std::chrono::days>(wall);
    const std::chrono::year_month_day date(midnight);
    const std::int64_t ofDay = (wall - midnight).count();
    std::string text = fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                                   static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
    if (time.precision == FilterTime::Precision::Day)
        return text;
    text += fmt::format("T{:02}:{:02}", ofDay / (60 * minuteLength), ofDay / minuteLength % 60);
    if (time.precision >= FilterTime::Precision::Second)
        text += fmt::format(":{:02}", ofDay / secondLength % 60);
    if (time.precision == FilterTime::Precision::Millisecond)
        text += fmt::format(".{:03}", ofDay % secondLength);
    if (!time.offsetMinutes)
        return text;
    if (*time.offsetMinutes == 0)
        return text + 'Z';
    const int minutes = std::abs(*time.offsetMinutes);
    return text + fmt::format("{}{:02}:{:02}", *time.offsetMinutes < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

FilterTime filterTimeAt(TimePoint time)
{
    return {FilterTime::Kind::Civil, FilterTime::Precision::Millisecond, time.time_since_epoch().count(), 0};
}

FilterSpanOfTime resolve(const FilterTime& time, const FilterMoment& moment)
{
    std::int64_t first = time.civil;
    std::int64_t length = lengthOf(time.precision);
    if (time.kind != FilterTime::Kind::Civil) {
        first = startOfToday(moment) - (time.kind == FilterTime::Kind::Yesterday ? dayLength : 0);
        length = dayLength;
    }
    if (time.offsetMinutes)
        return {first - *time.offsetMinutes * minuteLength, first + length - 1 - *time.offsetMinutes * minuteLength};
    if (length != dayLength) {
        const std::int64_t start = utcOf(first, moment);
        return {start, start + length - 1};
    }
    return {utcOf(first, moment), utcOf(first + length, moment) - 1}; // a day may have 23 or 25 hours
}

} // namespace projectionist
