// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/filter.h"
#include "tests/unit/deadletter/filterfixture.h"

#include <QtTest>

using namespace projectionist;

class TestFilterProblems : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void namesEveryMistakeAtItsPlace_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("problems");
        const auto row = [](const char* text, const char* problems) {
            QTest::newRow(text) << QByteArray(text) << QByteArray(problems);
        };
        // Fields
        row("projecton == 'x'", "0+9 unknown field `projecton`; did you mean `projection`?");
        row("heder('x') == 'x'", "0+5 unknown function `heder`; did you mean `header`?");
        row("tries == 1 and zzz == 2", "15+3 unknown field `zzz`");
        row("header == 'x'", "0+6 `header` needs a name in parentheses; write `header(\"name\")`");
        row("header(tenant) == 'x'", "7+6 the name of a header stands in quotes; write `header(\"tenant\")`");
        row("header() == 'x'", "7+0 the name of a header is missing after `(`; write `header(\"name\")`");
        row("header('a' == 'x'", "0+10 the parenthesis of `header` is never closed; add `)`");
        row("payload.2x == 1", "8+2 such a name needs brackets; write `[\"2x\"]` instead of `.2x`");
        row("payload.5 == 1", "8+1 such a name needs brackets; write `[\"5\"]` instead of `.5`");
        row("payload. == 1", "8+0 a name is missing after `.`; for example `payload.orderId`");
        row("payload[a] == 1", "8+1 `a` is neither a name in quotes nor a place in a list; write `[\"name\"]`, or "
                               "`[0]` for the first of a list");
        row("payload[-1] == 1", "8+2 `-1` is neither a name in quotes nor a place in a list; write `[\"name\"]`, or "
                                "`[0]` for the first of a list");
        row("payload[0 == 1", "9+0 `]` is missing after `0`");
        row("payload[] == 1",
            "8+0 a name or a place is missing after `[`; write `[\"name\"]`, or `[0]` for the first of a list");
        // Operators
        row("projection = 'x'", "11+1 `=` is not known here; write `==`");
        row("tries == 1 && tries == 2", "11+2 `&&` is not known here; write `and`");
        row("tries <> 1 || !masked", "6+2 `<>` is not known here; write `!=`\n11+2 `||` is not known here; write `or`\n"
                                     "14+1 `!` is not known here; write `not`");
        row("tries ≥ 1", "6+3 `≥` is not known here; write `>=`");
        row("projection =~ 'x'", "11+2 `=~` is not known here; write `matches`");
        row("projection has 'x'",
            "11+3 unknown operator `has`; known: `==`, `!=`, `contains`, `startswith`, `endswith`, `matches`, `in`, "
            "`<`, `>`, `<=`, `>=`");
        row("projection contain 'x'", "11+7 unknown operator `contain`; did you mean `contains`?");
        row("age contains 'x'",
            "4+8 `contains` does not fit `age`, which is a duration; use `<`, `>`, `<=`, `>=`, `==`, `!=`, `in`");
        row("masked < true", "7+1 `<` does not fit `masked`, which is true or false; use `==`, `!=`");
        row("state startswith 'o'",
            "6+10 `startswith` does not fit `state`, which is one of a few words; use `==`, `!=`, `in`");
        row("projection not == 'x'", "15+2 `not ==` is not an operator; write `not` before the field");
        row("projection", "10+0 a comparison is missing after `projection`; for example `projection == \"…\"`");
        row("age and masked", "3+0 a comparison is missing after `age`; for example `age < 6h`");
        row("payload.paid or masked", "12+0 a comparison is missing after `paid`; for example `payload.paid == \"…\"`");
        // Values
        row("projection ==", "13+0 a value is missing after `==`; for example `projection == \"…\"`");
        row("age < and masked", "5+0 a value is missing after `<`; for example `age < 6h`");
        row("projection == orders", "14+6 `orders` is not a value; write texts in quotes: `\"orders\"`");
        row("projection == topic",
            "14+5 `topic` is not a value; fields are compared with values, for example `projection == \"…\"`");
        row("projection == ('a')", "14+1 `==` takes one value; for several write `in (…)`");
        row("projection == 42", "14+2 `projection` is a text, not a number; write `\"42\"`");
        row("projection contains 42", "20+2 `contains` needs a text; write `\"42\"`");
        row("tries == '42'", "9+4 `tries` is a number, not a text; write `42` without quotes");
        row("tries > 6h", "8+2 `tries` is a number, not a duration; for example `3`");
        row("age < 6", "6+1 `age` is a duration, not a number; add a unit: `6s`, `6m`, `6h` or `6d`");
        row("age < '6h'", "6+4 `age` is a duration, not a text; write `6h` without quotes");
        row("age < 6x", "7+1 unknown unit `x` in `6x`; units are ms, s, m, h and d, as in 1h30m");
        row("age < 1.5h", "6+4 `1.5h` is not a duration; write whole numbers, as in 1h30m");
        row("age < 6h30", "6+4 `6h30` ends without a unit; units are ms, s, m, h and d, as in 1h30m");
        row("age < 99999999d", "6+9 `99999999d` is too long; durations go up to 100 years");
        row("tries < 1e999", "8+5 `1e999` is out of range; numbers go up to 1e308");
        row("tries < 1.2.3", "8+5 `1.2.3` is not a number; write texts in quotes");
        row("failed > 6h", "9+2 `failed` is a time, not a duration; write `age > 6h`");
        row("failed > 5",
            "9+1 `failed` is a time, not a number; for example `today`, `2026-11-21` or `2026-11-21T14:02Z`");
        row("failed > '21.11.2026'",
            "9+12 `failed` is a time, not a text; for example `today`, `2026-11-21` or `2026-11-21T14:02Z`");
        row("failed > 2026-13-01",
            "9+10 `2026-13-01` is not a time; write it as 2026-11-21, 2026-11-21T14:02 or 2026-11-21T14:02:11Z");
        row("masked == 1", "10+1 `masked` is true or false, not a number; write `true` or `false`");
        row("payload.paid < true", "15+4 `true` has no order; use `==` or `!=`");
        row("state == 'opn'", "9+5 `state` is never \"opn\"; did you mean `open`?");
        row("state == 'broken'", "9+8 `state` is never \"broken\"; known: `open`, `replayed`, `resolved`");
        row("exception matches '(a'",
            "18+4 this regular expression is wrong: missing ): (a; to find it as plain text use `contains`");
        // Texts
        row("projection == 'abc", "14+4 the quote is never closed; add ' after the text");
        row("projection == \"a\\d\" or masked", "16+2 `\\d` is not an escape; write `\\\\` for a backslash; escapes "
                                                "are \\n \\r \\t \\\" \\' \\xHH \\uHHHH");
        row("projection == “abc”", "14+9 these quotes are for print; write \" or '");
        row("tries == 1 # masked", "11+1 `#` means nothing here; texts stand in quotes");
        // Lists
        row("tries in 1", "8+0 a list in parentheses is missing after `in`; write `in (3, …)`");
        row("tries in ()", "9+2 the list is empty; write `in (3, …)`");
        row("tries in (1 2)", "12+1 a `,` is missing before `2`");
        row("tries in (1,)", "12+0 a value is missing after `,`; for example `tries in 3`");
        row("tries in (1, 2", "9+1 the list is never closed; add `)`");
        row("tries in (1, 'x', two)", "13+3 `tries` is a number, not a text; for example `3`\n18+3 `two` is not a "
                                      "value; write texts in quotes: `\"two\"`");
        // Structure
        row("and masked", "0+0 a condition is missing; for example `projection == …`");
        row("tries == 1 and", "14+0 a condition is missing after `and`; for example `projection == …`");
        row("tries == 1 or or masked", "13+0 a condition is missing after `or`; for example `projection == …`");
        row("not", "3+0 a condition is missing after `not`; for example `projection == …`");
        row("tries == 1 masked", "11+6 `and` or `or` is missing before `masked`");
        row("tries == 1, masked", "10+1 `,` does not fit here; join conditions with `and` or `or`");
        row("'x' == projection", "0+3 a condition begins with a field, not with a value; write `projection == …`");
        row("== 'x'", "0+2 a field is missing before `==`; for example `projection == …`");
        row("(tries == 1", "0+1 the parenthesis is never closed; add `)`");
        row("tries == 1)", "10+1 `)` closes nothing; remove it");
        row("() or masked", "0+2 the parentheses are empty; remove them");
        row("exists masked", "0+6 `exists` needs parentheses; for example `exists(header(\"name\"))`");
        row("exists(masked == true)",
            "14+2 `==` does not fit here; `exists` takes a field, a header or a payload field");
        row("exists(masked", "6+1 the parenthesis is never closed; add `)`");
        row("exists()", "7+0 a condition is missing after `(`; for example `projection == …`");
    }
    void namesEveryMistakeAtItsPlace()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, problems);
        QCOMPARE(QByteArray::fromStdString(canonicalOrProblems(text.toStdString())), problems);
    }

    void checksTheRestAfterEachMistake()
    {
        QCOMPARE(
            canonicalOrProblems(
                "projecton == 'a' and (age < 5 or tries contains 'x') and state == 'opn' and masked =="),
            std::string(
                "0+9 unknown field `projecton`; did you mean `projection`?\n"
                "28+1 `age` is a duration, not a number; add a unit: `5s`, `5m`, `5h` or `5d`\n"
                "39+8 `contains` does not fit `tries`, which is a number; use `<`, `>`, `<=`, `>=`, `==`, `!=`, `in`\n"
                "66+5 `state` is never \"opn\"; did you mean `open`?\n"
                "85+0 a value is missing after `==`; for example `masked == true`"));
    }

    void deepNestingIsAMistakeAndNoOverflow()
    {
        for (const std::string opening : {"(", "not ", "not(", "exists(", "payload[", "header("}) {
            std::string text;
            while (text.size() + opening.size() + 10 <= longestFilter)
                text += opening;
            QVERIFY(!analyseFilter(text + "tries == 1", filterTestSchema()).ok());
        }
        const std::string many(10'000, '(');
        QCOMPARE(
            canonicalOrProblems(many + "tries == 1" + std::string(10'000, ')')),
            std::string(
                "100+1 more than 100 parentheses and `not`s within one another; write it flatter, for example with "
                "`in (…)`"));
        const std::string allowed(100, '(');
        QCOMPARE(canonicalOrProblems(allowed + "tries == 1" + std::string(100, ')')), std::string("tries == 1"));
    }

    void longListsAndChainsAreNotDeep()
    {
        std::string chain = "tries == 0";
        std::string list = "tries in (0";
        for (int i = 1; i < 3000; ++i) {
            chain += " or tries == " + std::to_string(i);
            list += ", " + std::to_string(i);
        }
        QVERIFY(analyseFilter(chain, filterTestSchema()).ok());
        QVERIFY(analyseFilter(list + ')', filterTestSchema()).ok());
    }

    void tooLongAFilterIsAMistake()
    {
        const std::string fits = "tries == 1" + std::string(longestFilter - 10, ' ');
        QCOMPARE(canonicalOrProblems(fits), std::string("tries == 1"));
        QCOMPARE(canonicalOrProblems(fits + "  "),
                 std::string("65536+2 the filter has 65\u202f538 bytes, more than the 65\u202f536 that it "
                             "may have; shorten it"));
    }

    void terminalsShowThePlace()
    {
        const std::string text = "payload.größe == 1 and\n  projecton == \"x\"\x1b";
        QCOMPARE(explainProblems(text, analyseFilter(text, filterTestSchema()).problems),
                 std::string("  projecton == \"x\" \n"
                             "  ^^^^^^^^^ unknown field `projecton`; did you mean `projection`?\n"
                             "  projecton == \"x\" \n"
                             "                  ^ `\\x1b` means nothing here; texts stand in quotes\n"));
        QCOMPARE(explainProblems("größe ==", {{8, 0, "a value is missing", ""}}),
                 std::string("größe ==\n      ^ a value is missing\n"));
    }

    void compilingNamesTheFirstMistake()
    {
        const auto program = compileFilter("age < 5", filterTestSchema(), {filterTestNow, {}});
        QVERIFY(!program);
        QCOMPARE(program.error().kind, ErrorKind::Configuration);
        QCOMPARE(program.error().why,
                 std::string("at byte 7: `age` is a duration, not a number; add a unit: `5s`, `5m`, `5h` or `5d`"));
    }
};

QTEST_GUILESS_MAIN(TestFilterProblems)
#include "tst_filterproblems.moc"
