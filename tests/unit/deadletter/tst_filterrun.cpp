// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/filter.h"
#include "backend/deadletter/filterrun.h"
#include "tests/unit/deadletter/filterfixture.h"
#include "tests/unit/deadletter/naivefilter.h"

#include <QtTest>
#include <random>

using namespace projectionist;

namespace {

std::shared_ptr<const FilterProgram> compiled(std::string_view text, const FilterMoment& moment = {filterTestNow, {}})
{
    auto program = compileFilter(text, filterTestSchema(), moment);
    return program ? *program : nullptr;
}

std::string verdictsOf(const std::string& text, const LetterTable& letters)
{
    FilterRun run(compiled(text), letters);
    FilterResult result;
    run.advance(result);
    std::string verdicts;
    for (std::size_t row = 0; row < result.rowCount(); ++row)
        verdicts += result.verdict(row) == FilterVerdict::Yes  ? 'y'
                    : result.verdict(row) == FilterVerdict::No ? 'n'
                                                               : '?';
    return verdicts;
}

FilterMoment berlin()
{
    return {filterTestNow, [](TimePoint at) {
                // Summer time ended on 2026-10-25 at 01:00 UTC.
                return at < TimePoint(Duration(1'792'890'000'000)) ? Duration(7'200'000) : Duration(3'600'000);
            }};
}

} // namespace

class TestFilterRun : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void comparesEveryType_data()
    {
        QTest::addColumn<QByteArray>("filter");
        QTest::addColumn<QByteArray>("verdicts");
        const auto row = [](const char* filter, const char* verdicts) {
            QTest::newRow(filter) << QByteArray(filter) << QByteArray(verdicts);
        };
        // Letters: see letters(); the last has nothing at all.
        row("", "yyyy");
        row("projection == 'orders'", "ynnn");
        row("projection != 'orders'", "nyyy");
        row("projection contains 'o'", "yynn");
        row("projection startswith 'st'", "nynn");
        row("projection endswith 's'", "ynnn");
        row("projection matches '^[os].*[ks]$'", "yynn");
        row("projection in ('orders', 'Stock', '')", "ynyn");
        row("projection >= 'orders'", "yynn");
        row("projection not contains 'o'", "nnyy");
        row("exists(projection)", "yyyn");
        row("state in ('open', 'resolved')", "yynn");
        row("tries >= 3", "nyyn");
        row("tries > 2.5 and tries < 3.5", "nynn");
        row("tries != 3", "ynyy");
        row("tries == 2.5", "nnnn");
        row("tries < 1e30", "yyyn");
        row("tries in (1, 9, 8)", "ynyn");
        row("not tries < 3", "nyyy");
        row("exists(tries)", "yyyn");
        row("delay >= 90s", "nyyn");
        row("delay == -5s", "ynnn");
        row("masked", "ynnn");
        row("not masked", "nyyy");
        row("masked == false", "nyyn");
        row("age < 6h", "ynnn");
        row("age >= 6h", "nyyn");
        row("age > 6h", "nnyn");
        row("age != 6h", "ynyy");
        row("failed == today", "yynn");
        row("failed == yesterday", "nnyn");
        row("failed < today", "nnyn");
        row("failed <= yesterday", "nnyn");
        row("failed > yesterday", "yynn");
        row("failed != today", "nnyy");
        row("failed == 2026-11-21T08:00", "nynn");
        row("failed == 2026-11-21T09:00+01:00", "nynn");
        row("failed == 2026-11-21T08:00:00.001Z", "nnnn");
        row("header('tenant') == '42'", "ynnn");
        row("header('tenant') == 42", "ynnn");
        row("header('tenant') != '42'", "nyyy");
        row("header('tenant') > 41", "yynn");
        row("exists(header('tenant'))", "yyyn");
        row("not exists(header('tenant'))", "nnny");
        row("payload.amount == '9007199254740993'", "ynnn");
        row("payload.amount == 9007199254740993", "ynnn");
        row("payload.amount > 9007199254740992", "ynnn");
        row("payload.amount in (2.5, 'x', 7)", "nynn");
        row("payload.paid == true", "ynnn");
        row("payload.paid == 'true'", "ynnn");
        row("payload.paid != true", "nyyy");
        row("payload.at >= 2026-11-21", "yynn");
        row("payload.took < 1m", "yynn");
        row("exists(payload.items)", "ynnn");
        row("payload.items == 'x'", "nnnn");
        row("payload.items contains ''", "nnnn");
        row("customer endswith 'x'", "ynnn");
        row("amount >= 2.5", "ynnn");
    }
    void comparesEveryType()
    {
        QFETCH(QByteArray, filter);
        QFETCH(QByteArray, verdicts);
        QCOMPARE(QByteArray::fromStdString(verdictsOf(filter.toStdString(), letters(true))), verdicts);
    }

    void whatIsNotFetchedIsUndecidedUnlessTheColumnsDecide_data()
    {
        QTest::addColumn<QByteArray>("filter");
        QTest::addColumn<QByteArray>("verdicts");
        const auto row = [](const char* filter, const char* verdicts) {
            QTest::newRow(filter) << QByteArray(filter) << QByteArray(verdicts);
        };
        row("header('tenant') == '42'", "????");
        row("not header('tenant') == '42'", "????");
        row("tries >= 3 and header('tenant') == '42'", "n??n");
        row("header('tenant') == '42' and tries >= 3", "n??n");
        row("tries >= 3 or header('tenant') == '42'", "?yy?");
        row("not (tries >= 3 or header('tenant') == '42')", "?nn?");
        row("not (tries >= 3 and exists(payload.x))", "y??y");
        row("(masked or payload.x == 1) and (tries < 3 or payload.x == 2)", "y???");
        row("payload.x == 1 and not payload.x == 1", "????");
    }
    void whatIsNotFetchedIsUndecidedUnlessTheColumnsDecide()
    {
        QFETCH(QByteArray, filter);
        QFETCH(QByteArray, verdicts);
        const auto table = letters(false);
        QCOMPARE(QByteArray::fromStdString(verdictsOf(filter.toStdString(), table)), verdicts);
        FilterRun run(compiled(filter.toStdString()), table);
        for (std::size_t i = 0; i < table.rowCount(); ++i) {
            const auto verdict = run.decide(i);
            QCOMPARE(verdict == FilterVerdict::Yes  ? 'y'
                     : verdict == FilterVerdict::No ? 'n'
                                                    : '?',
                     verdicts[static_cast<int>(i)]);
        }
    }

    void onlyRowsThatTheColumnsLeaveOpenAreAsked()
    {
        const auto table = letters(true);
        (void)verdictsOf("payload.x == 1 and tries >= 3 and exists(header('tenant'))", table);
        // The header of the two rows with enough tries, and the payload of those of them that have it.
        QCOMPARE(QByteArray::fromStdString(table.asked()),
                 QByteArray("header(\"tenant\")@1 header(\"tenant\")@2 payload.x@1 payload.x@2 "));
    }

    void eachDistinctTextIsReadOnce()
    {
        LetterTable table;
        for (int i = 0; i < 10'000; ++i)
            table.add({{"projection", std::string(i % 2 ? "a" : "b")}});
        const FilterProgram program(analyseFilter("projection == 'a'", filterTestSchema()).tree, filterTestSchema(),
                                    {});
        FilterRun run(std::make_shared<const FilterProgram>(program), table);
        FilterResult result;
        run.advance(result);
        QCOMPARE(result.count(FilterVerdict::Yes), std::size_t(5000));
        QCOMPARE(table.textsRead(), 2);
    }

    void rowsThatCameLaterAreAddedAndDecidedOnesStay()
    {
        LetterTable table;
        FilterRun run(compiled("projection == 'a' and exists(payload.x)"), table);
        FilterResult result;
        QVERIFY(!run.advance(result));
        for (std::size_t target : {1, 63, 64, 65, 130, 5000, 12'345}) {
            while (table.rowCount() < target)
                table.add({{"projection",
                            std::string(table.rowCount() % 3 ? "a" : "new" + std::to_string(table.rowCount()))}});
            while (run.advance(result, 1000)) {
            }
            QCOMPARE(result.rowCount(), target);
            if (target > 1) {
                QCOMPARE(result.verdict(1), target == 63 ? FilterVerdict::Undecided : FilterVerdict::Yes);
                result.set(1, FilterVerdict::Yes); // as if its payload had been fetched
            }
            const std::size_t open = target - (target + 2) / 3;
            QCOMPARE(result.count(FilterVerdict::Undecided) + (target > 1 ? 1 : 0), open);
            QCOMPARE(result.count(FilterVerdict::No), target - open);
        }
        QCOMPARE(result.rows(FilterVerdict::Undecided, 60, 3), (std::vector<std::size_t>{61, 62, 64}));
        QCOMPARE(result.rows(FilterVerdict::No, 12'340), (std::vector<std::size_t>{12'342}));
    }

    void aProgramSaysWhatItNeeds()
    {
        QVERIFY(compiled("age < 6h and tries == 1")->lookups().empty());
        QVERIFY(compiled("age < 6h and tries == 1")->isTimeDependent());
        QVERIFY(compiled("failed == today")->isTimeDependent());
        QVERIFY(!compiled("failed > 2026-01-01")->isTimeDependent());
        const auto program = compiled("header('a') == 1 and header('a') == 2 and customer == 'x' and payload.y == 1");
        QCOMPARE(program->lookups().size(), std::size_t(3));
        QVERIFY(program->asksHeaders() && program->asksPayload());
    }

    void daysAreThoseOfTheZone()
    {
        const auto first = [](const char* text) {
            return QByteArray::number(qlonglong(resolve(*parseFilterTime(text), berlin()).first));
        };
        const auto last = [](const char* text) {
            return QByteArray::number(qlonglong(resolve(*parseFilterTime(text), berlin()).last));
        };
        QCOMPARE(first("today"), QByteArray("1795215600000")); // 2026-11-20T23:00Z
        QCOMPARE(last("yesterday"), QByteArray("1795215599999"));
        QCOMPARE(first("2026-11-21T15:00"), QByteArray("1795269600000")); // 14:00Z
        QCOMPARE(first("2026-11-21T15:00Z"), QByteArray("1795273200000"));
        QCOMPARE(first("2026-10-25"), QByteArray("1792879200000")); // 2026-10-24T22:00Z
        QCOMPARE(last("2026-10-25"), QByteArray("1792969199999"));  // a day of 25 hours
    }

    void agreesWithANaiveEvaluator()
    {
        std::mt19937 random(42);
        const auto table = randomLetters(random, 5000, 50);
        for (int i = 0; i < 120; ++i) {
            const auto tree = randomCondition(random, 3);
            const auto text = printFilter(tree);
            FilterRun run(compiled(text), table);
            QVERIFY2(compiled(text) != nullptr, canonicalOrProblems(text).c_str());
            FilterResult result;
            while (run.advance(result, 4000)) {
            }
            for (std::size_t row = 0; row < table.rowCount(); ++row) {
                const auto expected = naiveVerdict(tree, table, row);
                if (result.verdict(row) != expected || (row % 97 == 0 && run.decide(row) != expected))
                    QFAIL((text + " at row " + std::to_string(row)).c_str());
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestFilterRun)
#include "tst_filterrun.moc"
