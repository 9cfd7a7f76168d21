// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/lag/statustracker.h"

#include <QTest>

using namespace projectionist;
using namespace std::chrono_literals;

namespace {

const TimePoint start{std::chrono::hours(480'000)};
const Error refused{ErrorKind::Refused, "db refuses connections", "", "", true};

} // namespace

/// Which changes of a source are events on the timeline.
class TestStatusTracker : public QObject
{
    Q_OBJECT
private slots:
    void theFirstAnswerIsNoEvent()
    {
        StatusTracker tracker("db", SourceKind::Store, start);
        tracker.overdue(start + 2s, start);
        QVERIFY(tracker.takeAnnotations(start + 2s).empty());
        tracker.answered(start + 3s, 1ms, {});
        QVERIFY(tracker.takeAnnotations(start + 3s).empty());
        QVERIFY(tracker.status().state == SourceState::Ok);
    }

    void aFailureOfASteadySourceIsToldAtOnceAndSoIsItsEnd()
    {
        StatusTracker tracker = answering();
        tracker.failed(start + 90s, refused);
        const auto gone = tracker.takeAnnotations(start + 90s);
        QCOMPARE(gone.size(), std::size_t(1));
        QCOMPARE(gone[0].text, std::string("db failed: db refuses connections"));
        QVERIFY(tracker.takeAnnotations(start + 100s).empty());
        tracker.answered(start + 105s, 1ms, {});
        const auto back = tracker.takeAnnotations(start + 105s);
        QCOMPARE(back.size(), std::size_t(1));
        QVERIFY2(back[0].text.starts_with("db answers again after 15"), back[0].text.c_str());
    }

    void aLateAnswerIsAnEventOnlyAfterAWhile()
    {
        StatusTracker tracker = answering();
        tracker.overdue(start + 90s, start + 88s);
        QVERIFY(tracker.takeAnnotations(start + 95s).empty());
        const auto told = tracker.takeAnnotations(start + 101s);
        QCOMPARE(told.size(), std::size_t(1));
        QCOMPARE(told[0].text, std::string("db does not answer"));
        QVERIFY(told[0].at == start + 90s); // when it began
    }

    void aSourceThatIsSlowInEveryRoundIsToldAtMostOnce_data()
    {
        QTest::addColumn<int>("seconds");
        QTest::addColumn<int>("events");
        QTest::newRow("a little") << 3 << 0;
        QTest::newRow("a lot") << 12 << 2;
    }
    void aSourceThatIsSlowInEveryRoundIsToldAtMostOnce()
    {
        QFETCH(int, seconds);
        QFETCH(int, events);
        StatusTracker tracker = answering();
        std::size_t told = 0;
        TimePoint now = start + 90s;
        for (int round = 0; round < 100; ++round) {
            tracker.overdue(now, now);
            for (int second = 0; second < seconds; ++second)
                told += tracker.takeAnnotations(now += 1s).size();
            tracker.answered(now, 1ms, {});
            told += tracker.takeAnnotations(now).size();
        }
        QCOMPARE(told, static_cast<std::size_t>(events));
    }

    void anUnsteadySourceThatStaysAwayIsToldInTheEnd()
    {
        StatusTracker tracker = answering();
        tracker.failed(start + 90s, refused);
        (void)tracker.takeAnnotations(start + 90s);
        tracker.answered(start + 95s, 1ms, {});
        (void)tracker.takeAnnotations(start + 95s);
        tracker.failed(start + 97s, refused);
        QVERIFY(tracker.takeAnnotations(start + 150s).empty());
        QCOMPARE(tracker.takeAnnotations(start + 160s).size(), std::size_t(1));
    }

private:
    static StatusTracker answering()
    {
        StatusTracker tracker("db", SourceKind::Store, start);
        tracker.answered(start, 1ms, {});
        return tracker;
    }
};

QTEST_GUILESS_MAIN(TestStatusTracker)
#include "tst_statustracker.moc"
