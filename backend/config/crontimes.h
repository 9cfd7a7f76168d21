// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/config/zonetime.h"
#include "backend/core/error.h"

#include <bitset>
#include <optional>

namespace projectionist {

/// The five fields of crontab(5): minute, hour, day of month, month, day of week.
class CronTimes
{
public:
    /// "0 3 * * mon-fri", "*/15 * * * *", "@daily". The error has no `what`. Refused, too, if it never comes.
    [[nodiscard]] static Result<CronTimes> parse(const std::string& text);

    /// The first minute after the one of `wall`.
    [[nodiscard]] WallTime next(WallTime wall) const;
    /// It comes in every hour of the days that it comes in at all.
    [[nodiscard]] bool hourly() const { return m_hours.count() == 24; }

    bool operator==(const CronTimes&) const = default;

private:
    [[nodiscard]] bool comesOn(std::chrono::local_days day) const;
    [[nodiscard]] std::optional<std::chrono::local_days> dayFrom(std::chrono::local_days day) const;

    std::bitset<60> m_minutes;
    std::bitset<24> m_hours;
    std::bitset<32> m_days;
    std::bitset<13> m_months;
    std::bitset<8> m_weekdays; ///< Sunday is 0, and 7 as well
    bool m_anyDay = false;     ///< the field begins with "*"
    bool m_anyWeekday = false;
};

} // namespace projectionist
