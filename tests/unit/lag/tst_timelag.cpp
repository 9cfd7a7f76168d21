// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include "backend/lag/retroactive.h"
#include "backend/lag/timelag.h"
#include "tests/support/testservers.h"
#include "tests/unit/lag/fakebroker.h"

using namespace projectionist;
using namespace std::chrono_literals;

namespace {

constexpr Duration day = 24h;

/// A log of some partitions whose events are spread over the last day, with its service and clock.
struct Bench
{
    ManualClock clock;
    FakeCluster cluster;
    FakeBroker log{cluster};
    TimeLagService service{clock};
    LagBudget budget;

    Bench() { budget.time = 1h; } // the clock stands still: only the other limits count

    static TopicPartition id(int partition) { return {"events", partition}; }

    std::vector<PartitionBounds> bounds()
    {
        std::vector<PartitionBounds> rows;
        for (const auto& [id, partition] : cluster.partitions)
            rows.push_back({id, partition.start, partition.head, partition.error});
        return rows;
    }
    std::vector<TopicPartition> lastBackwards;

    /// One cycle: `positions` by partition.
    std::vector<TimeLag> cycle(const std::vector<Offset>& positions)
    {
        const auto now = bounds();
        lastBackwards = service.observe(now, clock.monotonic());
        std::vector<LagRow> rows;
        for (std::size_t i = 0; i < positions.size(); ++i)
            rows.push_back({static_cast<std::uint32_t>(i), positions[i]});
        return service.resolve(log, now, rows, budget);
    }
    TimeLag lagAt(Offset position) { return cycle({position}).front(); }
};

/// Numbers below a limit, the same in every run.
class Dice
{
public:
    std::int64_t below(std::int64_t limit)
    {
        m_state = m_state * 6'364'136'223'846'793'005ULL + 1'442'695'040'888'963'407ULL;
        return static_cast<std::int64_t>(m_state >> 33U) % limit;
    }

private:
    std::uint64_t m_state = 7;
};

void fillDay(FakePartition& partition, TimePoint now, Dice& dice, int events)
{
    std::vector<TimePoint> times;
    for (int i = 0; i < events; ++i)
        times.push_back(now - Duration(dice.below(day.count())));
    std::sort(times.begin(), times.end());
    for (const TimePoint time : times)
        partition.append(time);
}

} // namespace

class TestTimeLag : public QObject
{
    Q_OBJECT
private slots:
    void sixtyFourPartitionsOfADayAreExactToTheMillisecondAtOnce()
    {
        Bench bench;
        Dice dice;
        std::vector<Offset> positions;
        for (int i = 0; i < 64; ++i) {
            auto& partition = bench.cluster.partitions[Bench::id(i)];
            fillDay(partition, bench.clock.now(), dice, 300);
            positions.push_back(dice.below(partition.head));
        }
        const auto lags = bench.cycle(positions);
        for (int i = 0; i < 64; ++i) {
            const auto& partition = bench.cluster.partitions[Bench::id(i)];
            const auto row = static_cast<std::size_t>(i);
            QCOMPARE(lags[row].origin, LagOrigin::Exact);
            QCOMPARE(lags[row].value, bench.clock.now() - partition.events.at(positions[row]));
        }
        QCOMPARE(bench.cluster.mostInOneLookup, std::size_t(64));
        QVERIFY2(bench.cluster.calls["offsetsForTimes"] <= 45, "rounds are batched and few");
    }

    void aPositionThatStandsStillCostsNothingMore()
    {
        Bench bench;
        Dice dice;
        fillDay(bench.cluster.partitions[Bench::id(0)], bench.clock.now(), dice, 1000);
        const TimeLag first = bench.lagAt(400);
        QCOMPARE(first.origin, LagOrigin::Exact);
        const auto asked = bench.cluster.lookups;
        for (int i = 0; i < 5; ++i) {
            bench.clock.advance(1s);
            QCOMPARE(bench.lagAt(400), (TimeLag{first.value + (i + 1) * Duration(1s), LagOrigin::Exact}));
        }
        QCOMPARE(bench.cluster.lookups, asked);
    }

    void aMovingPositionFarBehindNeedsFewRoundsWhenWarm()
    {
        Bench bench;
        auto& partition = bench.cluster.partitions[Bench::id(0)];
        for (Duration age = 6h; age > 0ms; age -= 500ms)
            partition.append(bench.clock.now() - age);
        Offset position = 1000;
        QCOMPARE(bench.lagAt(position).origin, LagOrigin::Exact);
        for (int i = 0; i < 20; ++i) {
            bench.clock.advance(1s);
            position += 40;
            const auto before = bench.cluster.lookups;
            const TimeLag lag = bench.lagAt(position);
            const Duration truth = bench.clock.now() - partition.events.at(position);
            QVERIFY(lag.origin == LagOrigin::Exact || lag.origin == LagOrigin::Between);
            QVERIFY2(std::abs((lag.value - truth).count()) <= 5000,
                     qPrintable(QString::number((lag.value - truth).count())));
            QVERIFY2(bench.cluster.lookups - before <= 6, qPrintable(QString::number(bench.cluster.lookups - before)));
        }
    }

    void aShallowLagIsInterpolatedBetweenHeadsTheCyclesSaw()
    {
        Bench bench;
        auto& partition = bench.cluster.partitions[Bench::id(0)];
        for (int second = 0; second < 10; ++second) {
            for (int i = 0; i < 100; ++i) {
                bench.clock.advance(10ms);
                partition.append(bench.clock.now());
            }
            const TimeLag lag = bench.lagAt(std::max<Offset>(0, partition.head - 250 - second));
            if (second < 4)
                continue;
            QCOMPARE(lag.origin, LagOrigin::Between);
            const Duration truth = bench.clock.now() - partition.events.at(partition.head - 250 - second);
            QVERIFY2(std::abs((lag.value - truth).count()) <= 50,
                     qPrintable(QString::number((lag.value - truth).count())));
        }
    }

    void withoutBacklogThereIsNoLagAndNothingIsAsked()
    {
        Bench bench;
        bench.cluster.partitions[Bench::id(0)].append(bench.clock.now() - 1h);
        bench.cluster.partitions[Bench::id(1)]; // empty
        const auto lags = bench.cycle({1, 0});
        QCOMPARE(lags[0], (TimeLag{0ms, LagOrigin::None}));
        QCOMPARE(lags[1], (TimeLag{0ms, LagOrigin::None}));
        QCOMPARE(bench.lagAt(99).origin, LagOrigin::None); // ahead of the head
        QCOMPARE(bench.cluster.lookups, std::size_t(0));
    }

    void belowTheLogStartTheOldestKeptEventCounts()
    {
        Bench bench;
        auto& partition = bench.cluster.partitions[Bench::id(0)];
        for (int i = 0; i < 100; ++i)
            partition.append(bench.clock.now() - 100min + i * 1min);
        partition.start = 60;
        partition.events.erase(partition.events.begin(), partition.events.find(60));
        QCOMPARE(bench.lagAt(10), (TimeLag{40min, LagOrigin::Exact}));
    }

    void anEventFromTheFutureGivesNeverANegativeLag()
    {
        Bench bench;
        auto& partition = bench.cluster.partitions[Bench::id(0)];
        bench.clock.advance(1s);
        QCOMPARE(bench.lagAt(0).origin, LagOrigin::None);
        bench.clock.advance(1s);
        partition.append(bench.clock.now() + 48h);
        partition.append(bench.clock.now());
        for (int i = 0; i < 5; ++i) {
            for (const Offset position : {0, 1}) {
                const TimeLag lag = bench.lagAt(position);
                QVERIFY(lag.value >= 0ms);
                QVERIFY(lag.value <= 10s);
                QVERIFY(lag.origin != LagOrigin::Unknown);
            }
            bench.clock.advance(1s);
        }
    }

    void oneEventFromTheFutureDoesNotHideTheLagOfTheEventsAfterIt()
    {
        Bench bench;
        auto& partition = bench.cluster.partitions[Bench::id(0)];
        partition.append(bench.clock.now() + 48h);
        partition.append(bench.clock.now() - 2h);
        partition.append(bench.clock.now() - 1h);
        (void)bench.lagAt(1);
        bench.clock.advance(1s);
        QCOMPARE(bench.lagAt(1), (TimeLag{2h + 1s, LagOrigin::Exact})); // stands still, so the record is read
    }

    void clocksThatDisagreeGiveWhatWasSeenToArrive()
    {
        Bench bench;
        auto& partition = bench.cluster.partitions[Bench::id(0)];
        const Duration skew = 10min; // the producers' clocks are ahead
        for (int i = 0; i < 20; ++i) {
            partition.append(bench.clock.now() + skew);
            const TimeLag lag = bench.lagAt(std::max(0, i - 5));
            QVERIFY(lag.value >= 0ms);
            if (i > 8)
                QVERIFY2(lag.value >= 4s && lag.value <= 6s, qPrintable(QString::number(lag.value.count())));
            bench.clock.advance(1s);
        }
    }

    void timesThatGoUpAndDownGiveTheRunningMaximum()
    {
        Bench bench;
        auto& partition = bench.cluster.partitions[Bench::id(0)];
        for (const auto age : {60min, 50min, 55min, 40min, 45min, 30min})
            partition.append(bench.clock.now() - age);
        QCOMPARE(bench.lagAt(2), (TimeLag{50min, LagOrigin::Exact})); // not 55: never overstated by one late record
        (void)bench.lagAt(3); // moving now, which is content with a narrow interval
        QCOMPARE(bench.lagAt(3), (TimeLag{40min, LagOrigin::Exact}));
    }

    void whatWasCompactedAwayIsNotTheOldestUnappliedEvent()
    {
        Bench bench;
        auto& partition = bench.cluster.partitions[Bench::id(0)];
        for (int i = 0; i < 100; ++i)
            partition.append(bench.clock.now() - 100min + i * 1min);
        for (Offset gone = 20; gone < 80; ++gone)
            partition.events.erase(gone);
        (void)bench.lagAt(30);
        bench.clock.advance(1s);
        QCOMPARE(bench.lagAt(30), (TimeLag{20min + 1s, LagOrigin::Exact})); // event 80, found by reading
    }

    void onlyMarkersLeftMeansNothingToApply()
    {
        Bench bench;
        auto& partition = bench.cluster.partitions[Bench::id(0)];
        partition.append(bench.clock.now() - 1h);
        partition.head = 2; // a transaction's marker has an offset and no event
        (void)bench.lagAt(1);
        bench.clock.advance(1s);
        QCOMPARE(bench.lagAt(1), (TimeLag{0ms, LagOrigin::None}));
        bench.clock.advance(1s);
        partition.append(bench.clock.now());
        bench.clock.advance(5s);
        (void)bench.lagAt(1);
        QCOMPARE(bench.lagAt(1), (TimeLag{5s, LagOrigin::Exact}));
    }

    void aRecreatedTopicForgetsItsAnchors()
    {
        Bench bench;
        auto& partition = bench.cluster.partitions[Bench::id(0)];
        for (int i = 0; i < 100; ++i)
            partition.append(bench.clock.now() - 100h + i * 1h);
        QCOMPARE(bench.lagAt(5), (TimeLag{95h, LagOrigin::Exact}));
        QVERIFY(bench.lastBackwards.empty());
        partition = {};
        for (int i = 0; i < 10; ++i)
            partition.append(bench.clock.now() - 10min + i * 1min);
        QCOMPARE(bench.lagAt(5), (TimeLag{5min, LagOrigin::Exact}));
        QCOMPARE(bench.lastBackwards, std::vector{Bench::id(0)});
    }

    void theWallClockMayStep()
    {
        Bench bench;
        auto& partition = bench.cluster.partitions[Bench::id(0)];
        for (int i = 0; i < 20; ++i) {
            if (i == 10)
                bench.clock.step(-1h);
            partition.append(bench.clock.now());
            const TimeLag lag = bench.lagAt(std::max(0, i - 2));
            QVERIFY(lag.value >= 0ms);
            QVERIFY2(lag.value <= 5s, qPrintable(QString::number(lag.value.count())));
            bench.clock.advance(1s);
        }
    }

    void onePartitionThatFailsCostsOnlyItsOwnRow()
    {
        Bench bench;
        for (int i = 0; i < 3; ++i)
            bench.cluster.partitions[Bench::id(i)].append(bench.clock.now() - 1h);
        const auto before = bench.bounds();
        bench.cluster.partitions.erase(Bench::id(1)); // gone between the heads and the look-ups
        (void)bench.service.observe(before, bench.clock.monotonic());
        const std::vector<LagRow> rows{{0, 0}, {1, 0}, {2, 0}};
        const auto lags = bench.service.resolve(bench.log, before, rows, bench.budget);
        QCOMPARE(lags[0], (TimeLag{1h, LagOrigin::Exact}));
        QVERIFY(lags[1].origin == LagOrigin::Unknown || lags[1].origin == LagOrigin::AtLeast);
        QCOMPARE(lags[2], (TimeLag{1h, LagOrigin::Exact}));
        QVERIFY(bench.service.lastError());
    }

    void aLogWithoutTimeIndexIsReadAtThePosition()
    {
        Bench bench;
        bench.cluster.timeIndex = false;
        auto& partition = bench.cluster.partitions[Bench::id(0)];
        for (int i = 0; i < 60; ++i)
            partition.append(bench.clock.now() - 60min + i * 1min);
        QCOMPARE(bench.lagAt(10), (TimeLag{50min, LagOrigin::Exact}));
        QCOMPARE(bench.service.hasTimeIndex(), std::optional(false));
        bench.clock.advance(1s);
        QCOMPARE(bench.lagAt(10), (TimeLag{50min + 1s, LagOrigin::Exact}));
        QCOMPARE(bench.cluster.calls["read"], 1); // cached by partition and offset
        QCOMPARE(bench.cluster.calls["offsetsForTimes"], 1);
    }

    void withoutAnyAnswerTheFigureIsLabelledAndABoundOnly()
    {
        Bench bench;
        bench.cluster.failure = Error{ErrorKind::Timeout, "No answer", "", "", true};
        bench.cluster.partitions[Bench::id(0)].append(bench.clock.now() - 1h);
        (void)bench.lagAt(0);
        bench.clock.advance(30s);
        const TimeLag lag = bench.lagAt(0);
        QCOMPARE(lag, (TimeLag{30s, LagOrigin::AtLeast})); // since we have seen it
        QVERIFY(bench.service.lastError());
    }

    void aCycleSpendsNoMoreThanItsBudgetAndTheRestFollows()
    {
        Bench bench;
        bench.budget.partitions = 10;
        for (int i = 0; i < 40; ++i)
            bench.cluster.partitions[Bench::id(i)].append(bench.clock.now() - (i + 1) * 1h);
        std::size_t exact = 0;
        for (int cycle = 0; cycle < 4; ++cycle) {
            const auto lags = bench.cycle(std::vector<Offset>(40, 0));
            const auto now = static_cast<std::size_t>(std::count_if(
                lags.begin(), lags.end(), [](const TimeLag& lag) { return lag.origin == LagOrigin::Exact; }));
            QVERIFY(now > exact && now - exact <= 10);
            QVERIFY(bench.cluster.mostInOneLookup <= 10);
            exact = now;
            bench.clock.advance(1s);
        }
        QCOMPARE(exact, std::size_t(40));
    }

    void manyGroupsOnOnePartitionShareTheAnchors()
    {
        Bench bench;
        auto& partition = bench.cluster.partitions[Bench::id(0)];
        for (int i = 0; i < 1000; ++i)
            partition.append(bench.clock.now() - 1000min + i * 1min);
        const auto bounds = bench.bounds();
        (void)bench.service.observe(bounds, bench.clock.monotonic());
        std::vector<LagRow> rows;
        for (Offset position = 0; position < 1000; position += 10)
            rows.push_back({0, position});
        const auto lags = bench.service.resolve(bench.log, bounds, rows, bench.budget);
        for (std::size_t i = 0; i < rows.size(); ++i)
            QCOMPARE(lags[i], (TimeLag{1000min - rows[i].position * 1min, LagOrigin::Exact}));
    }

    void theHourBeforeTheStartIsFoundInTheTimeIndex()
    {
        Bench bench;
        auto& partition = bench.cluster.partitions[Bench::id(0)];
        const TimePoint now = std::chrono::floor<std::chrono::minutes>(bench.clock.now());
        for (Duration age = 3h; age > 0ms; age -= 500ms) // two a second
            partition.append(now - age);
        Retroactive past;
        const Offset position = partition.head - 2 * 60 * 20; // twenty minutes behind
        past.add({"orders", now, {{bench.bounds().front(), now - 20min, position}}});
        QVERIFY(past.pending());
        const auto series = past.step(bench.log, bench.clock, 1h, 1s);
        QVERIFY(!past.pending());
        QCOMPARE(series.size(), std::size_t(1));
        QCOMPARE(series[0].points.size(), std::size_t(60));
        for (const RetroactivePoint& point : series[0].points) {
            QCOMPARE(point.inPerSecond, 2.0);
            const Duration lag = point.at - (now - 20min);
            QCOMPARE(point.lag, lag > 0ms ? (TimeLag{lag, LagOrigin::AtLeast}) : TimeLag{});
        }
        QCOMPARE(series[0].points.back().head, partition.head);
    }

    void theHourBeforeTheStartIsShorterWhereRetentionHasTakenIt()
    {
        Bench bench;
        auto& partition = bench.cluster.partitions[Bench::id(0)];
        const TimePoint now = std::chrono::floor<std::chrono::minutes>(bench.clock.now());
        for (Duration age = 30min; age > 0ms; age -= 1s)
            partition.append(now - age);
        partition.start = 600; // the ten oldest minutes
        partition.events.erase(partition.events.begin(), partition.events.find(600));
        Retroactive past;
        past.add({"orders", now, {{bench.bounds().front(), std::nullopt, partition.head}}});
        const auto series = past.step(bench.log, bench.clock, 1h, 1s);
        QCOMPARE(series[0].points.size(), std::size_t(19));
        QVERIFY(series[0].points.front().at == now - 18min);
    }

    void aLogWithoutTimeIndexHasNoPast()
    {
        Bench bench;
        bench.cluster.timeIndex = false;
        bench.cluster.partitions[Bench::id(0)].append(bench.clock.now());
        Retroactive past;
        past.add({"orders", bench.clock.now(), {{bench.bounds().front(), std::nullopt, 0}}});
        QVERIFY(past.step(bench.log, bench.clock, 1h, 1s).empty());
        QVERIFY(!past.pending());
    }
};

QTEST_GUILESS_MAIN(TestTimeLag)
#include "tst_timelag.moc"
