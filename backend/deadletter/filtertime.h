// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/clock.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace projectionist {

/// What a filter means by now, today, and times without a zone.
struct FilterMoment
{
    TimePoint now;
    /// Local time minus UTC at a moment; empty: UTC.
    std::function<Duration(TimePoint)> utcOffset;
};

/// Milliseconds since 1970, both ends included.
struct FilterSpanOfTime
{
    std::int64_t first = 0;
    std::int64_t last = 0;
    bool operator==(const FilterSpanOfTime&) const = default;
};

/// A time as it is written in a filter. It stands for the whole day, minute or second that it names.
struct FilterTime
{
    enum class Kind : std::uint8_t
    {
        Today,
        Yesterday,
        Civil ///< ISO 8601
    };
    enum class Precision : std::uint8_t
    {
        Day,
        Minute,
        Second,
        Millisecond
    };
    Kind kind = Kind::Civil;
    Precision precision = Precision::Day;  ///< of Civil
    std::int64_t civil = 0;                ///< of Civil: milliseconds since 1970 of what the clock on the wall shows
    std::optional<int> offsetMinutes = {}; ///< of Civil: the zone, where one is written
    bool operator==(const FilterTime&) const = default;
};

/// "today", "yesterday", "2026-11-21", "2026-11-21T14:02", "2026-11-21 14:02:11.042Z", "2026-11-21T14:02+01:00".
[[nodiscard]] std::optional<FilterTime> parseFilterTime(std::string_view text);
/// The canonical text, without spaces; the inverse of parseFilterTime.
[[nodiscard]] std::string toString(const FilterTime& time);
/// This very millisecond.
[[nodiscard]] FilterTime filterTimeAt(TimePoint time);
[[nodiscard]] FilterSpanOfTime resolve(const FilterTime& time, const FilterMoment& moment);

} // namespace projectionist
