// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What misleads other monitors, each as a small change to a session that is known to be well.
#include <QTest>

#include "tests/unit/lag/simulation.h"

using namespace projectionist;

namespace {

std::string at(const std::vector<Assessment>& made, std::size_t second)
{
    return std::string(toString(made.at(second).verdict.kind));
}

bool says(const Assessment& assessment, const std::string& words)
{
    return assessment.verdict.evidence.find(words) != std::string::npos;
}

bool has(const PartitionAssessment& partition, Condition condition)
{
    return (partition.conditions & condition) != 0;
}

/// The projection stands with a backlog from the first sample on.
Consumer standing(int members)
{
    return {.partitions = 3,
            .seconds = 200,
            .apply = [](int, int) { return 0.0; },
            .members = [members](int) { return members; }};
}

} // namespace

class TestEvaluatorTraps : public QObject
{
    Q_OBJECT
private slots:
    void aTopicThatTheGroupLeftIsAbandonedNotBehind()
    {
        const auto made = replay(changed({.partitions = 4, .seconds = 400}, [](ProjectionSample& sample, int) {
            for (std::size_t p = 0; p < 2; ++p) {
                sample.partitions[p].id.topic = "left.events";
                sample.partitions[p].groupPosition = 0;
                sample.partitions[p].lag = {Duration(86'400'000), LagOrigin::Exact};
                sample.partitions[p + 2].owner = "worker @ host";
            }
        }));
        QVERIFY2(isWell(made), words(kinds(made)).c_str());
        QVERIFY(has(made.back().partitions[0], AbandonedTopic) && !has(made.back().partitions[2], AbandonedTopic));
        QVERIFY(made.back().lag.value < Duration(10'000));
        QVERIFY(made.back().partitions[0].verdict.evidence.find("no longer reads left.events") != std::string::npos);
        QCOMPARE(made.back().observations.size(), std::size_t(1));
    }
    void aPartitionThatNoMemberHasIsStopped()
    {
        const auto made =
            replay(changed({.seconds = 300, .apply = [](int p, int t) { return p == 2 && t >= 100 ? 0.0 : 50.0; }},
                           [](ProjectionSample& sample, int) {
                               for (auto& partition : sample.partitions)
                                   partition.owner = partition.id.partition == 2 ? "" : "worker @ host";
                           }));
        QCOMPARE(at(made, 130), std::string("stopped"));
        QVERIFY(says(made.back(), "no member of the group has this partition"));
        QVERIFY(!has(made.back().partitions[2], AbandonedTopic));
    }
    void aGroupThatIsEmptyFromTheStartIsStoppedAfterFifteenSeconds()
    {
        const auto made = replay(record(standing(0)));
        const auto first = firstOf(made, VerdictKind::Stopped);
        QVERIFY2(first >= 15 && first <= 18, std::to_string(first).c_str());
        QVERIFY(says(made.back(), "the group has no member"));
    }
    void anOldHeartbeatFromTheStartIsStoppedAfterFifteenSeconds()
    {
        const auto made = replay(changed(standing(-1), [](ProjectionSample& sample, int second) {
            sample.heartbeat = sample.at - Duration((3600 + second) * 1000LL);
            for (auto& partition : sample.partitions)
                partition.lag = {Duration(3'600'000), LagOrigin::Exact};
        }));
        const auto first = firstOf(made, VerdictKind::Stopped);
        QVERIFY2(first >= 15 && first <= 18, std::to_string(first).c_str());
    }
    void withNothingToGoByStandingTakesUpToTwoAndAHalfMinutes()
    {
        const auto made = replay(record(standing(-1)));
        const auto first = firstOf(made, VerdictKind::Stopped);
        QVERIFY2(first >= 90 && first <= 155, std::to_string(first).c_str());
        QVERIFY2(replay(record(standing(1)))[160].verdict.kind == VerdictKind::Blocked, "members live");
    }
    void aHeartbeatAloneTellsHungFromDead_data()
    {
        QTest::addColumn<int>("beatsUntil");
        QTest::addColumn<QByteArray>("verdict");
        QTest::newRow("hung") << 1000 << QByteArray("blocked");
        QTest::newRow("dead") << 300 << QByteArray("stopped");
    }
    void aHeartbeatAloneTellsHungFromDead()
    {
        QFETCH(int, beatsUntil);
        QFETCH(QByteArray, verdict);
        const Consumer consumer{.partitions = 4,
                                .seconds = 400,
                                .arrive = 0.5,
                                .apply = [](int, int t) { return t < 300 ? 50.0 : 0.0; },
                                .members = [](int) { return -1; }};
        const auto made = replay(changed(consumer, [beatsUntil](ProjectionSample& sample, int second) {
            sample.heartbeat = TimePoint(Duration(1'000'000LL + std::min(second, beatsUntil) * 1000LL));
        }));
        QVERIFY2(isWell({made.begin(), made.begin() + 300}), words(kinds(made)).c_str());
        const std::size_t from = 330;
        QCOMPARE(words(kinds(made, from)), verdict.toStdString());
    }
    void aWorkerThatAssignsItsPartitionsItselfHasNoMembersAndIsWell()
    {
        const auto made =
            replay(record({.partitions = 4, .seconds = 900, .commitEvery = 12, .members = [](int) { return 0; }}));
        QVERIFY2(isWell(made), words(kinds(made)).c_str());
    }
    void onePartitionIsBlockedWithinTwentySecondsThoughNothingIsLearnedOfIt()
    {
        const auto made = replay(record({.apply = [](int p, int) { return p == 5 ? 0.0 : 50.0; }}));
        const auto first = firstOf(made, VerdictKind::Blocked);
        QVERIFY2(first >= 15 && first <= 25, std::to_string(first).c_str());
    }
    void aPositionAboveTheHeadIsUnknownOnceItStays()
    {
        const auto brief = replay(changed({.seconds = 60}, [](ProjectionSample& sample, int second) {
            if (second == 30)
                sample.partitions[0].groupPosition = *sample.partitions[0].head + 5;
        }));
        QVERIFY(has(brief[30].partitions[0], AheadOfHead) && brief[30].partitions[0].backlog == Offset(0));
        QCOMPARE(at(brief, 30), std::string("ok"));
        const auto stays = replay(changed(
            {.seconds = 60}, [](ProjectionSample& sample, int) { sample.partitions[0].groupPosition = 1'000'000; }));
        QCOMPARE(at(stays, 40), std::string("unknown"));
        QVERIFY(says(stays[40], "belongs to another cluster"));
    }
    void anOpenTransactionIsNotBacklogAndItsReadersAreNotAhead()
    {
        const auto made = replay(changed({.seconds = 200}, [](ProjectionSample& sample, int) {
            sample.partitions[0].head = 10;
            sample.partitions[0].end = 500;
            sample.partitions[0].groupPosition = 12; // reads uncommitted events
        }));
        QVERIFY2(isWell(made), words(kinds(made)).c_str());
        QVERIFY(has(made.back().partitions[0], OpenTransaction) && !has(made.back().partitions[0], AheadOfHead));
        QCOMPARE(std::string(toString(made.back().partitions[0].verdict.kind)), std::string("ok"));
        QVERIFY(made.back().partitions[0].verdict.evidence.find("490 events cannot be read yet") != std::string::npos);
    }
    void aRecreatedTopicBeginsAnew()
    {
        const auto made = replay(changed({.seconds = 300}, [](ProjectionSample& sample, int second) {
            for (auto& partition : sample.partitions)
                if (second >= 200) {
                    partition.head = second - 200;
                    partition.groupPosition = second - 200;
                    partition.lag = {Duration(0), LagOrigin::None};
                }
        }));
        QVERIFY2(isWell(made), words(kinds(made)).c_str());
        QVERIFY(has(made[210].partitions[0], TopicRecreated));
    }
    void newAndEmptyPartitionsAreNoIncident()
    {
        const auto made = replay(changed({.partitions = 4, .seconds = 300}, [](ProjectionSample& sample, int second) {
            auto& empty = sample.partitions[2];
            empty.head = empty.logStart = 0;
            empty.groupPosition.reset();
            if (second < 150)
                sample.partitions.pop_back();
            else if (second < 160) // added, and nothing committed yet
                sample.partitions[3].groupPosition.reset();
        }));
        QVERIFY2(isWell(made), words(kinds(made)).c_str());
        QCOMPARE(made[149].partitions.size(), std::size_t(3));
        QVERIFY(has(made[155].partitions[3], NeverCommitted) && !has(made[155].partitions[2], NeverCommitted));
    }
    void partitionsThatVanishAreForgotten()
    {
        const auto made = replay(changed({.seconds = 200, .apply = [](int p, int) { return p == 5 ? 0.0 : 50.0; }},
                                         [](ProjectionSample& sample, int second) {
                                             if (second >= 100)
                                                 sample.partitions.erase(sample.partitions.begin() + 5);
                                         }));
        QCOMPARE(at(made, 99), std::string("blocked"));
        QCOMPARE(at(made, 100), std::string("ok"));
    }
    void whatNeverCommittedIsNotStartedAndHasNoBacklog()
    {
        const auto made = replay(changed({.partitions = 2, .seconds = 20}, [](ProjectionSample& sample, int) {
            for (auto& partition : sample.partitions)
                partition.groupPosition.reset();
        }));
        QCOMPARE(at(made, 19), std::string("not-started"));
        QVERIFY(!made.back().backlog);
        QVERIFY(says(made.back(), "No partition has ever had a position committed"));
    }
    void groupAndCheckpointThatDisagreeForLongAreSaid()
    {
        const auto made = replay(changed({.seconds = 200}, [](ProjectionSample& sample, int second) {
            for (auto& partition : sample.partitions)
                partition.checkpointPosition = *partition.groupPosition;
            if (second >= 20) // as far behind as an automatic commit may be, then further
                sample.partitions[1].groupPosition = 50;
        }));
        QVERIFY(!has(made[30].partitions[1], PositionsDisagree));
        QVERIFY(has(made[199].partitions[1], PositionsDisagree));
        QVERIFY(!has(made[199].partitions[0], PositionsDisagree));
    }
    void aRebalanceIsGivenTime()
    {
        const auto made =
            replay(changed({.seconds = 300, .apply = [](int, int t) { return t > 200 && t < 225 ? 0.0 : 50.0; }},
                           [](ProjectionSample& sample, int second) {
                               if (second > 200 && second < 220)
                                   sample.group->state = "PreparingRebalance";
                           }));
        QVERIFY2(isWell(made), words(kinds(made)).c_str());
        QVERIFY(!made[210].observations.empty());
    }
    void aRebuildPagesNobodyWhateverHappensToIt()
    {
        for (const int members : {0, 1}) {
            auto session = record(standing(members));
            session.header.settings.rebuild = true;
            session.samples[150].partitions[0].logStart = 5; // and loses events
            const auto made = replay(session);
            for (const auto kind : kinds(made))
                QVERIFY2(severity(kind) < 2, toString(kind).data());
            QCOMPARE(at(made, 199), std::string("catching-up"));
            QVERIFY(says(made.back(), "has not moved"));
        }
    }
    void aLagAboveTheObjectiveIsNeverOkNotEvenAtFirst()
    {
        const auto late = [](double speed) {
            return changed({.partitions = 2, .seconds = 60, .members = [](int) { return -1; }},
                           [speed](ProjectionSample& sample, int second) {
                               for (auto& partition : sample.partitions) {
                                   partition.head = 100'000 + second * 10;
                                   partition.groupPosition = 10'000 + static_cast<Offset>(second * speed);
                                   partition.lag = {Duration(3'600'000), LagOrigin::Exact};
                               }
                           });
        };
        const auto slow = replay(late(10));
        QCOMPARE(at(slow, 0), std::string("catching-up"));
        QCOMPARE(words(kinds(slow, 2)), std::string("falling-behind"));
        QVERIFY(says(slow[5], "above the objective"));
        QCOMPARE(words(kinds(replay(late(500)))), std::string("catching-up"));
    }
    void aFrozenSourceIsNamedAfterFifteenSecondsAndARelayThatServesOthersIsNot_data()
    {
        QTest::addColumn<bool>("publishes");
        QTest::addColumn<QByteArray>("verdict");
        QTest::newRow("frozen") << false << QByteArray("source-frozen");
        QTest::newRow("other topics") << true << QByteArray("ok");
    }
    void aFrozenSourceIsNamedAfterFifteenSecondsAndARelayThatServesOthersIsNot()
    {
        QFETCH(bool, publishes);
        QFETCH(QByteArray, verdict);
        std::vector<PartitionSample> last;
        const auto made = replay(changed({.seconds = 100}, [&](ProjectionSample& sample, int second) {
            if (second < 60)
                last = sample.partitions;
            sample.partitions = last;
            const int pending = publishes ? 5 : std::max(0, second - 60) + 1;
            sample.writeSide = WriteSideObservation{pending, std::nullopt, 1000 + second};
        }));
        QCOMPARE(at(made, 80), verdict.toStdString());
    }
    void aGapInTheSamplesCountsForNothing()
    {
        auto session = record({.seconds = 1500, .arrive = 2});
        session.samples.erase(session.samples.begin() + 300, session.samples.begin() + 1200);
        const auto made = replay(session);
        QVERIFY2(isWell(made), words(kinds(made)).c_str());
    }
};

QTEST_APPLESS_MAIN(TestEvaluatorTraps)
#include "tst_evaluatortraps.moc"
