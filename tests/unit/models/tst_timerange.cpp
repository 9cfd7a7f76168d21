// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "modelfixtures.h"
#include "models/rangecontroller.h"

#include <QSignalSpy>
#include <QTest>

using namespace projectionist;
using namespace projectionist::fixtures;

class TestTimeRange : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { qputenv("TZ", "Europe/Berlin"); }

    void typedTextBecomesARange_data()
    {
        QTest::addColumn<QString>("typed");
        QTest::addColumn<QString>("text");
        QTest::newRow("relative") << "now-6h"
                                  << "now-6h to now";
        QTest::newRow("only a distance") << " 90m "
                                         << "now-1h30m to now";
        QTest::newRow("both ends relative") << "now-6h to now-1h"
                                            << "now-6h to now-1h";
        QTest::newRow("absolute") << "2026-11-17 02:10 to 2026-11-17 03:00:05"
                                  << "2026-11-17 02:10:00Z to 2026-11-17 03:00:05Z";
        QTest::newRow("semi-relative") << "2026-11-17 02:10 to now"
                                       << "2026-11-17 02:10:00Z to now";
        QTest::newRow("the end's day is the beginning's") << "2026-11-16 02:10 to 03:00"
                                                          << "2026-11-16 02:10:00Z to 2026-11-16 03:00:00Z";
        QTest::newRow("times of today") << "2:10 to 03:00"
                                        << "2026-11-18 02:10:00Z to 2026-11-18 03:00:00Z";
        QTest::newRow("whole day") << "2026-11-16 to 2026-11-17"
                                   << "2026-11-16 00:00:00Z to 2026-11-17 00:00:00Z";
        QTest::newRow("dash between") << "02:10 \u2013 03:00 UTC"
                                      << "2026-11-18 02:10:00Z to 2026-11-18 03:00:00Z";
    }
    void typedTextBecomesARange()
    {
        QFETCH(QString, typed);
        QFETCH(QString, text);
        const auto range = parseTimeRange(typed, Zone::Utc, noon);
        QVERIFY2(range, range ? "" : toString(range.error()).c_str());
        QCOMPARE(toText(*range), text);
        QCOMPARE(*parseTimeRange(text, Zone::Local, noon), *range);
    }
    void nonsenseIsRefusedWithAnExample()
    {
        for (const QString bad : {"", "yesterday", "now-", "now-1h to now-2h", "02:10 to 25:00", "2026-02-30 to now",
                                  "now to now", "900d", "a to b to c", "now-6h to"}) {
            const auto range = parseTimeRange(bad, Zone::Utc, noon);
            QVERIFY2(!range, qPrintable(bad));
            QVERIFY(QString::fromStdString(range.error().next).contains("now-6h"));
        }
    }
    void timesAreReadInTheChosenZone()
    {
        const auto utc = parseTimeRange("2026-11-17 02:10 to now", Zone::Utc, noon);
        const auto local = parseTimeRange("2026-11-17 02:10 to now", Zone::Local, noon);
        QCOMPARE(utc->from.at - local->from.at, Duration(3'600'000));
        QCOMPARE(*parseTimeRange("2026-11-17 02:10 UTC to now", Zone::Local, noon),
                 TimeRange({TimeBound{false, {}, utc->from.at}, TimeBound{}}));
    }
    void labelsAreForPeople()
    {
        QCOMPARE(rangeLabel(TimeRange::last(Duration(3'600'000)), Zone::Utc, noon).replace(u'\u00a0', ' '),
                 QString("Last 1 h"));
        const auto range = TimeRange::between(noon - Duration(600'000), noon);
        QCOMPARE(rangeLabel(range, Zone::Utc, noon), QString("11:50 \u2013 12:00 UTC"));
        QCOMPARE(rangeLabel(range, Zone::Local, noon), QString("12:50 \u2013 13:00 CET"));
    }
    void zoomingBackReturnsThroughEveryStep()
    {
        RangeController controller(noon);
        QSignalSpy changed(&controller, &RangeController::rangeChanged);
        controller.zoomTo(noon - Duration(60'000), noon - Duration(120'000));
        controller.zoomTo(noon - Duration(100'000), noon - Duration(90'000));
        QCOMPARE(controller.to() - controller.from(), Duration(10'000));
        controller.zoomBack();
        QCOMPARE(controller.from(), noon - Duration(120'000));
        controller.zoomBack();
        QCOMPARE(controller.range(), TimeRange());
        controller.zoomBack();
        QCOMPARE(changed.size(), 4);
        QVERIFY(!controller.canZoomBack());
    }
    void theRangeNeverGetsEmpty()
    {
        RangeController controller(noon);
        controller.zoomTo(noon, noon);
        QCOMPARE(controller.to() - controller.from(), shortestRange);
        for (int i = 0; i < 100; ++i)
            controller.zoomAround(noon, 0.1);
        QVERIFY(controller.to() - controller.from() >= shortestRange);
        for (int i = 0; i < 200; ++i)
            controller.zoomAround(noon, 10);
        QCOMPARE(controller.to() - controller.from(), longestRange);
    }
    void theWheelKeepsTheInstantUnderThePointer()
    {
        RangeController controller(noon);
        controller.zoomTo(noon - Duration(100'000), noon);
        controller.zoomAround(noon - Duration(25'000), 0.5);
        QCOMPARE(controller.from(), noon - Duration(62'500));
        QCOMPARE(controller.to(), noon - Duration(12'500));
    }
    void aLiveRangeStaysLiveUnderTheWheel()
    {
        RangeController controller(noon);
        controller.zoomAround(noon - Duration(1000), 0.5);
        QVERIFY(controller.range().endsNow());
        QCOMPARE(controller.to() - controller.from(), Duration(1'800'000));
    }
    void pausedTimeStandsStillAndCatchesUp()
    {
        RangeController controller(noon);
        QSignalSpy moved(&controller, &RangeController::moved);
        controller.setLive(false);
        controller.tick(noon + Duration(5000));
        QCOMPARE(controller.to(), noon);
        controller.setLive(true);
        QCOMPARE(controller.to(), noon + Duration(5000));
        QCOMPARE(moved.size(), 1);
    }
    void anAbsoluteRangeDoesNotMove()
    {
        RangeController controller(noon);
        controller.zoomTo(noon - Duration(9000), noon);
        QSignalSpy moved(&controller, &RangeController::moved);
        controller.tick(noon + Duration(5000));
        QCOMPARE(moved.size(), 0);
        QCOMPARE(controller.to(), noon);
    }
};

QTEST_GUILESS_MAIN(TestTimeRange)
#include "tst_timerange.moc"
