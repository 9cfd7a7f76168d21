// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/snapshot.h"
#include "models/roles.h"
#include "models/zone.h"

#include <QStringList>

namespace projectionist {

/// Words and colours for values of the domain. Pure functions; texts go through tr().
[[nodiscard]] QString verdictWord(VerdictKind kind);
[[nodiscard]] ColorMeaning verdictMeaning(VerdictKind kind);
/// "Blocked for 4 m 12 s, since 13:59:58 UTC".
[[nodiscard]] QString verdictSince(const Verdict& verdict, TimePoint now, Zone zone);
/// A phrase for each bit, the worst first.
[[nodiscard]] QStringList conditionTexts(std::uint32_t conditions);
[[nodiscard]] ColorMeaning conditionsMeaning(std::uint32_t conditions);

[[nodiscard]] QString lagText(const TimeLag& lag);
/// "exact: the record at the position, or the broker's time index, gave it", ...
[[nodiscard]] QString lagOriginText(LagOrigin origin);
[[nodiscard]] QString countText(const std::optional<std::int64_t>& count);
[[nodiscard]] QString rateText(const std::optional<double>& perSecond);
[[nodiscard]] QString durationText(Duration duration);
/// Age of a sample: "0.4 s", "2 m 04 s".
[[nodiscard]] QString ageText(TimePoint at, TimePoint now);
/// For the "Catches up" column: "46 s", "breaches in 58 m", "not converging", "now", "—".
[[nodiscard]] QString catchUpText(const Forecast& forecast);
[[nodiscard]] ColorMeaning forecastMeaning(const Forecast& forecast);

/// A connection in the status bar: "orders-rs", "search-es unreachable since 14:02:11", with details for a tool tip.
struct SourceText
{
    QString text;
    QString details;
    ColorMeaning meaning = ColorMeaning::Normal;

    bool operator==(const SourceText&) const = default;
};
[[nodiscard]] SourceText sourceText(const SourceStatus& source, Zone zone);
/// "cycle 38 ms · 1 204 of 1 204 partitions".
[[nodiscard]] QString cycleText(const Snapshot& snapshot);

} // namespace projectionist
