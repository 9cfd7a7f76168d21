// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/deadletter/letterdesk.h"
#include "models/zone.h"

#include <QStringList>

namespace projectionist {

// Words for values of dead letters. Pure functions; texts go through tr(). Everything that strangers wrote comes out
// with visible escapes.

/// "4 000"
[[nodiscard]] QString numberText(std::uint64_t number);
/// "1 letter", "4 000 letters".
[[nodiscard]] QString lettersText(std::uint64_t number);
/// On one line, made safe to show, cut to `longest`.
[[nodiscard]] QString strangersText(std::string_view text, int longest = 300);
/// "orders.events[3]@1 204 881", or what is known of it; "—" if nothing is.
[[nodiscard]] QString originText(const EventOrigin& origin);
/// The same for the clipboard: without grouping spaces.
[[nodiscard]] QString originCopyText(const EventOrigin& origin);
/// "NotNullViolation" of "org.acme.NotNullViolation".
[[nodiscard]] QString shortException(std::string_view exception);
/// "14:04:29.118" today, else with the day; "—" if it is not known.
[[nodiscard]] QString letterTimeText(const std::optional<TimePoint>& time, TimePoint now, Zone zone,
                                     bool millis = true);
[[nodiscard]] QString basisText(ArrivalBasis basis);
/// "6", "3–6"; "—".
[[nodiscard]] QString attemptsText(const std::optional<std::int64_t>& fewest, const std::optional<std::int64_t>& most);
[[nodiscard]] QString bytesText(const std::optional<std::int64_t>& bytes);
/// "parcel_tracking, ops_console and 3 more".
[[nodiscard]] QString namesText(const std::vector<NamedCount>& names);
/// A phrase for each bit that somebody should know of.
[[nodiscard]] QStringList flagTexts(std::uint32_t flags);
/// Why letters are in one group, as sentences.
[[nodiscard]] QString groupReasonText(const GroupReason& reason);
/// "408 of 412 · scanned 1 204 881 of 1 204 881 (complete)", and what is not decided yet.
[[nodiscard]] QString boardText(const LetterBoard& board);

} // namespace projectionist
