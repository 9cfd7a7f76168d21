// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gui/window/windowbench.h"
#include "widgets/common/tableview.h"
#include "widgets/readiness/readinesspage.h"

#include <QPlainTextEdit>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>
#include <QToolButton>

using namespace projectionist;

namespace {

DrillRecord record(DrillKind kind, bool passed)
{
    DrillRecord made;
    made.number = 7;
    made.by = "eva@desk7";
    made.began = SystemClock().now() - Duration(90'000);
    made.state = CheckRunState::Finished;
    made.result.kind = kind;
    made.result.passed = passed;
    made.result.events = 10'000;
    made.result.took = Duration(1'200);
    made.result.seen = {"They were applied once more."};
    return made;
}

/// Two that have been run, one that has not, one that cannot be.
DrillBoard scriptedBoard()
{
    DrillBoard board;
    board.drills = {{"orders", DrillKind::Idempotency, {}, record(DrillKind::Idempotency, false)},
                    {"orders", DrillKind::CrashRecovery, {}, record(DrillKind::CrashRecovery, true)},
                    {"orders", DrillKind::Reprojection},
                    {"console", DrillKind::Idempotency,
                     Error{ErrorKind::Configuration, "It cannot be drilled", "nobody knows how its events make rows",
                           "Add [projections.declared] to the workspace.", false}}};
    auto& result = board.drills.front().last->result;
    result.differing = 3;
    result.compared.keyColumns = {"id"};
    result.compared.columns = {"paid"};
    RowDifference one;
    one.key = {"o-1\x1b[31m"};
    one.expected = {{"0.20"}};
    one.actual = {{"0.40"}};
    one.differing = {0};
    result.compared.differences = {one};
    return board;
}

} // namespace

/// The page Readiness, with drills as a desk tells of them.
class TestReadiness : public QObject
{
    Q_OBJECT
    static void show(WindowBench& bench, const DrillBoard& board)
    {
        bench.window.setDrills(std::make_shared<const DrillBoard>(board));
    }

private slots:
    void everyDrillStandsThereWithItsLastResult()
    {
        WindowBench bench;
        bench.watch(three);
        QVERIFY(bench.open(MainWindow::Readiness));
        QVERIFY(shownText(*bench.window.readiness()).contains("This context has no projections."));
        show(bench, scriptedBoard());
        const auto* table = bench.window.readiness()->drills()->table();
        QCOMPARE(shownRows(table, ReadinessModel::Projection), (QStringList{"orders", "orders", "orders", "console"}));
        QCOMPARE(shownRows(table, ReadinessModel::Result),
                 (QStringList{"failed: 3 rows differ", "passed", "never run",
                              "cannot be run: nobody knows how its events make rows"}));
        const auto runs = shownRows(table, ReadinessModel::LastRun);
        QVERIFY2(runs[0].endsWith("ago") && runs[2] == "never", qPrintable(runs.join(u'|')));
        const auto detail = bench.window.readiness()->detail()->toPlainText();
        QVERIFY2(detail.contains("They were applied once more.") &&
                     detail.contains("paid: \"0.40\" instead of \"0.20\"") && !detail.contains(u'\x1b'),
                 qPrintable(detail));
    }
    void aDrillIsRunAndCancelled()
    {
        WindowBench bench;
        bench.watch(three);
        QVERIFY(bench.open(MainWindow::Readiness));
        auto board = scriptedBoard();
        show(bench, board);
        auto* page = bench.window.readiness();
        std::string ordered;
        connect(page, &ReadinessPage::runWanted, page, [&](const std::string& projection, DrillKind kind) {
            ordered += "run " + projection + ' ' + std::string(toString(kind));
        });
        connect(page, &ReadinessPage::cancelWanted, page, [&](const std::string& projection, DrillKind kind) {
            ordered += "cancel " + projection + ' ' + std::string(toString(kind));
        });
        page->choose("orders", DrillKind::Reprojection);
        QVERIFY(page->runButton()->isEnabled() && !page->cancelButton()->isEnabled());
        QTest::keyClick(page->drills()->table(), Qt::Key_F5);
        QCOMPARE(ordered, std::string("run orders reprojection"));
        board.drills[2].running = DrillProgress{"building beside", 500, 1'000};
        show(bench, board);
        QCOMPARE(shownRows(page->drills()->table(), ReadinessModel::Result)[2],
                 QString("building beside: 500 of 1\u202f000 events"));
        QVERIFY(!page->runButton()->isEnabled() && page->cancelButton()->isEnabled());
        ordered.clear();
        page->cancelButton()->click();
        QCOMPARE(ordered, std::string("cancel orders reprojection"));
    }
    void whatCannotBeRunSaysWhatToDo()
    {
        WindowBench bench;
        bench.watch(three);
        QVERIFY(bench.open(MainWindow::Readiness));
        show(bench, scriptedBoard());
        auto* page = bench.window.readiness();
        page->choose("console", DrillKind::Idempotency);
        QVERIFY(!page->runButton()->isEnabled());
        QVERIFY(page->detail()->toPlainText().contains("Add [projections.declared] to the workspace."));
    }
    void whyAnOrderWasRefusedStandsAboveTheTable()
    {
        WindowBench bench;
        bench.watch(three);
        QVERIFY(bench.open(MainWindow::Readiness));
        auto board = scriptedBoard();
        board.drills.front().complaint = "The drill was not run: this context is for production.";
        board.complaint = "The disk is full";
        show(bench, board);
        const auto text = shownText(*bench.window.readiness());
        QVERIFY2(text.contains("this context is for production") && text.contains("The disk is full"),
                 qPrintable(text));
    }
};

QTEST_MAIN(TestReadiness)
#include "tst_readiness.moc"
