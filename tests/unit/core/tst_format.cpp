// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/core/format.h"

#include <QTest>

using namespace projectionist;

class TestFormat : public QObject
{
    Q_OBJECT
private slots:
    void durationsAreShort_data()
    {
        QTest::addColumn<qint64>("ms");
        QTest::addColumn<QString>("text");
        QTest::newRow("zero") << qint64{0} << "0 ms";
        QTest::newRow("below a second") << qint64{41} << "41 ms";
        QTest::newRow("never rounds up to the next unit") << qint64{59'999} << "59.9 s";
        QTest::newRow("minutes") << qint64{271'000} << "4 m 31 s";
        QTest::newRow("hours") << qint64{7'500'000} << "2 h 05 m";
        QTest::newRow("days") << qint64{(3 * 24 + 4) * 3'600'000LL} << "3 d 04 h";
        QTest::newRow("negative") << qint64{-1500} << "\u22121.5 s";
    }
    void durationsAreShort()
    {
        QFETCH(qint64, ms);
        QFETCH(QString, text);
        QCOMPARE(QString::fromStdString(formatDuration(Duration(ms))).replace(u'\u00a0', u' '), text);
    }
    void countsAreGrouped()
    {
        QCOMPARE(formatCount(8412), std::string("8\u202f412"));
        QCOMPARE(formatCount(-1'204'881), std::string("-1\u202f204\u202f881"));
        QCOMPARE(formatCount(12'400'000), std::string("12.4\u00a0M"));
        QCOMPARE(formatNumber(12'400'000), std::string("12\u202f400\u202f000"));
        QCOMPARE(formatRate(0.4), std::string("0.40"));
        QCOMPARE(formatRate(213.7), std::string("214"));
    }
    void timesRoundTrip()
    {
        const TimePoint time(Duration(1'795'000'000'042));
        QCOMPARE(parseRfc3339(formatRfc3339(time)), std::optional(time));
        QCOMPARE(parseRfc3339("2026-02-30T00:00:00Z"), std::optional<TimePoint>());
        QCOMPARE(parseRfc3339("2026-02-20T00:00:00.5Z"),
                 std::optional(*parseRfc3339("2026-02-20T00:00:00Z") + Duration(500)));
        QCOMPARE(formatRfc3339(TimePoint(Duration(INT64_MAX))), std::string("292278994-08-17T07:12:55.807Z"));
        QCOMPARE(parseRfc3339("yesterday"), std::optional<TimePoint>());
    }
    void lagsSayHowTheyCameAbout()
    {
        QCOMPARE(formatLag({Duration(12'000), LagOrigin::AtMost}), std::string("\u2264\u00a012.0\u00a0s"));
        QCOMPARE(formatLag({Duration(12'000), LagOrigin::Unknown}), std::string("\u2014"));
    }
    void durationsParse()
    {
        QCOMPARE(parseDuration("1h30m"), std::optional(Duration(5'400'000)));
        QCOMPARE(parseDuration("500ms"), std::optional(Duration(500)));
        for (const char* bad : {"", "5", "m", "-5s", "5 s", "1e3s", "99999999999999999999s", "9000000000d"})
            QCOMPARE(parseDuration(bad), std::optional<Duration>());
        QCOMPARE(compactDuration(Duration(5'400'000)), std::string("1h30m"));
        QCOMPARE(compactDuration(Duration(0)), std::string("0s"));
    }
};

QTEST_APPLESS_MAIN(TestFormat)
#include "tst_format.moc"
