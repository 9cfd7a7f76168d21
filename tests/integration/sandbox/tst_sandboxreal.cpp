// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef Q_MOC_RUN // moc cannot read <concepts>, which the library includes
#include "backend/broker/kafka/kafkabroker.h"
#include "backend/broker/topicadmin.h"
#include "backend/store/postgres/postgresstore.h"
#include "tests/integration/sandbox/runningsandbox.h"
#include "tests/support/testservers.h"
#endif

#include <QTest>

using namespace projectionist;

namespace {

bool flows(const RunningSandbox& sandbox)
{
    return eventually(
        [&] {
            return sandbox.number("SELECT count(*) FROM @.order_summary").value_or(0) > 20 &&
                   sandbox.number("SELECT count(*) FROM @.parcel_tracking").value_or(0) > 5 &&
                   sandbox.number("SELECT count(*) FROM @.ops_console").value_or(0) > 3;
        },
        Duration(120'000));
}

std::vector<std::string> topicsOf(const BrokerSettings& settings)
{
    std::vector<std::string> names;
    const auto broker = connectKafka(settings);
    if (const auto cluster = (*broker)->describe(Duration(20'000))) {
        for (const auto& topic : cluster->topics) {
            if (!topic.internal)
                names.push_back(topic.name);
        }
    }
    return names;
}

} // namespace

/// On real Kafka and real PostgreSQL.
class TestSandboxReal : public QObject
{
    Q_OBJECT
private slots:
    void aRealKafkaOfItsOwnStopsAndComesBack()
    {
        RunningSandbox sandbox;
        sandbox.start({"--real", "--rate", "100", "--steady"});
        QVERIFY(flows(sandbox));
        sandbox.inject("broker-down");
        const auto published = [&] {
            return sandbox.number("SELECT count(*) FROM @.outbox WHERE published_at IS NULL").value_or(0);
        };
        QVERIFY(eventually([&] { return published() > 300; }));
        sandbox.clear("broker-down");
        QVERIFY(eventually([&] { return published() < 250; }, Duration(120'000)));
        sandbox.stop();
        QVERIFY(sandbox.leftOver().empty());
    }

    void onForeignServersItRemovesExactlyWhatItCreated()
    {
        const auto kafka = startKafka();
        const auto postgres = startPostgres();
        BrokerSettings broker;
        broker.properties["bootstrap.servers"] = kafka->bootstrap();
        const TopicSpec foreign{"somebody.elses", 1, -1, {}};
        QVERIFY(createTopics(broker, std::span(&foreign, 1), Duration(20'000)));

        const std::vector<std::string> servers{"--bootstrap", kafka->bootstrap(), "--postgres", postgres->connection()};
        RunningSandbox sandbox;
        sandbox.start(servers);
        QVERIFY(flows(sandbox));
        for (const char* fault : {"broker-down", "store-down"}) {
            const auto refused = sandbox.control().inject(fault, Duration(10'000));
            QVERIFY(!refused && refused.error().kind == ErrorKind::Permission);
        }
        sandbox.stop();
        QVERIFY(sandbox.output("run.log").find("created the topic orders.events") != std::string::npos);
        QCOMPARE(topicsOf(broker).size(), std::size_t(4)); // one of somebody else

        sandbox.start(servers); // goes on where it was
        QVERIFY(flows(sandbox));
        sandbox.stop();

        auto clean = servers;
        clean.insert(clean.begin(), "clean");
        QCOMPARE(sandbox.runToEnd(clean, "clean.log"), 0);
        QVERIFY(eventually([&] { return topicsOf(broker) == std::vector<std::string>{"somebody.elses"}; }));
        StoreSettings store;
        store.connection = postgres->connection();
        const auto connected = connectPostgres(store, Access::ReadOnly);
        QVERIFY(connected);
        const auto schemas =
            (*connected)->query("SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'sandbox%'", {}, 1);
        QVERIFY(schemas);
        QCOMPARE(schemas->rows.at(0).at(0).value_or(""), std::string("0"));
        QCOMPARE(sandbox.runToEnd(clean, "again.log"), 2);
    }

    void aTopicOfSomebodyElseIsNotUsed()
    {
        const auto kafka = startKafka();
        BrokerSettings broker;
        broker.properties["bootstrap.servers"] = kafka->bootstrap();
        const TopicSpec foreign{"orders.events", 3, -1, {}};
        QVERIFY(createTopics(broker, std::span(&foreign, 1), Duration(20'000)));
        RunningSandbox sandbox;
        QCOMPARE(sandbox.runToEnd({"run", "--bootstrap", kafka->bootstrap()}, "run.log"), 2);
        QVERIFY(sandbox.output("run.log").find("was not created by a sandbox") != std::string::npos);
    }
};

QTEST_APPLESS_MAIN(TestSandboxReal)
#include "tst_sandboxreal.moc"
