// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/core/format.h"
#include "checkfixtures.h"
#include "models/checklistmodel.h"
#include "models/checktext.h"
#include "models/differencemodel.h"
#include "models/projectiondrift.h"
#include "models/text.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace projectionist;
using namespace projectionist::fixtures;

namespace {

QString plain(QString text)
{
    return text.replace(u'\u00a0', u' ').replace(u'\u202f', u' ');
}

QString rowText(const QAbstractItemModel& model, int row)
{
    QStringList texts;
    for (int column = 0; column < model.columnCount(); ++column)
        texts << plain(model.index(row, column).data().toString());
    return texts.join('|');
}

QStringList columnText(const QAbstractItemModel& model, int column)
{
    QStringList texts;
    for (int row = 0; row < model.rowCount(); ++row)
        texts << model.index(row, column).data().toString();
    return texts;
}

/// "[placed] (shipped)": what is there and wrong, and what should be; "<null>".
QString cellText(const DifferenceModel& model, int row, int column)
{
    QStringList texts;
    const auto cell = model.index(row, column).data(DifferenceModel::CellRole).value<DifferenceCell>();
    for (const auto& value : cell.values) {
        const auto text = value.isNull ? '<' + value.text + '>' : value.text;
        texts << (!cell.differs ? text : value.wrong ? '[' + text + ']' : '(' + text + ')');
    }
    return texts.join(' ');
}

std::string bars(const CheckListModel& model)
{
    std::string text;
    const auto shown = model.index(0, CheckListModel::Results).data(CheckListModel::BarsRole).value<CheckBars>();
    for (const auto run : shown.runs)
        text += run == ColorMeaning::Good       ? 'g'
                : run == ColorMeaning::Warning  ? 'w'
                : run == ColorMeaning::Critical ? 'c'
                                                : '-';
    return text;
}

CheckBoard boardOf(std::vector<CheckRunRecord> runs)
{
    CheckBoard board;
    board.checks.push_back({checkNamed("orders"), std::move(runs)});
    return board;
}

DifferenceCause causeOf(DriftCause cause, const std::string& text, int partition, Offset offset)
{
    return {cause, text, "The rule.", {{{"orders.events", partition}, offset, noon, "OrderShipped"}}, {}};
}

std::shared_ptr<const CheckResult> orders()
{
    auto result = resultOf({different("ORD-1", {"shipped", "100"}, {"placed", "100"}, {0}),
                            different("ORD-2", {"placed", "9"}, {std::nullopt, "20"}, {0, 1}),
                            missing("ORD-3", {"placed", std::nullopt}), extra("ORD-4", {"placed", "900"}),
                            different("ORD-5", {"placed", "1"}, {"placed", "2"}, {1})});
    result.differences[0].cause = causeOf(DriftCause::DeadLetter, "event was dead-lettered 13:41:21Z", 7, 998'120);
    result.differences[2].cause = causeOf(DriftCause::SkippedEvents, "skipped offset", 7, 998'402);
    result.differences[4].state = DriftState::Pending;
    return std::make_shared<const CheckResult>(std::move(result));
}

} // namespace

class TestCheckModels : public QObject
{
    Q_OBJECT
private slots:
    void aCheckThatNeverRanSaysWhatItCompares()
    {
        CheckListModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setBoard(boardOf({}), noon, Zone::Utc);
        const auto dash = QString::fromUtf8("\u2014");
        QCOMPARE(rowText(model, 0),
                 QString::fromUtf8("orders|orders \u21c4 order_summary, by order_id|never|%1|%1||%1|%1").arg(dash));
        QCOMPARE(bars(model), std::string());
    }
    void theSidesAreNamedWithTheirStoresWhereTheseDiffer()
    {
        auto check = checkNamed("orders");
        check.actual.store = "ops-rs";
        QCOMPARE(comparesText(check), QString::fromUtf8("shop.orders \u21c4 ops-rs.order_summary, by order_id"));
        check.kind = CheckKind::Count;
        check.actual.query = "SELECT 1";
        QCOMPARE(comparesText(check), QString::fromUtf8("shop.orders \u21c4 ops-rs.a query, numbers of rows"));
    }
    void aRowShowsTheLastResultAndABarForEachRun()
    {
        CheckListModel model;
        auto lost = runOf(3, CheckRunState::Finished, 17);
        lost.severity = CheckSeverity::Critical;
        model.setBoard(boardOf({runOf(0, CheckRunState::Finished), runOf(1, CheckRunState::Cancelled),
                                runOf(2, CheckRunState::Finished, 17), lost}),
                       noon, Zone::Utc);
        QCOMPARE(bars(model), std::string("g-wc"));
        const auto clock = toDateTime(lost.began, Zone::Utc).toString("HH:mm:ss");
        QCOMPARE(rowText(model, 0),
                 QString::fromUtf8("orders|orders \u21c4 order_summary, by order_id|%1|10 204 118|4.9 s||17|\u2014")
                     .arg(clock));
        const auto cell = model.index(0, CheckListModel::Differences);
        QCOMPARE(cell.data(ColorRole).toInt(), int(ColorMeaning::Critical));
        QCOMPARE(cell.data(RawRole).toLongLong(), 17);
        QVERIFY(!cell.data(StaleRole).toBool());
    }
    void aFailedRunTellsWhyAndTheNumbersAreOld()
    {
        CheckListModel model;
        auto failed = runOf(1, CheckRunState::Failed);
        failed.error = "The store shop does not answer\x1b[2J: nobody listens there";
        model.setBoard(boardOf({runOf(0, CheckRunState::Finished, 17), failed}), noon, Zone::Utc);
        const auto compares = model.index(0, CheckListModel::Compares);
        QCOMPARE(compares.data().toString(), QString("The store shop does not answer\\u001b[2J: nobody listens there"));
        QCOMPARE(compares.data(ColorRole).toInt(), int(ColorMeaning::Critical));
        QCOMPARE(model.index(0, CheckListModel::Differences).data().toString(), QString("17"));
        QVERIFY(model.index(0, CheckListModel::Differences).data(StaleRole).toBool());
    }
    void aRunningCheckTellsHowFarItIs()
    {
        CheckListModel model;
        auto board = boardOf({});
        model.setBoard(board, noon, Zone::Utc);
        QSignalSpy changes(&model, &QAbstractItemModel::dataChanged);
        board.checks[0].running = CheckProgress{4'200'000, 4'100'000, 10'000'000, 3};
        model.setBoard(board, noon, Zone::Utc);
        QCOMPARE(plain(model.index(0, CheckListModel::Compares).data().toString()),
                 QString("4 200 000 of about 10 000 000 rows, 3 differences so far"));
        QCOMPARE(changes.count(), 1);
        QCOMPARE(changes[0][0].toModelIndex().column(), int(CheckListModel::Compares));
        QCOMPARE(changes[0][1].toModelIndex().column(), int(CheckListModel::Compares));
        board.checks[0].running->held = "52 sessions are active";
        board.checks[0].running->snapshots = 2;
        model.setBoard(board, noon, Zone::Utc);
        QCOMPARE(
            plain(model.index(0, CheckListModel::Compares).data().toString()),
            QString("52 sessions are active: 4 200 000 of about 10 000 000 rows, 3 differences so far, in snapshot "
                    "2"));
    }
    void theAgeOfASnapshotIsToldOnceItMatters()
    {
        CheckProgress progress;
        QCOMPARE(snapshotAgeText(progress, noon), QString());
        progress.snapshotAt = noon;
        QCOMPARE(snapshotAgeText(progress, noon + std::chrono::milliseconds(9999)), QString());
        QCOMPARE(plain(snapshotAgeText(progress, noon + std::chrono::milliseconds(42'300))),
                 QString("its snapshot is 42 s old"));
    }
    void aRunThatEndedEarlyProvesNothing()
    {
        CheckResult result;
        result.expectedRows = result.actualRows = 5;
        result.complete = false;
        result.ending = "its budget of 1 m was used up";
        QCOMPARE(outcomeText(result, noon).section(QStringLiteral(". "), 1),
                 QString("It ended early: its budget of 1 m was used up"));
        auto run = runOf(0, CheckRunState::Finished);
        run.complete = false;
        QCOMPARE(runText(run), QString("no difference so far"));
        QVERIFY(driftOfAll(boardOf({run})).verified == 0);
    }
    void countsThatDifferAreDriftToo()
    {
        CheckListModel model;
        auto run = runOf(0, CheckRunState::Finished);
        run.drift = true;
        run.actualRows = run.expectedRows - 12;
        model.setBoard(boardOf({run}), noon, Zone::Utc);
        QCOMPARE(model.index(0, CheckListModel::Differences).data().toString(), QString("12"));
    }

    void cellsShowWhatIsThereAndWhatShouldBe()
    {
        DifferenceModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setResult(orders());
        QStringList headers;
        for (int column = 0; column < model.columnCount(); ++column)
            headers << model.headerData(column, Qt::Horizontal, Qt::DisplayRole).toString();
        QCOMPARE(headers.join('|'), QString("Kind|order_id|status|total|Last event for this key|Likely cause"));
        QCOMPARE(cellText(model, 0, 2) + " | " + cellText(model, 0, 3), QString("[placed] (shipped) | 100"));
        QCOMPARE(cellText(model, 1, 2) + " | " + cellText(model, 1, 3), QString("[<null>] (placed) | [20] (9)"));
        QCOMPARE(cellText(model, 2, 2) + " | " + cellText(model, 2, 3), QString("(placed) | (<null>)"));
        QCOMPARE(cellText(model, 3, 2) + " | " + cellText(model, 3, 3), QString("[placed] | [900]"));
        QCOMPARE(plain(rowText(model, 0)),
                 QString::fromUtf8("\u2260 different|ORD-1|placed \u2260 shipped|100|OrderShipped [7]@998 120|"
                                   "event was dead-lettered 13:41:21Z"));
        QCOMPARE(model.headerData(3, Qt::Horizontal, Qt::TextAlignmentRole).toInt() & Qt::AlignRight,
                 int(Qt::AlignRight));
        QCOMPARE(model.headerData(2, Qt::Horizontal, Qt::TextAlignmentRole).toInt() & Qt::AlignRight, 0);
    }
    void whatIsInFlightIsGreyAndComesLast()
    {
        DifferenceModel model;
        model.setResult(orders());
        QCOMPARE(columnText(model, 0),
                 (QStringList{QString::fromUtf8("\u2260 different"), QString::fromUtf8("\u2260 different"),
                              QString::fromUtf8("\u2212 missing"), "+ extra", QString::fromUtf8("\u2260 in flight")}));
        QVERIFY(model.index(4, 0).data(StaleRole).toBool() && !model.index(0, 0).data(StaleRole).toBool());
    }
    void whatCannotBeSeenIsMadeVisible_data()
    {
        QTest::addColumn<QByteArray>("value");
        QTest::addColumn<QString>("text");
        QTest::newRow("blanks at the ends") << QByteArray("  a b ") << QString::fromUtf8("\u00b7\u00b7a b\u00b7");
        QTest::newRow("line ends and tabs") << QByteArray("a\n\tb") << QString::fromUtf8("a\u23ce\u21e5b");
        QTest::newRow("zero width") << QByteArray("a\u200bb") << QString("a\\u200bb");
        QTest::newRow("a blank that does not break") << QByteArray("a\u00a0b") << QString("a\\u00a0b");
        QTest::newRow("escape") << QByteArray("\x1b[31m") << QString("\\u001b[31m");
        QTest::newRow("markup stays markup") << QByteArray("<b>x</b>") << QString("<b>x</b>");
        QTest::newRow("blanks alone") << QByteArray("  ") << QString::fromUtf8("\u00b7\u00b7");
        QTest::newRow("nothing") << QByteArray("") << QString();
    }
    void whatCannotBeSeenIsMadeVisible()
    {
        QFETCH(QByteArray, value);
        QFETCH(QString, text);
        QCOMPARE(cellValueText(value.toStdString(), 60), text);
    }
    void longValuesAreCutWhereTheyDiffer()
    {
        const std::string same(500, 'x');
        const auto texts = cellPairText(same + "AAA" + same, same + "BBB" + same, 40);
        QVERIFY2(texts.first.contains("xAAAx") && texts.second.contains("xBBBx"), qPrintable(texts.first));
        QVERIFY(texts.first.size() <= 42 && texts.first.startsWith(u'\u2026') && texts.first.endsWith(u'\u2026'));
        DifferenceModel model;
        model.setResult(std::make_shared<const CheckResult>(
            resultOf({different("<1>", {same + "<A>", "1"}, {same + "<B>", "1"}, {0})})));
        const auto tip = model.index(0, 2).data(Qt::ToolTipRole).toString();
        QVERIFY2(tip.contains("x&lt;A&gt;") && tip.contains("x&lt;B&gt;"), qPrintable(tip));
        QCOMPARE(model.index(0, 2).data(CopyRole).toString(),
                 QString::fromStdString(same + "<B> \u2260 " + same + "<A>"));
    }
    void filterAndGroupsChooseRows()
    {
        DifferenceModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setResult(orders());
        model.setFilter("SHIPPED 100");
        QCOMPARE(columnText(model, 1), QStringList{"ORD-1"});
        model.setFilter({});
        model.setGroup(DifferenceGrouping::Column, {});
        QVERIFY(model.groups() == (std::vector<DifferenceGroup>{
                                      {"status", 2}, {"total", 2}, {"whole row extra", 1}, {"whole row missing", 1}}));
        model.setGroup(DifferenceGrouping::Column, "total");
        QCOMPARE(columnText(model, 1), (QStringList{"ORD-2", "ORD-5"}));
        model.setGroup(DifferenceGrouping::Partition, "orders.events[7]");
        QCOMPARE(columnText(model, 1), (QStringList{"ORD-1", "ORD-3"}));
        QCOMPARE(model.rowOf({"ORD-3"}), 1);
        QCOMPARE(model.rowOf({"ORD-5"}), -1);
        auto timed = resultOf({missing("ORD-1", {"2026-11-22 14:59:59+00", "1"}),
                               missing("ORD-2", {"2026-11-22 03:00:00.5+00", "1"}), missing("ORD-3", {"soon", "1"}),
                               missing("ORD-4", {"2026-11-22 14:02:11+00", "1"})});
        timed.differences[2].cause = DifferenceCause{
            DriftCause::NoEvents, {}, {}, {{{"orders.events", 0}, 1, noon - Duration(86'400'000), "Placed"}}};
        model.setResult(std::make_shared<const CheckResult>(timed));
        model.setGroup(DifferenceGrouping::Hour, {});
        const auto before = toQString(formatRfc3339(noon - Duration(86'400'000)));
        QVERIFY(model.groups() == (std::vector<DifferenceGroup>{{before.left(10) + u' ' + before.mid(11, 2) + ":00", 1},
                                                                {"2026-11-22 03:00", 1},
                                                                {"2026-11-22 14:00", 2}}));
        model.setGroup(DifferenceGrouping::Day, "2026-11-22");
        QCOMPARE(columnText(model, 1), (QStringList{"ORD-1", "ORD-2", "ORD-4"}));
        model.setResult(orders());
        model.setGroup(DifferenceGrouping::Hour, "no time known");
        QCOMPARE(columnText(model, 1), (QStringList{"ORD-2", "ORD-4", "ORD-5"}));
        model.setGroup(DifferenceGrouping::Cause, "dead letter");
        QCOMPARE(columnText(model, 1), QStringList{"ORD-1"});
    }
    void rowsOfAGroupAreThoseThatAreInItOnEitherSide()
    {
        auto rows = resultOf({missing("1", {"paid", "1"}), different("2", {"paid", "1"}, {"open", "1"}, {0}),
                              extra("3", {"lost", "1"})});
        CheckResult groups;
        groups.keyColumns = {"status"};
        QVERIFY(!rowsOfGroup(groups, {"paid"}));
        groups.rows = std::make_shared<const CheckResult>(std::move(rows));
        const auto keysOf = [&](const std::string& group) {
            QString keys;
            if (const auto found = rowsOfGroup(groups, {group}))
                for (const auto& one : found->differences)
                    keys += toQString(one.key.front());
            return keys;
        };
        QCOMPARE(keysOf("paid"), QString("12"));
        QCOMPARE(keysOf("open"), QString("2"));
        QCOMPARE(keysOf("none"), QString());
    }
    void freshnessTellsEventsUntilItIsStale()
    {
        auto result = resultOf({});
        result.through = {{{"orders", 0}, 7}};
        const auto check = checkNamed("orders");
        QCOMPARE(plain(freshnessText(check, result, nullptr, noon + Duration(12'000))), QString("12 s ago"));
        PartitionSample partition;
        partition.id = {"orders", 0};
        partition.head = 10;
        auto sample = std::make_shared<ProjectionSample>();
        sample->partitions = {partition};
        auto report = std::make_shared<ProjectionReport>();
        report->sample = sample;
        Snapshot snapshot;
        snapshot.projections = {report};
        QCOMPARE(plain(freshnessText(check, result, &snapshot, noon + Duration(12'000))),
                 QString("12 s ago, 3 events since"));
        QVERIFY(freshnessText(check, result, &snapshot, noon + Duration(86'400'000)).endsWith(" ago: stale"));
    }
    void numbersAreSortedAsNumbers()
    {
        DifferenceModel model;
        model.setResult(orders());
        model.sortBy(3, Qt::AscendingOrder);
        QCOMPARE(columnText(model, 1), (QStringList{"ORD-3", "ORD-5", "ORD-2", "ORD-1", "ORD-4"}));
        model.sortBy(1, Qt::DescendingOrder);
        QCOMPARE(columnText(model, 1), (QStringList{"ORD-5", "ORD-4", "ORD-3", "ORD-2", "ORD-1"}));
    }
    void aMillionRowsKeepNoTexts()
    {
        std::vector<RowDifference> rows;
        rows.reserve(mostCheckDifferences);
        for (std::size_t i = 0; i < mostCheckDifferences; ++i)
            rows.push_back(missing(std::to_string(i), {"placed", std::nullopt}));
        DifferenceModel model;
        model.setResult(std::make_shared<const CheckResult>(resultOf(std::move(rows))));
        QCOMPARE(model.rowCount(), int(mostCheckDifferences));
        model.sortBy(1, Qt::DescendingOrder);
        QCOMPARE(model.index(0, 1).data().toString(), QString("999999"));
        model.setFilter("99999");
        QCOMPARE(model.rowCount(), 19);
    }
    void theOutcomeIsASentenceWithItsAge()
    {
        auto result = resultOf({});
        result.expectedRows = result.actualRows = 10'204'118;
        QCOMPARE(plain(outcomeText(result, noon + Duration(12'000))),
                 QString("10 204 118 rows are equal, verified 12 s ago"));
        result.counts = DriftState::Confirmed;
        result.actualRows = 7;
        QCOMPARE(plain(outcomeText(result, noon + Duration(12'000))),
                 QString("10 204 118 rows expected, 7 in the read model, verified 12 s ago"));
    }
};

QTEST_GUILESS_MAIN(TestCheckModels)
#include "tst_checkmodels.moc"
