// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/config/crontimes.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <sstream>

namespace projectionist {

namespace {

namespace chrono = std::chrono;

constexpr int daysAhead = 41 * 366; ///< 29 February falls on each weekday in so many

/// What a field may hold.
struct CronField
{
    const char* name;
    unsigned least;
    unsigned most;
    std::vector<std::string_view> words; ///< of `least` and those that follow
};

const std::vector<CronField>& cronFields()
{
    static const std::vector<CronField> fields{
        {"minute", 0, 59, {}},
        {"hour", 0, 23, {}},
        {"day of month", 1, 31, {}},
        {"month", 1, 12, {"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}},
        {"day of week", 0, 7, {"sun", "mon", "tue", "wed", "thu", "fri", "sat"}}};
    return fields;
}

tl::unexpected<Error> notCron(std::string why, std::string next)
{
    return tl::unexpected(Error{ErrorKind::Configuration, "", std::move(why), std::move(next), false});
}

std::optional<unsigned> numberOf(std::string_view text)
{
    unsigned number = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    return failure == std::errc{} && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

std::string inSmallLetters(std::string text)
{
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return text;
}

std::optional<unsigned> valueOf(const CronField& field, std::string_view text)
{
    const auto word = std::find(field.words.begin(), field.words.end(), text);
    const auto value =
        word == field.words.end() ? numberOf(text) : field.least + static_cast<unsigned>(word - field.words.begin());
    return value && *value >= field.least && *value <= field.most ? value : std::nullopt;
}

std::vector<std::string> split(const std::string& text, char separator)
{
    std::vector<std::string> parts;
    std::istringstream stream(text);
    for (std::string part; std::getline(stream, part, separator);)
        if (separator != ' ' || !part.empty())
            parts.push_back(part);
    if (separator != ' ' && (text.empty() || text.back() == separator))
        parts.emplace_back();
    return parts;
}

/// "*", "3", "1-5", "*/2", "1-5/2": sets what it stands for.
template<std::size_t Size>
Result<void> takeRange(const CronField& field, const std::string& text, std::bitset<Size>& target)
{
    const auto slash = text.find('/');
    const auto range = text.substr(0, slash);
    const auto dash = range.find('-');
    const auto wrong = [&] {
        return notCron(fmt::format("\"{}\" is no {}", text, field.name),
                       fmt::format("A number from {} to {}{}, a range as 1-5, \"*\", each also with a step as */2; "
                                   "several are parted by commas.",
                                   field.least, field.most,
                                   field.words.empty() ? "" : fmt::format(" or a name as {}", field.words[1])));
    };
    const auto begin = range == "*" ? field.least : valueOf(field, range.substr(0, dash));
    auto end = range == "*"                ? std::optional(field.most)
               : dash == std::string::npos ? begin
                                           : valueOf(field, range.substr(dash + 1));
    const auto step = slash == std::string::npos ? std::optional(1U) : numberOf(text.substr(slash + 1));
    if (!begin || !end || !step || *step == 0 || *step > field.most)
        return wrong();
    if (slash != std::string::npos && range != "*" && dash == std::string::npos)
        return notCron(fmt::format("the {} \"{}\" has a step without a range", field.name, text),
                       fmt::format("Write {}-{}/{}.", *begin, field.most, *step));
    if (*end == 0 && *begin > 0) // mon-sun
        end = field.most;
    if (*end < *begin)
        return notCron(fmt::format("the {} \"{}\" ends before it begins", field.name, text),
                       "Write both parts, with a comma between them.");
    for (auto value = *begin; value <= *end; value += *step)
        target.set(value);
    return {};
}

template<std::size_t Size>
Result<void> takeField(std::size_t index, const std::vector<std::string>& texts, std::bitset<Size>& target)
{
    for (const auto& part : split(texts[index], ','))
        if (auto taken = takeRange(cronFields()[index], part, target); !taken)
            return taken;
    return {};
}

/// In five fields.
std::string withoutMacro(const std::string& text)
{
    for (const auto& [macro, fields] :
         {std::pair("@hourly", "0 * * * *"), std::pair("@daily", "0 0 * * *"), std::pair("@midnight", "0 0 * * *"),
          std::pair("@weekly", "0 0 * * 0"), std::pair("@monthly", "0 0 1 * *"), std::pair("@yearly", "0 0 1 1 *"),
          std::pair("@annually", "0 0 1 1 *")})
        if (text == macro)
            return fields;
    return text;
}

} // namespace

Result<CronTimes> CronTimes::parse(const std::string& text)
{
    auto plain = withoutMacro(inSmallLetters(text));
    std::replace(plain.begin(), plain.end(), '\t', ' ');
    const auto fields = split(plain, ' ');
    if (fields.size() != cronFields().size())
        return notCron("it is neither \"every ...\" nor five fields of cron",
                       "Write \"every 15m\", \"@daily\", or minute, hour, day of month, month and day of week, as "
                       "\"0 3 * * mon-fri\".");
    CronTimes times;
    for (auto taken : {takeField(0, fields, times.m_minutes), takeField(1, fields, times.m_hours),
                       takeField(2, fields, times.m_days), takeField(3, fields, times.m_months),
                       takeField(4, fields, times.m_weekdays)})
        if (!taken)
            return tl::unexpected(taken.error());
    if (times.m_weekdays[0] || times.m_weekdays[7])
        times.m_weekdays.set(0).set(7);
    times.m_anyDay = fields[2].front() == '*';
    times.m_anyWeekday = fields[4].front() == '*';
    if (!times.dayFrom(chrono::local_days(chrono::year(2000) / chrono::January / 1)))
        return notCron("such a day never comes", "Choose a day that the month has.");
    return times;
}

/// crontab(5): "If both fields are restricted (i.e., don't start with *), the command will be run when either field
/// matches the current time."
bool CronTimes::comesOn(chrono::local_days localDay) const
{
    const chrono::year_month_day date(localDay);
    const bool day = m_days[static_cast<unsigned>(date.day())];
    const bool weekdayFits = m_weekdays[chrono::weekday(localDay).c_encoding()];
    return m_months[static_cast<unsigned>(date.month())] &&
           (m_anyDay || m_anyWeekday ? day && weekdayFits : day || weekdayFits);
}

std::optional<chrono::local_days> CronTimes::dayFrom(chrono::local_days day) const
{
    for (int ahead = 0; ahead < daysAhead; ++ahead)
        if (comesOn(day + chrono::days(ahead)))
            return day + chrono::days(ahead);
    return std::nullopt;
}

WallTime CronTimes::next(WallTime wall) const
{
    const auto from = chrono::floor<chrono::minutes>(wall) + chrono::minutes(1);
    auto day = chrono::floor<chrono::days>(from);
    auto minute = static_cast<std::size_t>((from - day).count());
    while (true) {
        const auto found = dayFrom(day).value(); // or it had been refused
        if (found != day)
            minute = 0;
        for (; minute < 24U * 60; ++minute)
            if (m_hours[minute / 60] && m_minutes[minute % 60])
                return found + chrono::minutes(minute);
        day = found + chrono::days(1);
        minute = 0;
    }
}

} // namespace projectionist
