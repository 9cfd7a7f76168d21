// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/config/zonetime.h"

#include <unicode/ucal.h>
#include <unicode/uenum.h>

namespace projectionist {

namespace {

using namespace std::chrono_literals;

constexpr Duration aDay = 24h; ///< clocks are not changed twice within two of them

std::u16string wide(const std::string& ascii)
{
    return {ascii.begin(), ascii.end()};
}

} // namespace

void ZoneTime::Closer::operator()(void* calendar) const noexcept
{
    ucal_close(static_cast<UCalendar*>(calendar));
}

ZoneTime::ZoneTime(const std::string& zone)
{
    const auto name = wide(zone);
    UErrorCode status = U_ZERO_ERROR;
    if (zone != "UTC")
        m_calendar.reset(ucal_open(name.data(), static_cast<std::int32_t>(name.size()), "en", UCAL_GREGORIAN, &status));
}

ZoneTime::~ZoneTime() = default;

bool ZoneTime::isKnown(const std::string& zone)
{
    const auto name = wide(zone);
    UErrorCode status = U_ZERO_ERROR;
    UChar canonical[128];
    ucal_getCanonicalTimeZoneID(name.data(), static_cast<std::int32_t>(name.size()), canonical, 128, nullptr, &status);
    return U_SUCCESS(status) != 0;
}

std::vector<std::string> ZoneTime::allKnown()
{
    UErrorCode status = U_ZERO_ERROR;
    const std::unique_ptr<UEnumeration, decltype(&uenum_close)> zones(
        ucal_openTimeZoneIDEnumeration(UCAL_ZONE_TYPE_ANY, nullptr, nullptr, &status), uenum_close);
    std::vector<std::string> all;
    while (zones) {
        const char* const zone = uenum_next(zones.get(), nullptr, &status);
        if (!zone)
            break;
        all.emplace_back(zone);
    }
    return all;
}

Duration ZoneTime::offset(TimePoint time) const
{
    auto* const calendar = static_cast<UCalendar*>(m_calendar.get());
    if (!calendar)
        return Duration(0);
    UErrorCode status = U_ZERO_ERROR;
    ucal_setMillis(calendar, static_cast<UDate>(time.time_since_epoch().count()), &status);
    return Duration(ucal_get(calendar, UCAL_ZONE_OFFSET, &status) + ucal_get(calendar, UCAL_DST_OFFSET, &status));
}

std::vector<TimePoint> ZoneTime::times(WallTime wall) const
{
    const TimePoint asUtc(wall.time_since_epoch());
    std::vector<TimePoint> all;
    for (const auto ahead : {offset(asUtc - aDay), offset(asUtc + aDay)}) {
        const auto time = asUtc - ahead;
        if (offset(time) == ahead && (all.empty() || all.front() != time))
            all.push_back(time);
    }
    return all;
}

TimePoint ZoneTime::skipping(WallTime wall) const
{
    auto before = TimePoint(wall.time_since_epoch()) - aDay;
    auto after = before + 2 * aDay;
    const auto ahead = offset(before);
    while (after - before > Duration(1)) {
        const auto between = before + (after - before) / 2;
        (offset(between) == ahead ? before : after) = between;
    }
    return after;
}

} // namespace projectionist
