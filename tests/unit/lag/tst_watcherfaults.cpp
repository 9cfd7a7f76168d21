// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What hangs, fails or is not there costs only itself.
#include "tests/unit/lag/watchtower.h"

#include <QTest>

using namespace projectionist;
using namespace std::chrono_literals;

class TestWatcherFaults : public QObject
{
    Q_OBJECT
private slots:
    void aBrokerThatHangsIsNamedAndTheLastGoodDataStays()
    {
        WatchedHouse house;
        WatchTower watch(house);
        const auto before = watch.nextFresh();
        house.cluster.change([](FakeCluster& c) { c.hangs = true; });
        const auto waiting = watch.next([](const Snapshot& s) { return is(s, 0, SourceState::Waiting); });
        QVERIFY(waiting);
        QVERIFY(waiting->sources[0].error && waiting->sources[0].error->kind == ErrorKind::Timeout);
        QVERIFY(is(*waiting, 1, SourceState::Ok));
        QVERIFY(!isFresh(*waiting, 0) && !isFresh(*waiting, 1));
        QCOMPARE(sampleOf(*waiting, 1).partitions[0].groupPosition, std::optional<Offset>(40));
        QVERIFY(sampleOf(*waiting, 1).error);
        QVERIFY(sampleOf(*waiting, 1).at < waiting->ended);
        QCOMPARE(waiting->partitionsAnswered, std::size_t(0));
        QVERIFY(watch.next([](const Snapshot& s) { return is(s, 0, SourceState::Failed); }));
        house.cluster.change([](FakeCluster& c) { c.hangs = false; });
        const auto after = watch.nextFresh();
        QVERIFY(after && is(*after, 0, SourceState::Ok) && after->sources[0].since > before->sources[0].since);
        QVERIFY(watch.annotated("source", "answers again"));
    }

    void snapshotsKeepComingWhileTheBrokerIsGone()
    {
        WatchedHouse house;
        house.cluster.failure = Error{ErrorKind::Refused, "Connection refused", "", "", true};
        WatchTower watch(house);
        for (int i = 0; i < 3; ++i) {
            const auto snapshot = watch.next([](const Snapshot& s) { return is(s, 0, SourceState::Failed); });
            QVERIFY(snapshot && snapshot->projections.size() == 2 && !isFresh(*snapshot, 0));
            QVERIFY(snapshot->projections[0]->assessment.verdict.kind == VerdictKind::Unknown);
        }
        house.cluster.change([](FakeCluster& c) { c.failure.reset(); });
        QVERIFY(watch.nextFresh());
    }

    void slowAnswersStretchTheIntervalAndAreReported()
    {
        WatchedHouse house;
        WatchTower watch(house);
        QVERIFY(watch.nextFresh());
        house.cluster.change([](FakeCluster& c) { c.delay = 100ms; });
        const auto slow = watch.next([](const Snapshot& s) { return isFresh(s, 1) && s.interval > 150ms; });
        QVERIFY(slow && slow->sources[0].took >= 150ms);
        house.cluster.change([](FakeCluster& c) { c.delay = 0ms; });
        QVERIFY(watch.next([](const Snapshot& s) { return isFresh(s, 1) && s.interval < 150ms; }));
    }

    void answersSlowerThanTheFirstTimeoutComeThroughInTheEnd()
    {
        WatchedHouse house;
        house.cluster.delay = 3500ms; // the first timeout is shorter
        WatchTower watch(house);
        QVERIFY(watch.next([](const Snapshot& s) { return is(s, 0, SourceState::Failed); }));
        const auto fresh = watch.nextFresh();
        QVERIFY(fresh && fresh->sources[0].took >= 3500ms);
        house.cluster.change([](FakeCluster& c) { c.delay = 0ms; });
    }

    void aStoreThatHangsCostsOnlyItsOwnProjections()
    {
        WatchedHouse house;
        WatchTower watch(house);
        QVERIFY(watch.nextFresh());
        house.database.change([](FakeDatabase& d) { d.hangs = true; });
        const auto waiting = watch.next([](const Snapshot& s) { return is(s, 1, SourceState::Waiting); });
        QVERIFY(waiting);
        const auto more = watch.next([](const Snapshot& s) { return isFresh(s, 1); });
        QVERIFY(more && !isFresh(*more, 0) && is(*more, 0, SourceState::Ok));
        QVERIFY2(more->sources[0].took < 2s, "the broker is said to be slow");
        QCOMPARE(sampleOf(*more, 0).partitions[0].checkpointPosition, std::optional<Offset>(50));
        QVERIFY(!sampleOf(*more, 1).writeSide && sampleOf(*more, 1).error);
        QVERIFY(watch.next([](const Snapshot& s) { return isFresh(s, 1) && s.interval < 1s; }));
        house.database.change([](FakeDatabase& d) { d.hangs = false; });
        QVERIFY(watch.nextFresh());
    }

    void aHangingStoreIsInterruptedWhenTheWatcherStops()
    {
        WatchedHouse house;
        house.database.hangs = true;
        WatchTower watch(house);
        QVERIFY(eventually([&] { return house.database.ask([](FakeDatabase& d) { return !d.queries.empty(); }); }));
        watch.stop();
        QVERIFY(house.database.ask([](FakeDatabase& d) { return d.interrupts; }) > 0);
    }

    void aCheckpointQueryThatMakesNoSenseCostsOnlyItsOwnProjection_data()
    {
        QTest::addColumn<QString>("position");
        QTest::addColumn<QString>("why");
        QTest::newRow("null") << QString() << "NULL";
        QTest::newRow("negative") << "-1"
                                  << "negative";
        QTest::newRow("nonsense") << "abc"
                                  << "no offset";
    }

    void aCheckpointQueryThatMakesNoSenseCostsOnlyItsOwnProjection()
    {
        QFETCH(QString, position);
        QFETCH(QString, why);
        WatchedHouse house;
        const auto cell = position.isNull() ? std::nullopt : std::optional(position.toStdString());
        house.database.answers.insert_or_assign(checkpointQuery, rowsOf({{"orders", "0", cell, std::nullopt}}));
        WatchTower watch(house);
        const auto snapshot = watch.next([](const Snapshot& s) { return isFresh(s, 1); });
        QVERIFY(snapshot && !isFresh(*snapshot, 0));
        const auto& error = sampleOf(*snapshot, 0).error;
        QVERIFY(error && error->kind == ErrorKind::InvalidData);
        QVERIFY2(QString::fromStdString(error->why).contains(why), error->why.c_str());
        QVERIFY(is(*snapshot, 1, SourceState::Ok));
        QVERIFY(sampleOf(*snapshot, 1).writeSide);
    }

    void aQueryThatFailsLeavesItsStoreHealthy()
    {
        WatchedHouse house;
        house.database.answers.insert_or_assign(
            checkpointQuery, tl::unexpected(Error{ErrorKind::NotFound, "No table checkpoint", "", "", false}));
        WatchTower watch(house);
        const auto snapshot = watch.next([](const Snapshot& s) { return isFresh(s, 1); });
        QVERIFY(snapshot && !isFresh(*snapshot, 0) && is(*snapshot, 1, SourceState::Ok));
        QCOMPARE(sampleOf(*snapshot, 0).error->what, std::string("No table checkpoint"));
    }

    void oneGroupAndOnePartitionThatFailCostTheirOwnRows()
    {
        WatchedHouse house;
        house.cluster.groupErrors["feed-group"] = timeout();
        house.cluster.partitions[{"orders", 1}].error = timeout();
        WatchTower watch(house);
        const auto snapshot = watch.next([](const Snapshot& s) { return isFresh(s, 0); });
        QVERIFY(snapshot && !isFresh(*snapshot, 1));
        const ProjectionSample& summary = sampleOf(*snapshot, 0);
        QVERIFY(summary.error && summary.error->what.find("1 of 3") != std::string::npos);
        QVERIFY(summary.partitions[0].head && summary.partitions[2].head);
        QVERIFY(!summary.partitions[1].head && summary.partitions[1].error);
        QCOMPARE(snapshot->partitionsAnswered, std::size_t(2));
        QVERIFY(is(*snapshot, 0, SourceState::Ok));
    }

    void numbersThatComeLateSaySo()
    {
        WatchedHouse house;
        house.cluster.positionsLate = 3s;
        house.cluster.boundsLate = 12s;
        house.cluster.groups["feed-group"][{"orders", 0}] = 105; // applied after the head was asked for
        WatchTower watch(house);
        const auto snapshot = watch.nextFresh();
        QVERIFY(snapshot);
        const ProjectionSample& feed = sampleOf(*snapshot, 1);
        QVERIFY(feed.error && feed.error->what.find("older than shown") != std::string::npos);
        QCOMPARE(feed.partitions[0].head, std::optional<Offset>(105));
        QCOMPARE(feed.partitions[0].backlog(), std::optional<Offset>(0));
        QCOMPARE(feed.partitions[1].head, std::optional<Offset>(100));
    }

    void aLogThatCannotDescribeGroupsIsAskedOnce()
    {
        WatchedHouse house;
        house.cluster.describeGroupsFailure = Error{ErrorKind::NotFound, "No such request", "", "", false};
        WatchTower watch(house);
        for (int i = 0; i < 20; ++i)
            QVERIFY(watch.nextFresh());
        QCOMPARE(house.cluster.ask([](FakeCluster& c) { return c.calls["describeGroups"]; }), 1);
        QVERIFY(!sampleOf(*watch.nextFresh(), 1).group);
    }

    void aContextThatIsNotThereIsNamed()
    {
        WatchedHouse house;
        house.workspace.contexts[0].name = "other";
        WatchTower watch(house);
        QVERIFY(watch.annotated("config", "no context test"));
        (*watch).inspect(1, {"orders", 0}, 0);
        QVERIFY(!watch.nextEvent().record);
    }

    void settingsThatAreMissingAreNamed()
    {
        WatchedHouse house;
        house.workspace.stores.clear();
        WatchTower watch(house);
        const auto snapshot =
            watch.next([](const Snapshot& s) { return is(s, 1, SourceState::Failed) && isFresh(s, 1); });
        QVERIFY(snapshot && snapshot->sources[1].error->kind == ErrorKind::Configuration);
    }
};

QTEST_GUILESS_MAIN(TestWatcherFaults)
#include "tst_watcherfaults.moc"
