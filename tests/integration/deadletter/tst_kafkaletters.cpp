// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest> // before <compare>, at which moc of Qt 6.4 stumbles

#include "tests/integration/broker/brokerfixture.h"
#include "tests/integration/deadletter/letterlog.h"

using namespace projectionist;

namespace {

/// Every letter that matters is among them, and nothing came twice or out of order.
#define VERIFY_LOG(log, count)                                                                                         \
    QCOMPARE(QString::fromStdString((log).faults()), QString());                                                       \
    QCOMPARE((log).letters().size(), std::size_t{count})

} // namespace

/// Dead-letter topics on a real broker, and all that may happen to them while they are read.
class TestKafkaLetters : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase()
    {
        KafkaOptions options;
        options.properties = {{"log.cleaner.backoff.ms", "100"}, {"log.cleaner.min.compaction.lag.ms", "0"}};
        m_kafka = startKafka(options);
        m_settings = brokerAt(m_kafka->bootstrap());
        m_owner = std::make_unique<TopicOwner>(m_kafka->bootstrap());
    }
    void cleanupTestCase() { m_owner.reset(); }

    void everyLetterIsReadOnceAndNothingIsCommitted()
    {
        m_owner->make("all", 3);
        for (int partition = 0; partition < 2; ++partition) // the third stays empty
            m_owner->write({"all", partition}, "k", 5000);
        const auto source = sourceOf({"all"});
        LetterLog log;
        QVERIFY(readUntil(*source, log, [&] { return readAll(*source); }));
        VERIFY_LOG(log, 10'000U);
        QCOMPARE(source->progress().front().total, std::uint64_t{10'000});
        m_owner->write({"all", 2}, "late", 1);
        QVERIFY(readUntil(*source, log, [&] { return log.letters().size() == 10'001; }));
        std::vector<Error> errors;
        QVERIFY(sure(connected(m_settings)->list(generous, errors)).empty());
    }

    void offsetsWithoutLettersArePassedAsWell()
    {
        m_owner->make("marks", 2);
        TopicOwner writer(m_kafka->bootstrap(), "marks");
        const TopicPartition id{"marks", 0};
        writer.begin();
        writer.write(id, "kept", 3);
        writer.commit();
        writer.begin();
        writer.write(id, "aborted", 3);
        writer.abort();
        const auto source = sourceOf({"marks"});
        LetterLog log;
        QVERIFY(readUntil(*source, log, [&] { return readAll(*source) && source->progress().front().total == 8; }));
        QCOMPARE(log.keys("marks"), std::string("kept0 kept1 kept2"));
        writer.begin();
        writer.write(id, "open", 2);
        QVERIFY(readUntil(*source, log, [&] { return readAll(*source); }));
        VERIFY_LOG(log, 3U);
        writer.commit();
        QVERIFY(readUntil(*source, log, [&] { return log.letters().size() == 5; }));
        QVERIFY(readUntil(*source, log, [&] { return readAll(*source) && source->progress().front().total == 11; }));
        VERIFY_LOG(log, 5U);
    }

    void theIsolationLevelIsThatOfTheSettings()
    {
        m_owner->make("uncommitted", 1);
        TopicOwner writer(m_kafka->bootstrap(), "uncommitted");
        writer.begin();
        writer.write({"uncommitted", 0}, "open", 2);
        BrokerSettings settings = m_settings;
        settings.properties["isolation.level"] = "read_uncommitted";
        const auto source = sure(connectKafkaLetters(settings, {"uncommitted"}, quick()));
        LetterLog log;
        QVERIFY(readUntil(*source, log, [&] { return log.letters().size() == 2; }));
        writer.abort();
    }

    void aCompactedTopicIsReadToItsEnd()
    {
        m_owner->make("compacted", 1,
                      {{"cleanup.policy", "compact"},
                       {"segment.ms", "100"},
                       {"min.cleanable.dirty.ratio", "0.01"},
                       {"segment.bytes", "20000"}});
        const TopicPartition id{"compacted", 0};
        for (int round = 0; round < 20; ++round)
            m_owner->write(id, "k", 100, std::string(100, 'x'));
        const auto broker = connected(m_settings);
        // Compacted when the first offset is no longer there.
        QVERIFY(eventually([&] {
            m_owner->write(id, "last", 1);
            const std::vector<std::pair<TopicPartition, Offset>> at{{id, 0}};
            const auto first = sure(broker->read(at, 10, generous));
            return first[0] && first[0]->offset > 0;
        }));
        const auto source = sourceOf({"compacted"});
        LetterLog log;
        QVERIFY(readUntil(*source, log, [&] { return readAll(*source); }));
        QCOMPARE(QString::fromStdString(log.faults()), QString());
        QVERIFY(log.letters().size() < source->progress().front().total);
        QVERIFY(log.letters().size() >= 101);
    }

    void whatRetentionDeletesIsRemovedAndTheRestIsRead()
    {
        m_owner->make("expiring", 1);
        const TopicPartition id{"expiring", 0};
        m_owner->write(id, "k", 20);
        const auto source = sourceOf({"expiring"});
        LetterLog log;
        QVERIFY(readUntil(*source, log, [&] { return log.letters().size() == 20; }));
        m_owner->deleteBelow(id, 15);
        QVERIFY(readUntil(*source, log, [&] { return log.letters().size() == 5; }));
        m_owner->write(id, "new", 5);
        QVERIFY(readUntil(*source, log, [&] { return log.letters().size() == 10; }));
        VERIFY_LOG(log, 10U);
        QCOMPARE(log.letters().begin()->first.offset, Offset{15});
        QCOMPARE(log.topicsRemoved(), 0);
    }

    void retentionThatPassesTheReaderIsTold()
    {
        m_owner->make("overtaken", 1);
        const TopicPartition id{"overtaken", 0};
        const std::string large(20'000, 'x');
        m_owner->write(id, "k", 10'000, large); // more than is fetched ahead
        const auto source = sourceOf({"overtaken"});
        LetterLog log;
        QVERIFY(readUntil(*source, log, [&] { return !log.letters().empty(); }));
        QVERIFY(log.letters().size() < 9000);
        m_owner->deleteBelow(id, 9990);
        m_owner->write(id, "new", 1);
        QVERIFY(readUntil(*source, log, [&] { return log.letters().size() == 11; }));
        QVERIFY(readUntil(*source, log, [&] { return readAll(*source); }));
        VERIFY_LOG(log, 11U);
        QCOMPARE(log.topicsRemoved(), 0);
    }

    void aTopicThatWasMadeAgainIsReadAnew_data()
    {
        QTest::addColumn<int>("before");
        QTest::addColumn<int>("after");
        QTest::newRow("shorter") << 10 << 3;
        QTest::newRow("as long") << 10 << 10;
        QTest::newRow("longer, so that offsets seem to go on") << 10 << 30;
    }
    void aTopicThatWasMadeAgainIsReadAnew()
    {
        QFETCH(int, before);
        QFETCH(int, after);
        const std::string topic = "again-" + std::to_string(after);
        m_owner->make(topic, 1);
        m_owner->write({topic, 0}, "old", before);
        const auto source = sourceOf({topic});
        LetterLog log;
        QVERIFY(readUntil(*source, log, [&] { return readAll(*source); }));
        VERIFY_LOG(log, static_cast<std::size_t>(before));
        m_owner->remove(topic);
        // The cluster deletes a moment after it said so.
        QVERIFY(eventually([&] {
            try {
                m_owner->make(topic, 1);
                return true;
            } catch (const std::runtime_error&) {
                return false;
            }
        }));
        m_owner->write({topic, 0}, "new", after);
        QVERIFY(readUntil(*source, log, [&] {
            return log.letters().size() == static_cast<std::size_t>(after) &&
                   log.keys(topic).find("old") == std::string::npos;
        }));
        QCOMPARE(log.topicsRemoved(), 1);
        QVERIFY(readUntil(*source, log, [&] { return readAll(*source); }));
        VERIFY_LOG(log, static_cast<std::size_t>(after));
    }

    void aTopicThatIsGoneIsToldAndReadWhenItComesBack()
    {
        m_owner->make("gone", 2);
        m_owner->write({"gone", 1}, "k", 5);
        const auto source = sourceOf({"gone", "never"});
        LetterLog log;
        QVERIFY(readUntil(*source, log, [&] { return log.letters().size() == 5; }));
        QVERIFY(source->progress()[1].error);
        QCOMPARE(toString(source->progress()[1].error->kind), toString(ErrorKind::NotFound));
        m_owner->remove("gone");
        QVERIFY(readUntil(*source, log, [&] { return log.letters().empty() && source->progress()[0].error; }));
        m_owner->make("gone", 1);
        m_owner->write({"gone", 0}, "new", 2);
        QVERIFY(readUntil(*source, log, [&] { return log.letters().size() == 2 && !source->progress()[0].error; }));
        VERIFY_LOG(log, 2U);
    }

    void partitionsThatAreAddedAreRead()
    {
        m_owner->make("growing", 1);
        m_owner->write({"growing", 0}, "k", 5);
        const auto source = sourceOf({"growing"});
        LetterLog log;
        QVERIFY(readUntil(*source, log, [&] { return readAll(*source); }));
        m_owner->addPartitions("growing", 3);
        TopicOwner(m_kafka->bootstrap()).write({"growing", 2}, "added", 4); // m_owner would learn of it in minutes
        QVERIFY(readUntil(*source, log, [&] { return log.letters().size() == 9; }));
        VERIFY_LOG(log, 9U);
        QCOMPARE(log.topicsRemoved(), 0);
    }

    void topicsCanBeChangedWhileTheyAreRead()
    {
        m_owner->make("first", 1);
        m_owner->make("second", 1);
        m_owner->write({"first", 0}, "a", 3);
        m_owner->write({"second", 0}, "b", 2);
        const auto source = sourceOf({"first"});
        LetterLog log;
        QVERIFY(readUntil(*source, log, [&] { return log.letters().size() == 3; }));
        source->setTopics({"second", "first", "second"});
        QCOMPARE(source->progress().size(), std::size_t{2});
        QVERIFY(readUntil(*source, log, [&] { return log.letters().size() == 5; }));
        source->setTopics({"second"});
        QVERIFY(readUntil(*source, log, [&] { return log.letters().size() == 2; }));
        QCOMPARE(log.keys("second"), std::string("b0 b1"));
        source->setTopics({});
        source->setTopics({"first"});
        QVERIFY(readUntil(*source, log, [&] { return log.keys("first") == "a0 a1 a2" && readAll(*source); }));
        VERIFY_LOG(log, 3U);
    }

    void oneLetterIsFetchedWithoutReadingTheRest()
    {
        m_owner->make("deep", 2);
        m_owner->write({"deep", 1}, "k", 50, std::string(5000, 'v'));
        const auto source = sourceOf({});
        const auto place = sure(source->locate("deep[1]@17", generous));
        QCOMPARE(source->reference(place), std::string("deep[1]@17"));
        const StoredLetter letter = sure(source->fetch(place, 100, generous));
        QCOMPARE(letter.record.key, std::optional<std::string>("k17"));
        QCOMPARE(letter.record.value->size(), std::size_t{100});
        QCOMPARE(letter.valueSize, std::size_t{5000});
        QCOMPARE(sure(source->fetch({{"deep", 1}, 49}, 10'000, generous)).record.value->size(), std::size_t{5000});
        m_owner->deleteBelow({"deep", 1}, 20);
        QCOMPARE(kindOf(source->fetch(place, 100, generous)), "not-found");
        QCOMPARE(kindOf(source->fetch({{"deep", 1}, 50}, 100, generous)), "not-found");
        QCOMPARE(kindOf(source->fetch({{"deep", 7}, 0}, 100, generous)), "not-found");
        QCOMPARE(kindOf(source->fetch({{"nowhere", 0}, 0}, 100, generous)), "not-found");
        for (const char* reference :
             {"deep", "deep[1]", "deep[1]@", "deep[x]@1", "deep[1]@-1", "[1]@1", "ops.letters#3"})
            QCOMPARE(kindOf(source->locate(reference, generous)), "not-found");
    }

    void waitingEndsWhenItIsToldTo()
    {
        const auto source = sourceOf({});
        LetterLog log;
        std::stop_source stop;
        std::jthread stopper([&stop] {
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
            stop.request_stop();
        });
        while (!stop.stop_requested())
            static_cast<void>(source->read(log, Duration(600'000), stop.get_token()));
    }

    void aBrokerThatStopsIsToldAndReadingGoesOnWhereItWas()
    {
        m_owner->make("stopped", 2);
        m_owner->write({"stopped", 0}, "k", 1000);
        const auto source = sourceOf({"stopped"});
        LetterLog log;
        QVERIFY(readUntil(*source, log, [&] { return readAll(*source); }));
        m_kafka->kill();
        QVERIFY(readUntil(*source, log, [&] { return source->progress().front().error.has_value(); }));
        QVERIFY(!source->read(log, Duration(10), {}));
        VERIFY_LOG(log, 1000U);
        sure(m_kafka->restart());
        TopicOwner owner(m_kafka->bootstrap()); // at once, where one that was connected waits longer and longer
        owner.write({"stopped", 1}, "new", 500);
        owner.write({"stopped", 0}, "new", 500);
        QVERIFY(readUntil(*source, log, [&] { return log.letters().size() == 2000 && readAll(*source); }));
        VERIFY_LOG(log, 2000U);
        QCOMPARE(log.topicsRemoved(), 0);
    }

private:
    static RecordScanOptions quick()
    {
        RecordScanOptions options;
        options.lookInterval = Duration(100);
        return options;
    }
    [[nodiscard]] std::unique_ptr<KafkaLetterSource> sourceOf(std::vector<std::string> topics) const
    {
        return sure(connectKafkaLetters(m_settings, std::move(topics), quick()));
    }

    std::unique_ptr<KafkaServer> m_kafka;
    BrokerSettings m_settings;
    std::unique_ptr<TopicOwner> m_owner;
};

QTEST_GUILESS_MAIN(TestKafkaLetters)
#include "tst_kafkaletters.moc"
