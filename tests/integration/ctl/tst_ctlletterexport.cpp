// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What the real program writes of dead letters into files, and what a schema registry makes of their payloads.
#include <QTest>

#include "tests/integration/ctl/ctlletters.h"

#include <QDir>
#include <QFileInfo>
#include <QRegularExpression>
#include <set>

using namespace projectionist;

namespace {

const std::string paidSchema = "{\"schema\":\"{\\\"type\\\":\\\"record\\\",\\\"name\\\":\\\"Paid\\\","
                               "\\\"fields\\\":[{\\\"name\\\":\\\"email\\\",\\\"type\\\":\\\"string\\\"},"
                               "{\\\"name\\\":\\\"cents\\\",\\\"type\\\":\\\"long\\\"}]}\"}";

} // namespace

class TestCtlLetterExport : public QObject, private CtlLetters
{
    Q_OBJECT
private slots:
    void initTestCase() { startWithLetters(); }
    void exportsAreWholeMaskedAndPrivate();
    void timesWithoutAZoneAreOfTheZoneThatIsNamed();
    void csvIsSafeForSpreadsheets();
    void anExportNeverReplacesWhatIsNoFile();
    void avroIsDecodedByTheRegistryAndMasked();
    void avroIsExportedAsJsonWhereThatIsAskedFor();
    void withoutTheRegistryTheLetterIsShownAllTheSame();
};

void TestCtlLetterExport::exportsAreWholeMaskedAndPrivate()
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

/// Where clocks are 14 hours ahead all letters came after a time that has yet to come in UTC.
void TestCtlLetterExport::timesWithoutAZoneAreOfTheZoneThatIsNamed()
{
    m_ctl.set("TZ", "AHEAD-14");
    const auto where = QDateTime::currentDateTimeUtc().addSecs(7 * 3600).toString(
        "'topic == \"orders-dlt\" and arrived > \"'yyyy-MM-ddTHH:mm'\"'");
    QCOMPARE(objects(letters({"export", "--where", where}).out).size(), 0);
    QCOMPARE(objects(letters({"export", "--where", where, "--zone", "local"}).out).size(), 31);
    QCOMPARE(letters({"export", "--where", where, "--zone", "Mars"}).code, 3);
}

void TestCtlLetterExport::csvIsSafeForSpreadsheets()
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

void TestCtlLetterExport::anExportNeverReplacesWhatIsNoFile()
{
    const auto device = letters({"export", "--output", "/dev/null"});
    QCOMPARE(device.code, 3);
    QVERIFY(device.err.contains("/dev/null"));
    QVERIFY(!QFileInfo("/dev/null").isFile());
    QCOMPARE(letters({"export", "--output", m_ctl.path("no/such/folder/x")}).code, 3);
}

void TestCtlLetterExport::avroIsDecodedByTheRegistryAndMasked()
{
    m_registry.answer("/schemas/ids/7", HttpReply{.body = paidSchema});
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

void TestCtlLetterExport::avroIsExportedAsJsonWhereThatIsAskedFor()
{
    m_registry.answer("/schemas/ids/7", HttpReply{.body = paidSchema});
    const auto payloads = [&](const QStringList& arguments) {
        const auto answer = letters(QStringList{"export", "--where", "topic == \"avro-dlt\""} + arguments);
        return QString::number(answer.code) + ' ' +
               objects(answer.out).value(0).value("payload").toObject().value("value").toString();
    };
    QCOMPARE(payloads({"--payload", "decoded", "--unmask"}), QString("0 {\"email\":\"a@b.org\",\"cents\":2}"));
    const auto masked = payloads({"--payload", "decoded"});
    QVERIFY2(masked.contains("\"cents\":2") && !masked.contains("a@b.org"), qPrintable(masked));
    const QString raw = "0 " + QString::fromLatin1("\0\0\0\0\7\x0e"
                                                   "a@b.org\x04",
                                                   14);
    QCOMPARE(payloads({"--payload", "raw", "--unmask"}), raw);
    QCOMPARE(payloads({"--unmask", "--payload"}), raw);
    QCOMPARE(payloads({"--payload", "none"}), QString("0 "));
    QCOMPARE(payloads({}), QString("0 "));
    const auto csv =
        letters({"export", "--where", "topic == \"avro-dlt\"", "--format", "csv", "--payload", "decoded", "--unmask"});
    QVERIFY2(csv.out.contains("\"{\"\"email\"\":\"\"a@b.org\"\",\"\"cents\"\":2}\",utf-8,"), qPrintable(csv.out));
    QCOMPARE(letters({"export", "--payload", "other"}).code, 3);
    const auto json = letters({"export", "--where", "key == \"ORD-3\"", "--payload", "decoded", "--unmask"});
    QVERIFY2(json.code == 0 && json.out.contains("order"), qPrintable(json.err)); // others are what they are
    m_registry.answer("/schemas/ids/7", HttpReply{.status = 503});
    const auto without = letters({"export", "--where", "topic == \"avro-dlt\"", "--payload", "decoded", "--unmask"});
    QCOMPARE(without.code, 2);
    QVERIFY2(without.err.contains("the payloads of 1 letter are not decoded; the first: ") &&
                 without.err.contains("HTTP 503"),
             qPrintable(without.err));
    QVERIFY(!objects(without.out).value(0).value("payload").toObject().value("not_decoded").isNull());
}

void TestCtlLetterExport::withoutTheRegistryTheLetterIsShownAllTheSame()
{
    m_registry.answer("/schemas/ids/7", HttpReply{.status = 503});
    const auto answer = letters({"show", "avro-dlt[0]@0"});
    QVERIFY2(answer.code == 0, qPrintable(answer.err));
    QVERIFY2(answer.out.contains("com.acme.Avro") && answer.out.contains("HTTP 503"), qPrintable(answer.out));
    QVERIFY(!answer.out.contains("a@b.org"));
    QVERIFY(letters({"show", "avro-dlt[0]@0", "--unmask"}).out.contains("0e 61 40"));
    const auto filtered = letters({"list", "--where", "topic == \"avro-dlt\" and payload.cents == 2"});
    QCOMPARE(filtered.code, 2);
    QVERIFY2(filtered.err.count("known whether") == 1, qPrintable(filtered.err));
    QVERIFY2(filtered.err.contains("whether a letter matches: ") && filtered.err.contains("HTTP 503"),
             qPrintable(filtered.err));
}

QTEST_GUILESS_MAIN(TestCtlLetterExport)
#include "tst_ctlletterexport.moc"
