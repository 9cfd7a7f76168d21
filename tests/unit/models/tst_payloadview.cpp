// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
// First, since moc of Qt 6.4 stumbles over standard headers that come before any of Qt.
#include <QTest>

#include "models/payloadview.h"

using namespace projectionist;

class TestPayloadView : public QObject
{
    Q_OBJECT
private slots:
    void jsonIsIndentedAndNothingIsRewritten()
    {
        const auto view = payloadText("{\"b\":12345678901234567890123,\"a\":[1.50,{}],\"a\":\"x\\\"y, {z}\",\"e\":[]}");
        QCOMPARE(view.format, PayloadFormat::Json);
        QCOMPARE(view.text, QString("{\n  \"b\": 12345678901234567890123,\n  \"a\": [\n    1.50,\n    {}\n  ],\n"
                                    "  \"a\": \"x\\\"y, {z}\",\n  \"e\": []\n}"));
        QVERIFY(view.notes.isEmpty());
    }
    void deepJsonIsShownWholeAndSaysSo()
    {
        const std::string deep = std::string(5000, '[') + std::string(5000, ']');
        const auto view = payloadText(deep);
        QCOMPARE(view.format, PayloadFormat::Json);
        QString compact = view.text;
        compact.remove(' ').remove('\n');
        QCOMPARE(compact.toStdString(), deep);
        QVERIFY(view.notes.join(' ').contains("64 levels"));
        QVERIFY(view.text.size() < 40'000);
    }
    void whatIsTooLongIsCutAndSaysSo()
    {
        const std::string big = "{\"a\":\"" + std::string(400'000, 'x') + "\"}";
        const auto view = payloadText(big);
        QCOMPARE(view.format, PayloadFormat::Json);
        QVERIFY(view.text.size() < 300'000);
        QVERIFY(view.notes.join(' ').contains("first 256"));
    }
    void whatCannotBeSeenBecomesVisible_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("text");
        QTest::newRow("direction override") << QByteArray("a\u202eb") << "a\\u202eb";
        QTest::newRow("control") << QByteArray("a\x07"
                                               "b")
                                 << "a\\u0007b";
        QTest::newRow("zero") << QByteArray("a\0b", 3) << "a\\u0000b";
        QTest::newRow("zero width") << QByteArray("pay\u200bpal") << "pay\\u200bpal";
        QTest::newRow("invalid byte") << QByteArray("a\xff"
                                                    "b")
                                      << "a\\xffb";
        QTest::newRow("overlong") << QByteArray("\xc0\xaf") << "\\xc0\\xaf";
        QTest::newRow("surrogate") << QByteArray("\xed\xa0\x80") << "\\xed\\xa0\\x80";
        QTest::newRow("cut sequence") << QByteArray("\xe2\x82") << "\\xe2\\x82";
        QTest::newRow("four bytes stay") << QByteArray("\xf0\x9f\x93\xa6") << QString::fromUtf8("\xf0\x9f\x93\xa6");
        QTest::newRow("tag characters") << QByteArray("\xf3\xa0\x81\xa1") << "\\U000e0061";
        QTest::newRow("line feed") << QByteArray("a\nb") << "a\\u000ab";
    }
    void whatCannotBeSeenBecomesVisible()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(QString, text);
        QCOMPARE(visibleText({bytes.constData(), static_cast<std::size_t>(bytes.size())}, false), text);
    }
    void textKeepsItsLines()
    {
        const auto view = payloadText("one\r\n\ttwo\u202e");
        QCOMPARE(view.format, PayloadFormat::Text);
        QCOMPARE(view.text, QString("one\n\ttwo\\u202e"));
        QCOMPARE(view.notes.size(), 1);
    }
    void bytesBecomeHex()
    {
        std::string bytes;
        for (int i = 0; i < 20; ++i)
            bytes += static_cast<char>(i * 13);
        const auto view = payloadText(bytes);
        QCOMPARE(view.format, PayloadFormat::Hex);
        QCOMPARE(view.text.split('\n').first(),
                 QString("00000000  00 0d 1a 27 34 41 4e 5b  68 75 82 8f 9c a9 b6 c3  ...'4AN[hu......"));
    }
    void aFormatThatDoesNotFitFallsBack()
    {
        const auto view = payloadText("{not json", PayloadFormat::Json);
        QCOMPARE(view.format, PayloadFormat::Text);
        QCOMPARE(view.notes, QStringList{"This is no JSON."});
        QCOMPARE(payloadText("abc", PayloadFormat::Hex).format, PayloadFormat::Hex);
    }
    void markupStaysText() { QCOMPARE(payloadText("<b>x</b>").text, QString("<b>x</b>")); }
    void nothingIsToldFromEmpty()
    {
        QVERIFY(payloadText(std::nullopt).notes.first().startsWith("Null"));
        QVERIFY(payloadText(std::string()).notes.first().startsWith("Empty"));
        QCOMPARE(inlineText(std::nullopt), QString("null"));
    }
    void oneLineIsCut()
    {
        QCOMPARE(inlineText(std::string("abcdefgh"), 5), QString("abcd\u2026"));
        QCOMPARE(inlineText(std::string("a\nb"), 50), QString("a\\u000ab"));
    }
};

QTEST_GUILESS_MAIN(TestPayloadView)
#include "tst_payloadview.moc"
