// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/headervalue.h"

#include "backend/core/format.h"
#include "tests/unit/deadletter/letters.h"

#include <QTest>

using namespace projectionist;

namespace {

QString timeText(const std::string& bytes)
{
    const auto time = timeOf(bytes);
    return time ? QString::fromStdString(formatRfc3339(*time)) : QString("none");
}

} // namespace

class TestHeaderValue : public QObject
{
    Q_OBJECT
private slots:
    void numbersAreReadFromTextAndFromBinary_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("number");
        const auto row = [](const char* name, const std::string& bytes, const char* number) {
            QTest::newRow(name) << QByteArray::fromStdString(bytes) << number;
        };
        row("decimal text", "123456789", "123456789");
        row("negative text", "-1", "-1");
        row("four digits are text", "1234", "1234");
        row("eight digits are text", "12345678", "12345678");
        row("one digit is text", "7", "7");
        row("int32", int32Bytes(7), "7");
        row("negative int32", int32Bytes(-1), "-1");
        row("int64", int64Bytes(123456789012), "123456789012");
        row("negative int64", int64Bytes(-1), "-1");
        row("one byte has no sign", "\x87", "135");
        row("BigInteger of six bytes", bigIntegerBytes(eventMillis), "1795269731042");
        row("BigInteger of two bytes", bigEndianBytes(-2, 2), "-2");
        row("nothing", "", "none");
        row("nine bytes", std::string(9, '\x01'), "none");
        row("digits that do not fit", "99999999999999999999", "none");
        row("words", "not a number", "none");
    }
    void numbersAreReadFromTextAndFromBinary()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(QString, number);
        const auto read = integerOf(bytes.toStdString());
        QCOMPARE(read ? QString::number(*read) : QString("none"), number);
    }

    void aSingleByteIsBinaryWhereACountIsMeant()
    {
        QCOMPARE(countOf("\x31"), std::optional<std::int64_t>(49));
        QCOMPARE(countOf(std::string_view("\0", 1)), std::optional<std::int64_t>(0));
        QCOMPARE(countOf(int32Bytes(3)), std::optional<std::int64_t>(3));
        QCOMPARE(countOf("12"), std::optional<std::int64_t>(12));
    }

    void timesAreToldApartByTheirSizeAndForm_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("time");
        const auto row = [](const char* name, const std::string& bytes, const char* time) {
            QTest::newRow(name) << QByteArray::fromStdString(bytes) << time;
        };
        row("milliseconds in text", "1795269731042", "2026-11-21T14:02:11.042Z");
        row("milliseconds in binary", int64Bytes(eventMillis), "2026-11-21T14:02:11.042Z");
        row("milliseconds as BigInteger", bigIntegerBytes(eventMillis), "2026-11-21T14:02:11.042Z");
        row("seconds", "1795269731", "2026-11-21T14:02:11.000Z");
        row("microseconds", "1795269731042123", "2026-11-21T14:02:11.042Z");
        row("ticks of .NET", "639308665310420000", "2026-11-21T14:02:11.042Z");
        row("nanoseconds", "1795269731042123456", "2026-11-21T14:02:11.042Z");
        row("ISO 8601", "2026-11-21T14:02:11.042Z", "2026-11-21T14:02:11.042Z");
        row("ISO 8601 with offset", "2026-11-21T16:02:11.042+02:00", "2026-11-21T14:02:11.042Z");
        row("ISO 8601 west", "2026-11-21T09:32:11-0430", "2026-11-21T14:02:11.000Z");
        row("Java's with a zone", "2026-11-21T15:02:11.042+01:00[Europe/Berlin]", "2026-11-21T14:02:11.042Z");
        row("NServiceBus and Wolverine", "2026-11-21 14:02:11:042137 Z", "2026-11-21T14:02:11.042Z");
        row("PostgreSQL", "2026-11-21 14:02:11.042137+00", "2026-11-21T14:02:11.042Z");
        row("without seconds", "2026-11-21T14:02Z", "2026-11-21T14:02:00.000Z");
        row("unknown is -1", "-1", "none");
        row("no such month", "2026-13-21T14:02:11Z", "none");
        row("no such day", "2026-02-30T14:02:11Z", "none");
        row("text behind", "2026-11-21T14:02:11Z or so", "none");
        row("between the ranges", "200000000000000000", "none");
        row("words", "yesterday afternoon", "none");
        row("beyond every clock", "9999-12-31T23:59:59Z", "none");
        row("seconds beyond every clock", "53422517416", "none");
    }
    void timesAreToldApartByTheirSizeAndForm()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(QString, time);
        QCOMPARE(timeText(bytes.toStdString()), time);
    }

    void jsonStringsLoseTheirQuotesAndNothingElseDoes()
    {
        QCOMPARE(jsonText("\"a\\nb\""), std::optional<std::string>("a\nb"));
        QCOMPARE(jsonText("a"), std::optional<std::string>());
        QCOMPARE(jsonText("\"a"), std::optional<std::string>());
        QCOMPARE(jsonText("\""), std::optional<std::string>());
        QCOMPARE(jsonText("\"a\" \"b\""), std::optional<std::string>());
    }

    void headerTypesNameWholeHeadersOnly()
    {
        const std::string types = R"({"x-original-topic":"java.lang.String"})";
        QVERIFY(namesHeader(types, "x-original-topic"));
        QVERIFY(!namesHeader(types, "original-topic"));
        QVERIFY(!namesHeader(types, "x-original"));
    }

    void typeNamesAndUrisAreCutToWhatIsMeant()
    {
        QCOMPARE(typeNameOf("Acme.OrderPlaced, Acme.Contracts, Version=1.0.0.0"), std::string_view("Acme.OrderPlaced"));
        QCOMPARE(typeNameOf("Acme.A, X;Acme.B, X"), std::string_view("Acme.A"));
        QCOMPARE(typeNameOf("urn:message:Acme:OrderPlaced"), std::string_view("Acme:OrderPlaced"));
        QCOMPARE(typeNameOf("OrderPlaced"), std::string_view("OrderPlaced"));
        QCOMPARE(lastPartOfUri("kafka://topic/orders"), std::string_view("orders"));
        QCOMPARE(lastPartOfUri("rabbitmq://host/vhost/orders?durable=true"), std::string_view("orders"));
        QCOMPARE(lastPartOfUri("arn:aws:sqs:eu-west-1:1234:orders"), std::string_view("orders"));
        QCOMPARE(lastPartOfUri("orders"), std::string_view("orders"));
    }

    void anyBytesBecomeReadableText()
    {
        QCOMPARE(readable("gr\xc3\xbc\xc3\x9f"), std::string("gr\xc3\xbc\xc3\x9f"));
        QCOMPARE(readable("a\xff z"), std::string("a\xef\xbf\xbd z"));
        QCOMPARE(readable("\xc0\xaf"), std::string("\xef\xbf\xbd\xef\xbf\xbd"));
        QCOMPARE(readable("\xed\xa0\x80"), std::string("\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"));
        QCOMPARE(readable("\xf0\x9f\x92"), std::string("\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"));
        QCOMPARE(readable(std::string("a\0b", 3)), std::string("a\0b", 3));
        QCOMPARE(hexOf("\x01\xff", 8), std::string("01 ff"));
        QCOMPARE(hexOf("\x01\xff\x02", 2), std::string("01 ff\u2026 (3 bytes)"));
    }

    void ofASerialisedObjectOnlySizeAndWordsAreShown()
    {
        const std::string object = std::string("\xac\xed\x00\x05sr\x00\x01"
                                               "com.acme.Bad"
                                               "\x01"
                                               "ab",
                                               23);
        QCOMPARE(printableParts(object), std::string("23 bytes\ncom.acme.Bad"));
    }
};

QTEST_APPLESS_MAIN(TestHeaderValue)
#include "tst_headervalue.moc"
