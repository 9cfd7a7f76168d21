// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include "tests/unit/lag/simulation.h"

#include <sstream>

using namespace projectionist;

namespace {

const std::set<VerdictKind> well{VerdictKind::Ok, VerdictKind::Idle};

} // namespace

class TestEvaluator : public QObject
{
    Q_OBJECT
private slots:
    void aWorkerThatKeepsUpIsOk()
    {
        QVERIFY(kinds(replay(record({}))).contains(VerdictKind::Ok));
        for (const auto kind : kinds(replay(record({}))))
            QVERIFY(well.contains(kind));
    }
    void aWorkerThatCommitsEveryMinuteIsNeverCalledStopped()
    {
        for (const auto kind : kinds(replay(record({.seconds = 3600, .commitEvery = 60})), 400))
            QVERIFY2(well.contains(kind), toString(kind).data());
    }
    void aTopicWithOneEventAMinuteIsQuietNotStopped()
    {
        for (const auto kind : kinds(replay(record({.partitions = 3, .seconds = 7200, .arrive = 1 / 60.0}))))
            QVERIFY2(well.contains(kind), toString(kind).data());
    }
    void aWorkerTenPercentTooSlowIsFallingBehindWithinMinutesAndNeverOkAfterwards()
    {
        for (const int commitEvery : {1, 5, 60}) {
            const auto made = replay(record(
                {.seconds = 3600, .arrive = 10, .commitEvery = commitEvery, .apply = [](int, int) { return 9.0; }}));
            const auto first = firstOf(made, VerdictKind::FallingBehind);
            QVERIFY2(first <= 360, std::to_string(first).c_str());
            QVERIFY((kinds(made, first) == std::set{VerdictKind::FallingBehind}));
        }
    }
    void aDeadWorkerIsNamedInTime()
    {
        for (const int commitEvery : {1, 60}) {
            const auto made = replay(record({.seconds = 1500,
                                             .commitEvery = commitEvery,
                                             .apply = [](int, int t) { return t < 900 ? 50.0 : 0.0; },
                                             .members = [](int t) { return t < 900 ? 1 : 0; }}));
            const auto first = firstOf(made, VerdictKind::Stopped);
            QVERIFY2(first >= 900 && first <= 1200, std::to_string(first).c_str());
            QVERIFY((kinds(made, first)) == std::set{VerdictKind::Stopped});
            QVERIFY(!kinds(made).contains(VerdictKind::Blocked));
        }
    }
    void aPoisonedPartitionIsBlockedAndItsEventIsTheSuspect()
    {
        const auto session = record({.apply = [](int p, int t) { return p == 3 && t > 600 ? 0.0 : 50.0; }});
        const auto made = replay(session);
        const auto first = firstOf(made, VerdictKind::Blocked);
        QVERIFY(first >= 615 && first < 640);
        QCOMPARE(made.back().verdict.suspectPartition, std::optional(TopicPartition{"orders.events", 3}));
        QCOMPARE(made.back().verdict.suspectOffset, session.samples.back().partitions[3].position());
        QVERIFY(made.back().verdict.evidence.find("while 11 other partitions advance") != std::string::npos);
        QCOMPARE(made.back().verdict.since, session.samples[first].at);
    }
    void aHungWorkerIsBlockedOnAllPartitions()
    {
        const auto made = replay(record({.apply = [](int, int t) { return t > 600 ? 0.0 : 50.0; }}));
        QVERIFY(made.back().verdict.kind == VerdictKind::Blocked);
        QVERIFY(made.back().verdict.evidence.find("alive, but applies nothing") != std::string::npos);
    }
    void aBurstThatDrainsIsCatchingUp()
    {
        const auto made = replay(record({.apply = [](int, int t) { return t > 600 && t < 660 ? 0.5 : 8.0; }}));
        QVERIFY(kinds(made).contains(VerdictKind::CatchingUp));
        QVERIFY(!kinds(made).contains(VerdictKind::FallingBehind));
        QVERIFY(made.back().verdict.kind == VerdictKind::Ok);
    }
    void aStepOfTheWallClockChangesNothing()
    {
        for (const auto step : {Duration(-3'600'000), Duration(3'600'000)}) {
            auto session = record({});
            const auto before = kinds(replay(session));
            for (std::size_t i = 300; i < session.samples.size(); ++i)
                session.samples[i].at += step;
            QVERIFY((kinds(replay(session))) == before);
        }
    }
    void staleSamplesBecomeUnknownAfterThreeIntervals()
    {
        auto session = record({.seconds = 120});
        for (std::size_t i = 100; i < 110; ++i)
            session.samples[i].fresh = false;
        const auto made = replay(session);
        QVERIFY(made[102].verdict.kind == VerdictKind::Ok);
        QVERIFY(made[103].verdict.kind == VerdictKind::Unknown);
        QVERIFY(made[110].verdict.kind == VerdictKind::Ok);
    }
    void lostNeverCommittedRewoundAndRecreatedHaveTheirOwnNames()
    {
        auto session = record({.seconds = 60});
        auto changed = session;
        changed.samples.back().partitions[2].logStart = *changed.samples.back().partitions[2].head - 1;
        changed.samples.back().partitions[2].groupPosition = 1;
        QVERIFY(replay(changed).back().verdict.kind == VerdictKind::LosingEvents);
        changed = session;
        changed.samples.back().partitions[2].groupPosition = 1;
        QVERIFY(replay(changed).back().verdict.kind == VerdictKind::Rewound);
        changed.header.settings.knownResets = {changed.samples.back().at};
        QVERIFY(replay(changed).back().verdict.kind != VerdictKind::Rewound);
        changed = session;
        changed.samples.back().partitions[2].groupPosition = 0;
        changed.samples.back().partitions[2].head = 0;
        QCOMPARE(replay(changed).back().partitions[2].conditions, std::uint32_t{TopicRecreated});
        QVERIFY(replay(changed).back().verdict.kind != VerdictKind::Rewound);
        changed = record({.seconds = 1});
        for (auto& partition : changed.samples[0].partitions)
            partition.groupPosition.reset();
        QVERIFY(replay(changed).back().verdict.kind == VerdictKind::NotStarted);
        QCOMPARE(replay(changed).back().backlog, std::optional<Offset>());
    }
    void aFrozenSourceIsNotZeroLag()
    {
        auto session = record({.seconds = 200});
        for (std::size_t i = 100; i < 200; ++i) {
            session.samples[i].partitions = session.samples[99].partitions;
            session.samples[i].writeSide =
                WriteSideObservation{static_cast<std::int64_t>(i), std::nullopt, std::nullopt};
        }
        QVERIFY(replay(session).back().verdict.kind == VerdictKind::SourceFrozen);
    }
    void aSessionSurvivesItsFile()
    {
        const auto session = record({.seconds = 5});
        std::stringstream file;
        file << samplesHeaderLine(session.header) << '\n';
        for (const auto& sample : session.samples)
            file << sampleLine(sample) << '\n';
        const auto read = readSamples(file, "session.jsonl");
        QVERIFY(read.has_value());
        QCOMPARE(read->samples, session.samples);
        std::stringstream broken(samplesHeaderLine(session.header) + "\n{\"at\":\"yesterday\"}\n");
        const auto failed = readSamples(broken, "session.jsonl");
        QVERIFY(!failed.has_value());
        QVERIFY(failed.error().what.starts_with("session.jsonl:2"));
    }
};

QTEST_APPLESS_MAIN(TestEvaluator)
#include "tst_evaluator.moc"
