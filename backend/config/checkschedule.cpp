// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/config/checkschedule.h"

#include "backend/config/nearest.h"
#include "backend/core/format.h"

#include <algorithm>
#include <fmt/format.h>

namespace projectionist {

namespace {

using namespace std::chrono_literals;

constexpr std::string_view everyWord = "every ";
constexpr Duration shortest = 1s;
constexpr Duration longest = 366 * 24h;
constexpr Duration clockChange = 4h; ///< more than clocks are put back by

} // namespace

Result<CheckSchedule> CheckSchedule::parse(const std::string& text, const std::string& timeZone)
{
    const auto refused = [&](std::string why, std::string next) {
        return tl::unexpected(Error{ErrorKind::Configuration, fmt::format("\"{}\" is no schedule", text),
                                    std::move(why), std::move(next), false});
    };
    CheckSchedule schedule(text, timeZone);
    if (!timeZone.empty() && !ZoneTime::isKnown(timeZone))
        return tl::unexpected(Error{ErrorKind::Configuration, fmt::format("unknown time zone \"{}\"", timeZone), "",
                                    nearestWord(timeZone, ZoneTime::allKnown()).empty()
                                        ? std::string("a name as Europe/Berlin")
                                        : suggestion(timeZone, ZoneTime::allKnown()),
                                    false});
    if (text.starts_with(everyWord)) {
        const auto every = parseDuration(text.substr(everyWord.size()));
        if (!every || *every < shortest || *every > longest)
            return refused("it has no length of time",
                           fmt::format("Write it as \"every 15m\", from {} to {}.", compactDuration(shortest),
                                       compactDuration(longest)));
        schedule.m_every = *every;
        return schedule;
    }
    auto times = CronTimes::parse(text);
    if (!times)
        return refused(times.error().why, times.error().next);
    schedule.m_times = *times;
    return schedule;
}

std::vector<TimePoint> CheckSchedule::timesOf(WallTime wall, const ZoneTime& zone) const
{
    auto all = zone.times(wall);
    if (!m_times->hourly() && all.empty())
        return {zone.skipping(wall)};
    if (!m_times->hourly())
        all.resize(1);
    return all;
}

TimePoint CheckSchedule::next(TimePoint after) const
{
    if (!m_times)
        return after + m_every;
    const ZoneTime zone(m_timeZone.empty() ? "UTC" : m_timeZone);
    // Where clocks were put back, what they show earlier may come later.
    std::optional<TimePoint> earliest;
    for (auto wall = m_times->next(zone.wallTime(after) - clockChange);
         !earliest || wall <= zone.wallTime(*earliest) + clockChange; wall = m_times->next(wall))
        for (const auto time : timesOf(wall, zone))
            if (time > after && (!earliest || time < *earliest))
                earliest = time;
    return *earliest;
}

} // namespace projectionist
