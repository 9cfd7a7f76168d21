// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/config/crontimes.h"

namespace projectionist {

/// When a check is run by itself.
class CheckSchedule
{
public:
    /// "every 15m", or what crontab(5) has in its first five fields, by the clocks of a time zone; empty = UTC.
    [[nodiscard]] static Result<CheckSchedule> parse(const std::string& text, const std::string& timeZone = {});

    /// When a check is due that was last begun at `after`. As cron(8) has it: what clocks skip when they are put
    /// forward comes at once, and what they show twice comes once, except where it comes every hour.
    [[nodiscard]] TimePoint next(TimePoint after) const;
    [[nodiscard]] const std::string& text() const { return m_text; }
    [[nodiscard]] const std::string& timeZone() const { return m_timeZone; } ///< empty: as parse() had it

    bool operator==(const CheckSchedule&) const = default;

private:
    CheckSchedule(std::string text, std::string timeZone) : m_text(std::move(text)), m_timeZone(std::move(timeZone)) {}
    [[nodiscard]] std::vector<TimePoint> timesOf(WallTime wall, const ZoneTime& zone) const;

    std::string m_text;
    std::string m_timeZone;
    Duration m_every{0};
    std::optional<CronTimes> m_times{}; ///< nullopt: m_every
};

} // namespace projectionist
