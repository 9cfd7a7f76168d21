// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/error.h"
#include "models/zone.h"

namespace projectionist {

/// One end of a range: an instant, or a distance before now.
struct TimeBound
{
    bool relative = true;
    Duration before{0}; ///< relative: this long before now, >= 0
    TimePoint at{};     ///< absolute

    [[nodiscard]] TimePoint resolve(TimePoint now) const { return relative ? now - before : at; }
    bool operator==(const TimeBound&) const = default;
};

/// What the charts show: relative ("now-1h to now"), absolute, or semi-relative ("2026-11-21 02:10 to now").
struct TimeRange
{
    TimeBound from{true, Duration(3'600'000), {}};
    TimeBound to{};

    [[nodiscard]] static TimeRange last(Duration duration);
    [[nodiscard]] static TimeRange between(TimePoint from, TimePoint to);
    [[nodiscard]] bool endsNow() const { return to.relative && to.before == Duration(0); }
    bool operator==(const TimeRange&) const = default;
};

inline constexpr Duration shortestRange{1000};
inline constexpr Duration longestRange{Duration{std::int64_t{400} * 86'400'000}};

/// Understands "now-6h", "now-6h to now-1h", "6h", "2026-11-21 02:10 to now", "2026-11-21 02:10 to 03:00", "02:10 to
/// 03:00" (today), with "UTC" or "Z" behind a time whatever the zone, and what toText() writes. The error says what is
/// wrong and shows what would be right.
[[nodiscard]] Result<TimeRange> parseTimeRange(const QString& text, Zone zone, TimePoint now);
/// For links, files and the clipboard, the same for every reader: "now-1h to now", "2026-11-21 02:10:00Z to now".
[[nodiscard]] QString toText(const TimeRange& range);
/// For people: "Last 1 h", "02:10 – 03:00 UTC".
[[nodiscard]] QString rangeLabel(const TimeRange& range, Zone zone, TimePoint now);

} // namespace projectionist
