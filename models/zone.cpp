// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/zone.h"

#include <QTimeZone>

namespace projectionist {

QDateTime toDateTime(TimePoint time, Zone zone)
{
    const qint64 ms = time.time_since_epoch().count();
    return zone == Zone::Utc ? QDateTime::fromMSecsSinceEpoch(ms, QTimeZone::utc())
                             : QDateTime::fromMSecsSinceEpoch(ms, QTimeZone::systemTimeZone());
}

TimePoint toTimePoint(const QDateTime& time)
{
    return TimePoint(Duration(time.toMSecsSinceEpoch()));
}

QString clockText(TimePoint time, Zone zone)
{
    return toDateTime(time, zone).toString(u"HH:mm:ss");
}

QString dateTimeText(TimePoint time, Zone zone)
{
    return toDateTime(time, zone).toString(u"yyyy-MM-dd HH:mm:ss") + u' ' + zoneName(time, zone);
}

QString zoneName(TimePoint time, Zone zone)
{
    return zone == Zone::Utc ? QStringLiteral("UTC") : toDateTime(time, zone).timeZoneAbbreviation();
}

} // namespace projectionist
