// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The real program on a real broker and a real database.
#include <QTest>

#include "backend/broker/kafka/kafkaproducer.h"
#include "backend/core/format.h"
#include "tests/integration/broker/brokerfixture.h"
#include "tests/integration/ctl/ctlfixture.h"
#include "tests/integration/deadletter/tablefixture.h"
#include "tests/support/httpserver.h"
#include "tests/unit/deadletter/letters.h"

#include <future>
#include <QDir>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonObject>
#include <QRegularExpression>
#include <set>

using namespace projectionist;

namespace {

constexpr int orderCount = 30;
const QString secret = "jane@example.org";
const std::string attack = "\x1b]0;owned\x07\x1b[31m \xe2\x80\xaegnp.exe \xff\xc2\x9b";

OutgoingRecord letterOf(const std::string& topic, int number, const std::string& exception)
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

/// Everything that strangers may try, in every place.
OutgoingRecord hostileLetter()
{
    auto record = letterOf("hostile-dlt", 0, "=cmd|' /C calc'!A0" + attack);
    record.key = "=1+1" + attack;
    record.value = "no JSON " + attack;
    record.headers[0].value = "@type" + attack;
    record.headers.push_back({"x-" + attack, attack});
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

/// Nothing of it may reach a terminal.
bool isHarmless(const QString& text)
{
    static const QRegularExpression harmful("[\\x{00}-\\x{08}\\x{0b}\\x{0c}\\x{0e}-\\x{1f}\\x{7f}-\\x{9f}"
                                            "\\x{202a}-\\x{202e}\\x{2066}-\\x{2069}]");
    return !harmful.match(text).hasMatch();
}

} // namespace

class TestCtlDeadLetters : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void theListShowsTheNewestAndSaysOfHowMany();
    void jsonLinesHoldAllThatMatch();
    void lettersOfATableHaveReferencesTooAndOpenByThem();
    void groupsTellWhyAndHowMany();
    void aBrokenFilterIsExplainedWithItsPlace();
    void showTellsAllOfOneLetterWithoutWhatIsMasked();
    void unmaskedEverythingIsThere();
    void theOriginalIsComparedAndItsLossIsSaid();
    void aLetterThatIsNotThereIsOne();
    void nothingOfALetterSteersTheTerminal_data();
    void nothingOfALetterSteersTheTerminal();
    void exportsAreWholeMaskedAndPrivate();
    void csvIsSafeForSpreadsheets();
    void anExportNeverReplacesWhatIsNoFile();
    void matchesAreOneForCron();
    void followShowsLettersAsTheyCome();
    void whatCannotBeReadIsTwo();
    void unmaskingStandsInTheAuditTrail();
    void whatCannotBeRecordedIsNotShown();
    void resolvedLettersAreHiddenUntilTheyAreRestored();
    void resolvingNeedsLettersAndANote();
    void avroIsDecodedByTheRegistryAndMasked();
    void withoutTheRegistryTheLetterIsShownAllTheSame();

private:
    [[nodiscard]] Answer letters(const QStringList& arguments) const
    {
        return m_ctl.run(QStringList{"--config", m_file, "deadletters"} + arguments);
    }
    void produce(const std::vector<OutgoingRecord>& records) const;
    [[nodiscard]] QString workspace(const QString& bootstrap) const;

    std::unique_ptr<KafkaServer> m_kafka;
    std::unique_ptr<PostgresServer> m_postgres;
    HttpServer m_registry;
    Ctl m_ctl;
    QString m_file;
};

QString TestCtlDeadLetters::workspace(const QString& bootstrap) const
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

void TestCtlDeadLetters::produce(const std::vector<OutgoingRecord>& records) const
{
    const auto producer = sure(connectKafkaProducer(brokerAt(m_kafka->bootstrap())));
    for (const auto& record : records)
        sure(producer->produce(record, 1));
    sure(producer->flush(generous));
    for (const auto& delivery : producer->collect(Duration(0)))
        QVERIFY2(!delivery.error, delivery.error ? qPrintable(text(*delivery.error)) : "");
}

void TestCtlDeadLetters::initTestCase()
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
        records.push_back(letterOf("orders-dlt", i, i % 3 == 0 ? "com.acme.Timeout" : "com.acme.NotNull"));
    }
    auto lost = letterOf("orders-dlt", 999, "com.acme.Lost");
    lost.value = "{\"customer\":{\"email\":\"jane@exam"; // broken off
    records.push_back(lost);
    auto longOne = letterOf("long-dlt", 1, "com.acme.TooLong");
    longOne.value = "{\"order\":1,\"text\":\"" + std::string(200'000, 'x') + "\",\"email\":\"jane@example.org\"}";
    records.push_back(longOne);
    records.push_back(hostileLetter());
    auto avro = letterOf("avro-dlt", 1, "com.acme.Avro");
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

void TestCtlDeadLetters::theListShowsTheNewestAndSaysOfHowMany()
{
    const QString where = "topic == \"orders-dlt\"";
    const auto some = letters({"list", "--where", where});
    QVERIFY2(some.code == 0, qPrintable(some.err));
    const auto lines = some.out.split('\n', Qt::SkipEmptyParts);
    QCOMPARE(lines.size(), 1 + 20 + 1);
    QVERIFY(lines.first().startsWith("ARRIVED") && lines.first().endsWith("REFERENCE"));
    QVERIFY2(lines.at(1).endsWith("Lost              orders-dlt[0]@30") || lines.at(1).contains("orders-dlt[0]@30"),
             qPrintable(lines.at(1)));
    QVERIFY2(lines.at(2).contains("OrderPlaced") && lines.at(2).contains("ORD-29") &&
                 lines.at(2).contains("orders[0]@29") && lines.at(2).contains("order_summary") &&
                 lines.at(2).contains("NotNull"),
             qPrintable(lines.at(2)));
    QCOMPARE(lines.last(), QString("20 of 31 letters; --all shows all"));
    const auto all = letters({"list", "--where", where, "--all"});
    QCOMPARE(all.out.split('\n', Qt::SkipEmptyParts).size(), 1 + 31 + 1);
    QVERIFY(all.out.endsWith("\n31 letters\n"));
    QVERIFY(letters({"list", "--where", where, "--limit", "3"}).out.endsWith("\n3 of 31 letters; --all shows all\n"));
    const auto none = letters({"list", "--where", "exception == \"nobody\""});
    QCOMPARE(none.code, 0);
    QCOMPARE(none.out, QString("0 letters\n"));
}

void TestCtlDeadLetters::jsonLinesHoldAllThatMatch()
{
    const auto answer = letters({"list", "--json", "--sort", "origin-offset:asc", "--where",
                                 "exception == \"com.acme.Timeout\" and payload.order >= 6"});
    QVERIFY2(answer.code == 0, qPrintable(answer.err));
    const auto all = objects(answer.out);
    QCOMPARE(all.size(), orderCount / 3 - 2);
    const auto& first = all.first();
    QCOMPARE(first.value("reference").toString(), QString("orders-dlt[0]@6"));
    QCOMPARE(first.value("origin").toObject().value("offset").toInt(), 6);
    QCOMPARE(first.value("key").toString(), QString("ORD-6"));
    QCOMPARE(first.value("projection").toString(), QString("order_summary"));
    QCOMPARE(first.value("message_pattern").toString(), QString("order # failed"));
    QCOMPARE(first.value("tries"), QJsonValue());

    const auto group = first.value("group").toString();
    QCOMPARE(group.size(), 16);
    QCOMPARE(objects(letters({"list", "--json", "--group", group.toUpper()}).out).size(), orderCount / 3);
    QCOMPARE(
        objects(letters({"list", "--json", "--group", group, "--where", "key == \"ORD-3\" or key == \"ORD-1\""}).out)
            .size(),
        1);
}

void TestCtlDeadLetters::lettersOfATableHaveReferencesTooAndOpenByThem()
{
    const auto all = objects(letters({"list", "--json", "--where", "topic == \"dead\""}).out);
    QCOMPARE(all.size(), 1);
    const auto reference = all.first().value("reference").toString();
    QVERIFY2(reference.startsWith("dead#"), qPrintable(reference));
    const auto answer = letters({"show", reference});
    QVERIFY2(answer.code == 0, qPrintable(answer.err));
    QVERIFY(answer.out.contains("com.acme.InTable"));
    QVERIFY2(answer.out.contains("not shown: it is no JSON") && !answer.out.contains(secret), qPrintable(answer.out));
    QVERIFY(letters({"show", reference, "--unmask"}).out.contains("<email>" + secret));
}

void TestCtlDeadLetters::groupsTellWhyAndHowMany()
{
    const auto answer = letters({"groups", "--where", "topic == \"orders-dlt\""});
    QVERIFY2(answer.code == 0, qPrintable(answer.err));
    const auto lines = answer.out.split('\n');
    QVERIFY2(lines.at(1).contains("20  com.acme.NotNull  com.acme.Orders.apply"), qPrintable(answer.out));
    QVERIFY(answer.out.contains("grouped because of exception com.acme.NotNull, thrown in com.acme.Orders.apply"));
    QVERIFY(answer.out.endsWith("\n31 letters in 3 groups\n"));
    const auto all = objects(letters({"groups", "--json"}).out);
    QVERIFY(all.size() >= 5);
    QCOMPARE(all.first().value("letters").toInt(), 20);
    QCOMPARE(all.first().value("projections").toArray().at(0).toObject().value("name").toString(),
             QString("order_summary"));
    QVERIFY(parseRfc3339(all.first().value("last").toString().toStdString()));
}

void TestCtlDeadLetters::aBrokenFilterIsExplainedWithItsPlace()
{
    const auto answer = letters({"list", "--where", "topic == \"a\" and exeption == 1"});
    QCOMPARE(answer.code, 3);
    QCOMPARE(answer.out, QString());
    QVERIFY2(
        answer.err.contains("\ntopic == \"a\" and exeption == 1\n                 ^^^^^^^^ unknown field `exeption`"),
        qPrintable(answer.err));
}

void TestCtlDeadLetters::showTellsAllOfOneLetterWithoutWhatIsMasked()
{
    const auto answer = letters({"show", "orders-dlt[0]@3"});
    QVERIFY2(answer.code == 0, qPrintable(answer.err));
    for (const char* part : {"com.acme.Timeout", "order 3 failed", "    at com.acme.Orders.apply", "1 library frame",
                             "\"order\": 3", "masked: $.customer.email", "orders[0]@3", "billing", "OrderPlaced",
                             "kafka_dlt-original-offset", "Spring Kafka", "given up from", "order_summary"})
        QVERIFY2(answer.out.contains(part), qPrintable(QString(part) + " is not in:\n" + answer.out));
    QVERIFY(!answer.out.contains("Thread.run"));
    QVERIFY(letters({"show", "orders-dlt[0]@3", "--all-frames"}).out.contains("Thread.run(Thread.java:840)"));
    for (const char* reference : {"orders-dlt[0]@3", "orders-dlt[0]@30"})
        for (const QStringList& more : {QStringList{}, QStringList{"--json"}, QStringList{"--original", "--json"}}) {
            const auto masked = letters(QStringList{"show", reference} + more);
            QVERIFY2(!masked.out.contains("jane") && !masked.out.contains("joe@") && !masked.out.contains("hunter2"),
                     qPrintable(masked.out));
        }
}

void TestCtlDeadLetters::unmaskedEverythingIsThere()
{
    const auto json = letters({"show", "orders-dlt[0]@3", "--unmask", "--json"}).json().object();
    QCOMPARE(json.value("payload").toObject().value("value").toString(),
             QString("{\"order\":3,\"customer\":{\"email\":\"jane@example.org\"}}"));
    QCOMPARE(json.value("headers").toArray().at(1).toObject().value("value").toString(), QString("Bearer hunter2"));
    const auto cut = letters({"show", "orders-dlt[0]@3", "--bytes", "5", "--json"}).json().object();
    QCOMPARE(cut.value("payload").toObject().value("read").toInt(), 5);
    QVERIFY(cut.value("payload").toObject().value("size").toInt() > 5);
}

void TestCtlDeadLetters::theOriginalIsComparedAndItsLossIsSaid()
{
    const auto answer = letters({"show", "orders-dlt[0]@3", "--original"});
    QCOMPARE(answer.code, 0);
    for (const char* part : {"  key: same\n", "  payload: differs\n", "  $.customer.email: differs\n",
                             "  header type: same\n", "  header kafka_dlt-exception-fqcn: added on failure\n",
                             "  header authorization: only in the letter\n", "Payload of the original"})
        QVERIFY2(answer.out.contains(part), qPrintable(QString(part) + " is not in:\n" + answer.out));
    QVERIFY(!answer.out.contains("$.order:"));
    const auto lost = letters({"show", "orders-dlt[0]@30", "--original"});
    QCOMPARE(lost.code, 1);
    QVERIFY(lost.out.contains("com.acme.Lost"));
    QVERIFY(!lost.err.isEmpty());
}

void TestCtlDeadLetters::aLetterThatIsNotThereIsOne()
{
    for (const char* reference : {"orders-dlt[0]@99999", "no-such-topic[0]@1", "dead#b", "nonsense\x1b[31m"}) {
        const auto answer = letters({"show", QString::fromLatin1(reference)});
        QVERIFY2(answer.code == 1, qPrintable(QString("%1: %2 %3").arg(reference).arg(answer.code).arg(answer.err)));
        QCOMPARE(answer.out, QString());
        QVERIFY(!answer.err.isEmpty() && isHarmless(answer.err));
    }
}

void TestCtlDeadLetters::nothingOfALetterSteersTheTerminal_data()
{
    QTest::addColumn<QStringList>("arguments");
    const QStringList hostile{"--where", "topic == \"hostile-dlt\""};
    QTest::newRow("list") << QStringList{"list"} + hostile;
    QTest::newRow("list as JSON") << QStringList{"list", "--json"} + hostile;
    QTest::newRow("groups") << QStringList{"groups"} + hostile;
    QTest::newRow("groups as JSON") << QStringList{"groups", "--json"} + hostile;
    QTest::newRow("show") << QStringList{"show", "hostile-dlt[0]@0", "--unmask", "--all-frames"};
    QTest::newRow("show as JSON") << QStringList{"show", "hostile-dlt[0]@0", "--unmask", "--json", "--original"};
    QTest::newRow("export") << QStringList{"export", "--payload", "--unmask"} + hostile;
    QTest::newRow("export as CSV") << QStringList{"export", "--payload", "--unmask", "--format", "csv"} + hostile;
}

void TestCtlDeadLetters::nothingOfALetterSteersTheTerminal()
{
    QFETCH(QStringList, arguments);
    const auto answer = letters(arguments);
    QVERIFY2(answer.code == 0, qPrintable(answer.err));
    QVERIFY2(answer.out.contains("cmd|"), qPrintable(answer.out));
    QVERIFY2(isHarmless(answer.out), answer.out.toUtf8().toPercentEncoding(" {}\"\n").constData());
}

void TestCtlDeadLetters::exportsAreWholeMaskedAndPrivate()
{
    const auto file = m_ctl.write("letters.jsonl", "old");
    const auto answer = letters({"export", "--where", "topic == \"orders-dlt\"", "--payload", "--output", file});
    QVERIFY2(answer.code == 0, qPrintable(answer.err));
    QCOMPARE(answer.out, QString());
    QVERIFY2(answer.err.contains("31 letters exported"), qPrintable(answer.err));
    QFile exported(file);
    QVERIFY(exported.open(QIODevice::ReadOnly));
    const auto content = QString::fromUtf8(exported.readAll());
    const auto all = objects(content);
    QCOMPARE(all.size(), 31);
    QVERIFY(!content.contains("jane") && !content.contains("hunter2"));
    for (int i = 0; i < orderCount; ++i) {
        QCOMPARE(all.at(i).value("reference").toString(), QString("orders-dlt[0]@%1").arg(i));
        QVERIFY(
            all.at(i).value("payload").toObject().value("value").toString().contains(QString("\"order\":%1,").arg(i)));
    }
    QCOMPARE(exported.permissions() & (QFile::ReadGroup | QFile::ReadOther), QFile::Permissions());
    QCOMPARE(QDir(QFileInfo(file).path()).entryList({".letters*"}, QDir::Files | QDir::Hidden).size(), 0);
    QCOMPARE(objects(letters({"export", "--where", "topic == \"orders-dlt\""}).out).size(), 31);
    // Letters of topics, of a table, and one that is too long to be read with the others: each once.
    const auto every = letters({"export", "--payload", "--unmask"});
    const auto exports = objects(every.out);
    QCOMPARE(exports.size(), 31 + 4);
    std::set<QString> references;
    for (const auto& one : exports) {
        const auto payload = one.value("payload").toObject();
        references.insert(one.value("reference").toString());
        QVERIFY(!payload.isEmpty());
        QCOMPARE(payload.value("read").toInt(), payload.value("size").toInt());
    }
    QCOMPARE(references.size(), std::size_t{31 + 4});
}

void TestCtlDeadLetters::csvIsSafeForSpreadsheets()
{
    const auto answer = letters({"export", "--format", "csv", "--payload", "--where", "topic == \"hostile-dlt\""});
    QCOMPARE(answer.code, 0);
    const auto lines = answer.out.split("\r\n");
    QCOMPARE(lines.size(), 3);
    QVERIFY(lines.first().startsWith("reference,topic,arrived,"));
    QCOMPARE(lines.at(1).count(QRegularExpression("(^|,)[=+@-]")), 0);
    QCOMPARE(lines.at(1).count(QRegularExpression("(^|,)\"?[=+@-]")), 0);
    QVERIFY2(lines.at(1).contains(",'@type") && lines.at(1).contains(",'=cmd|"), qPrintable(lines.at(1)));
    const auto json = letters({"export", "--format", "csv", "--payload", "--where", "key == \"ORD-3\""}).out;
    QVERIFY2(json.contains(",\"{\"\"order\"\":3,"), qPrintable(json));
}

void TestCtlDeadLetters::anExportNeverReplacesWhatIsNoFile()
{
    const auto device = letters({"export", "--output", "/dev/null"});
    QCOMPARE(device.code, 3);
    QVERIFY(device.err.contains("/dev/null"));
    QVERIFY(!QFileInfo("/dev/null").isFile());
    QCOMPARE(letters({"export", "--output", m_ctl.path("no/such/folder/x")}).code, 3);
}

void TestCtlDeadLetters::matchesAreOneForCron()
{
    QCOMPARE(letters({"list", "--exit-code", "--where", "key == \"ORD-3\""}).code, 1);
    QCOMPARE(letters({"list", "--exit-code", "--where", "key == \"ORD-333\""}).code, 0);
}

void TestCtlDeadLetters::followShowsLettersAsTheyCome()
{
    QProcess process;
    process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    process.start(CTL_PROGRAM, {"--config", m_file, "deadletters", "list", "--json", "--follow", "--where",
                                "topic == \"later-dlt\" and payload.order > 1000"});
    QVERIFY(process.waitForStarted());
    const auto line = [&process] {
        for (int i = 0; i < 120 && !process.canReadLine() && process.state() == QProcess::Running; ++i)
            process.waitForReadyRead(500);
        return QJsonDocument::fromJson(process.readLine()).object().value("key").toString();
    };
    // Whether it came before or after the list began: it is shown once.
    produce({letterOf("later-dlt", 1001, "com.acme.Later")});
    QCOMPARE(line(), QString("ORD-1001"));
    for (int i = 1002; i < 1005; ++i) {
        produce({letterOf("later-dlt", i - 1000, "com.acme.Later"), letterOf("later-dlt", i, "com.acme.Later")});
        QCOMPARE(line(), QString("ORD-%1").arg(i));
    }
    process.terminate();
    QVERIFY(process.waitForFinished(60'000));
    QCOMPARE(process.exitCode(), 0);
    QCOMPARE(process.readAll(), QByteArray());
}

void TestCtlDeadLetters::whatCannotBeReadIsTwo()
{
    const auto file = m_ctl.write("dead.toml", workspace("127.0.0.1:1"));
    const QString output = m_ctl.path("partial.jsonl");
    // Each waits for the broker until its last request is over.
    const auto run = [&](const QStringList& arguments) {
        return std::async(std::launch::async, [this, arguments = QStringList{"--config", file} + arguments] {
            return m_ctl.run(arguments);
        });
    };
    auto list = run({"deadletters", "list", "--json", "--timeout", "8s"});
    auto show = run({"--quiet", "deadletters", "show", "x[0]@1", "--timeout", "2s"});
    const auto exported = run({"deadletters", "export", "--payload", "--timeout", "8s", "--output", output}).get();
    const auto listed = list.get();
    QCOMPARE(listed.code, 2);
    QVERIFY2(listed.err.contains("not complete: "), qPrintable(listed.err));
    QCOMPARE(objects(listed.out).size(), 1); // what the table has is there
    QCOMPARE(show.get().code, 2);
    QCOMPARE(exported.code, 2);
    QVERIFY(exported.err.contains("not complete: "));
    QVERIFY(QFileInfo(output).size() > 0);
}

void TestCtlDeadLetters::unmaskingStandsInTheAuditTrail()
{
    const auto acts = [&] {
        return objects(m_ctl.run({"audit", "--act", "unmask", "--object", "orders-dlt[0]@5", "--json"}).out);
    };
    QVERIFY(letters({"show", "orders-dlt[0]@5"}).code == 0 && acts().isEmpty());
    QCOMPARE(letters({"show", "orders-dlt[0]@5", "--unmask"}).code, 0);
    QCOMPARE(acts().size(), 1);
    const auto act = acts().first();
    QCOMPARE(act.value("context").toString(), QString("local"));
    QVERIFY(act.value("detail").toString().contains("deadletters show"));
    QVERIFY(act.value("who").toString().contains('@'));
}

void TestCtlDeadLetters::whatCannotBeRecordedIsNotShown()
{
    Ctl other;
    other.write(".local/state/projectionist/audit.db", QString(5000, 'x'));
    for (const auto& arguments : {QStringList{"show", "orders-dlt[0]@5"}, QStringList{"list"}, QStringList{"export"}}) {
        const auto answer =
            other.run(QStringList{"--config", m_file, "deadletters"} + arguments + QStringList{"--unmask"});
        QVERIFY(answer.code > 1);
        QCOMPARE(answer.out, QString());
        QVERIFY2(answer.err.contains("audit.db"), qPrintable(answer.err));
    }
}

void TestCtlDeadLetters::resolvedLettersAreHiddenUntilTheyAreRestored()
{
    const QString timeouts = "topic == \"orders-dlt\" and exception contains \"Timeout\"";
    const auto listed = [&](const QStringList& more = {}) {
        return objects(letters(QStringList{"list", "--json", "--where", timeouts} + more).out).size();
    };
    const auto all = listed();
    QCOMPARE(all, orderCount / 3);
    const auto rows = objects(letters({"list", "--json", "--where", "topic == \"dead\""}).out);
    const auto row = rows.value(0).value("reference").toString();
    const auto resolved = letters({"resolve", "orders-dlt[0]@0", row, "--note", "by hand"});
    QVERIFY2(resolved.code == 0, qPrintable(resolved.err));
    const auto list = letters({"list", "--where", timeouts});
    QVERIFY2(list.err.contains("2 resolved letters are left out"), qPrintable(list.err));
    QCOMPARE(listed(), all - 1);
    QCOMPARE(listed({"--resolved"}), all);
    const auto found = objects(letters({"list", "--json", "--where", "state == \"resolved\""}).out);
    QCOMPARE(found.size(), 2);
    QCOMPARE(found.first().value("state").toString(), QString("resolved"));
    QCOMPARE(letters({"resolve", "--where", timeouts, "--note", "INC-4711"}).code, 0);
    QCOMPARE(listed(), 0);
    const auto exported = letters({"export", "--payload", "--where", "topic == \"orders-dlt\""});
    QVERIFY(!exported.out.contains("com.acme.Timeout") && exported.out.contains("com.acme.NotNull"));
    QVERIFY(!letters({"groups"}).out.contains("Timeout"));
    // All but one.
    QCOMPARE(letters({"restore", "--where", timeouts + " and offset != 0"}).code, 0);
    QCOMPARE(listed(), all - 1);
    QCOMPARE(letters({"restore", "--where", "state == \"resolved\""}).code, 0);
    QCOMPARE(listed(), all);
    const auto acts = objects(m_ctl.run({"audit", "--json", "--object", "orders-dlt[0]@0"}).out);
    QCOMPARE(acts.size(), 2);
    QCOMPARE(acts[0].value("act").toString(), QString("resolve"));
    QCOMPARE(acts[0].value("reason").toString(), QString("by hand"));
    QCOMPARE(acts[1].value("act").toString(), QString("restore"));
}

void TestCtlDeadLetters::resolvingNeedsLettersAndANote()
{
    QCOMPARE(letters({"resolve", "--note", "x"}).code, 3);
    QCOMPARE(letters({"resolve", "orders-dlt[0]@0"}).code, 3);
    QCOMPARE(letters({"resolve", "orders-dlt[0]@0", "--note", " "}).code, 3);
    QCOMPARE(letters({"resolve", "orders-dlt[0]@0", "--where", "age < 1h", "--note", "x"}).code, 3);
    QCOMPARE(letters({"resolve", "orders-dlt[0]@99999", "--note", "x"}).code, 1);
    QVERIFY(!letters({"list"}).err.contains("resolved"));
}

void TestCtlDeadLetters::avroIsDecodedByTheRegistryAndMasked()
{
    m_registry.answer("/schemas/ids/7",
                      HttpReply{.body = "{\"schema\":\"{\\\"type\\\":\\\"record\\\",\\\"name\\\":\\\"Paid\\\","
                                        "\\\"fields\\\":[{\\\"name\\\":\\\"email\\\",\\\"type\\\":\\\"string\\\"},"
                                        "{\\\"name\\\":\\\"cents\\\",\\\"type\\\":\\\"long\\\"}]}\"}"});
    const auto masked = letters({"show", "avro-dlt[0]@0", "--original"});
    QVERIFY2(masked.code == 0, qPrintable(masked.err));
    for (const char* part : {"Payload (14 bytes, Avro, schema 7 (Paid))", "\"cents\": 2", "masked: $.email",
                             "  payload: differs\n", "  $.cents: differs\n", "  schema: same\n"})
        QVERIFY2(masked.out.contains(part), qPrintable(QString(part) + " is not in:\n" + masked.out));
    QVERIFY(!masked.out.contains("a@b.org"));
    const auto json = letters({"show", "avro-dlt[0]@0", "--json", "--unmask"}).json().object();
    const auto payload = json.value("payload").toObject();
    QCOMPARE(payload.value("value").toString(), QString("{\"email\":\"a@b.org\",\"cents\":2}"));
    QCOMPARE(payload.value("format").toString(), QString("Avro, schema 7 (Paid)"));
    QCOMPARE(QByteArray::fromBase64(payload.value("raw_base64").toString().toLatin1()).size(), 14);
    const auto filtered = letters({"list", "--json", "--where", "topic == \"avro-dlt\" and payload.cents == 2"});
    QVERIFY2(filtered.code == 0, qPrintable(filtered.err));
    QCOMPARE(objects(filtered.out).size(), 1);
    QCOMPARE(objects(letters({"list", "--json", "--where", "payload.cents > 2"}).out).size(), 0);
}

void TestCtlDeadLetters::withoutTheRegistryTheLetterIsShownAllTheSame()
{
    m_registry.answer("/schemas/ids/7", HttpReply{.status = 503});
    const auto answer = letters({"show", "avro-dlt[0]@0"});
    QVERIFY2(answer.code == 0, qPrintable(answer.err));
    QVERIFY2(answer.out.contains("com.acme.Avro") && answer.out.contains("HTTP 503"), qPrintable(answer.out));
    QVERIFY(!answer.out.contains("a@b.org"));
    QVERIFY(letters({"show", "avro-dlt[0]@0", "--unmask"}).out.contains("0e 61 40"));
    const auto filtered = letters({"list", "--where", "topic == \"avro-dlt\" and payload.cents == 2"});
    QCOMPARE(filtered.code, 2);
    QVERIFY2(filtered.err.contains("of 1 letters it is not known whether they match"), qPrintable(filtered.err));
    QVERIFY2(filtered.err.contains("whether a letter matches: ") && filtered.err.contains("HTTP 503"),
             qPrintable(filtered.err));
}

QTEST_GUILESS_MAIN(TestCtlDeadLetters)
#include "tst_ctldeadletters.moc"
