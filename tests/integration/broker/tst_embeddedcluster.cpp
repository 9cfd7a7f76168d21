// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest> // before <compare>, at which moc of Qt 6.4 stumbles

#include "backend/broker/brokertest.h"
#include "backend/broker/kafka/kafkaembeddedcluster.h"
#include "backend/broker/kafka/kafkagroupconsumer.h"
#include "backend/broker/kafka/kafkaproducer.h"
#include "backend/broker/retention.h"
#include "tests/integration/broker/brokerfixture.h"
#include "tests/support/testservers.h"

using namespace projectionist;

namespace {

const TimePoint noon{Duration(1'790'000'000'000)};

std::unique_ptr<EmbeddedCluster> cluster(int brokers, std::vector<TopicSpec> topics)
{
    return sure(startEmbeddedKafka(brokers, topics));
}

OutgoingRecord record(const std::string& topic, std::int32_t partition, const std::string& value)
{
    return {topic, partition, {}, value, {}, {}};
}

} // namespace

class TestEmbeddedCluster : public QObject
{
    Q_OBJECT
private slots:
    void boundsAndRecordsAreWhatWasWritten()
    {
        const auto embedded = cluster(3, {{"orders", 4}, {"empty", 1}});
        const auto settings = brokerAt(embedded->bootstrap());
        write(settings, {"orders", 0}, 3, noon);
        write(settings, {"orders", 2}, 5, noon);
        const auto broker = connected(settings);

        const std::vector<TopicPartition> ids{{"orders", 2}, {"orders", 0}, {"empty", 0}};
        const auto bounds = sure(broker->bounds(ids, generous));
        QCOMPARE(bounds[0].head, 5);
        QCOMPARE(bounds[1].head, 3);
        QCOMPARE(bounds[2].head, 0);
        QVERIFY(bounds[0].id == ids[0]);

        const std::vector<std::pair<TopicPartition, Offset>> at{
            {{"orders", 2}, 4}, {{"orders", 2}, 1}, {{"empty", 0}, 0}, {{"orders", 0}, 3}, {{"orders", 0}, 0}};
        const auto records = sure(broker->read(at, 1, generous));
        QCOMPARE(records[0]->offset, 4);
        QCOMPARE(records[1]->offset, 1);
        QVERIFY(records[1]->key == "k1");
        QVERIFY(records[1]->value == "v"); // cut
        QVERIFY(records[1]->timestamp == noon + Duration(1000));
        QVERIFY(records[1]->headers == (std::vector<Header>{{"type", "Tested"}}));
        QVERIFY(!records[2]); // empty
        QVERIFY(!records[3]); // at the head
        QCOMPARE(records[4]->offset, 0);
    }

    void timesGroupListsAndRetentionAreRefusedAndSaidSo()
    {
        const auto embedded = cluster(1, {{"orders", 2}});
        const auto settings = brokerAt(embedded->bootstrap());
        const auto broker = connected(settings);
        const std::vector<TimeQuery> queries{{{"orders", 0}, noon}};
        QVERIFY(broker->offsetsForTimes(queries, generous).has_value()); // empty: nothing is that young, and right so
        write(settings, {"orders", 0}, 1, noon);
        const auto times = broker->offsetsForTimes(queries, generous);
        QVERIFY(!times);
        QCOMPARE(kindOf(times), "not-found");

        std::vector<Error> errors;
        const auto groups = broker->list(generous, errors);
        QCOMPARE(kindOf(groups), "not-found");
        const std::vector<std::string> names{"workers"};
        QCOMPARE(kindOf(broker->describeGroups(names, generous)), "not-found");
        const std::vector<std::string> topics{"orders"};
        QCOMPARE(kindOf(topicRetention(settings, topics, generous)), "not-found");

        const auto report = sure(testBroker(settings, generous));
        QVERIFY(!report.timeIndex);
        QVERIFY(!report.groups);
        QCOMPARE(report.partitions, std::size_t{2});
    }

    void positionsOfGroupsAreWhatTheyCommitted()
    {
        const auto embedded = cluster(3, {{"orders", 3}});
        const auto settings = brokerAt(embedded->bootstrap());
        write(settings, {"orders", 1}, 9, noon);
        commitAs(settings, "workers", "orders", {{{"orders", 1}, 7}, {{"orders", 2}, 0}});
        const auto broker = connected(settings);
        const std::vector<TopicPartition> ids{{"orders", 0}, {"orders", 1}, {"orders", 2}};
        const std::vector<GroupOffsetsQuery> queries{{"never", ids}, {"workers", ids}};
        const auto answers = sure(broker->offsets(queries, generous));
        QCOMPARE(answers[0].group, "never");
        QCOMPARE(answers[0].offsets.size(), std::size_t{3});
        QVERIFY(!answers[0].offsets[1].position && !answers[0].offsets[1].error);
        QVERIFY(!answers[1].offsets[0].position);
        QCOMPARE(answers[1].offsets[1].position, std::optional<Offset>(7));
        QCOMPARE(answers[1].offsets[2].position, std::optional<Offset>(0));
    }

    void membersShareThePartitionsAndSeekToTheirOwnCheckpoint()
    {
        const auto embedded = cluster(1, {{"orders", 2}});
        const auto settings = brokerAt(embedded->bootstrap());
        write(settings, {"orders", 0}, 10, noon);
        write(settings, {"orders", 1}, 10, noon);
        GroupConsumerOptions options;
        options.group = "workers";
        options.topics = {"orders"};
        options.sessionTimeout = Duration(6000);
        std::vector<TopicPartition> revoked;
        options.onAssigned = [](const std::vector<TopicPartition>& assigned) {
            std::vector<StartPosition> starts;
            for (const TopicPartition& id : assigned)
                starts.push_back({id, 6});
            return starts;
        };
        options.onRevoked = [&](const std::vector<TopicPartition>& ids, bool) {
            revoked.insert(revoked.end(), ids.begin(), ids.end());
        };
        const auto first = sure(connectKafkaGroupConsumer(settings, options));
        std::vector<Record> records;
        QVERIFY(eventually([&] {
            for (Record& record : sure(first->poll(100, Duration(100))))
                records.push_back(std::move(record));
            return records.size() >= 8;
        }));
        QCOMPARE(records.size(), std::size_t{8});
        QVERIFY(std::ranges::all_of(records, [](const Record& r) { return r.offset >= 6; }));

        sure(first->seek({"orders", 1}, 9, generous));
        records.clear();
        QVERIFY(eventually([&] {
            records = sure(first->poll(100, Duration(100)));
            return !records.empty();
        }));
        QCOMPARE(records[0].offset, 9);

        auto second = sure(connectKafkaGroupConsumer(settings, options));
        QVERIFY(eventually([&] {
            static_cast<void>(first->poll(1, Duration(50)));
            static_cast<void>(second->poll(1, Duration(50)));
            return first->assignment().size() == 1 && second->assignment().size() == 1;
        }));
        // Both went away at once when the second joined; slow joins may cost more rounds.
        QVERIFY(revoked.size() >= 2);
        QCOMPARE(std::vector(revoked.begin(), revoked.begin() + 2),
                 (std::vector<TopicPartition>{{"orders", 0}, {"orders", 1}}));
        sure(second->close(generous));
        QVERIFY(eventually([&] {
            static_cast<void>(first->poll(1, Duration(50)));
            return first->assignment().size() == 2;
        }));
    }

    void aReaderWithoutGroupTakesWhatItIsToldAndCommitsNothing()
    {
        const auto embedded = cluster(1, {{"orders", 2}});
        const auto settings = brokerAt(embedded->bootstrap());
        write(settings, {"orders", 0}, 4, noon);
        write(settings, {"orders", 1}, 4, noon);
        const auto reader = sure(connectKafkaGroupConsumer(settings, {}));
        sure(reader->assign(std::vector<StartPosition>{{{"orders", 0}, 3}, {{"orders", 1}, {}}}));
        sure(reader->pause(std::vector<TopicPartition>{{"orders", 0}}));
        std::vector<Record> records;
        const auto readUntil = [&](std::size_t count) {
            return eventually([&] {
                for (Record& one : sure(reader->poll(100, Duration(50))))
                    records.push_back(std::move(one));
                return records.size() >= count;
            });
        };
        QVERIFY(readUntil(4));
        QVERIFY(std::ranges::all_of(records, [](const Record& r) { return r.id.partition == 1; }));
        sure(reader->resume(std::vector<TopicPartition>{{"orders", 0}}));
        QVERIFY(readUntil(5));
        QCOMPARE(records.back().offset, 3);
        const std::vector<std::pair<TopicPartition, Offset>> positions{{{"orders", 0}, 4}};
        QCOMPARE(kindOf(reader->commit(positions, generous)), "configuration");
    }

    void aBrokerThatIsDownIsNamedAndFoundAgain()
    {
        const auto embedded = cluster(1, {{"orders", 1}});
        const auto settings = brokerAt(embedded->bootstrap());
        write(settings, {"orders", 0}, 2, noon);
        const auto broker = connected(settings);
        const std::vector<TopicPartition> ids{{"orders", 0}};
        QCOMPARE(sure(broker->bounds(ids, generous))[0].head, 2);
        sure(embedded->setDown(true));
        const auto bounds = broker->bounds(ids, Duration(1500));
        QVERIFY(!bounds);
        QVERIFY2(bounds.error().retriable, qPrintable(text(bounds.error())));
        const auto test = testBroker(settings, Duration(5000));
        QVERIFY(!test);
        sure(embedded->setDown(false));
        QVERIFY(eventually([&] { return broker->bounds(ids, Duration(2000)).has_value(); }));
    }

    void everyAcceptedRecordHasOneOutcomeAlsoWhenTheBrokerIsDown()
    {
        const auto embedded = cluster(1, {{"orders", 1}});
        const auto settings = brokerAt(embedded->bootstrap());
        ProducerOptions options;
        options.linger = Duration(5);
        options.deliveryTimeout = Duration(1500);
        options.maxQueued = 10;
        const auto producer = sure(connectKafkaProducer(settings, options));
        sure(producer->produce(record("orders", 0, "before"), 1));
        sure(producer->flush(generous));
        const auto before = producer->collect(Duration(0));
        QCOMPARE(before.size(), std::size_t{1});
        QCOMPARE(before[0].token, std::uint64_t{1});
        QCOMPARE(before[0].offset, std::optional<Offset>(0));
        QVERIFY(before[0].id == (TopicPartition{"orders", 0}));

        sure(embedded->setDown(true));
        std::set<std::uint64_t> accepted;
        Result<void> last;
        for (std::uint64_t token = 10; token < 30 && last; ++token) {
            last = producer->produce(record("orders", 0, "while down"), token);
            if (last)
                accepted.insert(token);
        }
        QCOMPARE(kindOf(last), "resource"); // the queue is bounded
        QVERIFY(last.error().retriable);
        QCOMPARE(producer->inFlight(), accepted.size());
        QVERIFY(!producer->flush(Duration(100)));
        QVERIFY(eventually([&] {
            for (const Delivery& delivery : producer->collect(Duration(100))) {
                if (!delivery.error || !delivery.error->retriable || accepted.erase(delivery.token) != 1)
                    return false;
            }
            return accepted.empty();
        }));
        QVERIFY(producer->trouble().has_value());
        QCOMPARE(producer->inFlight(), std::size_t{0});

        sure(embedded->setDown(false));
        std::size_t written = 0;
        QVERIFY(eventually([&] {
            static_cast<void>(producer->produce(record("orders", 0, "after"), 100));
            for (const Delivery& delivery : producer->collect(Duration(200)))
                written += delivery.offset ? 1U : 0U;
            return written > 0;
        }));
    }

    void aSlowBrokerCostsOnlyItsOwnPartitions()
    {
        const auto embedded = cluster(2, {{"orders", 2}});
        const auto settings = brokerAt(embedded->bootstrap());
        sure(embedded->moveLeader({"orders", 0}, 1));
        sure(embedded->moveLeader({"orders", 1}, 2));
        write(settings, {"orders", 0}, 1, noon);
        const auto broker = connected(settings);
        const std::vector<TopicPartition> ids{{"orders", 0}, {"orders", 1}};
        QCOMPARE(sure(broker->bounds(ids, generous))[0].head, 1);
        sure(embedded->setRoundTrip(2, Duration(60'000)));
        for (int round = 0; round < 2; ++round) { // the second knows the slow one from the start
            const auto bounds = sure(broker->bounds(ids, Duration(3000)));
            QVERIFY2(!bounds[0].error, bounds[0].error ? qPrintable(text(*bounds[0].error)) : "");
            QCOMPARE(bounds[0].head, 1);
            QVERIFY(bounds[1].error.has_value());
        }
        sure(embedded->setRoundTrip(2, Duration(0)));
        QVERIFY(eventually([&] { return !sure(broker->bounds(ids, generous))[1].error; }));
    }

    void aMovedLeaderAndAMovedCoordinatorAreFound()
    {
        const auto embedded = cluster(3, {{"orders", 1}});
        const auto settings = brokerAt(embedded->bootstrap());
        sure(embedded->moveLeader({"orders", 0}, 1));
        sure(embedded->moveCoordinator("workers", 1));
        write(settings, {"orders", 0}, 1, noon);
        const auto broker = connected(settings);
        const std::vector<TopicPartition> ids{{"orders", 0}};
        const std::vector<GroupOffsetsQuery> queries{{"workers", ids}};
        QCOMPARE(sure(broker->bounds(ids, generous))[0].head, 1);
        static_cast<void>(sure(broker->offsets(queries, generous)));
        for (const int to : {2, 3, 1}) {
            sure(embedded->moveLeader({"orders", 0}, to));
            sure(embedded->moveCoordinator("workers", to));
            QVERIFY(eventually([&] {
                const auto bounds = broker->bounds(ids, Duration(3000));
                return bounds && !(*bounds)[0].error && (*bounds)[0].head == 1;
            }));
            QVERIFY(eventually([&] {
                const auto offsets = broker->offsets(queries, Duration(3000));
                return offsets && !(*offsets)[0].error;
            }));
        }
    }

    void moreThan250PartitionsAndUnknownOnesAreAnsweredInTheOrderAsked()
    {
        const auto embedded = cluster(3, {{"wide", 700}, {"orders", 1}});
        const auto settings = brokerAt(embedded->bootstrap());
        write(settings, {"wide", 650}, 4, noon);
        const auto broker = connected(settings);
        std::vector<TopicPartition> ids{{"no-such-topic", 0}, {"orders", 7}};
        for (std::int32_t i = 699; i >= 0; --i)
            ids.push_back({"wide", i});
        const auto bounds = sure(broker->bounds(ids, generous));
        QCOMPARE(bounds.size(), ids.size());
        QVERIFY(bounds[1].error.has_value());
        for (std::size_t i = 2; i < ids.size(); ++i) {
            QVERIFY(bounds[i].id == ids[i]);
            QVERIFY2(!bounds[i].error, bounds[i].error ? qPrintable(text(*bounds[i].error)) : "");
            QCOMPARE(bounds[i].head, ids[i].partition == 650 ? 4 : 0);
        }
    }
};

QTEST_GUILESS_MAIN(TestEmbeddedCluster)
#include "tst_embeddedcluster.moc"
