// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/store/postgres/postgresstore.h"
#include "tests/integration/lag/kafkatools.h"
#include "tests/integration/lag/watch.h"
#include "tests/support/testservers.h"

#include <QTest>

using namespace projectionist;
using namespace std::chrono_literals;

namespace {

constexpr int partitions = 4;
constexpr int events = 200;
constexpr const char* goodQuery = "select topic, part, position, updated_at from checkpoint where projection = $1";

} // namespace

/// Projection 0, "summary", has a checkpoint table; projection 1, "feed", a consumer group. Both read orders.events.
class TestWatching : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase()
    {
        m_kafka = startKafka();
        m_postgres = startPostgres();
        m_broker = brokerAt(m_kafka->bootstrap());
        makeTopics(m_broker, {{"orders.events", partitions}, {"parcels.events", 1}});
        const TimePoint begin = std::chrono::floor<Duration>(std::chrono::system_clock::now()) - 20h;
        for (int i = 0; i < partitions; ++i) {
            for (int event = 0; event < events; ++event)
                m_times[i].push_back(begin + event * 300s + Duration(event * event % 977));
            std::sort(m_times[i].begin(), m_times[i].end());
            write(m_broker, {"orders.events", i}, m_times[i]);
        }
        write(m_broker, {"parcels.events", 0}, 50, begin);
        commitAs(m_broker, "feed-group", "orders.events",
                 {{{"orders.events", 0}, 0}, {{"orders.events", 1}, 77}, {{"orders.events", 2}, events}});
        execute(
            "create table checkpoint (projection text, topic text, part int, position bigint, updated_at timestamptz)");
        execute(
            "insert into checkpoint select 'summary', 'orders.events', n, 10 * n, now() from generate_series(0, 3) n");
    }

    void lagInTimeIsExactToTheMillisecond()
    {
        Watch watch(workspace());
        const auto snapshot = watch.next([](const Snapshot& s) {
            return isFresh(s, 0) && isFresh(s, 1) && sampleOf(s, 0).partitions[3].lag.origin == LagOrigin::Exact &&
                   sampleOf(s, 1).partitions[1].lag.origin == LagOrigin::Exact;
        });
        QVERIFY(snapshot);
        for (int i = 0; i < partitions; ++i)
            QVERIFY(isTheAge(*snapshot, sampleOf(*snapshot, 0).partitions[static_cast<std::size_t>(i)]));
        const auto& feed = sampleOf(*snapshot, 1).partitions;
        QVERIFY(isTheAge(*snapshot, feed[0]) && isTheAge(*snapshot, feed[1]));
        QCOMPARE(feed[2].lag.origin, LagOrigin::None);
        QVERIFY(!feed[3].position() && !feed[3].error); // never committed
        QVERIFY(sampleOf(*snapshot, 0).heartbeat);
        QCOMPARE(snapshot->partitionsAnswered, std::size_t(partitions));
    }

    void theEventAtAPositionIsFetched()
    {
        Watch watch(workspace());
        const InspectedEvent event = watch.inspect({"orders.events", 1}, 77);
        QVERIFY2(event.record, event.record ? "" : toString(event.record.error()).c_str());
        QVERIFY(*event.record && (*event.record)->key == "k77");
    }

    void aBrokerThatHangsAndReturns()
    {
        Watch watch(workspace());
        QVERIFY(watch.nextFresh());
        QVERIFY(m_kafka->pause());
        const auto silent = watch.next([](const Snapshot& s) { return s.sources[0].state != SourceState::Ok; });
        const auto later = watch.next([](const Snapshot& s) { return s.sources[0].state == SourceState::Failed; });
        m_kafka->resume();
        QVERIFY(silent && !isFresh(*silent, 0) && !isFresh(*silent, 1) && silent->sources[1].state == SourceState::Ok);
        QCOMPARE(sampleOf(*silent, 1).partitions[1].groupPosition, std::optional<Offset>(77));
        QVERIFY(later && later->sources[0].error && !later->sources[0].error->next.empty());
        QVERIFY(watch.nextFresh());
    }

    void aBrokerThatDiesAndReturns()
    {
        Watch watch(workspace());
        QVERIFY(watch.nextFresh());
        m_kafka->kill();
        QVERIFY(watch.next([](const Snapshot& s) { return s.sources[0].state == SourceState::Failed; }));
        QVERIFY(m_kafka->restart());
        QVERIFY(watch.nextFresh());
    }

    void aStoreThatHangsOrDiesCostsOnlyItsOwnProjection()
    {
        Watch watch(workspace());
        QVERIFY(watch.nextFresh());
        QVERIFY(m_postgres->pause());
        const auto hung = watch.next([](const Snapshot& s) { return s.sources[1].state != SourceState::Ok; });
        const auto more = watch.next([](const Snapshot& s) { return isFresh(s, 1) && !isFresh(s, 0); });
        m_postgres->resume();
        QVERIFY(hung && more && more->sources[0].state == SourceState::Ok && sampleOf(*more, 0).error);
        QCOMPARE(sampleOf(*more, 0).partitions[3].checkpointPosition, std::optional<Offset>(30));
        QVERIFY(watch.nextFresh());
        m_postgres->stop();
        QVERIFY(
            watch.next([](const Snapshot& s) { return s.sources[1].state == SourceState::Failed && isFresh(s, 1); }));
        QVERIFY(m_postgres->restart());
        QVERIFY(watch.nextFresh());
    }

    void aMistakenCheckpointQueryIsNamed_data()
    {
        QTest::addColumn<QString>("query");
        QTest::addColumn<QString>("named");
        QTest::newRow("no table") << "select 1, 2, 3 from nowhere"
                                  << "nowhere";
        QTest::newRow("null") << "select 'orders.events', 0, null"
                              << "NULL";
        QTest::newRow("negative") << "select 'orders.events', 0, -4"
                                  << "negative";
        QTest::newRow("nonsense") << "select 'orders.events', 0, 'abc'"
                                  << "no offset";
        QTest::newRow("twice") << "select 'orders.events', 0, n from generate_series(1, 2) n"
                               << "more than once";
        QTest::newRow("10 million rows") << "select 'orders.events', n, n from generate_series(1, 10000000) n"
                                         << "more than 100000 rows";
        QTest::newRow("a write") << "insert into checkpoint values ('x', 'orders.events', 0, 0) "
                                    "returning topic, part, position"
                                 << "read-only";
    }
    void aMistakenCheckpointQueryIsNamed()
    {
        QFETCH(QString, query);
        QFETCH(QString, named);
        Workspace mistaken = workspace();
        mistaken.projections[0].checkpoint->query = query.toStdString();
        Watch watch(mistaken);
        QString said;
        const auto snapshot = watch.next([&](const Snapshot& s) {
            const auto& error = sampleOf(s, 0).error;
            said = error ? text(*error) : QString();
            return isFresh(s, 1) && s.sources[1].state == SourceState::Ok && said.contains(named, Qt::CaseInsensitive);
        });
        QVERIFY2(snapshot, qPrintable(said));
        QVERIFY(!isFresh(*snapshot, 0));
    }

    void aTopicThatIsDeletedAndMadeAgain()
    {
        Workspace parcels = workspace();
        parcels.projections[1].topics = {"parcels.events"};
        Watch watch(parcels);
        QVERIFY(watch.nextFresh());
        QVERIFY(deleteTopic("parcels.events"));
        const auto gone = watch.next([](const Snapshot& s) { return !isFresh(s, 1) && isFresh(s, 0); });
        QVERIFY(gone && sampleOf(*gone, 1).error && gone->sources[0].state == SourceState::Ok);
        makeTopics(m_broker, {{"parcels.events", 2}});
        const auto back =
            watch.next([](const Snapshot& s) { return isFresh(s, 1) && sampleOf(s, 1).partitions.size() == 2; });
        QVERIFY(back && isFresh(*back, 0));
        QCOMPARE(sampleOf(*back, 1).partitions[0].head, std::optional<Offset>(0));
    }

    void aGroupThatIsDeletedAndComesBack()
    {
        commitAs(m_broker, "passing-group", "parcels.events", {{{"parcels.events", 0}, 0}});
        Workspace passing = workspace();
        passing.projections[1].topics = {"parcels.events"};
        passing.projections[1].group = "passing-group";
        const auto at = [](Offset position) {
            return [position](const Snapshot& s) {
                return isFresh(s, 1) && sampleOf(s, 1).partitions[0].groupPosition == position;
            };
        };
        Watch watch(passing);
        QVERIFY(watch.next(at(0)));
        deleteGroup(m_broker, "passing-group");
        const auto gone =
            watch.next([](const Snapshot& s) { return isFresh(s, 1) && !sampleOf(s, 1).partitions[0].groupPosition; });
        QVERIFY(gone && isFresh(*gone, 0) && gone->sources[0].state == SourceState::Ok);
        QVERIFY(sampleOf(*gone, 1).partitions[0].head && !sampleOf(*gone, 1).partitions[0].backlog());
        commitAs(m_broker, "passing-group", "parcels.events", {{{"parcels.events", 0}, 0}});
        QVERIFY(watch.next(at(0)));
    }

    void eventsFromClocksThatAreWrong_data()
    {
        QTest::addColumn<int>("minutes");
        QTest::newRow("an hour ahead") << 60;
        QTest::newRow("ten years behind") << -10 * 365 * 24 * 60;
    }
    void eventsFromClocksThatAreWrong()
    {
        QFETCH(int, minutes);
        const std::string topic = minutes > 0 ? "ahead.events" : "behind.events";
        makeTopics(m_broker, {{topic, 1, -1, {{"retention.ms", "-1"}}}});
        const TimePoint event =
            std::chrono::floor<Duration>(std::chrono::system_clock::now()) + std::chrono::minutes(minutes);
        write(m_broker, {topic, 0}, {event, event + 1s, event + 2s});
        commitAs(m_broker, topic + "-group", topic, {{{topic, 0}, 1}});
        Workspace skewed = workspace();
        skewed.projections[1].topics = {topic};
        skewed.projections[1].group = topic + "-group";
        Watch watch(skewed);
        const auto snapshot = watch.next([minutes](const Snapshot& s) {
            return isFresh(s, 1) && (minutes > 0 || sampleOf(s, 1).partitions[0].lag.origin == LagOrigin::Exact);
        });
        QVERIFY(snapshot);
        const PartitionSample& partition = sampleOf(*snapshot, 1).partitions[0];
        QCOMPARE(partition.backlog(), std::optional<Offset>(2));
        if (minutes > 0) // its age would be negative; what is told is how long it has been seen waiting
            QVERIFY(partition.lag.value >= 0ms && partition.lag.value < 1h && partition.lag.origin != LagOrigin::Exact);
        else
            QVERIFY(partition.lag.value >= snapshot->began - (event + 1s) &&
                    partition.lag.value <= snapshot->ended - (event + 1s));
    }

    void nothingIsWrittenToWhatIsWatched()
    {
        const auto groupsBefore = groups();
        const auto topicsBefore = topics();
        const auto writesBefore = tableWrites();
        {
            Watch watch(workspace());
            for (int i = 0; i < 5; ++i)
                QVERIFY(watch.nextFresh());
        }
        QCOMPARE(groups(), groupsBefore);
        QCOMPARE(topics(), topicsBefore);
        QCOMPARE(tableWrites(), writesBefore);
    }

private:
    Workspace workspace() const
    {
        Workspace result;
        ContextSettings& context = result.contexts.emplace_back();
        context.name = "test";
        context.broker = "tested";
        context.stores = {"db"};
        context.interval = 100ms;
        result.brokers = {m_broker};
        result.stores = {store()};
        for (const char* name : {"summary", "feed"}) {
            ProjectionSettings& projection = result.projections.emplace_back();
            projection.name = name;
            projection.context = "test";
            projection.topics = {"orders.events"};
        }
        result.projections[0].checkpoint = CheckpointSettings{"db", goodQuery};
        result.projections[1].group = "feed-group";
        return result;
    }
    StoreSettings store() const
    {
        StoreSettings settings;
        settings.name = "db";
        settings.connection = m_postgres->connection();
        return settings;
    }
    bool isTheAge(const Snapshot& snapshot, const PartitionSample& partition) const
    {
        const auto& times = m_times.at(partition.id.partition);
        const TimePoint event = times[static_cast<std::size_t>(partition.position().value())];
        return partition.lag.origin == LagOrigin::Exact && partition.lag.value >= snapshot.began - event &&
               partition.lag.value <= snapshot.ended - event;
    }
    Rows execute(const std::string& sql) const
    {
        const auto connection = sure(connectPostgres(store(), Access::ReadWrite));
        Rows rows;
        sure(connection->transaction([&](Transaction& transaction) -> Result<void> {
            auto result = transaction.execute(sql);
            if (!result)
                return tl::unexpected(result.error());
            rows = *std::move(result);
            return {};
        }));
        return rows;
    }
    std::vector<std::string> groups() const
    {
        std::vector<Error> errors;
        std::vector<std::string> names;
        for (const GroupSummary& group : sure(connected(m_broker)->list(generous, errors)))
            names.push_back(group.name);
        std::sort(names.begin(), names.end());
        return names;
    }
    std::vector<std::string> topics() const
    {
        std::vector<std::string> names;
        for (const TopicDescription& topic : sure(connected(m_broker)->describe(generous)).topics)
            names.push_back(topic.name);
        return names;
    }
    std::string tableWrites() const
    {
        return execute("select sum(n_tup_ins + n_tup_upd + n_tup_del), count(*) from pg_stat_user_tables")
            .rows[0][0]
            .value_or("");
    }
    bool deleteTopic(const std::string& name) const
    {
        const auto results = deleteTopics(m_broker, std::span(&name, 1), generous);
        return results && !results->front().error;
    }

    std::unique_ptr<KafkaServer> m_kafka;
    std::unique_ptr<PostgresServer> m_postgres;
    BrokerSettings m_broker;
    std::map<int, std::vector<TimePoint>> m_times;
};

QTEST_GUILESS_MAIN(TestWatching)
#include "tst_watching.moc"
