// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest> // before <compare>, at which moc of Qt 6.4 stumbles

#include "tests/integration/broker/brokerfixture.h"
#include "tests/support/testservers.h"

#include <librdkafka/rdkafka.h>

using namespace projectionist;

namespace {

/// The seam to producers knows no transactions, so this is the library itself.
class TransactionalProducer
{
public:
    TransactionalProducer(const std::string& bootstrap, const std::string& id)
    {
        rd_kafka_conf_t* conf = rd_kafka_conf_new();
        char why[512] = "";
        rd_kafka_conf_set(conf, "bootstrap.servers", bootstrap.c_str(), why, sizeof why);
        rd_kafka_conf_set(conf, "transactional.id", id.c_str(), why, sizeof why);
        rd_kafka_conf_set(conf, "linger.ms", "0", why, sizeof why);
        m_producer = rd_kafka_new(RD_KAFKA_PRODUCER, conf, why, sizeof why);
        if (!m_producer)
            throw std::runtime_error(why);
        check(rd_kafka_init_transactions(m_producer, 30'000));
    }
    ~TransactionalProducer() { rd_kafka_destroy(m_producer); }
    TransactionalProducer(const TransactionalProducer&) = delete;
    TransactionalProducer& operator=(const TransactionalProducer&) = delete;

    /// Begins a transaction and writes so many events, which are in the log when this returns.
    void write(const TopicPartition& id, int count)
    {
        check(rd_kafka_begin_transaction(m_producer));
        for (int i = 0; i < count; ++i)
            rd_kafka_producev(m_producer, RD_KAFKA_V_TOPIC(id.topic.c_str()), RD_KAFKA_V_PARTITION(id.partition),
                              RD_KAFKA_V_VALUE(const_cast<char*>("v"), 1), RD_KAFKA_V_END);
        if (rd_kafka_flush(m_producer, 30'000) != RD_KAFKA_RESP_ERR_NO_ERROR)
            throw std::runtime_error("the events of the transaction were not acknowledged");
    }
    void commit() { check(rd_kafka_commit_transaction(m_producer, 30'000)); }
    void abort() { check(rd_kafka_abort_transaction(m_producer, 30'000)); }

private:
    static void check(rd_kafka_error_t* error)
    {
        if (!error)
            return;
        const std::string text = rd_kafka_error_string(error);
        rd_kafka_error_destroy(error);
        throw std::runtime_error(text);
    }

    rd_kafka_t* m_producer = nullptr;
};

} // namespace

/// What of open, committed and aborted transactions is seen of heads and ends.
class TestKafkaTransactions : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase()
    {
        m_kafka = startKafka();
        m_settings = brokerAt(m_kafka->bootstrap());
    }

    void anOpenTransactionHoldsTheHeadBackUntilItEnds_data()
    {
        QTest::addColumn<bool>("commits");
        QTest::newRow("committed") << true;
        QTest::newRow("aborted") << false;
    }
    void anOpenTransactionHoldsTheHeadBackUntilItEnds()
    {
        QFETCH(bool, commits);
        const std::string topic = commits ? "committed" : "aborted";
        makeTopics(m_settings, {{topic, 2}});
        const std::vector<TopicPartition> ids{{topic, 0}, {topic, 1}};
        write(m_settings, ids[0], 5, std::chrono::floor<Duration>(std::chrono::system_clock::now()));
        const auto broker = connected(m_settings);
        TransactionalProducer producer(m_kafka->bootstrap(), topic);
        producer.write(ids[0], 3);
        const auto open = sure(broker->bounds(ids, generous));
        QCOMPARE(open[0].head, 5);
        QCOMPARE(open[0].end, std::optional<Offset>(8));
        QCOMPARE(open[1].head, 0);
        QVERIFY(!open[1].end);
        QCOMPARE(sure(broker->bounds(ids, generous))[0].end, std::optional<Offset>(8)); // remembered

        commits ? producer.commit() : producer.abort();
        // The marker of the end is an offset of its own. It is written a moment after the call returns.
        QVERIFY(eventually([&] {
            const auto ended = sure(broker->bounds(ids, generous));
            return ended[0].head == 9 && !ended[0].end;
        }));
        producer.write(ids[0], 1);
        QVERIFY(eventually([&] { return sure(broker->bounds(ids, generous))[0].end == Offset(10); })); // asks anew
        producer.abort();
    }

    void whoReadsUncommittedEventsSeesNoEndBeyondTheHead()
    {
        makeTopics(m_settings, {{"uncommitted", 1}});
        const std::vector<TopicPartition> ids{{"uncommitted", 0}};
        TransactionalProducer producer(m_kafka->bootstrap(), "uncommitted");
        producer.write(ids[0], 3);
        BrokerSettings settings = m_settings;
        settings.properties["isolation.level"] = "read_uncommitted";
        const auto bounds = sure(connected(settings)->bounds(ids, generous));
        QCOMPARE(bounds[0].head, 3);
        QVERIFY(!bounds[0].end);
        producer.abort();
    }

    void anEventOfAnOpenTransactionCannotBeRead()
    {
        makeTopics(m_settings, {{"unread", 1}});
        TransactionalProducer producer(m_kafka->bootstrap(), "unread");
        producer.write({"unread", 0}, 1);
        const std::vector<std::pair<TopicPartition, Offset>> at{{{"unread", 0}, 0}};
        const auto broker = connected(m_settings);
        QVERIFY(!sure(broker->read(at, 100, generous))[0]);
        producer.commit();
        QVERIFY(eventually([&] { return sure(broker->read(at, 100, generous))[0].has_value(); }));
    }

private:
    std::unique_ptr<KafkaServer> m_kafka;
    BrokerSettings m_settings;
};

QTEST_GUILESS_MAIN(TestKafkaTransactions)
#include "tst_kafkatransactions.moc"
