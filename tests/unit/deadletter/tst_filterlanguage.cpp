// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/filteredit.h"
#include "tests/unit/deadletter/filterfixture.h"

#include <QtTest>
#include <random>

using namespace projectionist;

namespace {

/// Random trees as the parser makes them: joined groups are flat, values fit.
class RandomTree
{
public:
    explicit RandomTree(unsigned seed) : m_random(seed) {}

    FilterNode node(int depth)
    {
        const int kind = depth == 0 ? 3 : below(6);
        if (kind == 0 || kind == 1)
            return group(kind == 0 ? FilterNode::Kind::And : FilterNode::Kind::Or, depth);
        if (kind == 2) {
            FilterNode negation{FilterNode::Kind::Not};
            negation.children.push_back(node(depth - 1));
            return negation;
        }
        return below(8) == 0 ? FilterNode{FilterNode::Kind::Exists, {}, operand()} : comparison();
    }

private:
    int below(int limit) { return static_cast<int>(m_random() % static_cast<unsigned>(limit)); }

    FilterNode group(FilterNode::Kind kind, int depth)
    {
        FilterNode joined{kind};
        const int count = 2 + below(3);
        while (static_cast<int>(joined.children.size()) < count)
            if (auto child = node(depth - 1); child.kind != kind)
                joined.children.push_back(std::move(child));
        return joined;
    }

    std::string text()
    {
        static const std::vector<std::string> bits{"a",    "B", " ",    "\"",     "'", "\\", "\n",
                                                   "\x01", "ü", "\xff", "\u202e", "%", "😀"};
        std::string made;
        for (int i = below(6); i > 0; --i)
            made += bits[static_cast<std::size_t>(below(static_cast<int>(bits.size())))];
        return made;
    }

    FilterLiteral literal()
    {
        switch (below(6)) {
        case 0:
            return FilterNumber(static_cast<std::int64_t>(m_random()) * (below(2) ? 1 : -1'000'000'007));
        case 1:
            return FilterNumber((static_cast<double>(below(2000)) - 1000) / 64);
        case 2:
            return below(2) == 0;
        case 3:
            return Duration(static_cast<std::int64_t>(m_random()) - 2'000'000'000);
        case 4:
            return time();
        default:
            return text();
        }
    }

    FilterTime time()
    {
        auto made = filterTimeAt(TimePoint(Duration(static_cast<std::int64_t>(m_random()) * 500)));
        made.precision = static_cast<FilterTime::Precision>(below(4));
        const std::int64_t unit = made.precision == FilterTime::Precision::Day      ? 86'400'000
                                  : made.precision == FilterTime::Precision::Minute ? 60'000
                                  : made.precision == FilterTime::Precision::Second ? 1000
                                                                                    : 1;
        made.civil -= made.civil % unit;
        if (below(2) == 0 || made.precision == FilterTime::Precision::Day)
            made.offsetMinutes.reset();
        else
            made.offsetMinutes = below(1200) - 600;
        return made;
    }

    FilterOperand operand()
    {
        if (below(2) == 0)
            return {FilterOperand::Kind::Header, text()};
        FilterOperand made{FilterOperand::Kind::Payload, {}};
        for (int i = below(4); i > 0; --i)
            if (below(3) == 0)
                made.path.emplace_back(static_cast<std::size_t>(below(100)));
            else
                made.path.emplace_back(below(2) == 0 ? "name" : text());
        return made;
    }

    FilterNode comparison()
    {
        FilterNode made{FilterNode::Kind::Compare, {}, operand(), static_cast<FilterOperator>(below(11))};
        if (made.operation == FilterOperator::Matches)
            made.values = {std::string("^a+[\\d\\\\.]?'$")};
        else if (made.operation >= FilterOperator::Contains && made.operation <= FilterOperator::EndsWith)
            made.values = {text()};
        else if (made.operation >= FilterOperator::Less && made.operation <= FilterOperator::GreaterOrEqual)
            made.values = {FilterLiteral(text())};
        else
            made.values = {literal()};
        for (int i = made.operation == FilterOperator::In ? below(4) : 0; i > 0; --i)
            made.values.push_back(literal());
        return made;
    }

    std::mt19937 m_random;
};

std::string addTo(std::string_view text, const FilterNode& condition)
{
    const auto added = addFilterCondition(text, condition, filterTestSchema());
    return added ? *added : "error: " + toString(added.error());
}

FilterOperand field(const char* name)
{
    return {FilterOperand::Kind::Field, name};
}

} // namespace

class TestFilterLanguage : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void printsCanonically_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("canonical");
        const auto row = [](const char* name, const char* text, const char* canonical) {
            QTest::newRow(name) << QByteArray(text) << QByteArray(canonical);
        };
        row("empty", " \n", "");
        row("the issue's example",
            "projection == \"x\" and exception contains \"y\" and age < 6h and header(\"tenant\") == \"42\" and "
            "payload.orderId == \"…\" and not (tries >= 3 or topic in (\"a\", \"b\"))",
            "projection == \"x\" and exception contains \"y\" and age < 6h and header(\"tenant\") == \"42\" and "
            "payload.orderId == \"…\" and not (tries >= 3 or topic in (\"a\", \"b\"))");
        row("and before or", "tries == 1 or tries == 2 and tries == 3", "tries == 1 or tries == 2 and tries == 3");
        row("parentheses that do nothing", "(tries == 1) or ((tries == 2 and tries == 3))",
            "tries == 1 or tries == 2 and tries == 3");
        row("parentheses that are needed", "(tries == 1 or tries == 2) and tries == 3",
            "(tries == 1 or tries == 2) and tries == 3");
        row("not before and", "not tries == 1 and tries == 2", "not tries == 1 and tries == 2");
        row("not of a group", "not (tries == 1 and tries == 2)", "not (tries == 1 and tries == 2)");
        row("twice not", "not not (tries == 1)", "not not tries == 1");
        row("flat groups", "tries == 1 and (tries == 2 and (tries == 3))", "tries == 1 and tries == 2 and tries == 3");
        row("single quotes", "projection == 'say \"hi\" or it\\'s'", "projection == \"say \\\"hi\\\" or it's\"");
        row("escapes", "projection == \"a\\n\\t\\x41\\u00e9\\\\\\r\\x01\\u202e\"",
            "projection == \"a\\n\\tAé\\\\\\r\\x01\\u202e\"");
        row("expressions keep their backslashes", "exception matches \"^java\\.\\w+\\\"'\\\\$\"",
            "exception matches \"^java\\.\\w+\\\"'\\\\$\"");
        row("words in any case", "NOT tries IN (1,2) AND state==\"open\"", "not tries in (1, 2) and state == \"open\"");
        row("operators with not", "projection not contains \"a\" and tries not in (1)",
            "not projection contains \"a\" and not tries in (1)");
        row("numbers", "tries in (1, -2, 2.50, 1e3, 9223372036854775807)",
            "tries in (1, -2, 2.5, 1000, 9223372036854775807)");
        row("durations", "delay in (90m, 1500ms, 36h, -5s, 0s)", "delay in (1h30m, 1s500ms, 1d12h, -5s, 0s)");
        row("times",
            "failed in (today, yesterday, 2026-11-21, 2026-11-21T14:02, 2026-11-21 14:02:03, 2026-11-21T14:02:03.5Z)",
            "failed in (today, yesterday, 2026-11-21, 2026-11-21T14:02, 2026-11-21T14:02:03, "
            "2026-11-21T14:02:03.500Z)");
        row("times in quotes", "failed >= \"2026-11-21 14:02+01:00\" and failed < 'today'",
            "failed >= 2026-11-21T14:02+01:00 and failed < today");
        row("booleans", "masked or not masked or masked != false",
            "masked == true or not masked == true or masked != false");
        row("paths", "payload.a.b[0].c == 1 and payload['odd name'].in == 1 and payload[\"a\"] == 1",
            "payload.a.b[0].c == 1 and payload[\"odd name\"].in == 1 and payload.a == 1");
        row("the whole payload", "payload contains \"x\"", "payload contains \"x\"");
        row("names of other scripts", "payload.größe.日本 == 1", "payload.größe.日本 == 1");
        row("exists", "exists(header('x')) and exists( projection ) and exists(payload.a)",
            "exists(header(\"x\")) and exists(projection) and exists(payload.a)");
        row("spaces from a page", "tries\u00a0==\u202f1", "tries == 1");
        row("hardly any spaces", "tries==1 and(age<6h)or(masked)", "tries == 1 and age < 6h or masked == true");
    }
    void printsCanonically()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, canonical);
        QCOMPARE(QByteArray::fromStdString(canonicalOrProblems(text.toStdString())), canonical);
        QCOMPARE(QByteArray::fromStdString(canonicalOrProblems(canonical.toStdString())), canonical);
    }

    void randomTreesSurviveTheirText()
    {
        RandomTree random(20261121);
        for (int i = 0; i < 3000; ++i) {
            const auto tree = random.node(4);
            const auto text = printFilter(tree);
            const auto analysis = analyseFilter(text, filterTestSchema());
            QVERIFY2(analysis.ok() && analysis.tree, (text + '\n' + canonicalOrProblems(text)).c_str());
            QVERIFY2(*analysis.tree == tree, (text + '\n' + printFilter(*analysis.tree)).c_str());
        }
    }

    void mutilatedTextsNeverCrashAndProblemsLieInTheText()
    {
        std::mt19937 random(7);
        RandomTree trees(8);
        for (int i = 0; i < 3000; ++i) {
            auto text = printFilter(trees.node(3));
            for (unsigned changes = random() % 4; changes > 0 && !text.empty(); --changes) {
                const auto at = random() % text.size();
                if (random() % 2 == 0)
                    text.erase(at, 1 + random() % 5);
                else
                    text.insert(at, 1, "()[]\"'.,=!<&\\\x80x5"[random() % 17]);
            }
            for (const auto& problem : analyseFilter(text, filterTestSchema()).problems) {
                QVERIFY(problem.offset + problem.length <= text.size());
                QVERIFY(!problem.message.empty());
            }
        }
    }

    void aClickedCellIsAddedWithAnd()
    {
        const auto quoted = filterCondition(field("projection"), FilterLiteral(std::string("say \"hi\"")), false);
        QCOMPARE(addTo("", quoted), std::string("projection == \"say \\\"hi\\\"\""));
        QCOMPARE(addTo("  tries >= 3 ", quoted), std::string("tries >= 3 and projection == \"say \\\"hi\\\"\""));
        QCOMPARE(addTo("tries >= 3 or masked", quoted),
                 std::string("(tries >= 3 or masked) and projection == \"say \\\"hi\\\"\""));
        QCOMPARE(addTo("not  masked and 'a'", quoted).substr(0, 6), std::string("error:"));
        QCOMPARE(addTo("tries>=3 and projection=='say \"hi\"'", quoted),
                 std::string("tries>=3 and projection=='say \"hi\"'"));
    }

    void aClickedCellCanBeFilteredOut()
    {
        QCOMPARE(printFilter(filterCondition(field("tries"), FilterLiteral(FilterNumber(3)), true)),
                 std::string("tries != 3"));
        QCOMPARE(printFilter(filterCondition(field("tries"), std::nullopt, false)), std::string("not exists(tries)"));
        QCOMPARE(printFilter(filterCondition(field("tries"), std::nullopt, true)), std::string("exists(tries)"));
        QCOMPARE(printFilter(filterCondition({FilterOperand::Kind::Header, "te\"nant"},
                                             FilterLiteral(std::string("a\nb")), true)),
                 std::string("header(\"te\\\"nant\") != \"a\\nb\""));
    }

    void aClickedTimeThatNoCalendarHasIsStillAFilter()
    {
        const auto late =
            filterCondition(field("failed"), filterTimeAt(TimePoint(Duration(900'000'000'000'000))), false);
        QCOMPARE(addTo("", late), std::string("failed > 9999-12-31"));
        QCOMPARE(canonicalOrProblems(addTo("", late)), std::string("failed > 9999-12-31"));
        const auto usual = filterCondition(field("failed"), filterTimeAt(filterTestNow), false);
        QCOMPARE(addTo("", usual), std::string("failed == 2026-11-21T14:00:00.000Z"));
    }
};

QTEST_GUILESS_MAIN(TestFilterLanguage)
#include "tst_filterlanguage.moc"
