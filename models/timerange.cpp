// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/timerange.h"

#include "backend/core/format.h"
#include "models/text.h"
#include "models/verdicttext.h"

#include <QCoreApplication>
#include <QRegularExpression>
#include <QTimeZone>

namespace projectionist {

namespace {

struct TimeRangeText
{
    Q_DECLARE_TR_FUNCTIONS(TimeRangeText)
};

using Bound = std::optional<TimeBound>;

Error invalid(const QString& text, const QString& why)
{
    return {ErrorKind::InvalidData, TimeRangeText::tr("\u201c%1\u201d is no time range").arg(text).toStdString(),
            why.toStdString(),
            TimeRangeText::tr("Write for example now-6h, 2026-11-21 02:10 to now, or 02:10 to 03:00 UTC").toStdString(),
            false};
}

Bound parseRelative(const QString& text)
{
    if (text == u"now")
        return TimeBound{};
    QString distance = text;
    if (distance.startsWith(u"now-"))
        distance.remove(0, 4);
    const auto duration = parseDuration(distance.remove(u' ').toStdString());
    return duration ? Bound(TimeBound{true, *duration, {}}) : std::nullopt;
}

/// A date and a time, a date (its midnight), or a time of `day`.
Bound parseAbsolute(QString text, Zone zone, QDate day)
{
    static const QRegularExpression utcSuffix(QStringLiteral("\\s*(utc|z)$"));
    if (const auto match = utcSuffix.match(text); match.hasMatch()) {
        zone = Zone::Utc;
        text.truncate(match.capturedStart());
    }
    static const QRegularExpression form(
        QStringLiteral("^(?:(\\d{4}-\\d{2}-\\d{2})(?:[ t]+|$))?(\\d{1,2}:\\d{2}(?::\\d{2})?)?$"));
    const auto match = form.match(text);
    if (text.isEmpty() || !match.hasMatch())
        return std::nullopt;
    if (match.hasCaptured(1))
        day = QDate::fromString(match.captured(1), u"yyyy-MM-dd");
    const QString clock = match.captured(2);
    QTime time(0, 0);
    if (!clock.isEmpty())
        time = QTime::fromString(clock, clock.count(u':') == 2 ? u"H:mm:ss" : u"H:mm");
    if (!day.isValid() || !time.isValid())
        return std::nullopt;
    const QDateTime at(day, time, zone == Zone::Utc ? QTimeZone::utc() : QTimeZone::systemTimeZone());
    return at.isValid() ? Bound(TimeBound{false, {}, toTimePoint(at)}) : std::nullopt;
}

QString boundText(const TimeBound& bound)
{
    if (!bound.relative)
        return toDateTime(bound.at, Zone::Utc).toString(u"yyyy-MM-dd HH:mm:ss'Z'");
    return bound.before == Duration(0) ? QStringLiteral("now")
                                       : QStringLiteral("now-") + toQString(compactDuration(bound.before));
}

QString boundLabel(const TimeBound& bound, Zone zone, QDate today)
{
    if (bound.relative)
        return bound.before == Duration(0) ? TimeRangeText::tr("now")
                                           : TimeRangeText::tr("%1 ago").arg(durationText(bound.before));
    const QDateTime time = toDateTime(bound.at, zone);
    const bool wholeMinute = time.time().second() == 0;
    const QString clock = time.toString(wholeMinute ? u"HH:mm" : u"HH:mm:ss");
    return time.date() == today ? clock : time.toString(u"yyyy-MM-dd ") + clock;
}

/// "1 h" rather than "1 h 00 m".
QString roundDurationText(Duration duration)
{
    QString text = toQString(compactDuration(duration));
    static const QRegularExpression unit(QStringLiteral("(\\d+)([a-z]+)"));
    return text.replace(unit, QStringLiteral("\\1\u00a0\\2 ")).trimmed();
}

} // namespace

TimeRange TimeRange::last(Duration duration)
{
    return {TimeBound{true, duration, {}}, TimeBound{}};
}

TimeRange TimeRange::between(TimePoint from, TimePoint to)
{
    return {TimeBound{false, {}, from}, TimeBound{false, {}, to}};
}

Result<TimeRange> parseTimeRange(const QString& text, Zone zone, TimePoint now)
{
    const QString wanted = text.simplified().toLower();
    static const QRegularExpression separator(QStringLiteral("\\s+to\\s+|\\s*\u2013\\s*"));
    const QStringList parts = wanted.split(separator);
    if (wanted.isEmpty() || parts.size() > 2)
        return tl::unexpected(
            invalid(text, TimeRangeText::tr("It needs a beginning, and may have an end after \u201cto\u201d")));
    static const QRegularExpression utcSuffix(QStringLiteral("(utc|\\dz)$"));
    // "02:10 to 03:00 UTC": the zone at the end counts for both.
    const Zone used = utcSuffix.match(wanted).hasMatch() ? Zone::Utc : zone;
    const auto parse = [&](const QString& part, QDate day) {
        const auto bound = parseRelative(part);
        return bound ? bound : parseAbsolute(part, used, day);
    };
    const QDate today = toDateTime(now, used).date();
    const auto from = parse(parts.front(), today);
    if (!from)
        return tl::unexpected(invalid(text, TimeRangeText::tr("\u201c%1\u201d is no time").arg(parts.front())));
    const QDate fromDay = from->relative ? today : toDateTime(from->at, used).date();
    const auto to = parts.size() == 2 ? parse(parts.back(), fromDay) : Bound(TimeBound{});
    if (!to)
        return tl::unexpected(invalid(text, TimeRangeText::tr("\u201c%1\u201d is no time").arg(parts.back())));
    const Duration length = to->resolve(now) - from->resolve(now);
    if (length < shortestRange)
        return tl::unexpected(
            invalid(text, TimeRangeText::tr("It ends before it begins, or is shorter than a second")));
    if (length > longestRange)
        return tl::unexpected(
            invalid(text, TimeRangeText::tr("It is longer than 400 days, and history is kept for 90")));
    return TimeRange{*from, *to};
}

QString toText(const TimeRange& range)
{
    return boundText(range.from) + QStringLiteral(" to ") + boundText(range.to);
}

QString rangeLabel(const TimeRange& range, Zone zone, TimePoint now)
{
    if (range.from.relative && range.endsNow())
        return TimeRangeText::tr("Last %1").arg(roundDurationText(range.from.before));
    const QDate today = toDateTime(now, zone).date();
    QString label =
        boundLabel(range.from, zone, today) + QStringLiteral(" \u2013 ") + boundLabel(range.to, zone, today);
    if (!range.from.relative || !range.to.relative)
        label += u' ' + zoneName(range.from.resolve(now), zone);
    return label;
}

} // namespace projectionist
