// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/checktext.h"

#include "backend/core/format.h"
#include "backend/reconcile/freshness.h"
#include "models/lettertext.h"
#include "models/payloadview.h"
#include "models/text.h"

#include <algorithm>
#include <cstdlib>
#include <QCoreApplication>

namespace projectionist {

namespace {

struct CheckWords
{
    Q_DECLARE_TR_FUNCTIONS(CheckWords)
};

constexpr std::size_t beforeDifference = 12; ///< bytes that are kept in front of it
constexpr Duration worthTelling{10'000};     ///< a snapshot that is younger is in nobody's way
const QString ellipsis = QStringLiteral("\u2026");

QString rowsText(std::int64_t number)
{
    return toQString(formatNumber(number));
}

QString sideText(const CheckSide& side, bool withStore)
{
    const auto what = side.query.empty() ? strangersText(side.table, 80) : CheckWords::tr("a query");
    return withStore ? strangersText(side.store, 60) + u'.' + what : what;
}

void markBlanks(QString& text, bool begins, bool ends)
{
    qsizetype first = 0;
    while (begins && first < text.size() && text[first] == u' ')
        text[first++] = u'\u00b7';
    for (qsizetype last = text.size() - 1; ends && last >= first && text[last] == u' '; --last)
        text[last] = u'\u00b7';
}

/// From a byte on; line ends and tabs are one character each.
QString visiblePart(std::string_view value, std::size_t from, qsizetype longest)
{
    // Four bytes a character at most.
    const auto part = value.substr(from, static_cast<std::size_t>(longest) * 4 + 4);
    const bool ends = from + part.size() == value.size();
    auto text = visibleText(part, true);
    text.replace(u'\n', u'\u23ce').replace(u'\t', u'\u21e5').replace(QChar(0xa0), QStringLiteral("\\u00a0"));
    markBlanks(text, from == 0, ends);
    const bool whole = ends && text.size() <= longest;
    text.truncate(longest);
    return (from > 0 ? ellipsis : QString()) + text + (whole ? QString() : ellipsis);
}

/// Where to begin so that byte `place` is among the first `longest`; never within a character.
std::size_t beginFor(std::string_view value, std::size_t place, qsizetype longest)
{
    if (place + beforeDifference <= static_cast<std::size_t>(longest))
        return 0;
    auto from = place - beforeDifference;
    while (from > 0 && from < value.size() && (static_cast<unsigned char>(value[from]) & 0xc0U) == 0x80U)
        --from;
    return from;
}

} // namespace

QString comparesText(const CheckSettings& check)
{
    const bool withStore = check.expected.store != check.actual.store;
    const auto actual = sideText(check.actual, withStore);
    const auto sides = QStringLiteral("%1 \u21c4 %2").arg(sideText(check.expected, withStore), actual);
    QStringList columns;
    for (const auto& column : check.key)
        columns << strangersText(column, 60);
    const auto key = columns.join(QStringLiteral(", "));
    switch (check.kind) {
    case CheckKind::Count:
        return CheckWords::tr("%1, numbers of rows").arg(sides);
    case CheckKind::Groups:
        return CheckWords::tr("%1, counts and sums by %2").arg(sides, key);
    case CheckKind::Order:
        return CheckWords::tr("%1, versions of each %2").arg(actual, key);
    case CheckKind::Events:
        return CheckWords::tr("%1, the table and what its log makes").arg(strangersText(check.projection, 60));
    case CheckKind::Rows:
        break;
    }
    return CheckWords::tr("%1, by %2").arg(sides, key);
}

QString progressText(const CheckProgress& progress)
{
    const auto number = std::max(progress.expectedRows, progress.actualRows);
    const auto rows = rowsText(number);
    // Statistics of a table that grows are behind.
    auto text = progress.estimatedRows > number
                    ? CheckWords::tr("%1 of about %2 rows").arg(rows, rowsText(progress.estimatedRows))
                    : CheckWords::tr("%1 rows").arg(rows);
    if (progress.differences > 0)
        text +=
            CheckWords::tr(", %1 differences so far").arg(rowsText(static_cast<std::int64_t>(progress.differences)));
    if (progress.snapshots > 1)
        text += CheckWords::tr(", in snapshot %1").arg(progress.snapshots);
    if (progress.held.empty())
        return text;
    const auto held = progress.held == "paused" ? CheckWords::tr("paused") : strangersText(progress.held, 200);
    return held + QStringLiteral(": ") + text;
}

QString snapshotAgeText(const CheckProgress& progress, TimePoint now)
{
    const Duration age = now - progress.snapshotAt;
    if (progress.snapshotAt == TimePoint{} || age < worthTelling)
        return {};
    if (age < std::chrono::minutes(1)) // tenths of a second would be noise
        return CheckWords::tr("its snapshot is %1\u00a0s old").arg(age / std::chrono::seconds(1));
    return CheckWords::tr("its snapshot is %1 old").arg(toQString(formatDuration(age)));
}

QString cellValueText(std::string_view value, qsizetype longest)
{
    return visiblePart(value, 0, longest);
}

std::pair<QString, QString> cellPairText(std::string_view one, std::string_view other, qsizetype longest)
{
    const auto place =
        static_cast<std::size_t>(std::mismatch(one.begin(), one.end(), other.begin(), other.end()).first - one.begin());
    return {visiblePart(one, beginFor(one, place, longest), longest),
            visiblePart(other, beginFor(other, place, longest), longest)};
}

QString keyEventText(const KeyEvent& event)
{
    const auto place = QStringLiteral("[%1]@%2").arg(event.id.partition).arg(toQString(formatNumber(event.offset)));
    return event.type.empty() ? strangersText(event.id.topic, 80) + place
                              : strangersText(event.type, 80) + u' ' + place;
}

QString agoText(TimePoint at, TimePoint now)
{
    const auto age = std::max(now - at, Duration(0));
    if (age < std::chrono::minutes(1)) // tenths of a second would be noise
        return CheckWords::tr("%1\u00a0s ago").arg(age / std::chrono::seconds(1));
    return CheckWords::tr("%1 ago").arg(toQString(formatDuration(age)));
}

QString freshnessText(const CheckSettings& check, const CheckResult& result, const Snapshot* snapshot, TimePoint now)
{
    const auto ago = agoText(result.verifiedAt, now);
    if (staleFrom(check, result.verifiedAt) <= now)
        return CheckWords::tr("%1: stale").arg(ago);
    const auto events = snapshot ? eventsSince(result.through, *snapshot) : std::nullopt;
    if (!events)
        return ago;
    return *events == 1 ? CheckWords::tr("%1, 1 event since").arg(ago)
                        : CheckWords::tr("%1, %2 events since").arg(ago, rowsText(*events));
}

QString outcomeText(const CheckResult& result, TimePoint now)
{
    const auto verified = CheckWords::tr("verified %1").arg(agoText(result.verifiedAt, now));
    const auto expected = rowsText(result.expectedRows);
    if (!result.ending.empty())
        return CheckWords::tr("%1 rows are equal, %2. It ended early: %3")
            .arg(expected, verified, strangersText(result.ending, 300));
    if (result.counts && *result.counts != DriftState::Settled)
        return CheckWords::tr("%1 rows expected, %2 in the read model, %3")
            .arg(expected, rowsText(result.actualRows), verified);
    if (result.kind == CheckKind::Order)
        return CheckWords::tr("No version is missing or doubled among %1 rows, %2")
            .arg(rowsText(result.actualRows), verified);
    if (result.expectedRows == 0 && result.actualRows == 0)
        return CheckWords::tr("Both sides are empty, %1").arg(verified);
    return CheckWords::tr("%1 rows are equal, %2").arg(expected, verified);
}

QString kindText(const RowDifference& difference)
{
    const auto kind = difference.kind();
    const QChar sign = kind == "missing" ? u'\u2212' : kind == "extra" ? u'+' : u'\u2260';
    if (!difference.repairedBy.empty())
        return QStringLiteral("\u2713 ") + CheckWords::tr("repaired");
    const auto word = difference.state == DriftState::Pending ? CheckWords::tr("in flight")
                      : kind == "missing"                     ? CheckWords::tr("missing")
                      : kind == "extra"                       ? CheckWords::tr("extra")
                                                              : CheckWords::tr("different");
    return sign + QStringLiteral(" ") + word;
}

std::int64_t driftOf(const CheckRunRecord& run)
{
    if (run.drift && run.confirmed() == 0)
        return std::abs(run.expectedRows - run.actualRows);
    return static_cast<std::int64_t>(run.confirmed());
}

QString runText(const CheckRunRecord& run)
{
    switch (run.state) {
    case CheckRunState::Running:
        return CheckWords::tr("running");
    case CheckRunState::Failed:
        return strangersText(run.error, 300);
    case CheckRunState::Cancelled:
        return CheckWords::tr("cancelled");
    case CheckRunState::Lost:
        return CheckWords::tr("ended with the program that ran it");
    case CheckRunState::Finished:
        break;
    }
    const auto count = driftOf(run);
    if (run.repair)
        return CheckWords::tr("%1 of %2 differences repaired by %3")
            .arg(rowsText(static_cast<std::int64_t>(run.repair->repaired)),
                 rowsText(static_cast<std::int64_t>(run.repair->of)), strangersText(run.repair->by, 80));
    if (!run.drift && !run.complete)
        return CheckWords::tr("no difference so far");
    return !run.drift   ? CheckWords::tr("equal")
           : count == 1 ? CheckWords::tr("1 difference")
                        : CheckWords::tr("%1 differences").arg(rowsText(count));
}

QString findingText(const CheckFinding& finding)
{
    constexpr int longestSentence = 600;
    auto text = strangersText(finding.text, longestSentence);
    if (!finding.column.empty())
        text = strangersText(finding.column, 60) + QStringLiteral(": ") + text;
    return finding.next.empty() ? text : text + QStringLiteral("; ") + strangersText(finding.next, longestSentence);
}

QString kindSentence(CheckKind kind)
{
    switch (kind) {
    case CheckKind::Rows:
        return CheckWords::tr("Rows: cell by cell, by key");
    case CheckKind::Groups:
        return CheckWords::tr("Groups: rows and sums for each group");
    case CheckKind::Count:
        return CheckWords::tr("Count: the numbers of rows");
    case CheckKind::Events:
        return CheckWords::tr("Events: the table and what the log makes, by the declared projection");
    case CheckKind::Order:
        return CheckWords::tr("Order: versions of each key, none missing and none doubled");
    }
    return {};
}

} // namespace projectionist
