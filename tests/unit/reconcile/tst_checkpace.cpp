// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/core/format.h"
#include "backend/reconcile/checkpace.h"
#include "backend/reconcile/steadycomparison.h"
#include "tests/support/manualclock.h"

#include <QTest>
#include <thread>

using namespace projectionist;

class TestCheckPace : public QObject
{
    Q_OBJECT
    ManualClock m_clock;

private slots:
    void withoutLimitsNothingIsInTheWay()
    {
        CheckPace pace(m_clock);
        m_clock.advance(std::chrono::hours(100));
        QVERIFY(pace.step({10, 10}) == CheckStep::GoOn);
        QVERIFY(!pace.statementLimit());
        QVERIFY(pace.ending().empty() && !pace.snapshotIsOld());
    }

    void theBudgetEndsItAndIsNamed()
    {
        CheckPace byTime(m_clock, {Duration(60'000), std::nullopt, Duration(600'000)}, Duration(1'000'000));
        byTime.begin({}, {});
        m_clock.advance(Duration(59'000));
        QVERIFY(byTime.step({}) == CheckStep::GoOn);
        QCOMPARE(byTime.statementLimit().value_or(Duration(0)), Duration(1000));
        m_clock.advance(Duration(1000));
        QVERIFY(byTime.step({}) == CheckStep::End);
        QCOMPARE(byTime.ending(), "its budget of " + formatDuration(Duration(60'000)) + " was used up");

        CheckPace byRows(m_clock, {std::nullopt, 5000, Duration(600'000)}, Duration(1000));
        byRows.begin({}, {});
        QVERIFY(byRows.step({4999, 10}) == CheckStep::GoOn);
        QVERIFY(byRows.step({10, 5000}) == CheckStep::End);
        QCOMPARE(byRows.ending(), std::string("its budget of 5\u202f000 rows was used up"));
    }

    void anOldSnapshotIsGivenUp()
    {
        CheckPace pace(m_clock, {std::nullopt, std::nullopt, Duration(10'000)}, Duration(1'000'000));
        pace.begin({}, {});
        pace.tookSnapshot();
        m_clock.advance(Duration(9000));
        QVERIFY(pace.step({}) == CheckStep::GoOn);
        QCOMPARE(pace.statementLimit().value_or(Duration(0)), Duration(1000));
        m_clock.advance(Duration(1000));
        QVERIFY(pace.step({}) == CheckStep::NewSnapshot);
        pace.tookSnapshot();
        QVERIFY(pace.step({}) == CheckStep::GoOn);
    }

    void aPauseHoldsNoSnapshotAndCostsNoTime()
    {
        CheckPace pace(m_clock, {Duration(60'000), std::nullopt, Duration(600'000)}, Duration(1000));
        std::atomic<int> paused = 0;
        std::atomic<int> others = 0;
        pace.begin([&](const CheckProgress& now) { ++(now.held == "paused" ? paused : others); }, {});
        pace.pause();
        QVERIFY(pace.step({}) == CheckStep::NewSnapshot);
        {
            const std::jthread other([&] {
                while (paused == 0)
                    std::this_thread::sleep_for(std::chrono::milliseconds(1));
                m_clock.advance(std::chrono::hours(1));
                pace.resume();
            });
            pace.waitForTurn();
        }
        QCOMPARE(paused.load(), 1);
        QVERIFY(others >= 1); // that it goes on
        QVERIFY(pace.ending().empty());
    }

    void aBusyStoreIsLeftAloneAndAskedOnceASecond()
    {
        CheckPace pace(m_clock, {std::nullopt, std::nullopt, Duration(600'000)}, Duration(1000));
        int asked = 0;
        std::vector<std::string> held;
        pace.begin(
            [&](const CheckProgress& now) {
                held.push_back(now.held);
                m_clock.advance(Duration(now.held.empty() ? 0 : 1000));
            },
            [&] { return ++asked == 2 ? std::string("40 sessions") : std::string(); });
        QVERIFY(pace.step({}) == CheckStep::GoOn);
        QVERIFY(pace.step({}) == CheckStep::GoOn); // too early to ask again
        QCOMPARE(asked, 1);
        m_clock.advance(Duration(1000));
        QVERIFY(pace.step({}) == CheckStep::GoOn);
        QCOMPARE(asked, 3);
        QVERIFY(std::find(held.begin(), held.end(), "40 sessions") != held.end());
        QCOMPARE(held.back(), std::string());
    }

    void cancelEndsEveryWait()
    {
        CheckPace pace(m_clock, {}, Duration(1000));
        pace.begin({}, [] { return std::string("busy for ever"); });
        pace.pause();
        const std::jthread other([&] {
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
            pace.cancel();
        });
        pace.waitForTurn();
        QVERIFY(pace.step({}) == CheckStep::GoOn); // what the stores are asked next is Cancelled
    }

    void connectionsAreForgivenABoundedNumberOfTimes()
    {
        LostConnections lost;
        QVERIFY(!lost.finding());
        QVERIFY(!lost.forgives({ErrorKind::NotFound, "a", "b", "c", true}));
        QVERIFY(!lost.forgives({ErrorKind::Conflict, "a", "b", "c", false}));
        for (int i = 0; i < LostConnections::most; ++i)
            QVERIFY(
                lost.forgives({i % 2 == 0 ? ErrorKind::Unreachable : ErrorKind::Conflict, "gone", "why", "", true}));
        QVERIFY(!lost.forgives({ErrorKind::Unreachable, "gone", "why", "", true}));
        QCOMPARE(lost.finding()->text, std::string("it was interrupted 10 times, and went on behind what was compared; "
                                                   "the last time: gone: why"));
    }
};

QTEST_GUILESS_MAIN(TestCheckPace)
#include "tst_checkpace.moc"
