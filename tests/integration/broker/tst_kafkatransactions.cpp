// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest> // before <compare>, at which moc of Qt 6.4 stumbles

#include "tests/integration/broker/brokerfixture.h"
#include "tests/integration/broker/transactionalproducer.h"
#include "tests/support/testservers.h"

using namespace projectionist;

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
        producer.write({ids[0]}, 3);
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
        producer.write({ids[0]}, 1);
        QVERIFY(eventually([&] { return sure(broker->bounds(ids, generous))[0].end == Offset(10); })); // asks anew
        producer.abort();
    }

    void whoReadsUncommittedEventsSeesNoEndBeyondTheHead()
    {
        makeTopics(m_settings, {{"uncommitted", 1}});
        const std::vector<TopicPartition> ids{{"uncommitted", 0}};
        TransactionalProducer producer(m_kafka->bootstrap(), "uncommitted");
        producer.write({ids[0]}, 3);
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
        producer.write({{"unread", 0}}, 1);
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
