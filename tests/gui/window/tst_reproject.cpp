// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef Q_MOC_RUN // moc cannot read <concepts>, which libraries include
#include "tests/gui/window/runningwindow.h"
#include "tests/gui/window/ticks.h"
#include "tests/gui/window/windowbench.h"
#include "tests/integration/sandbox/runningsandbox.h"
#include "tests/support/testservers.h"
#include "widgets/common/tableview.h"
#include "widgets/deadletters/replaypage.h"
#include "widgets/deadletters/replayplanview.h"
#include "widgets/deadletters/replayproofview.h"
#include "widgets/deadletters/replayrunview.h"
#include "widgets/reconcile/checktiles.h"
#include "widgets/reconcile/reconcilepage.h"
#include "widgets/reconcile/reprojectdialog.h"
#endif

#include <QLineEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QTableView>
#include <QTest>
#include <QToolButton>

using namespace projectionist;

/// The whole program, offscreen, on a real sandbox: rows that a handler with a bug has spoilt are found by their check,
/// reprojected, and found to be right.
class TestReprojectPage : public QObject
{
    Q_OBJECT

    std::unique_ptr<RunningSandbox> m_sandbox;
    std::unique_ptr<RunningWindow> m_running;

    [[nodiscard]] MainWindow& window() const { return m_running->window(); }
    [[nodiscard]] ReconcilePage& checks() const { return *window().reconciliation(); }
    [[nodiscard]] ReplayPage& replay() const { return *window().replays(); }
    [[nodiscard]] const CheckRunRecord* last() const
    {
        const auto& all = checks().board()->checks;
        const auto at = std::find_if(all.begin(), all.end(),
                                     [](const CheckStanding& one) { return one.check.name == "order_summary"; });
        return at == all.end() || at->running || at->waiting ? nullptr : at->lastFinished();
    }

private slots:
    void initTestCase()
    {
        m_sandbox = std::make_unique<RunningSandbox>();
        m_sandbox->start({"--steady", "--rate", "60", "--bad-every", "0", "--seed", "5"});
        m_sandbox->inject("handler-bug");
        QVERIFY(eventually([&] {
            return m_sandbox
                       ->number("SELECT count(*) FROM @.order_summary r JOIN @.customer_order w ON r.order_id = w.id "
                                "WHERE r.total_cents <> w.total_cents")
                       .value_or(0) > 5;
        }));
        m_sandbox->clear("handler-bug");
        m_running = std::make_unique<RunningWindow>(m_sandbox->workspaceFile());
        window().showPage(MainWindow::Reconciliation);
        QTRY_VERIFY_WITH_TIMEOUT(checks().board()->checks.size() >= 3, patience);
        checks().chooseCheck("order_summary");
        QVERIFY(!checks().tiles()->reprojectButton()->isEnabled());
        checks().tiles()->runButton()->click();
        QTRY_VERIFY2_WITH_TIMEOUT(last() && last()->drift, qPrintable(shownText(checks())), patience);
    }
    void cleanupTestCase()
    {
        m_running.reset();
        m_sandbox->stop();
        QVERIFY(m_sandbox->leftOver().empty());
    }

    void keysAreChosenPlannedRunProvedAndCheckedAgain()
    {
        const Ticks ticks;
        QTRY_VERIFY_WITH_TIMEOUT(checks().tiles()->reprojectButton()->isEnabled(), patience);
        const auto wrong = last()->confirmed();
        checks().tiles()->reprojectButton()->click();
        auto* dialog = checks().findChild<ReprojectDialog*>();
        QVERIFY(dialog);
        QVERIFY(dialog->rows()->isChecked() && dialog->planButton()->isEnabled());
        dialog->command()->setChecked(true);
        QVERIFY(!dialog->planButton()->isEnabled());
        dialog->program()->setText(QStringLiteral("/opt/apply 'one event'"));
        QVERIFY(dialog->planButton()->isEnabled());
        dialog->rows()->setChecked(true);
        dialog->reason()->setText(QStringLiteral("the handler is mended"));
        dialog->planButton()->click();
        QCOMPARE(window().page(), MainWindow::Replay);
        QCOMPARE(replay().step(), ReplayPage::Plan);
        QTRY_VERIFY2_WITH_TIMEOUT(replay().plan() != nullptr, qPrintable(shownText(replay())), patience);
        QCOMPARE(replay().plan()->letters.size(), wrong);
        QVERIFY2(replay().plan()->dryRun.refusals.empty(), qPrintable(shownText(replay())));
        QVERIFY2(replay().planView()->summary().contains("rows of order_summary"),
                 qPrintable(replay().planView()->summary()));
        QVERIFY(shownText(replay()).contains("Back to reconciliation"));
        replay().nextButton()->click();
        QVERIFY2(replay().runView()->start()->isEnabled(), qPrintable(shownText(replay())));
        replay().runView()->start()->click();
        QTRY_VERIFY2_WITH_TIMEOUT(replay().runView()->state().startsWith("Finished"), qPrintable(shownText(replay())),
                                  patience);
        replay().nextButton()->click();
        for (const auto& light : shownRows(replay().proofView()->table()->table(), ReplayLightsModel::Row))
            QVERIFY2(light.contains("proved"), qPrintable(light));
        emit replay().closed();
        QCOMPARE(window().page(), MainWindow::Reconciliation);
        QTRY_VERIFY2_WITH_TIMEOUT(last() && last()->isRepaired(), qPrintable(shownText(checks())), patience);
        QTRY_VERIFY2_WITH_TIMEOUT(shownText(checks()).contains("repaired"), qPrintable(shownText(checks())), patience);
        QVERIFY(!checks().tiles()->reprojectButton()->isEnabled());
        ticks.verify();
    }

    void theCheckTurnsGreen()
    {
        const auto number = last()->number;
        checks().tiles()->runButton()->click();
        QTRY_VERIFY2_WITH_TIMEOUT(last() && last()->number > number, qPrintable(shownText(checks())), patience);
        QVERIFY2(!last()->drift, qPrintable(shownText(checks())));
    }
};

QTEST_MAIN(TestReprojectPage)
#include "tst_reproject.moc"
