// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest> // before <compare>, at which moc of Qt 6.4 stumbles

#include "backend/broker/brokertest.h"
#include "tests/integration/broker/brokerfixture.h"
#include "tests/support/testservers.h"

using namespace projectionist;

/// Wrong credentials, wrong listeners, missing permissions: each has its own name.
class TestKafkaSecurity : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase()
    {
        m_kafka = startKafka({.users = {{"watcher", "right"}, {"stranger", "right"}}, .tls = true});
        m_admin = brokerAt(m_kafka->adminBootstrap());
        makeTopics(m_admin, {{"orders", 2}});
        write(m_admin, {"orders", 0}, 3, std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now()));
        commitAs(m_admin, "workers", "orders", {{{"orders", 0}, 2}});
        allowDescribe(*m_kafka, "watcher");
    }

    void whatIsWrongIsNamed_data()
    {
        QTest::addColumn<bool>("tls");
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("value");
        QTest::addColumn<QString>("kind");
        QTest::addColumn<QString>("hint");
        QTest::newRow("password") << false << "sasl.password"
                                  << "wrong"
                                  << "authentication"
                                  << "sasl.password";
        QTest::newRow("mechanism") << false << "sasl.mechanism"
                                   << "PLAIN"
                                   << "authentication"
                                   << "mechanism";
        QTest::newRow("no login") << false << "security.protocol"
                                  << "plaintext"
                                  << "tls"
                                  << "security.protocol";
        QTest::newRow("plain to TLS") << true << "security.protocol"
                                      << "plaintext"
                                      << "tls"
                                      << "security.protocol";
        QTest::newRow("unknown authority") << true << "ssl.ca.location"
                                           << ""
                                           << "tls"
                                           << "ssl.ca.location";
    }
    void whatIsWrongIsNamed()
    {
        QFETCH(bool, tls);
        QFETCH(QString, name);
        QFETCH(QString, value);
        QFETCH(QString, kind);
        QFETCH(QString, hint);
        auto settings = loginOf("watcher", tls);
        settings.properties.erase(name.toStdString());
        if (!value.isEmpty())
            settings.properties[name.toStdString()] = value.toStdString();
        const auto test = testBroker(settings, generous);
        QVERIFY(!test);
        QVERIFY2(kindOf(test) == kind, qPrintable(text(test.error())));
        QVERIFY2(text(test.error()).contains(hint), qPrintable(text(test.error())));
        QVERIFY2(!text(test.error()).contains("wrong\""), qPrintable(text(test.error())));
        if (name != "security.protocol") {
            const auto bounds =
                sure(connectKafka(settings))->bounds(std::vector<TopicPartition>{{"orders", 0}}, Duration(2000));
            QVERIFY(!bounds); // also a cycle says why, not "timed out"
            QVERIFY2(kindOf(bounds) == kind, qPrintable(text(bounds.error())));
        }
    }

    void describeIsEnoughToWatch_data()
    {
        QTest::addColumn<bool>("tls");
        QTest::newRow("SASL") << false;
        QTest::newRow("SASL over TLS") << true;
    }
    void describeIsEnoughToWatch()
    {
        QFETCH(bool, tls);
        const auto settings = loginOf("watcher", tls);
        const auto report = sure(testBroker(settings, generous));
        QCOMPARE(report.partitions, std::size_t{2});
        const auto broker = connected(settings);
        const std::vector<TopicPartition> ids{{"orders", 0}, {"orders", 1}};
        QCOMPARE(sure(broker->bounds(ids, generous))[0].head, 3);
        const std::vector<GroupOffsetsQuery> queries{{"workers", ids}};
        QCOMPARE(sure(broker->offsets(queries, generous))[0].offsets[0].position, std::optional<Offset>(2));
        const auto described = sure(broker->describeGroups(std::vector<std::string>{"workers"}, generous));
        QVERIFY(!described[0].error);
        const std::vector<std::pair<TopicPartition, Offset>> at{{{"orders", 0}, 0}};
        QCOMPARE(kindOf(broker->read(at, 100, generous)), "permission");
    }

    void aUserWhoMaySeeNothingIsToldSo()
    {
        const auto settings = loginOf("stranger", false);
        QCOMPARE(kindOf(testBroker(settings, generous)), "permission");
        const auto broker = connected(settings);
        const std::vector<TopicPartition> ids{{"orders", 0}};
        const auto bounds = sure(broker->bounds(ids, generous));
        QVERIFY(bounds[0].error && bounds[0].error->kind == ErrorKind::Permission);
        const std::vector<GroupOffsetsQuery> queries{{"workers", ids}};
        const auto offsets = sure(broker->offsets(queries, generous));
        QVERIFY(offsets[0].error && offsets[0].error->kind == ErrorKind::Permission);
    }

private:
    [[nodiscard]] BrokerSettings loginOf(const std::string& user, bool tls) const
    {
        auto settings = brokerAt(tls ? m_kafka->tlsBootstrap() : m_kafka->bootstrap());
        settings.properties.insert({{"security.protocol", tls ? "sasl_ssl" : "sasl_plaintext"},
                                    {"sasl.mechanism", "SCRAM-SHA-256"},
                                    {"sasl.username", user},
                                    {"sasl.password", "right"}});
        if (tls)
            settings.properties["ssl.ca.location"] = m_kafka->certificateAuthority();
        return settings;
    }

    std::unique_ptr<KafkaServer> m_kafka;
    BrokerSettings m_admin;
};

QTEST_GUILESS_MAIN(TestKafkaSecurity)
#include "tst_kafkasecurity.moc"
