// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include "backend/deadletter/replay/editedvalue.h"
#include "models/editedvalue.h"

using namespace projectionist;

class TestEditedValue : public QObject
{
    Q_OBJECT
private slots:
    void flawsAreFound_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<int>("line");
        QTest::addColumn<int>("column");
        QTest::newRow("empty") << QByteArray() << 1 << 1;
        QTest::newRow("cut") << QByteArray("{\"a\":") << 1 << 6;
        QTest::newRow("comma") << QByteArray("{\n  \"a\": 1,\n}") << 3 << 1;
        QTest::newRow("word") << QByteArray("[tru]") << 1 << 5;
        QTest::newRow("two values") << QByteArray("{} {}") << 1 << 4;
        QTest::newRow("single quotes") << QByteArray("{'a':1}") << 1 << 2;
        QTest::newRow("no UTF-8") << QByteArray("[\"\xff\"]") << 1 << 3;
        QTest::newRow("raw control character") << QByteArray("[\"a\tb\"]") << 1 << 4;
    }
    void flawsAreFound()
    {
        QFETCH(QByteArray, text);
        QFETCH(int, line);
        QFETCH(int, column);
        const auto flaw = findJsonFlaw(text.toStdString());
        QVERIFY(flaw);
        QCOMPARE(static_cast<int>(flaw->line), line);
        QCOMPARE(static_cast<int>(flaw->column), column);
        QVERIFY(!flaw->why.empty());
        QVERIFY2(flaw->why.find("json.exception") == std::string::npos, flaw->why.c_str());
    }

    void jsonHasNoFlaw()
    {
        for (const char* text :
             {"null", "-0.10e5", " [1 , 2]\n", "{\"a\":{\"a\":\"\\u202e\"},\"a\":12345678901234567890}"})
            QVERIFY2(!findJsonFlaw(text), text);
        QVERIFY(!findJsonFlaw(std::string(100'000, '[') + std::string(100'000, ']'))); // costs no stack
    }

    void onlyJsonIsEditedAndOnlyToJson()
    {
        QVERIFY(!whyNotEdited("{}", "[]"));
        QVERIFY(!whyNotEdited(std::nullopt, "{}"));
        QCOMPARE(whyNotEdited("plain", "{}").value(),
                 std::string("cannot be sent: what failed is no JSON, and nothing else can be edited"));
        QVERIFY(whyNotEdited("{}", "{\n,").value().starts_with("is no JSON: line 2, column 1: "));
    }

    void textsAreIndentedAndComeBackAsTheyWere()
    {
        const std::string compact =
            "{\"n\":1.50,\"n\":12345678901234567890,\"s\":\"a b\\\" : ,\",\"e\":[],\"o\":{\"x\":null}}";
        const auto text = editableText(compact);
        QVERIFY(text);
        QVERIFY(text->startsWith("{\n  \"n\": 1.50,\n"));
        QCOMPARE(editedValue(*text, compact), compact);
        const std::string spaced = "{ \"n\": 1 }";
        QCOMPARE(editedValue(*editableText(spaced), spaced), std::string("{\n  \"n\": 1\n}"));
    }

    void whatCannotBeSeenIsWrittenAsJsonEscapes()
    {
        const std::string value = "{\"s\":\"x\xe2\x80\xaey\"}"; // U+202E turns the direction of a text
        const auto text = editableText(value);
        QVERIFY(text);
        QVERIFY2(text->contains("x\\u202ey"), qPrintable(*text));
    }

    void whatCannotBeEditedSaysWhy()
    {
        QVERIFY(editableText("\x01\x02").error().contains("no JSON"));
        QVERIFY(editableText('"' + std::string(300'000, 'x') + '"').error().contains("--edit"));
    }

    void flawsAreToldByCharacters()
    {
        const auto text = editFlawText(QString::fromUtf8("{\n\"\xc3\xa9\xc3\xa9\" 1}"));
        QVERIFY2(text.startsWith("Line 2, column 6: "), qPrintable(text));
        QVERIFY(editFlawText("{}").isEmpty());
        const auto large = editFlawText('"' + QString(300'000, u'x') + '"');
        QVERIFY2(large.startsWith("It is larger than 256 KiB"), qPrintable(large));
    }

    void differingLinesAreThoseInTheMiddle()
    {
        QCOMPARE(differingLines("a\nb\nc", "a\nb\nc"), (DifferingLines{3, 0, 0}));
        QCOMPARE(differingLines("a\nb\nc", "a\nx\ny\nc"), (DifferingLines{1, 1, 2}));
        QCOMPARE(differingLines("a\na", "a"), (DifferingLines{1, 1, 0}));
        QCOMPARE(differingLines("", "a"), (DifferingLines{0, 1, 1}));
    }
};

QTEST_GUILESS_MAIN(TestEditedValue)
#include "tst_editedvalue.moc"
