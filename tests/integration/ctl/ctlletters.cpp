// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/ctl/ctlletters.h"

#include "tests/integration/deadletter/tablefixture.h"
#include "tests/unit/deadletter/letters.h"

namespace projectionist {

namespace {

const std::string attack = "\x1b]0;owned\x07\x1b[31m \xe2\x80\xaegnp.exe \xff\xc2\x9b";

/// Everything that strangers may try, in every place.
OutgoingRecord hostileLetter()
{
    auto record = orderLetter("hostile-dlt", 0, "=cmd|' /C calc'!A0" + attack);
    record.key = "=1+1" + attack;
    record.value = "no JSON " + attack;
    record.headers[0].value = "@type" + attack;
    record.headers.push_back({"x-" + attack, attack});
    return record;
}

} // namespace

OutgoingRecord orderLetter(const std::string& topic, int number, const std::string& exception)
{
    OutgoingRecord record;
    record.topic = topic;
    record.partition = 0;
    record.key = "ORD-" + std::to_string(number);
    record.value = "{\"order\":" + std::to_string(number) + ",\"customer\":{\"email\":\"jane@example.org\"}}";
    record.headers = {{"type", "OrderPlaced"},
                      {"authorization", "Bearer hunter2"},
                      {"kafka_dlt-original-topic", "orders"},
                      {"kafka_dlt-original-partition", int32Bytes(0)},
                      {"kafka_dlt-original-offset", int64Bytes(number)},
                      {"kafka_dlt-original-consumer-group", "billing"},
                      {"kafka_dlt-exception-fqcn", exception},
                      {"kafka_dlt-exception-message", "order " + std::to_string(number) + " failed"},
                      {"kafka_dlt-exception-stacktrace", exception + ": order " + std::to_string(number) +
                                                             " failed\n\tat com.acme.Orders.apply(Orders.java:41)\n"
                                                             "\tat java.base/java.lang.Thread.run(Thread.java:840)\n"}};
    return record;
}

QList<QJsonObject> objects(const QString& lines)
{
    QList<QJsonObject> all;
    for (const auto& line : lines.split('\n', Qt::SkipEmptyParts)) {
        const auto document = QJsonDocument::fromJson(line.toUtf8());
        if (!document.isObject())
            qWarning("no JSON: %s", qPrintable(line));
        all << document.object();
    }
    return all;
}

QString CtlLetters::workspace(const QString& bootstrap) const
{
    return "schema = 1\n[contexts.local]\nbroker = \"local\"\nstores = [\"ops\"]\n"
           "[[contexts.local.dead_letters.tables]]\nname = \"dead\"\nstore = \"ops\"\ntable = \"public.dead\"\n"
           "time = \"at\"\npayload = \"body\"\n[contexts.local.dead_letters.tables.columns]\nclass = \"exception\"\n"
           "[contexts.local.dead_letters.schema_registry]\nurl = \"" +
           QString::fromStdString(m_registry.url()) +
           "\"\n"
           "[brokers.local]\nbootstrap_servers = \"" +
           bootstrap + "\"\n[stores.ops]\nhost = \"127.0.0.1\"\nport = " + QString::number(m_postgres->port()) +
           "\ndbname = \"postgres\"\nuser = \"postgres\"\n[[projections]]\nname = \"order_summary\"\ntopics = "
           "[\"orders\"]\ngroup = \"billing\"\n";
}

void CtlLetters::produce(const std::vector<OutgoingRecord>& records) const
{
    write(brokerAt(m_kafka->bootstrap()), records);
}

void CtlLetters::startWithLetters()
{
    m_kafka = startKafka();
    m_postgres = startPostgres();
    makeTopics(brokerAt(m_kafka->bootstrap()), {{"orders", 1},
                                                {"orders-dlt", 1},
                                                {"hostile-dlt", 1},
                                                {"later-dlt", 1},
                                                {"long-dlt", 1},
                                                {"avro-dlt", 1},
                                                {"avro", 1}});
    std::vector<OutgoingRecord> records;
    for (int i = 0; i < orderCount; ++i) {
        OutgoingRecord event;
        event.topic = "orders";
        event.key = "ORD-" + std::to_string(i);
        event.value = "{\"order\":" + std::to_string(i) + ",\"customer\":{\"email\":\"joe@example.org\"}}";
        event.headers = {{"type", "OrderPlaced"}};
        records.push_back(std::move(event));
        records.push_back(orderLetter("orders-dlt", i, i % 3 == 0 ? "com.acme.Timeout" : "com.acme.NotNull"));
    }
    auto lost = orderLetter("orders-dlt", 999, "com.acme.Lost");
    lost.value = "{\"customer\":{\"email\":\"jane@exam"; // broken off
    records.push_back(lost);
    auto longOne = orderLetter("long-dlt", 1, "com.acme.TooLong");
    longOne.value = "{\"order\":1,\"text\":\"" + std::string(200'000, 'x') + "\",\"email\":\"jane@example.org\"}";
    records.push_back(longOne);
    records.push_back(hostileLetter());
    auto avro = orderLetter("avro-dlt", 1, "com.acme.Avro");
    avro.headers[2].value = "avro";
    avro.value = std::string("\0\0\0\0\7\x0e"
                             "a@b.org\x04",
                             14);
    records.push_back(avro);
    avro.topic = "avro";
    avro.headers.clear();
    avro.value = std::string("\0\0\0\0\7\x0e"
                             "a@b.org\x06",
                             14);
    records.push_back(avro);
    records.push_back(avro);
    produce(records);
    Writer(m_postgres->connection())
        .run({"CREATE TABLE dead (id text PRIMARY KEY, at timestamptz, class text, body text)",
              "INSERT INTO dead VALUES ('a, 1', now(), 'com.acme.InTable', '<email>jane@example.org</email>')"});
    m_file = m_ctl.write("c.toml", workspace(QString::fromStdString(m_kafka->bootstrap())));
}

} // namespace projectionist
