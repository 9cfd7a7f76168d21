// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/sample.h"

#include <string>

namespace projectionist {

/// Text for people, the same in window, terminal and evidence. Pure functions; English; groups of three are separated
/// by a narrow no-break space (U+202F), units by a no-break space (U+00A0). "0 ms", "41 ms", "12.4 s", "4 m 31 s", "2 h
/// 05 m", "3 d 04 h".
[[nodiscard]] std::string formatDuration(Duration duration);
/// "8 412", "1 204 881"; above ten million "12.4 M".
[[nodiscard]] std::string formatCount(std::int64_t count);
/// The whole number whatever its size: "1 204 881".
[[nodiscard]] std::string formatNumber(std::int64_t number);
/// "0", "0.4", "12.4", "214", "41 380": three significant digits below 100.
[[nodiscard]] std::string formatRate(double perSecond);
/// "14:02:11" in UTC; formatDateTime: "2026-11-21 14:02:11 UTC".
[[nodiscard]] std::string formatTime(TimePoint time);
[[nodiscard]] std::string formatDateTime(TimePoint time);
/// RFC 3339 with milliseconds: "2026-11-21T14:02:11.042Z".
[[nodiscard]] std::string formatRfc3339(TimePoint time);
/// The inverse of formatRfc3339, also without fraction; nullopt if it is not a time.
[[nodiscard]] std::optional<TimePoint> parseRfc3339(const std::string& text);
/// "4 m 31 s" with its origin where it is not exact: "≤ 12 s", "≥ 3 m", "≈ 4 s"; "—" when unknown.
[[nodiscard]] std::string formatLag(const TimeLag& lag);
/// "exact", "between anchors", "at most", "at least", "no backlog", "unknown".
[[nodiscard]] const char* toString(LagOrigin origin) noexcept;
/// "500ms", "30s", "5m", "1h30m", "7d"; nullopt if it is not a duration or does not fit. The inverse of
/// compactDuration.
[[nodiscard]] std::optional<Duration> parseDuration(const std::string& text);
[[nodiscard]] std::string compactDuration(Duration duration);

} // namespace projectionist
