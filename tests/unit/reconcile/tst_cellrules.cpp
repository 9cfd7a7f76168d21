// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/reconcile/cellrules.h"
#include "backend/store/copyline.h"

#include <QTest>

using namespace projectionist;

class TestCellRules : public QObject
{
    Q_OBJECT
private slots:
    void numbersArePlain_data()
    {
        QTest::addColumn<std::string>("text");
        QTest::addColumn<std::string>("plain");
        const std::vector<std::pair<std::string, std::string>> rows{{"1.50", "1.5"},
                                                                    {"1.00", "1"},
                                                                    {"-0", "0"},
                                                                    {"-0.00", "0"},
                                                                    {"0", "0"},
                                                                    {"100", "100"},
                                                                    {"-1.10", "-1.1"},
                                                                    {"1e+20", "100000000000000000000"},
                                                                    {"1.5e-05", "0.000015"},
                                                                    {"NaN", "NaN"},
                                                                    {"Infinity", "Infinity"},
                                                                    {"-Infinity", "-Infinity"},
                                                                    {"1e999999", "1e999999"},
                                                                    {"", ""},
                                                                    {"-", "-"},
                                                                    {"1.2.3", "1.2.3"},
                                                                    {"007", "7"},
                                                                    {".5", "0.5"}};
        for (const auto& [text, plain] : rows)
            QTest::newRow(text.empty() ? "nothing" : text.c_str()) << text << plain;
    }
    void numbersArePlain()
    {
        QFETCH(std::string, text);
        QFETCH(std::string, plain);
        QCOMPARE(plainNumber(text), plain);
    }

    void equalValuesAreEqualAndOthersAreNot_data()
    {
        QTest::addColumn<int>("valueClass");
        QTest::addColumn<QString>("expected");
        QTest::addColumn<QString>("actual");
        QTest::addColumn<bool>("same");
        const auto row = [](ValueClass valueClass, const QString& expected, const QString& actual, bool same) {
            QTest::addRow("%s and %s", qPrintable(expected), qPrintable(actual))
                << static_cast<int>(valueClass) << expected << actual << same;
        };
        row(ValueClass::Exact, "1.50", "1.5", false);
        row(ValueClass::Exact, "a ", "a", false);
        row(ValueClass::Number, "1.50", "1.5", true);
        row(ValueClass::Number, "-0", "0", true);
        row(ValueClass::Number, "NaN", "NaN", true);
        row(ValueClass::Number, "Infinity", "-Infinity", false);
        row(ValueClass::Number, "0.1", "0.10000000000000002", false);
        row(ValueClass::Numbers, "{1.50,NULL}", "{1.5,NULL}", true);
        row(ValueClass::Numbers, "[2:3]={1,2}", "{1,2}", false);
        row(ValueClass::Numbers, "[2:3]={1,2}", "[2:3]={1.0,2}", true);
        row(ValueClass::Numbers, "[1.0,2.50)", "[1,2.5)", true);
        row(ValueClass::Numbers, "[1,2)", "[1,2]", false);
        row(ValueClass::Json, "{\"a\": 1.50}", "{\"a\": 1.5}", true);
        row(ValueClass::Json, "{\"a\": \"1.50\"}", "{\"a\": \"1.5\"}", false);
        row(ValueClass::Json, "{\"a\\\"1.50\": 1}", "{\"a\\\"1.5\": 1}", false);
        row(ValueClass::Json, "[1, -0.0]", "[1, 0]", true);
        row(ValueClass::Time, "2026-01-01 00:00:00+00", "2026-01-01 00:00:00.001+00", false);
    }
    void equalValuesAreEqualAndOthersAreNot()
    {
        QFETCH(int, valueClass);
        QFETCH(QString, expected);
        QFETCH(QString, actual);
        QFETCH(bool, same);
        const auto which = static_cast<ValueClass>(valueClass);
        QCOMPARE(sameCell(which, {}, expected.toStdString(), actual.toStdString()), same);
        QCOMPARE(sameCell(which, {}, actual.toStdString(), expected.toStdString()), same);
    }

    void nullEqualsNullAlone()
    {
        QVERIFY(sameCell(ValueClass::Number, {}, std::nullopt, std::nullopt));
        QVERIFY(!sameCell(ValueClass::Number, {}, std::nullopt, "NaN"));
        QVERIFY(!sameCell(ValueClass::Exact, {}, "", std::nullopt));
    }

    void tolerancesAreForNumbersAndTimes()
    {
        ColumnRule rule;
        rule.absolute = 0.01;
        QVERIFY(sameCell(ValueClass::Number, rule, "1.00", "1.01"));
        QVERIFY(!sameCell(ValueClass::Number, rule, "1.00", "1.02"));
        QVERIFY(!sameCell(ValueClass::Number, rule, "NaN", "1.02"));
        QVERIFY(!sameCell(ValueClass::Number, rule, "Infinity", "-Infinity"));
        QVERIFY(!sameCell(ValueClass::Number, rule, std::nullopt, "0"));
        rule = {};
        rule.relative = 0.1;
        QVERIFY(sameCell(ValueClass::Number, rule, "100", "110"));
        QVERIFY(!sameCell(ValueClass::Number, rule, "100", "112"));
        rule = {};
        rule.time = Duration(1000);
        QVERIFY(sameCell(ValueClass::Time, rule, "2026-01-01 00:00:00+00", "2025-12-31 23:59:59.5+00"));
        QVERIFY(!sameCell(ValueClass::Time, rule, "2026-01-01 00:00:00", "2026-01-01 00:00:02"));
        QVERIFY(!sameCell(ValueClass::Time, rule, "infinity", "-infinity"));
        QVERIFY(!sameCell(ValueClass::Time, rule, "2026-01-01", "2026-01-02"));
    }

    void streamedLinesAreTakenApart()
    {
        const auto cells = copyCells("a\\tb\t\\N\t\t\\\\N\t\\n\\\\\tend");
        QCOMPARE(cells.size(), std::size_t{6});
        QVERIFY(cells[0] == "a\tb");
        QVERIFY(!cells[1]);
        QVERIFY(cells[2] == "");
        QVERIFY(cells[3] == "\\N");
        QVERIFY(cells[4] == "\n\\");
        QVERIFY(cells[5] == "end");
    }
};

QTEST_GUILESS_MAIN(TestCellRules)
#include "tst_cellrules.moc"
