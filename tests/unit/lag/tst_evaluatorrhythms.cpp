// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Healthy workers of every rhythm are left in peace; sick ones are named in time.
#include <QTest>

#include "tests/unit/lag/simulation.h"

#include <cmath>

using namespace projectionist;

namespace {

/// An hour-long day, from 0.35 to 1.65 of the mean.
double day(int second)
{
    return 1 + 0.65 * std::sin(second * 2 * 3.14159265358979 / 3600);
}

} // namespace

class TestEvaluatorRhythms : public QObject
{
    Q_OBJECT
private slots:
    void aWorkerIsWellWhateverItsCommitInterval_data()
    {
        QTest::addColumn<int>("commitEvery");
        QTest::addColumn<int>("members");
        QTest::addColumn<int>("staggered");
        for (const int every : {1, 5, 20, 60, 120})
            for (const int members : {-1, 1})
                for (const int staggered : {0, 1})
                    QTest::addRow("every %d s, %d members, %s", every, members, staggered ? "staggered" : "together")
                        << every << members << staggered;
    }
    void aWorkerIsWellWhateverItsCommitInterval()
    {
        QFETCH(int, commitEvery);
        QFETCH(int, members);
        QFETCH(int, staggered);
        const auto made = replay(record({.partitions = 4,
                                         .seconds = 1800,
                                         .arrive = 3,
                                         .commitEvery = commitEvery,
                                         .members = [members](int) { return members; },
                                         .objective = Duration(180'000),
                                         .staggered = staggered * 7}));
        QVERIFY2(isWell(made), words(kinds(made)).c_str());
    }
    void theShapeOfTheDayIsNoIncident_data()
    {
        QTest::addColumn<int>("commitEvery");
        QTest::addColumn<int>("latency");
        QTest::newRow("at once") << 1 << 0;
        QTest::newRow("commits every 5 s") << 5 << 0;
        QTest::newRow("commits every 20 s") << 20 << 0;
        QTest::newRow("20 s of work in flight") << 1 << 20;
    }
    void theShapeOfTheDayIsNoIncident()
    {
        QFETCH(int, commitEvery);
        QFETCH(int, latency);
        auto session = record({.partitions = 6,
                               .seconds = 7200,
                               .arrive = 8,
                               .commitEvery = commitEvery,
                               .load = day,
                               .objective = Duration(60'000)});
        // What was committed `latency` seconds ago is what a slow pipeline commits now.
        for (std::size_t i = session.samples.size(); i-- > 0 && latency > 0;)
            for (std::size_t p = 0; p < session.samples[i].partitions.size(); ++p) {
                const auto before = i - std::min<std::size_t>(i, static_cast<std::size_t>(latency));
                auto& partition = session.samples[i].partitions[p];
                partition.groupPosition = session.samples[before].partitions[p].head;
                partition.lag = {Duration(latency * 1000), LagOrigin::Exact};
            }
        const auto made = replay(session);
        QVERIFY2(isWell(made), words(kinds(made)).c_str());
    }
    void aQuietTopicDoesNotFlap_data()
    {
        QTest::addColumn<double>("gap");
        for (const double gap : {20.0, 60.0, 90.0, 300.0})
            QTest::addRow("an event every %.0f s", gap) << gap;
    }
    void aQuietTopicDoesNotFlap()
    {
        QFETCH(double, gap);
        const auto made = replay(record({.partitions = 1, .seconds = 3600, .arrive = 1 / gap}));
        QVERIFY2(isWell(made), words(kinds(made)).c_str());
        QVERIFY2(changes(made) <= 20, std::to_string(changes(made)).c_str());
    }
    void aTopicIsIdleAMinuteAfterTheLastEvent()
    {
        const auto made = replay(record({.partitions = 2, .seconds = 400, .load = [](int t) { return t < 200; }}));
        const auto first = firstOf(made, VerdictKind::Idle);
        QVERIFY2(first >= 258 && first <= 275, std::to_string(first).c_str());
        QCOMPARE(changes(made), 1);
    }
    void lagAroundTheObjectiveDoesNotFlap()
    {
        // 10 s of work in flight, and an objective of as much.
        auto session = record({.partitions = 1, .seconds = 3600, .objective = Duration(10'000)});
        std::mt19937 random(3);
        for (std::size_t i = 20; i < session.samples.size(); ++i) {
            const auto latency = 8 + random() % 5;
            auto& partition = session.samples[i].partitions[0];
            partition.groupPosition = std::max(*session.samples[i - 1].partitions[0].groupPosition,
                                               *session.samples[i - latency].partitions[0].head);
            partition.lag = {Duration(latency * 1000), LagOrigin::Exact};
        }
        const auto made = replay(session);
        QVERIFY2(changes(made) <= 12, std::to_string(changes(made)).c_str());
    }
    void tenPercentTooSlowIsNamedWithinNinetySeconds()
    {
        const auto made =
            replay(record({.seconds = 600, .arrive = 20, .apply = [](int, int) { return 18.0; }, .objective = {}}));
        const auto first = firstOf(made, VerdictKind::FallingBehind);
        QVERIFY2(first < 90, std::to_string(first).c_str());
        QVERIFY2((kinds(made, first) == std::set{VerdictKind::FallingBehind}), words(kinds(made, first)).c_str());
    }
    void theRestIsSaidOfTenPercentToo()
    {
        const auto made = replay(record(
            {.seconds = 200, .arrive = 20, .apply = [](int, int) { return 18.0; }, .objective = Duration(60'000)}));
        // 0.1 s of lag a second.
        QVERIFY(made.back().forecast.kind == Forecast::Kind::Breaches);
        QVERIFY2(made.back().forecast.in > Duration(200'000) && made.back().forecast.in < Duration(700'000),
                 toString(made.back().forecast).c_str());
    }
    void inSixtyHistoriesNothingHealthyIsCalledDeadAndAllThatDiesIsNamed()
    {
        int falseAlarms = 0;
        int late = 0;
        for (unsigned seed = 1; seed <= 60; ++seed) {
            std::mt19937 random(seed);
            const auto pick = [&random](std::initializer_list<int> from) {
                return *(from.begin() + random() % from.size());
            };
            const int dies = random() % 2 ? 700 + static_cast<int>(random() % 200) : 1'000'000;
            const int members = pick({-1, 1, 3});
            const int seconds = dies < 1000 ? dies + 380 : 1300;
            const auto made =
                replay(record({.partitions = pick({1, 3, 8}),
                               .seconds = seconds,
                               .arrive = pick({8, 20, 100, 400}) / 40.0,
                               .commitEvery = pick({1, 2, 5, 10, 30, 60}),
                               .apply = [dies](int, int t) { return t < dies ? 60.0 : 0.0; },
                               .members = [=](int t) { return members > 0 && t >= dies + 5 ? 0 : members; },
                               .load = day,
                               .objective = Duration(120'000),
                               .staggered = pick({0, 1, 7}),
                               .seed = seed}));
            const auto named = std::min(firstOf(made, VerdictKind::Stopped), firstOf(made, VerdictKind::Blocked));
            falseAlarms += named < made.size() && static_cast<int>(named) < dies ? 1 : 0;
            late += dies < 1000 && named == made.size() ? 1 : 0;
        }
        QCOMPARE(falseAlarms, 0);
        QCOMPARE(late, 0);
    }
};

QTEST_APPLESS_MAIN(TestEvaluatorRhythms)
#include "tst_evaluatorrhythms.moc"
