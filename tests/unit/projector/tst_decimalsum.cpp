// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/projector/decimalsum.h"

#include <QTest>

using namespace projectionist;

class TestDecimalSum : public QObject
{
    Q_OBJECT
private slots:
    void sumsAreExact_data()
    {
        QTest::addColumn<std::string>("a");
        QTest::addColumn<std::string>("b");
        QTest::addColumn<std::string>("sum");
        const auto row = [](const char* a, const char* b, const char* sum) {
            QTest::addRow("%s + %s", a, b) << std::string(a) << std::string(b) << std::string(sum);
        };
        row("0", "0", "0");
        row("1", "2", "3");
        row("9", "1", "10");
        row("9223372036854775807", "1", "9223372036854775808");
        row("0.1", "0.2", "0.3");
        row("12.50", "1", "13.50");
        row("1", "-1", "0");
        row("-0.5", "0.5", "0.0");
        row("1", "-2.25", "-1.25");
        row("-3", "1", "-2");
        row("-3", "-4", "-7");
        row("100", "-0.01", "99.99");
        row("1e3", "1", "1001");
        row("1.5E+1", "0", "15");
        row("1e-5", "1", "1.00001");
        row("+7", "007", "14");
        row(".5", "5.", "5.5");
    }
    void sumsAreExact()
    {
        QFETCH(std::string, a);
        QFETCH(std::string, b);
        QFETCH(std::string, sum);
        QCOMPARE(decimalSum(a, b).value_or("none"), sum);
        QCOMPARE(decimalSum(b, a).value_or("none"), sum);
    }
    void whatIsNoNumberIsRefused()
    {
        for (const char* text : {"", "-", ".", "1x", "NaN", "Infinity", "1e", "1e99999", "0x10", " 1", "1,5", "--1"})
            QVERIFY2(!decimalSum(text, "1"), text);
        QVERIFY(!decimalSum(std::string(2000, '9'), "1"));
    }
    void aNegationIsExact()
    {
        QCOMPARE(decimalNegation("12.50").value_or("none"), std::string("-12.50"));
        QCOMPARE(decimalNegation("-3").value_or("none"), std::string("3"));
        QCOMPARE(decimalNegation("0").value_or("none"), std::string("0"));
        QVERIFY(!decimalNegation("a"));
    }
};

QTEST_APPLESS_MAIN(TestDecimalSum)
#include "tst_decimalsum.moc"
