// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/letteracts.h"
#include "models/letterverdictbook.h"

#include <numeric>
#include <QTest>

using namespace projectionist;

namespace {

LetterJudgement verdictAt(Offset offset, ReplayVerdict verdict)
{
    LetterJudgement judgement;
    judgement.place = {{"orders-dlt", 0}, offset};
    judgement.verdict = verdict;
    return judgement;
}

std::vector<LetterJudgement> verdicts(std::size_t count, ReplayVerdict verdict, Offset from = 0)
{
    std::vector<LetterJudgement> all;
    for (std::size_t i = 0; i < count; ++i)
        all.push_back(verdictAt(from + static_cast<Offset>(i), verdict));
    return all;
}

} // namespace

/// Acts on all letters of a list: how far they are, in words, and how much they remember.
class TestLetterActs : public QObject
{
    Q_OBJECT
private slots:
    void progressHasARateAndAnEstimate()
    {
        QCOMPARE(actProgressText(0, 12'300, Duration(500)), QString::fromUtf8("0 of 12\u202f300 letters"));
        const auto text = actProgressText(4'000, 12'300, Duration(20'000));
        QVERIFY2(text.startsWith(QString::fromUtf8("4\u202f000 of 12\u202f300 letters")) &&
                     text.contains("200 per second") && text.contains("41") && text.endsWith("left"),
                 qPrintable(text));
        QVERIFY(!actProgressText(1, 1, Duration(20'000)).contains("left"));
    }
    void aRunAsksForAllOfThemOnce()
    {
        ListedRows rows(2'300);
        std::iota(rows.begin(), rows.end(), 7U);
        LetterJudgingRun run(rows);
        ListedRows asked;
        const std::vector<std::size_t> sizes{1'000, 1'000, 300};
        for (const auto size : sizes) {
            const auto portion = run.next();
            QCOMPARE(portion.size(), size);
            asked.insert(asked.end(), portion.begin(), portion.end());
            run.add(verdicts(size - 10, ReplayVerdict::Safe));
        }
        QVERIFY(run.next().empty());
        QCOMPARE(asked, rows);
        QCOMPARE(run.done(), std::uint64_t(2'300));
        QCOMPARE(run.count(ReplayVerdict::Safe), std::uint64_t(2'270));
        QCOMPARE(run.gone(), std::uint64_t(30));
        QVERIFY(run.verdictsText().contains(QString::fromUtf8("safe 2\u202f270")));
    }
    void theBookKeepsABoundedNumberOfVerdicts()
    {
        LetterVerdictBook book;
        book.makeRoom(3 * LetterVerdictBook::mostKept);
        const auto most = static_cast<Offset>(LetterVerdictBook::mostKept);
        for (Offset from = 0; from < 3 * most; from += most / 2)
            book.add({TimePoint(), verdicts(LetterVerdictBook::mostKept / 2, ReplayVerdict::Safe, from), {}});
        QVERIFY(book.find({{"orders-dlt", 0}, 0}));
        QVERIFY(book.find({{"orders-dlt", 0}, most - 1}));
        QVERIFY(!book.find({{"orders-dlt", 0}, most}));
        book.makeRoom(1); // the next time the new ones are
        book.add({TimePoint(), verdicts(1, ReplayVerdict::Safe, most), {}});
        QVERIFY(book.find({{"orders-dlt", 0}, most}));
        QVERIFY(!book.find({{"orders-dlt", 0}, 0}));
    }
    void theCommandDoesTheSame()
    {
        LetterExportOrder order;
        order.file = "/tmp/it's.csv";
        order.content = {ExportFormat::Csv, true, 1};
        LetterQuery query;
        query.resolved = true;
        QCOMPARE(exportCommand("/etc/w.toml", "live", query, "age < 6h", order),
                 QString("projectionistctl --config /etc/w.toml --context live deadletters export --where 'age < 6h' "
                         "--resolved --format csv --payload raw --output '/tmp/it'\\''s.csv'"));
        order.content.decoded = true;
        query = {};
        query.localTime = true;
        QVERIFY(exportCommand({}, {}, query, {}, order).contains("--payload decoded --output"));
        QCOMPARE(exportCommand({}, {}, query, {}, {0, 0, {}, "a", {}}),
                 QString("projectionistctl deadletters export --output a"));
        QCOMPARE(exportCommand({}, {}, query, "arrived > today", {0, 0, {}, "a", {}}),
                 QString("projectionistctl deadletters export --where 'arrived > today' --zone local --output a"));
    }
    void whatIsMissingInAnExportIsSaid()
    {
        const Error timeout{ErrorKind::Timeout, "The letter was not read", "there was no answer in time", "", true};
        QCOMPARE(exportedText({1, 0, 0, {}}, "x.csv"), QString("1 letter exported to x.csv"));
        const auto text = exportedText({1'200, 3, 2, timeout}, "x.csv");
        ExportOutcome outcome{2, 0, 0, {}};
        outcome.undecoded = 1;
        outcome.undecodedTrouble = timeout;
        QVERIFY2(exportedText(outcome, "x.csv").contains("the payloads of 1 are not decoded"),
                 qPrintable(exportedText(outcome, "x.csv")));
        for (const char* part : {"1\u202f200 letters exported to x.csv", "3 more went away", "2 without their payload",
                                 "there was no answer in time"})
            QVERIFY2(text.contains(QString::fromUtf8(part)), qPrintable(text));
    }
};

QTEST_GUILESS_MAIN(TestLetterActs)
#include "tst_letteracts.moc"
