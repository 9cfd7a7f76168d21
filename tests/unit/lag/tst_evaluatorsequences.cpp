// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Which verdicts follow one another: nothing wrong is said on the way from one truth to the next.
#include <QTest>

#include "tests/unit/lag/simulation.h"

using namespace projectionist;

namespace {

constexpr int stops = 300;
constexpr int restarts = 450;

/// "ok stopped catching-up": each verdict once for as long as it holds.
std::string sequence(const std::vector<Assessment>& made)
{
    std::string all;
    std::optional<VerdictKind> last;
    for (const auto& one : made) {
        if (one.verdict.kind != last)
            all += (last ? " " : "") + std::string(toString(one.verdict.kind));
        last = one.verdict.kind;
    }
    return all;
}

/// Everything that waits is ten minutes old, from the first sample on.
RecordedSession lateFromTheStart(const Consumer& consumer, int partition)
{
    return changed(consumer, [partition](ProjectionSample& sample, int second) {
        for (auto& one : sample.partitions)
            if (partition < 0 || one.id.partition == partition) {
                *one.head += 1000;
                one.lag = {Duration(600'000 + second * 1000LL), LagOrigin::Exact};
            }
    });
}

/// All partitions stop, and begin again one after the other, a second apart, at this speed; arrivals are 5/s.
Consumer restarted(double speed, bool members)
{
    return {.seconds = 900,
            .apply = [speed](int p, int t) { return t < stops          ? 50.0
                                                    : t < restarts + p ? 0.0
                                                                       : speed; },
            .members = [members](int t) { return members || t < stops || t >= restarts ? 1 : 0; }};
}

} // namespace

class TestEvaluatorSequences : public QObject
{
    Q_OBJECT
private slots:
    void aPartitionFoundStandingIsNotFallingBehindBeforeItIsBlocked()
    {
        const auto made =
            replay(lateFromTheStart({.seconds = 120, .apply = [](int p, int) { return p == 5 ? 0.0 : 50.0; }}, 5));
        QCOMPARE(sequence(made), std::string("catching-up blocked"));
        QVERIFY2(made[10].verdict.evidence.find("has not moved from offset 0 since it is watched") != std::string::npos,
                 made[10].verdict.evidence.c_str());
        QVERIFY(firstOf(made, VerdictKind::Blocked) <= 25);
    }
    void aWorkerFoundStandingIsNotFallingBehindBeforeItIsNamed_data()
    {
        QTest::addColumn<int>("members");
        QTest::addColumn<QByteArray>("verdict");
        QTest::newRow("hung") << 1 << QByteArray("blocked");
        QTest::newRow("dead") << 0 << QByteArray("stopped");
        QTest::newRow("nobody knows") << -1 << QByteArray("stopped");
    }
    void aWorkerFoundStandingIsNotFallingBehindBeforeItIsNamed()
    {
        QFETCH(int, members);
        QFETCH(QByteArray, verdict);
        const auto made = replay(lateFromTheStart({.partitions = 3,
                                                   .seconds = 200,
                                                   .apply = [](int, int) { return 0.0; },
                                                   .members = [members](int) { return members; }},
                                                  -1));
        QCOMPARE(sequence(made), "catching-up " + verdict.toStdString());
    }
    void aWorkerFoundLateThatCommitsRarelyIsNotFallingBehindBeforeItsFirstCommit()
    {
        auto session = record({.partitions = 1, .seconds = 60, .arrive = 20, .commitEvery = 20});
        for (std::size_t i = 0; i < session.samples.size(); ++i) {
            auto& partition = session.samples[i].partitions[0];
            partition.head = 100'000 + static_cast<Offset>(i) * 20;
            partition.groupPosition = 1000 + (static_cast<Offset>(i) + 5) / 20 * 20'000;
            partition.lag = {Duration(3'600'000), LagOrigin::Exact};
        }
        QCOMPARE(sequence(replay(session)), std::string("catching-up"));
    }
    void aWorkerThatStartsAgainIsCatchingUpUntilItIsOk_data()
    {
        QTest::addColumn<bool>("members");
        QTest::addColumn<QByteArray>("former");
        QTest::newRow("was dead") << false << QByteArray("stopped");
        QTest::newRow("was hung") << true << QByteArray("blocked");
    }
    void aWorkerThatStartsAgainIsCatchingUpUntilItIsOk()
    {
        QFETCH(bool, members);
        QFETCH(QByteArray, former);
        for (const double speed : {7.0, 15.0, 100.0}) {
            const auto made = replay(record(restarted(speed, members)));
            QCOMPARE(sequence(made), "ok " + former.toStdString() + " catching-up ok");
            const auto first = firstOf(made, VerdictKind::CatchingUp);
            QVERIFY2(first >= restarts && first <= restarts + 3, std::to_string(first).c_str());
            for (const auto& one : made)
                QVERIFY(one.verdict.kind != VerdictKind::CatchingUp ||
                        one.forecast.kind != Forecast::Kind::NotConverging);
        }
    }
    void aWorkerThatStartsAgainAndOnlyKeepsPaceIsFallingBehindSoon()
    {
        auto made = replay(record(restarted(5, false)));
        const auto first = firstOf(made, VerdictKind::FallingBehind);
        QVERIFY2(first <= restarts + 70, std::to_string(first).c_str());
        made.resize(restarts + 150);
        QCOMPARE(sequence(made), std::string("ok stopped catching-up falling-behind"));
    }
    void theSecondStandstillEndsLikeTheFirst()
    {
        auto consumer = restarted(100, false);
        consumer.apply = [apply = consumer.apply](int p, int t) { return apply(p, t % 600); };
        consumer.members = [members = consumer.members](int t) { return members(t % 600); };
        consumer.seconds = 1200;
        QCOMPARE(sequence(replay(record(consumer))), std::string("ok stopped catching-up ok stopped catching-up ok"));
    }
    void ofTwoBlockedPartitionsTheOneThatStaysIsBlockedThroughout()
    {
        const auto made = replay(record({.seconds = 600, .apply = [](int p, int t) {
                                             const bool stands = t > stops && (p == 5 || (p == 3 && t < restarts));
                                             return stands ? 0.0 : 50.0;
                                         }}));
        QCOMPARE(sequence(made), std::string("ok blocked"));
        QVERIFY(made.back().partitions[3].verdict.kind != VerdictKind::Blocked);
    }
    void aPartitionThatDoesNotStartAgainWithTheOthersIsBlockedAfterTwentySeconds()
    {
        auto consumer = restarted(100, false);
        consumer.apply = [apply = consumer.apply](int p, int t) { return p == 5 && t > stops ? 0.0 : apply(p, t); };
        const auto made = replay(record(consumer));
        QCOMPARE(sequence(made), std::string("ok stopped catching-up blocked"));
        const auto first = firstOf(made, VerdictKind::Blocked);
        QVERIFY2(first >= restarts + 20 && first <= restarts + 25, std::to_string(first).c_str());
    }
    void aPartitionThatStandsAmongOthersThatCommitRarelyGetsNoMoreTime()
    {
        const auto made = replay(record({.seconds = 600,
                                         .commitEvery = 20,
                                         .apply = [](int p, int t) { return p == 5 && t > stops ? 0.0 : 50.0; },
                                         .staggered = 0}));
        const auto first = firstOf(made, VerdictKind::Blocked);
        QVERIFY2(first >= stops + 95 && first <= stops + 110, std::to_string(first).c_str());
    }
    void aWorkerThatCrashesAtAnEventForEverDoesNotHideIt()
    {
        const auto works = [](int t) { return t < stops || t % 60 < 25; };
        const auto made =
            replay(record({.seconds = 900,
                           .apply = [works](int p, int t) { return works(t) && (p != 5 || t < stops) ? 50.0 : 0.0; },
                           .members = [works](int t) { return works(t) ? 1 : 0; }}));
        std::set<VerdictKind> later;
        for (std::size_t i = stops + 150; i < made.size(); ++i)
            later.insert(made[i].partitions[5].verdict.kind);
        QCOMPARE(words(later), std::string("stopped blocked"));
    }
};

QTEST_APPLESS_MAIN(TestEvaluatorSequences)
#include "tst_evaluatorsequences.moc"
