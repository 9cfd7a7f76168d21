// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/clock.h"

#include <memory>
#include <string>
#include <vector>

namespace projectionist {

/// What clocks on the wall show: a time of day that knows no zone.
using WallTime = std::chrono::local_time<Duration>;

/// The clocks of a time zone, by the names of the tz database: "Europe/Berlin". Belongs to one thread.
class ZoneTime
{
public:
    /// A zone that isKnown(), otherwise UTC.
    explicit ZoneTime(const std::string& zone);
    ~ZoneTime();
    ZoneTime(const ZoneTime&) = delete;
    ZoneTime& operator=(const ZoneTime&) = delete;

    [[nodiscard]] static bool isKnown(const std::string& zone);
    [[nodiscard]] static std::vector<std::string> allKnown();

    [[nodiscard]] WallTime wallTime(TimePoint time) const { return WallTime((time + offset(time)).time_since_epoch()); }
    /// When clocks show `wall`, earliest first: never if they are put forward over it, twice if they are put back.
    [[nodiscard]] std::vector<TimePoint> times(WallTime wall) const;
    /// When clocks are put forward over `wall`, which they never show.
    [[nodiscard]] TimePoint skipping(WallTime wall) const;

private:
    /// How far clocks are ahead of UTC.
    [[nodiscard]] Duration offset(TimePoint time) const;

    struct Closer
    {
        void operator()(void* calendar) const noexcept;
    };
    std::unique_ptr<void, Closer> m_calendar; ///< null: UTC
};

} // namespace projectionist
