// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
// "deadletters judge" of the real program on a real broker and a real database.
#include <QTest>

#include "backend/broker/kafka/kafkaproducer.h"
#include "tests/integration/broker/brokerfixture.h"
#include "tests/integration/ctl/ctlfixture.h"
#include "tests/integration/deadletter/tablefixture.h"
#include "tests/unit/deadletter/letters.h"

#include <QJsonObject>

using namespace projectionist;

class TestCtlJudge : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void theTableTellsVerdictWhyAndHowManyOfEach();
    void jsonHasTheEvidence();
    void namedLettersAreJudgedAlone();
    void whatMayBeReplayedIsZero();
    void moreThanTheLimitIsSaid();
    void lettersAreNamedOrChosenNotBoth();
    void aStoreThatIsDownIsTwo();

private:
    [[nodiscard]] Answer judge(const QStringList& arguments) const
    {
        return m_ctl.run(QStringList{"--config", m_file, "deadletters", "judge"} + arguments);
    }

    std::unique_ptr<KafkaServer> m_kafka;
    std::unique_ptr<PostgresServer> m_postgres;
    Ctl m_ctl;
    QString m_file;
};

void TestCtlJudge::initTestCase()
{
    m_kafka = startKafka();
    m_postgres = startPostgres();
    // Letters of orders 0 to 3, at these offsets; the rows are at versions of their own.
    Writer(m_postgres->connection())
        .run({"CREATE TABLE summary (id text PRIMARY KEY, version bigint)",
              "INSERT INTO summary VALUES ('ORD-0', 1), ('ORD-1', 9), ('ORD-2', 5)",
              "CREATE TABLE checkpoint (position bigint)", "INSERT INTO checkpoint VALUES (4)"});
    const auto settings = brokerAt(m_kafka->bootstrap());
    makeTopics(settings, {{"orders", 1}, {"orders-dlt", 1}});
    const auto producer = sure(connectKafkaProducer(settings));
    for (int number = 0; number < 4; ++number) {
        OutgoingRecord record{"orders", 0, "ORD-" + std::to_string(number), "{\"version\":5}", {}};
        sure(producer->produce(record, 1));
        record.topic = "orders-dlt";
        record.headers = {{"kafka_dlt-original-topic", "orders"},
                          {"kafka_dlt-original-partition", int32Bytes(0)},
                          {"kafka_dlt-original-offset", int64Bytes(number)},
                          {"kafka_dlt-exception-fqcn", "com.acme.Locked"}};
        sure(producer->produce(record, 2));
    }
    sure(producer->flush(generous));
    m_file = m_ctl.write(
        "work.toml",
        "schema = 1\n[contexts.local]\nbroker = \"local\"\nstores = [\"read\"]\n[brokers.local]\nbootstrap_servers = "
        "\"" +
            QString::fromStdString(m_kafka->bootstrap()) +
            "\"\n[stores.read]\nhost = \"127.0.0.1\"\nport = " + QString::number(m_postgres->port()) +
            "\ndbname = \"postgres\"\nuser = \"postgres\"\n[[projections]]\nname = \"summary\"\ntopics = [\"orders\"]\n"
            "dead_letters = [\"orders-dlt\"]\nevent_version = \"$.version\"\n[projections.checkpoint]\nstore = "
            "\"read\"\n"
            "query = \"SELECT 'orders', 0, position FROM checkpoint\"\n[projections.row_query]\nstore = \"read\"\n"
            "query = \"SELECT version FROM summary WHERE id = $1\"\n");
}

void TestCtlJudge::theTableTellsVerdictWhyAndHowManyOfEach()
{
    const auto answer = judge({});
    QVERIFY2(answer.code == 1, qPrintable(answer.err));
    QVERIFY2(answer.out.contains("the row is at version 9, the letter at 5"), qPrintable(answer.out));
    QVERIFY2(answer.out.contains("orders-dlt[0]@1") && answer.out.contains("ORD-1"), qPrintable(answer.out));
    QVERIFY2(answer.out.endsWith("4 letters: 2 safe, 1 already-applied, 1 newer-applied\n"), qPrintable(answer.out));
}

void TestCtlJudge::jsonHasTheEvidence()
{
    const auto answer = judge({"--json", "--where", "key == \"ORD-1\""});
    QCOMPARE(answer.code, 1);
    const auto letter = answer.json().object();
    QCOMPARE(letter["reference"].toString(), QString("orders-dlt[0]@1"));
    QCOMPARE(letter["projection"].toString(), QString("summary"));
    QCOMPARE(letter["verdict"].toString(), QString("newer-applied"));
    QCOMPARE(letter["row"]["version"].toInt(), 9);
    QVERIFY(letter["row"]["found"].toBool() && letter["earlier"].toInt(-1) == 0);
    QVERIFY(letter["judged_at"].toString().endsWith('Z'));
}

void TestCtlJudge::namedLettersAreJudgedAlone()
{
    const auto answer = judge({"orders-dlt[0]@2", "orders-dlt[0]@0"});
    QVERIFY2(answer.out.endsWith("2 letters: 1 safe, 1 already-applied\n"), qPrintable(answer.out + answer.err));
    const auto missing = judge({"orders-dlt[0]@99"});
    QCOMPARE(missing.code, 1);
    QVERIFY2(missing.err.contains("99"), qPrintable(missing.err));
}

void TestCtlJudge::whatMayBeReplayedIsZero()
{
    const auto answer = judge({"--where", "key in (\"ORD-0\", \"ORD-3\")"});
    QVERIFY2(answer.code == 0, qPrintable(answer.out + answer.err));
    QVERIFY(answer.out.contains("the read model has no row for its key"));
}

void TestCtlJudge::moreThanTheLimitIsSaid()
{
    const auto answer = judge({"--limit", "2"});
    QVERIFY2(answer.err.contains("2 of 4 letters judged"), qPrintable(answer.err));
    QVERIFY(answer.out.contains("\n2 letters: "));
}

void TestCtlJudge::lettersAreNamedOrChosenNotBoth()
{
    QCOMPARE(judge({"orders-dlt[0]@2", "--where", "age > 1s"}).code, 3);
    const auto answer = judge({"--log-time", "soon"});
    QCOMPARE(answer.code, 3);
    QVERIFY(answer.err.contains("not a duration"));
}

/// Last: the store stays away.
void TestCtlJudge::aStoreThatIsDownIsTwo()
{
    m_postgres->stop();
    const auto answer = judge({});
    QCOMPARE(answer.code, 2);
    QVERIFY2(answer.err.contains("not complete: "), qPrintable(answer.err));
    QVERIFY2(answer.out.contains("4 letters: "), qPrintable(answer.out)); // by the log alone
}

QTEST_GUILESS_MAIN(TestCtlJudge)
#include "tst_ctljudge.moc"
