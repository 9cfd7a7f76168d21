// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/core/mailbox.h"
#include "backend/lag/watcher.h"
#include "tests/support/testservers.h"
#include "tests/unit/lag/fakebroker.h"
#include "tests/unit/lag/fakestore.h"

#include <QTest>

using namespace projectionist;
using namespace std::chrono_literals;

namespace {

using Snapshots = std::vector<std::shared_ptr<const Snapshot>>;

constexpr const char* checkpointQuery = "select * from checkpoint";
constexpr const char* outboxQuery = "select * from outbox";

/// "summary" reads orders by a checkpoint in db, "feed" by the consumer group feed-group; both are behind.
struct House
{
    FakeCluster cluster;
    FakeDatabase database;
    SystemClock clock;
    Workspace workspace;

    House()
    {
        for (int i = 0; i < 3; ++i) {
            for (int event = 0; event < 100; ++event)
                cluster.partitions[{"orders", i}].append(clock.now() - 10min + event * 1s);
            cluster.groups["feed-group"][{"orders", i}] = 40;
        }
        database.answers.emplace(checkpointQuery, rowsOf({{"orders", "0", "50", "2026-11-21 14:02:11+00"},
                                                          {"orders", "1", "60", "2026-11-21 14:02:12+00"},
                                                          {"orders", "2", "100", "2026-11-21 14:02:10+00"}}));
        database.answers.emplace(outboxQuery, rowsOf({{"3", "2026-11-21 14:02:10+00", "300"}}));
        ContextSettings context;
        context.name = "test";
        context.broker = "kafka";
        context.stores = {"db"};
        context.interval = 50ms;
        workspace.contexts = {context};
        workspace.brokers.emplace_back().name = "kafka";
        workspace.stores.emplace_back().name = "db";
        workspace.projections = {projection("summary"), projection("feed")};
        workspace.projections[0].checkpoint = CheckpointSettings{"db", checkpointQuery};
        workspace.projections[1].group = "feed-group";
        WriteSideSettings& side = workspace.writeSides.emplace_back();
        side.name = "outbox";
        side.context = "test";
        side.store = "db";
        side.query = outboxQuery;
        side.topics = {"orders"};
    }
    static ProjectionSettings projection(std::string name)
    {
        ProjectionSettings settings;
        settings.name = std::move(name);
        settings.context = "test";
        settings.topics = {"orders"};
        return settings;
    }
    Connectors connectors()
    {
        return {[this](const BrokerSettings&) -> Result<std::unique_ptr<Broker>> {
                    cluster.change([](FakeCluster& c) { ++c.opened; });
                    return std::make_unique<FakeBroker>(cluster);
                },
                [this](const StoreSettings&) -> Result<std::unique_ptr<RelationalStore>> {
                    return std::make_unique<FakeStore>(database);
                }};
    }
};

/// A watcher of the house with what it has told so far.
class Watch
{
public:
    explicit Watch(House& house)
        : m_watcher(
              std::make_unique<Watcher>(house.workspace, "test", house.connectors(), house.clock,
                                        WatcherSinks{[this](auto snapshot) { m_snapshots.push(std::move(snapshot)); },
                                                     [this](auto event) { m_events.push(std::move(event)); },
                                                     [this](auto series) { m_series.push(std::move(series)); }}))
    {
    }

    /// Waits for a snapshot that came after this call and that satisfies the condition; nullptr if none came.
    std::shared_ptr<const Snapshot> next(const std::function<bool(const Snapshot&)>& condition)
    {
        std::shared_ptr<const Snapshot> found;
        (void)take();
        (void)eventually([&] {
            for (const auto& snapshot : take()) {
                if (!found && condition(*snapshot))
                    found = snapshot;
            }
            return found != nullptr;
        });
        return found;
    }
    std::shared_ptr<const Snapshot> nextFresh()
    {
        return next([](const Snapshot& snapshot) {
            return std::all_of(snapshot.projections.begin(), snapshot.projections.end(),
                               [](const auto& report) { return report->sample->fresh; });
        });
    }
    InspectedEvent nextEvent()
    {
        std::vector<InspectedEvent> events;
        (void)eventually([&] { return !(events = m_events.drain()).empty(); });
        return events.empty() ? InspectedEvent{} : events.front();
    }
    std::vector<RetroactiveSeries> series(std::size_t count)
    {
        std::vector<RetroactiveSeries> all;
        (void)eventually([&] {
            for (auto& one : m_series.drain())
                all.push_back(std::move(one));
            return all.size() >= count;
        });
        return all;
    }
    bool annotated(const std::string& kind, const std::string& text)
    {
        return eventually([&] {
            (void)take();
            return std::any_of(annotations.begin(), annotations.end(), [&](const Annotation& annotation) {
                return annotation.kind == kind && annotation.text.find(text) != std::string::npos;
            });
        });
    }
    Watcher& operator*() { return *m_watcher; }
    void stop() { m_watcher.reset(); }

    std::vector<Annotation> annotations;

private:
    /// What arrived since the last call. A snapshot may be of no interest, what is noted in it is kept.
    Snapshots take()
    {
        auto arrived = m_snapshots.drain();
        for (const auto& snapshot : arrived)
            annotations.insert(annotations.end(), snapshot->annotations.begin(), snapshot->annotations.end());
        return arrived;
    }

    Mailbox<std::shared_ptr<const Snapshot>> m_snapshots{10'000};
    Mailbox<InspectedEvent> m_events;
    Mailbox<RetroactiveSeries> m_series;
    std::unique_ptr<Watcher> m_watcher;
};

const ProjectionSample& sampleOf(const Snapshot& snapshot, std::size_t projection)
{
    return *snapshot.projections[projection]->sample;
}

bool isFresh(const Snapshot& snapshot, std::size_t projection)
{
    return sampleOf(snapshot, projection).fresh;
}

bool is(const Snapshot& snapshot, std::size_t source, SourceState state)
{
    return snapshot.sources[source].state == state;
}

Error timeout()
{
    return {ErrorKind::Timeout, "No answer", "A fake", "", true};
}

} // namespace

class TestWatcher : public QObject
{
    Q_OBJECT
private slots:
    void positionsHeadsAndTimesComeTogetherInOneCycle()
    {
        House house;
        Watch watch(house);
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

    void aBrokerThatHangsIsNamedAndTheLastGoodDataStays()
    {
        House house;
        Watch watch(house);
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
        House house;
        house.cluster.failure = Error{ErrorKind::Refused, "Connection refused", "", "", true};
        Watch watch(house);
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
        House house;
        Watch watch(house);
        QVERIFY(watch.nextFresh());
        house.cluster.change([](FakeCluster& c) { c.delay = 100ms; });
        const auto slow = watch.next([](const Snapshot& s) { return isFresh(s, 1) && s.interval > 150ms; });
        QVERIFY(slow && slow->sources[0].took >= 150ms);
        house.cluster.change([](FakeCluster& c) { c.delay = 0ms; });
        QVERIFY(watch.next([](const Snapshot& s) { return isFresh(s, 1) && s.interval < 150ms; }));
    }

    void answersSlowerThanTheFirstTimeoutComeThroughInTheEnd()
    {
        House house;
        house.cluster.delay = 3500ms; // the first timeout is shorter
        Watch watch(house);
        QVERIFY(watch.next([](const Snapshot& s) { return is(s, 0, SourceState::Failed); }));
        const auto fresh = watch.nextFresh();
        QVERIFY(fresh && fresh->sources[0].took >= 3500ms);
        house.cluster.change([](FakeCluster& c) { c.delay = 0ms; });
    }

    void aStoreThatHangsCostsOnlyItsOwnProjections()
    {
        House house;
        Watch watch(house);
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
        House house;
        house.database.hangs = true;
        Watch watch(house);
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
        House house;
        const auto cell = position.isNull() ? std::nullopt : std::optional(position.toStdString());
        house.database.answers.insert_or_assign(checkpointQuery, rowsOf({{"orders", "0", cell, std::nullopt}}));
        Watch watch(house);
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
        House house;
        house.database.answers.insert_or_assign(
            checkpointQuery, tl::unexpected(Error{ErrorKind::NotFound, "No table checkpoint", "", "", false}));
        Watch watch(house);
        const auto snapshot = watch.next([](const Snapshot& s) { return isFresh(s, 1); });
        QVERIFY(snapshot && !isFresh(*snapshot, 0) && is(*snapshot, 1, SourceState::Ok));
        QCOMPARE(sampleOf(*snapshot, 0).error->what, std::string("No table checkpoint"));
    }

    void oneGroupAndOnePartitionThatFailCostTheirOwnRows()
    {
        House house;
        house.cluster.groupErrors["feed-group"] = timeout();
        house.cluster.partitions[{"orders", 1}].error = timeout();
        Watch watch(house);
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
        House house;
        house.cluster.positionsLate = 3s;
        house.cluster.boundsLate = 12s;
        house.cluster.groups["feed-group"][{"orders", 0}] = 105; // applied after the head was asked for
        Watch watch(house);
        const auto snapshot = watch.nextFresh();
        QVERIFY(snapshot);
        const ProjectionSample& feed = sampleOf(*snapshot, 1);
        QVERIFY(feed.error && feed.error->what.find("older than shown") != std::string::npos);
        QCOMPARE(feed.partitions[0].head, std::optional<Offset>(105));
        QCOMPARE(feed.partitions[0].backlog(), std::optional<Offset>(0));
        QCOMPARE(feed.partitions[1].head, std::optional<Offset>(100));
    }

    void anOpenTransactionIsToldOfTheEndBeyondTheHead()
    {
        House house;
        house.cluster.partitions[{"orders", 1}].end = 120;
        Watch watch(house);
        const auto snapshot = watch.nextFresh();
        QVERIFY(snapshot);
        QCOMPARE(sampleOf(*snapshot, 1).partitions[1].end, std::optional<Offset>(120));
        const auto& rows = snapshot->projections[1]->assessment.partitions;
        QVERIFY((rows[1].conditions & OpenTransaction) && !(rows[0].conditions & OpenTransaction));
    }

    void membersAndOwnersAreAskedForRarelyAndChangesAreTold()
    {
        House house;
        const GroupMember one{"id-1", "worker-1", "/10.0.0.1", {{"orders", 0}, {"orders", 1}, {"orders", 2}}};
        house.cluster.descriptions["feed-group"] = {"feed-group", "Stable", {one}, std::nullopt};
        Watch watch(house);
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

    void aLogThatCannotDescribeGroupsIsAskedOnce()
    {
        House house;
        house.cluster.describeGroupsFailure = Error{ErrorKind::NotFound, "No such request", "", "", false};
        Watch watch(house);
        for (int i = 0; i < 20; ++i)
            QVERIFY(watch.nextFresh());
        QCOMPARE(house.cluster.ask([](FakeCluster& c) { return c.calls["describeGroups"]; }), 1);
        QVERIFY(!sampleOf(*watch.nextFresh(), 1).group);
    }

    void addedPartitionsAndDeletedAndRecreatedTopicsAreNoticed()
    {
        House house;
        Watch watch(house);
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
        House house;
        Watch watch(house);
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
        House house;
        Watch watch(house);
        const auto series = watch.series(2);
        QCOMPARE(series.size(), std::size_t(2));
        QVERIFY(!series[0].points.empty());
        QVERIFY(watch.nextFresh());
        QVERIFY(watch.nextFresh());
        QVERIFY(watch.series(0).empty());
    }

    void changedSettingsAreTakenOver()
    {
        House house;
        Watch watch(house);
        QVERIFY(watch.nextFresh());
        Workspace changed = house.workspace;
        changed.projections[1].origin.line = 99; // moved in the file, nothing else
        changed.projections.push_back(House::projection("second"));
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

    void aContextThatIsNotThereIsNamed()
    {
        House house;
        house.workspace.contexts[0].name = "other";
        Watch watch(house);
        QVERIFY(watch.annotated("config", "no context test"));
        (*watch).inspect(1, {"orders", 0}, 0);
        QVERIFY(!watch.nextEvent().record);
    }

    void settingsThatAreMissingAreNamed()
    {
        House house;
        house.workspace.stores.clear();
        Watch watch(house);
        const auto snapshot =
            watch.next([](const Snapshot& s) { return is(s, 1, SourceState::Failed) && isFresh(s, 1); });
        QVERIFY(snapshot && snapshot->sources[1].error->kind == ErrorKind::Configuration);
    }
};

QTEST_GUILESS_MAIN(TestWatcher)
#include "tst_watcher.moc"
