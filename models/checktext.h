// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/reconcile/checkdesk.h"
#include "models/zone.h"

#include <QStringList>

namespace projectionist {

// Words for checks and what they found. Pure functions; texts go through tr(). Everything that stores hold comes out
// with visible escapes.

/// "orders ⇄ order_summary, by order_id"; stores are named where they are not the same.
[[nodiscard]] QString comparesText(const CheckSettings& check);
/// "4 200 000 of about 10 000 000 rows, 3 differences so far"; "paused: " in front while it waits.
[[nodiscard]] QString progressText(const CheckProgress& progress);
/// "its snapshot is 42 s old"; empty: it is too young to matter, or there is none.
[[nodiscard]] QString snapshotAgeText(const CheckProgress& progress, TimePoint now);
/// A cell's text on one line: blanks at its ends, line ends, tabs and what cannot be seen are made visible.
[[nodiscard]] QString cellValueText(std::string_view value, qsizetype longest);
/// The same of two values that differ, each cut so that the first place where they do is in it.
[[nodiscard]] std::pair<QString, QString> cellPairText(std::string_view one, std::string_view other, qsizetype longest);
/// "OrderShipped [7]@998 120".
[[nodiscard]] QString keyEventText(const KeyEvent& event);
/// "10 204 118 rows are equal", "12 rows expected, 11 found"; with how long ago it was verified.
[[nodiscard]] QString outcomeText(const CheckResult& result, TimePoint now);
/// "12 s ago, 3 events since", "2 d ago: stale"; events only where they are known. Null: no snapshot is there.
[[nodiscard]] QString freshnessText(const CheckSettings& check, const CheckResult& result, const Snapshot* snapshot,
                                    TimePoint now);
/// "12 s ago".
[[nodiscard]] QString agoText(TimePoint at, TimePoint now);
/// "≠ different"; one that does not count yet is "≠ in flight".
[[nodiscard]] QString kindText(const RowDifference& difference);
/// "finished", "cancelled", ..., "equal", "17 differences".
[[nodiscard]] QString runText(const CheckRunRecord& run);
/// "total: numeric is compared with float8 by their decimal digits; say it with a rule".
[[nodiscard]] QString findingText(const CheckFinding& finding);
/// "Rows: cell by cell, by key".
[[nodiscard]] QString kindSentence(CheckKind kind);
/// How many differences a finished run confirmed, also where only rows were counted.
[[nodiscard]] std::int64_t driftOf(const CheckRunRecord& run);

} // namespace projectionist
