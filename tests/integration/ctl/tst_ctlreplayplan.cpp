// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
// "replay plan" and "replay show" on a real broker.
#include <QTest>

#include "backend/broker/kafka/kafkaproducer.h"
#include "tests/integration/broker/brokerfixture.h"
#include "tests/integration/ctl/ctlfixture.h"
#include "tests/unit/deadletter/letters.h"

#include <QFileInfo>
#include <QJsonArray>
#include <QJsonObject>

using namespace projectionist;

namespace {

/// Two letters of each of three keys, the later event first.
OutgoingRecord orderLetter(int number)
{
    OutgoingRecord record;
    record.topic = "orders-dlt";
    record.partition = 0;
    record.key = "ORD-" + std::to_string(number % 3);
    record.value = "{\"order\":" + std::to_string(number) + ",\"customer\":{\"email\":\"jane@example.org\"}}";
    record.headers = {{"type", "OrderPlaced"},
                      {"authorization", "Bearer hunter2"},
                      {"kafka_dlt-original-topic", "orders"},
                      {"kafka_dlt-original-partition", int32Bytes(0)},
                      {"kafka_dlt-original-offset", int64Bytes(100 - number)},
                      {"kafka_dlt-original-consumer-group", "order-summary"},
                      {"kafka_dlt-exception-fqcn", "com.acme.OrderRejected"},
                      {"kafka_dlt-exception-message", "order \x1b[31m failed"}};
    return record;
}

} // namespace

class TestCtlReplayPlan : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void aPlanIsSavedForItsOwnerAndSaysAllThatAColleagueHasToKnow();
    void itIsShownFromItsFileAndCheckedAgainstTheServers();
    void masksAreOnUntilItIsRecordedThatTheyAreOff();
    void lettersLeftBehindAreNamed();
    void whatMayNotBeRunIsNotSaved();
    void aChangedPlanIsRefused();
    void aValueIsEditedWhereTheWorkspaceAllowsIt();
    void badOptionsAreExplained_data();
    void badOptionsAreExplained();

private:
    [[nodiscard]] Answer replay(const QStringList& arguments) const
    {
        return m_ctl.run(QStringList{"--config", m_file, "replay"} + arguments);
    }

    std::unique_ptr<KafkaServer> m_kafka;
    Ctl m_ctl;
    QString m_file;
};

void TestCtlReplayPlan::initTestCase()
{
    m_kafka = startKafka();
    const auto broker = brokerAt(m_kafka->bootstrap());
    makeTopics(broker, {{"orders", 1}, {"orders-dlt", 1}});
    write(broker, {"orders", 0}, 3, SystemClock().now());
    commitAs(broker, "order-summary", "orders", {{{"orders", 0}, 1}});
    const auto producer = sure(connectKafkaProducer(broker));
    for (int i = 0; i < 6; ++i)
        sure(producer->produce(orderLetter(i), static_cast<std::uint64_t>(i)));
    sure(producer->flush(generous));
    m_file = m_ctl.write("config.toml", workspaceOn(QString::fromStdString(m_kafka->bootstrap())));
}

void TestCtlReplayPlan::aPlanIsSavedForItsOwnerAndSaysAllThatAColleagueHasToKnow()
{
    const auto file = m_ctl.path("all.json");
    const auto answer = replay({"plan", "--all", "--reason", "mended", "--rate", "2", "-o", file});
    QVERIFY2(answer.code == 0, qPrintable(answer.err + answer.out));
    for (const char* part :
         {"Reason      mended", "Letters     6", "each to the topic that its event came from", "order-summary",
          "whose letters these are", "orders-dlt[0]@3", "The topic orders exists, with 1 partition",
          "One letter, before and after", "projectionist-replay-id", "goes", "authorization"})
        QVERIFY2(answer.out.contains(part), qPrintable(QString(part) + " is not in\n" + answer.out));
    QVERIFY(!answer.out.contains("jane@example.org"));
    QVERIFY(!answer.out.contains("hunter2"));
    QVERIFY(!answer.out.contains('\x1b'));
    QVERIFY(answer.err.contains("nothing was sent"));
    const auto others = QFile::ReadGroup | QFile::ReadOther | QFile::WriteGroup | QFile::WriteOther;
    QVERIFY(!(QFileInfo(file).permissions() & others));
    const auto trail = m_ctl.run({"audit", "--act", "replay-plan"});
    QVERIFY2(trail.out.contains("mended"), qPrintable(trail.out + trail.err));
}

void TestCtlReplayPlan::itIsShownFromItsFileAndCheckedAgainstTheServers()
{
    const auto file = m_ctl.path("shown.json");
    QCOMPARE(replay({"plan", "--where", "exception contains \"Rejected\"", "-o", file}).code, 0);
    const auto shown = replay({"show", file, "--json", "--check"});
    QVERIFY2(shown.code == 0, qPrintable(shown.err));
    const auto json = shown.json().object();
    QStringList order;
    for (const auto& letter : json["letters"].toArray())
        order << letter.toObject()["reference"].toString();
    // Of each key the event with the lower offset first.
    for (const auto& [earlier, later] : {std::pair(3, 0), std::pair(4, 1), std::pair(5, 2)})
        QVERIFY(order.indexOf(QString("orders-dlt[0]@%1").arg(earlier)) <
                order.indexOf(QString("orders-dlt[0]@%1").arg(later)));
    QCOMPARE(json["where"].toString(), QString("exception contains \"Rejected\""));
    QCOMPARE(json["projection"].toString(), QString("order_summary"));
    QVERIFY(json["dry_run"].toObject()["passed"].toArray().contains("6 letters found there, the same as planned"));
    QCOMPARE(json["example"].toObject()["after"].toObject()["topic"].toString(), QString("orders"));
    const auto offline = m_ctl.run({"replay", "show", file, "--no-example"});
    QVERIFY2(offline.code == 0, qPrintable(offline.err));
    QVERIFY(!offline.out.contains("before and after"));
}

void TestCtlReplayPlan::masksAreOnUntilItIsRecordedThatTheyAreOff()
{
    const auto file = m_ctl.path("masked.json");
    QCOMPARE(replay({"plan", "orders-dlt[0]@5", "-o", file}).code, 0);
    QVERIFY(!replay({"show", file}).out.contains("hunter2"));
    QVERIFY(replay({"show", file, "--unmask"}).out.contains("hunter2"));
    QVERIFY(m_ctl.run({"audit", "--act", "unmask"}).out.contains("replay show"));
}

void TestCtlReplayPlan::lettersLeftBehindAreNamed()
{
    const auto file = m_ctl.path("behind.json");
    const auto answer = replay({"plan", "orders-dlt[0]@0", "--json", "-o", file}); // its key's earlier one is @3
    QVERIFY2(answer.code == 0, qPrintable(answer.err));
    const auto left = answer.json().object()["left_behind"].toArray();
    QCOMPARE(left.size(), 1);
    QCOMPARE(left[0].toObject()["reference"].toString(), QString("orders-dlt[0]@3"));
    const auto safe = replay({"plan", "orders-dlt[0]@0", "--only-safe", "-o", m_ctl.path("none.json")});
    QCOMPARE(safe.code, 1);
    QVERIFY(!QFileInfo::exists(m_ctl.path("none.json")));
}

void TestCtlReplayPlan::whatMayNotBeRunIsNotSaved()
{
    const auto file = m_ctl.path("refused.json");
    const auto refused = replay({"plan", "--all", "--to", "topic:nowhere", "-o", file});
    QCOMPARE(refused.code, 1);
    QVERIFY2(refused.out.contains("REFUSED  The topic nowhere does not exist"), qPrintable(refused.out));
    QVERIFY(!QFileInfo::exists(file));
    QCOMPARE(replay({"plan", "orders-dlt[0]@77", "-o", file}).code, 1);
    QCOMPARE(replay({"plan", "--where", "exception == \"none\"", "-o", file}).code, 1);
}

void TestCtlReplayPlan::aChangedPlanIsRefused()
{
    const auto file = m_ctl.path("changed.json");
    QCOMPARE(replay({"plan", "orders-dlt[0]@5", "-o", file}).code, 0);
    QFile plan(file);
    QVERIFY(plan.open(QIODevice::ReadOnly));
    const auto text = QString::fromUtf8(plan.readAll()).replace("\"rate\": 10", "\"rate\": 90");
    m_ctl.write("changed.json", text);
    const auto shown = replay({"show", file});
    QCOMPARE(shown.code, 3);
    QVERIFY2(shown.err.contains("was changed"), qPrintable(shown.err));
    QCOMPARE(replay({"show", m_ctl.path("no-such.json")}).code, 3);
}

void TestCtlReplayPlan::aValueIsEditedWhereTheWorkspaceAllowsIt()
{
    const auto value = m_ctl.write("value.json", "{\"order\":5,\"depot\":\"north\"}\n");
    const auto file = m_ctl.path("edited.json");
    const QStringList arguments{"plan", "orders-dlt[0]@5", "--edit", "orders-dlt[0]@5=" + value, "-o", file};
    const auto refused = replay(arguments);
    QCOMPARE(refused.code, 1);
    QVERIFY2(refused.out.contains("edit_before_replay is off"), qPrintable(refused.out + refused.err));
    const auto allowed = m_ctl.write("edits.toml", workspaceOn(QString::fromStdString(m_kafka->bootstrap())) +
                                                       "\n[contexts.local.dead_letters]\nedit_before_replay = true\n");
    const auto answer = m_ctl.run(QStringList{"--config", allowed, "replay"} + arguments);
    QVERIFY2(answer.code == 0, qPrintable(answer.err + answer.out));
    QVERIFY2(answer.out.contains("another value is sent than failed: orders-dlt[0]@5"), qPrintable(answer.out));
    const auto json = replay({"show", file, "--json", "--no-example"}).json().object();
    QCOMPARE(json["letters"].toArray()[0].toObject()["reference"].toString(), QString("orders-dlt[0]@5"));
    const auto bad = m_ctl.write("flawed.json", "{\"order\":");
    const auto flawed = m_ctl.run(
        {"--config", allowed, "replay", "plan", "orders-dlt[0]@5", "--edit", "orders-dlt[0]@5=" + bad, "-o", file});
    QVERIFY2(flawed.code == 1 && flawed.out.contains("is no JSON: line"), qPrintable(flawed.out + flawed.err));
}

void TestCtlReplayPlan::badOptionsAreExplained_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QString>("complaint");
    QTest::newRow("no letters") << QStringList{} << "which letters?";
    QTest::newRow("target") << QStringList{"--all", "--to", "mail:eva"} << "--to mail:eva: no target";
    QTest::newRow("no topic") << QStringList{"--all", "--to", "topic:"} << "--to topic:: no target";
    QTest::newRow("argument without command")
        << QStringList{"--all", "--argument", "x"} << "only a command has arguments";
    QTest::newRow("ladder") << QStringList{"--all", "--ladder", "1,0"} << "--ladder 1,0";
    QTest::newRow("proof") << QStringList{"--all", "--proof-within", "soon"} << "--proof-within soon";
    QTest::newRow("header") << QStringList{"--all", "--add", "x"} << "write NAME=VALUE";
    QTest::newRow("edited letter") << QStringList{"orders-dlt[0]@5", "--edit", "orders-dlt[0]@4=/dev/null"}
                                   << "no such letter was chosen";
    QTest::newRow("edited value") << QStringList{"orders-dlt[0]@5", "--edit", "orders-dlt[0]@5=/no/such"}
                                  << "cannot be read";
    QTest::newRow("filter") << QStringList{"--where", "age <"} << "--where";
    QTest::newRow("both") << QStringList{"orders-dlt[0]@5", "--all"} << "excludes";
}

void TestCtlReplayPlan::badOptionsAreExplained()
{
    QFETCH(QStringList, arguments);
    QFETCH(QString, complaint);
    const auto answer = replay(QStringList{"plan", "-o", m_ctl.path("bad.json")} + arguments);
    QCOMPARE(answer.code, 3);
    QVERIFY2(answer.err.contains(complaint), qPrintable(answer.err));
    QVERIFY(!QFileInfo::exists(m_ctl.path("bad.json")));
}

QTEST_GUILESS_MAIN(TestCtlReplayPlan)
#include "tst_ctlreplayplan.moc"
