// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest> // before <compare>, at which moc of Qt 6.4 stumbles

#include "backend/broker/brokertest.h"
#include "backend/broker/kafka/kafkagroupconsumer.h"
#include "backend/broker/kafka/kafkaproducer.h"
#include "backend/broker/retention.h"
#include "tests/integration/broker/brokerfixture.h"
#include "tests/support/testservers.h"

using namespace projectionist;

namespace {

/// Young enough for the broker's retention.
const TimePoint noon = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now()) - std::chrono::hours(1);

} // namespace

/// The adapter against one real broker.
class TestKafkaBroker : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase()
    {
        m_kafka = startKafka();
        m_settings = brokerAt(m_kafka->bootstrap());
    }

    void itDescribesTheCluster()
    {
        makeTopics(m_settings, {{"described", 3}});
        makeTopics(m_settings, {{"described", 9}}); // existing is fine, and stays as it is
        const auto cluster = sure(connected(m_settings)->describe(generous));
        QCOMPARE(cluster.id, m_kafka->clusterId());
        QCOMPARE(cluster.brokers, 1);
        const auto topic = std::ranges::find(cluster.topics, "described", &TopicDescription::name);
        QVERIFY(topic != cluster.topics.end());
        QCOMPARE(topic->partitions, 3);
    }

    void boundsTimesAndRecordsAreTheTruth()
    {
        makeTopics(m_settings, {{"truth", 2}});
        write(m_settings, {"truth", 0}, 10, noon);
        const auto broker = connected(m_settings);
        const std::vector<TopicPartition> ids{{"truth", 0}, {"truth", 1}, {"truth", 2}, {"no-such-topic", 0}};
        const auto bounds = sure(broker->bounds(ids, generous));
        QCOMPARE(bounds[0].start, 0);
        QCOMPARE(bounds[0].head, 10);
        QCOMPARE(bounds[1].head, 0);
        QVERIFY(bounds[2].error && bounds[2].error->kind == ErrorKind::NotFound);
        QVERIFY(bounds[3].error && bounds[3].error->kind == ErrorKind::NotFound);

        // Several times of one partition in one call, which a request cannot hold.
        std::vector<TimeQuery> queries;
        for (const int second : {0, 3, 9, 10})
            queries.push_back({{"truth", 0}, noon + Duration(1000 * second)});
        queries.push_back({{"truth", 0}, noon + Duration(2001)});
        queries.push_back({{"truth", 1}, noon});
        queries.push_back({{"no-such-topic", 0}, noon});
        const auto times = sure(broker->offsetsForTimes(queries, generous));
        QCOMPARE(times[0].offset, std::optional<Offset>(0));
        QCOMPARE(times[1].offset, std::optional<Offset>(3));
        QCOMPARE(times[2].offset, std::optional<Offset>(9));
        QVERIFY(!times[3].offset && !times[3].error);
        QCOMPARE(times[4].offset, std::optional<Offset>(3));
        QVERIFY(!times[5].offset && !times[5].error);
        QVERIFY(times[6].error.has_value());

        const std::vector<std::pair<TopicPartition, Offset>> at{
            {{"truth", 0}, 9}, {{"truth", 0}, 2}, {{"truth", 1}, 0}};
        const auto records = sure(broker->read(at, 1000, generous));
        QCOMPARE(records[0]->value, std::optional<std::string>("v9"));
        QCOMPARE(records[1]->key, std::optional<std::string>("k2"));
        QVERIFY(records[1]->timestamp == noon + Duration(2000));
        QVERIFY(!records[2]);
    }

    void aLogThatHasOnlyYoungerEventsStillHasATimeIndex()
    {
        makeTopics(m_settings, {{"old", 1}});
        write(m_settings, {"old", 0}, 2, noon);
        const std::vector<TimeQuery> queries{{{"old", 0}, noon + Duration(3'600'000)}};
        const auto times = sure(connected(m_settings)->offsetsForTimes(queries, generous));
        QVERIFY(!times[0].offset && !times[0].error);
    }

    void positionsAreThoseOfTheGroupAndNeverCommittedIsNoZero()
    {
        makeTopics(m_settings, {{"followed", 3}});
        write(m_settings, {"followed", 0}, 5, noon);
        commitAs(m_settings, "followers", "followed", {{{"followed", 0}, 4}, {{"followed", 1}, 0}});
        const auto broker = connected(m_settings);
        const std::vector<TopicPartition> ids{{"followed", 0}, {"followed", 1}, {"followed", 2}, {"no-such-topic", 0}};
        const auto answers = sure(broker->offsets(
            std::vector<GroupOffsetsQuery>{{"followers", ids}, {"nobody", ids}, {"followers", {}}}, generous));
        const auto& named = answers[0].offsets;
        QCOMPARE(named.size(), std::size_t{4});
        QVERIFY(named[3].id.topic == "no-such-topic" ? !named[3].position : !named[0].position);
        const auto position = [](const GroupOffsets& group, std::int32_t partition) {
            const auto at = std::ranges::find(group.offsets, TopicPartition{"followed", partition}, &GroupOffset::id);
            return at == group.offsets.end() ? std::nullopt : at->position;
        };
        QCOMPARE(position(answers[0], 0), std::optional<Offset>(4));
        QCOMPARE(position(answers[0], 1), std::optional<Offset>(0));
        QVERIFY(!position(answers[0], 2));
        QVERIFY(!answers[1].error && !position(answers[1], 0));
        QCOMPARE(answers[2].offsets.size(), std::size_t{2}); // all that it committed, nothing else
    }

    void groupsAreListedAndDescribedWithTheirMembers()
    {
        makeTopics(m_settings, {{"shared", 2}});
        GroupConsumerOptions options;
        options.group = "described-group";
        options.topics = {"shared"};
        options.clientId = "worker-7";
        const auto member = sure(connectKafkaGroupConsumer(m_settings, options));
        QVERIFY(eventually([&] {
            static_cast<void>(member->poll(1, Duration(100)));
            return member->assignment().size() == 2;
        }));
        const auto broker = connected(m_settings);
        std::vector<Error> errors;
        const auto groups = sure(broker->list(generous, errors));
        QVERIFY(errors.empty());
        const auto listed = std::ranges::find(groups, "described-group", &GroupSummary::name);
        QVERIFY(listed != groups.end());
        QCOMPARE(listed->state, "Stable");
        const auto described = sure(
            broker->describeGroups(std::vector<std::string>{"described-group", "nobody", "described-group"}, generous));
        QCOMPARE(described.size(), std::size_t{3});
        QCOMPARE(described[0].state, "Stable");
        QCOMPARE(described[0].members.size(), std::size_t{1});
        QCOMPARE(described[0].members[0].clientId, "worker-7");
        QVERIFY(described[0].members[0].assignment == (std::vector<TopicPartition>{{"shared", 0}, {"shared", 1}}));
        QCOMPARE(described[1].state, "Dead");
        QVERIFY(described[1].members.empty());
        // Looking never joins: the observer's own group is nowhere.
        QVERIFY(std::ranges::none_of(groups, [](const auto& g) { return g.name.starts_with("projectionist"); }));
    }

    void retentionOfTopicsIsTold()
    {
        makeTopics(
            m_settings,
            {{"kept.hour", 1, -1, {{"retention.ms", "3600000"}, {"retention.bytes", "5000000"}}},
             {"kept.forever", 1, -1, {{"retention.ms", "-1"}}},
             {"kept.newest", 1, -1, {{"cleanup.policy", "compact"}, {"message.timestamp.type", "LogAppendTime"}}}});
        const std::vector<std::string> names{"kept.newest", "kept.hour", "no.such.topic", "kept.forever"};
        const auto rows = sure(topicRetention(m_settings, names, generous));
        QCOMPARE(rows.size(), names.size());
        QVERIFY(rows[0].compacts && !rows[0].deletes && !rows[0].keeps && rows[0].appendTime);
        QVERIFY(rows[1].deletes && !rows[1].compacts && !rows[1].appendTime);
        QCOMPARE(rows[1].keeps, std::optional<Duration>(3'600'000));
        QCOMPARE(rows[1].bytes, std::optional<std::int64_t>(5'000'000));
        QVERIFY(rows[2].error && rows[2].error->kind == ErrorKind::NotFound);
        QVERIFY(!rows[3].error && !rows[3].keeps && rows[3].deletes);
    }

    void aDeletedAndRecreatedTopicIsFoundAgain()
    {
        makeTopics(m_settings, {{"phoenix", 1}});
        write(m_settings, {"phoenix", 0}, 5, noon);
        const auto broker = connected(m_settings);
        const std::vector<TopicPartition> ids{{"phoenix", 0}};
        QCOMPARE(sure(broker->bounds(ids, generous))[0].head, 5);
        static_cast<void>(sure(deleteTopics(m_settings, std::vector<std::string>{"phoenix"}, generous)));
        QVERIFY(eventually([&] { return sure(broker->bounds(ids, generous))[0].error.has_value(); }));
        QVERIFY(eventually([&] {
            const auto made = createTopics(m_settings, std::vector<TopicSpec>{{"phoenix", 1}}, generous);
            return made && made->front().outcome == TopicOutcome::Created;
        }));
        write(m_settings, {"phoenix", 0}, 2, noon);
        QVERIFY(eventually([&] {
            const auto bounds = sure(broker->bounds(ids, generous));
            return !bounds[0].error && bounds[0].head == 2;
        }));
        const std::vector<std::pair<TopicPartition, Offset>> at{{{"phoenix", 0}, 1}};
        QVERIFY(eventually([&] {
            const auto records = broker->read(at, 100, Duration(5000));
            return records && records->front();
        }));
    }

    void aFrozenBrokerKeepsEveryTimeoutAndIsFoundAgain()
    {
        makeTopics(m_settings, {{"frozen", 1}});
        write(m_settings, {"frozen", 0}, 3, noon);
        const auto broker = connected(m_settings);
        const std::vector<TopicPartition> ids{{"frozen", 0}};
        const std::vector<std::pair<TopicPartition, Offset>> at{{{"frozen", 0}, 1}};
        const std::vector<GroupOffsetsQuery> queries{{"followers", ids}};
        const std::vector<TimeQuery> times{{{"frozen", 0}, noon}};
        const std::vector<std::string> names{"followers"};
        QVERIFY(sure(broker->read(at, 100, generous))[0].has_value());
        QVERIFY(m_kafka->pause());
        std::vector<Error> errors;
        const Duration timeout(1000);
        const auto began = std::chrono::steady_clock::now();
        QVERIFY(!broker->bounds(ids, timeout));
        QVERIFY(!broker->offsetsForTimes(times, timeout));
        QVERIFY(!broker->read(at, 100, timeout));
        QVERIFY(!broker->offsets(queries, timeout));
        QVERIFY(!broker->list(timeout, errors));
        QVERIFY(!broker->describe(timeout));
        const auto described = broker->describeGroups(names, timeout);
        QVERIFY(!described || described->front().error);
        const auto test = testBroker(m_settings, timeout);
        QCOMPARE(kindOf(test), "timeout");
        // Eight calls of a second; without timeouts they would wait until the broker runs again.
        QVERIFY(std::chrono::steady_clock::now() - began < std::chrono::seconds(60));
        m_kafka->resume();
        QVERIFY(eventually([&] { return broker->bounds(ids, generous).has_value(); }));
        QVERIFY(eventually([&] { return broker->offsets(queries, generous).has_value(); }));
        QVERIFY(eventually([&] {
            const auto records = broker->read(at, 100, generous);
            return records && records->front();
        }));
    }

    void aGoodConnectionIsReported()
    {
        makeTopics(m_settings, {{"reported", 2}});
        write(m_settings, {"reported", 0}, 1, noon);
        BrokerSettings settings = m_settings;
        settings.properties["from.the.future"] = "1";
        const auto report = sure(testBroker(settings, generous));
        QCOMPARE(report.cluster.id, m_kafka->clusterId());
        QVERIFY(report.timeIndex);
        QVERIFY(report.groups.has_value());
        QCOMPARE(report.warnings.size(), std::size_t{1});
        QVERIFY(report.warnings[0].find("from.the.future") != std::string::npos);
        QVERIFY(report.remarks.empty());
    }

    void whatIsWrongWithAnAddressIsNamed_data()
    {
        QTest::addColumn<QString>("bootstrap");
        QTest::addColumn<QString>("protocol");
        QTest::addColumn<QString>("kind");
        const PortReservation nobody = sure(PortReservation::reserve());
        QTest::newRow("name") << "no-such-host.invalid:9092"
                              << "plaintext"
                              << "name-not-found";
        QTest::newRow("refused") << QString("127.0.0.1:%1").arg(nobody.port()) << "plaintext"
                                 << "refused";
        QTest::newRow("TLS to plain text") << QString::fromStdString(m_kafka->bootstrap()) << "ssl"
                                           << "tls";
    }
    void whatIsWrongWithAnAddressIsNamed()
    {
        QFETCH(QString, bootstrap);
        QFETCH(QString, protocol);
        QFETCH(QString, kind);
        auto settings = brokerAt(bootstrap.toStdString());
        settings.properties["security.protocol"] = protocol.toStdString();
        const auto test = testBroker(settings, generous);
        QVERIFY(!test);
        QVERIFY2(kindOf(test) == kind, qPrintable(text(test.error())));
    }

    void aHungBrokerMakesNoTopicsInTimeAndLaterDoes()
    {
        // A session that outlasts the pauses: a broker that was shut out makes no topics for a while.
        const auto kafka = startKafka({.properties = {{"broker.session.timeout.ms", "120000"}}});
        const auto settings = brokerAt(kafka->bootstrap());
        makeTopics(settings, {{"before", 1}});
        const std::vector<TopicSpec> specs{{"after", 1}};
        const std::vector<std::string> names{"before"};
        QVERIFY(kafka->pause());
        const auto made = createTopics(settings, specs, Duration(2000));
        QVERIFY(!made && made.error().kind == ErrorKind::Timeout);
        QVERIFY2(text(made.error()).contains("cannot be created"), qPrintable(text(made.error())));
        QVERIFY2(text(made.error()).contains("may have been done"), qPrintable(text(made.error())));
        const auto removed = deleteTopics(settings, names, Duration(2000));
        QVERIFY(!removed && removed.error().kind == ErrorKind::Timeout);
        QVERIFY2(text(removed.error()).contains("cannot be deleted"), qPrintable(text(removed.error())));
        kafka->resume();
        makeTopics(settings, specs);
        for (const TopicResult& result : sure(deleteTopics(settings, names, generous)))
            QVERIFY(!result.error);
    }

    /// Requests that nobody waits for any longer, on instances that end meanwhile, are answered when it goes on.
    void aBrokerThatHangsInTheMiddleOfMakingTopicsHarmsNothing()
    {
        const auto kafka = startKafka({.properties = {{"broker.session.timeout.ms", "120000"}}});
        const auto settings = brokerAt(kafka->bootstrap());
        for (const int delay : {2, 5, 10, 20, 40}) {
            const std::jthread freezing([&] {
                std::this_thread::sleep_for(std::chrono::milliseconds(delay));
                (void)kafka->pause();
                std::this_thread::sleep_for(std::chrono::milliseconds(1500));
                kafka->resume();
            });
            const std::vector<TopicSpec> specs{{"topic-" + std::to_string(delay), 1}};
            const auto made = createTopics(settings, specs, Duration(1000));
            QVERIFY(made ? !made->front().error : made.error().kind == ErrorKind::Timeout);
        }
        makeTopics(settings, {{"topic-2", 1}, {"topic-5", 1}, {"topic-10", 1}, {"topic-20", 1}, {"topic-40", 1}});
    }

private:
    std::unique_ptr<KafkaServer> m_kafka;
    BrokerSettings m_settings;
};

QTEST_GUILESS_MAIN(TestKafkaBroker)
#include "tst_kafkabroker.moc"
