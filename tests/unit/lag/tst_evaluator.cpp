// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/lag/samplesfile.h"

#include <algorithm>
#include <functional>
#include <QTest>
#include <random>
#include <set>
#include <sstream>

using namespace projectionist;

namespace {

/// A consumer whose truth is known: what arrives, what it can apply, how often it commits.
struct Consumer
{
    int partitions = 12;
    int seconds = 1200;
    double arrive = 5;
    int commitEvery = 1;
    std::function<double(int partition, int second)> apply = [](int, int) { return 50.0; };
    std::function<int(int second)> members = [](int) { return 1; };
};

RecordedSession record(const Consumer& consumer)
{
    RecordedSession session;
    session.header = {"orders", {Duration(30'000)}};
    std::mt19937 random(7);
    std::poisson_distribution<int> arrivals(consumer.arrive);
    const auto count = static_cast<std::size_t>(consumer.partitions);
    std::vector<double> applied(count);
    std::vector<std::vector<int>> events(count);
    std::vector<std::size_t> committed(count);
    for (int t = 0; t < consumer.seconds; ++t) {
        ProjectionSample sample;
        sample.projection = "orders";
        sample.at = TimePoint(Duration(1'795'000'000'000 + t * 1000LL));
        sample.monotonic = Duration(5 + t * 1000LL);
        const int members = consumer.members(t);
        sample.group = GroupObservation{members > 0 ? "Stable" : "Empty", members, {}};
        for (std::size_t p = 0; p < count; ++p) {
            const int id = static_cast<int>(p);
            events[p].insert(events[p].end(), static_cast<std::size_t>(arrivals(random)), t);
            const double can = consumer.apply(id, t);
            applied[p] = std::min(static_cast<double>(events[p].size()), applied[p] + can);
            if ((t + id) % consumer.commitEvery == 0 && can > 0)
                committed[p] = static_cast<std::size_t>(applied[p]);
            PartitionSample partition;
            partition.id = {"orders.events", id};
            partition.groupPosition = static_cast<Offset>(committed[p]);
            partition.logStart = 0;
            partition.head = static_cast<Offset>(events[p].size());
            partition.lag = {Duration(0), LagOrigin::None};
            if (committed[p] < events[p].size())
                partition.lag = {Duration((t - events[p][committed[p]]) * 1000LL), LagOrigin::Exact};
            sample.partitions.push_back(partition);
        }
        session.samples.push_back(sample);
    }
    return session;
}

std::set<VerdictKind> kinds(const std::vector<Assessment>& made, std::size_t from = 0)
{
    std::set<VerdictKind> found;
    for (std::size_t i = from; i < made.size(); ++i)
        found.insert(made[i].verdict.kind);
    return found;
}

std::size_t firstOf(const std::vector<Assessment>& made, VerdictKind kind)
{
    std::size_t i = 0;
    while (i < made.size() && made[i].verdict.kind != kind)
        ++i;
    return i;
}

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
