// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/unit/lag/watchtower.h"

#include <QTest>

using namespace projectionist;
using namespace std::chrono_literals;

class TestWatcher : public QObject
{
    Q_OBJECT
private slots:
    void positionsHeadsAndTimesComeTogetherInOneCycle()
    {
        WatchedHouse house;
        WatchTower watch(house);
        const auto snapshot = watch.nextFresh();
        QVERIFY(snapshot);
        QCOMPARE(snapshot->context, std::string("test"));
        QVERIFY(snapshot->began <= snapshot->ended);
        QCOMPARE(snapshot->partitionsAsked, std::size_t(3));
        QCOMPARE(snapshot->partitionsAnswered, std::size_t(3));
        QCOMPARE(snapshot->sources.size(), std::size_t(2));
        QVERIFY(is(*snapshot, 0, SourceState::Ok) && is(*snapshot, 1, SourceState::Ok));
        QCOMPARE(snapshot->sources[0].detail, std::string("1 broker, 3 partitions"));
        QCOMPARE(snapshot->sources[1].detail, std::string("FakeSQL 1.0"));

        const ProjectionSample& summary = sampleOf(*snapshot, 0);
        QCOMPARE(summary.partitions[1].checkpointPosition, std::optional<Offset>(60));
        QCOMPARE(summary.partitions[1].backlog(), std::optional<Offset>(40));
        QCOMPARE(summary.partitions[1].lag.origin, LagOrigin::Exact);
        QCOMPARE(summary.partitions[2].lag.origin, LagOrigin::None);
        QCOMPARE(summary.heartbeat, summary.partitions[1].checkpointTime);
        QVERIFY(summary.writeSide && summary.writeSide->pending == 3);
        QVERIFY(!summary.error);

        const ProjectionSample& feed = sampleOf(*snapshot, 1);
        QCOMPARE(feed.partitions[0].groupPosition, std::optional<Offset>(40));
        QVERIFY(!feed.partitions[0].checkpointPosition);
        const TimePoint truth = house.cluster.ask([](FakeCluster& c) {
            return c.partitions[{"orders", 0}].events[40];
        });
        const Duration lag = snapshot->ended - truth;
        QVERIFY(feed.partitions[0].lag.value <= lag && feed.partitions[0].lag.value > lag - 60s);
    }

    void anOpenTransactionIsToldOfTheEndBeyondTheHead()
    {
        WatchedHouse house;
        house.cluster.partitions[{"orders", 1}].end = 120;
        WatchTower watch(house);
        const auto snapshot = watch.nextFresh();
        QVERIFY(snapshot);
        QCOMPARE(sampleOf(*snapshot, 1).partitions[1].end, std::optional<Offset>(120));
        const auto& rows = snapshot->projections[1]->assessment.partitions;
        QVERIFY((rows[1].conditions & OpenTransaction) && !(rows[0].conditions & OpenTransaction));
    }

    void membersAndOwnersAreAskedForRarelyAndChangesAreTold()
    {
        WatchedHouse house;
        const GroupMember one{"id-1", "worker-1", "/10.0.0.1", {{"orders", 0}, {"orders", 1}, {"orders", 2}}};
        house.cluster.descriptions["feed-group"] = {"feed-group", "Stable", {one}, std::nullopt};
        WatchTower watch(house);
        const auto snapshot = watch.next([](const Snapshot& s) { return isFresh(s, 1) && sampleOf(s, 1).group; });
        QVERIFY(snapshot);
        QCOMPARE(sampleOf(*snapshot, 1).group->members, std::optional<int>(1));
        QCOMPARE(sampleOf(*snapshot, 1).partitions[2].owner, std::string("worker-1 @ 10.0.0.1"));
        QVERIFY(!sampleOf(*snapshot, 0).group);
        const int rounds = house.cluster.ask([](FakeCluster& c) { return c.calls["bounds"]; });
        house.cluster.change([](FakeCluster& c) { c.descriptions["feed-group"].members.clear(); });
        QVERIFY(watch.annotated("members", "left: worker-1 @ 10.0.0.1"));
        QVERIFY(
            house.cluster.ask([&](FakeCluster& c) { return c.calls["describeGroups"] < c.calls["bounds"] - rounds; }));
    }

    void addedPartitionsAndDeletedAndRecreatedTopicsAreNoticed()
    {
        WatchedHouse house;
        WatchTower watch(house);
        QVERIFY(watch.nextFresh());
        house.cluster.change([](FakeCluster& c) {
            for (int i = 0; i < 3; ++i)
                c.partitions.erase({"orders", i});
        });
        const auto gone = watch.next([](const Snapshot& s) { return !isFresh(s, 0) && !isFresh(s, 1); });
        QVERIFY(gone && is(*gone, 0, SourceState::Ok));
        QCOMPARE(sampleOf(*gone, 1).error->kind, ErrorKind::NotFound);
        QCOMPARE(sampleOf(*gone, 1).partitions.size(), std::size_t(3)); // the last good data
        house.cluster.change([&](FakeCluster& c) {
            for (int i = 0; i < 4; ++i)
                c.partitions[{"orders", i}].append(house.clock.now());
        });
        const auto back =
            watch.next([](const Snapshot& s) { return isFresh(s, 0) && sampleOf(s, 0).partitions.size() == 4; });
        QVERIFY(back);
        QVERIFY(watch.annotated("config", "head went backwards"));
    }

    void anEventIsFetchedForALook()
    {
        WatchedHouse house;
        WatchTower watch(house);
        (*watch).inspect(7, {"orders", 1}, 42);
        const InspectedEvent event = watch.nextEvent();
        QCOMPARE(event.token, std::uint64_t(7));
        QCOMPARE(event.offset, Offset(42));
        QVERIFY(event.record && *event.record && (*event.record)->offset == 42);
        house.cluster.change([](FakeCluster& c) { c.failure = timeout(); });
        (*watch).inspect(8, {"orders", 1}, 42);
        const InspectedEvent failed = watch.nextEvent();
        QCOMPARE(failed.token, std::uint64_t(8));
        QVERIFY(!failed.record);
    }

    void thePastIsToldOnceForEachProjection()
    {
        WatchedHouse house;
        WatchTower watch(house);
        const auto series = watch.series(2);
        QCOMPARE(series.size(), std::size_t(2));
        QVERIFY(!series[0].points.empty());
        QVERIFY(watch.nextFresh());
        QVERIFY(watch.nextFresh());
        QVERIFY(watch.series(0).empty());
    }

    void changedSettingsAreTakenOver()
    {
        WatchedHouse house;
        WatchTower watch(house);
        QVERIFY(watch.nextFresh());
        Workspace changed = house.workspace;
        changed.projections[1].origin.line = 99; // moved in the file, nothing else
        changed.projections.push_back(WatchedHouse::projection("second"));
        changed.projections.back().group = "second-group";
        (*watch).reconfigure(changed);
        const auto snapshot = watch.next([](const Snapshot& s) { return s.projections.size() == 3 && isFresh(s, 2); });
        QVERIFY(snapshot);
        QCOMPARE(sampleOf(*snapshot, 2).projection, std::string("second"));
        QVERIFY(watch.annotated("config", "Settings taken over: 3 projections"));
        QCOMPARE(house.cluster.ask([](FakeCluster& c) { return c.opened; }), 1); // the connection was kept
        changed.brokers[0].properties["client.id"] = "other";
        (*watch).reconfigure(changed);
        QVERIFY(eventually([&] { return house.cluster.ask([](FakeCluster& c) { return c.opened; }) == 2; }));
        QVERIFY(watch.nextFresh());
    }
};

QTEST_GUILESS_MAIN(TestWatcher)
#include "tst_watcher.moc"
