// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef Q_MOC_RUN // moc cannot read <concepts>, which libraries include
#include "tests/gui/window/runningwindow.h"
#include "tests/gui/window/ticks.h"
#include "tests/gui/window/windowbench.h"
#include "tests/integration/sandbox/runningsandbox.h"
#include "widgets/common/tableview.h"
#include "widgets/deadletters/deadletterspage.h"
#include "widgets/deadletters/replayjudgeview.h"
#include "widgets/deadletters/replaypage.h"
#include "widgets/deadletters/replayplanform.h"
#include "widgets/deadletters/replayplanview.h"
#include "widgets/deadletters/replayproofview.h"
#include "widgets/deadletters/replayrunview.h"
#endif

#include <QLineEdit>
#include <QPushButton>
#include <QTableView>
#include <QTest>
#include <QToolButton>

using namespace projectionist;

/// The whole program, offscreen, on a real sandbox: letters of a fault that is over are replayed, with proof.
class TestReplay : public QObject
{
    Q_OBJECT

    std::unique_ptr<RunningSandbox> m_sandbox;
    std::unique_ptr<RunningWindow> m_running;

    [[nodiscard]] MainWindow& window() const { return m_running->window(); }
    [[nodiscard]] DeadLettersPage& letters() const { return *window().deadLetters(); }
    [[nodiscard]] ReplayPage& page() const { return *window().replays(); }
    [[nodiscard]] QString shown() const { return shownText(page()); }

private slots:
    void initTestCase()
    {
        m_sandbox = std::make_unique<RunningSandbox>();
        m_sandbox->start({"--steady", "--rate", "40", "--bad-every", "0", "--erase-every", "0", "--seed", "11"});
        m_sandbox->inject("poison-burst");
        m_running = std::make_unique<RunningWindow>(m_sandbox->workspaceFile());
        window().showPage(MainWindow::DeadLetters);
        QTRY_VERIFY_WITH_TIMEOUT(letters().board() && letters().board()->groups.size() >= 3, patience);
    }
    void cleanupTestCase()
    {
        m_running.reset();
        m_sandbox->stop();
        QVERIFY(m_sandbox->leftOver().empty());
    }

    /// One of the three causes is gone when the fault is cleared: its letters can be applied.
    void lettersWhoseCauseIsGoneAreReplayedWithProof()
    {
        const Ticks ticks;
        meanwhile([this] { m_sandbox->clear("poison-burst"); });
        letters().setFilter(QStringLiteral("exception contains \"Timeout\""));
        QTRY_VERIFY_WITH_TIMEOUT(letters().board()->query == letters().query().number &&
                                     !letters().board()->searching && letters().board()->passing > 0 &&
                                     letters().board()->passing < letters().board()->letters,
                                 patience);
        letters().replayButton()->click();
        QCOMPARE(window().page(), MainWindow::Replay);
        page().nextButton()->click();
        QTRY_VERIFY2_WITH_TIMEOUT(page().judgeView()->model().judged(), qPrintable(shown()), patience);
        const auto safe = page().judgeView()->model().sentCount();
        QVERIFY2(safe > 0, qPrintable(shown()));
        page().nextButton()->click();
        QCOMPARE(page().step(), ReplayPage::Plan);
        QTRY_VERIFY2_WITH_TIMEOUT(page().plan() != nullptr, qPrintable(shown()), patience);
        page().planView()->form()->reason()->setText(QStringLiteral("the geocoder answers again"));
        QTRY_VERIFY2_WITH_TIMEOUT(page().plan() && page().plan()->reason == "the geocoder answers again",
                                  qPrintable(shown()), patience);
        QTRY_VERIFY2_WITH_TIMEOUT(page().planView()->headers()->table()->model()->rowCount() > 4, qPrintable(shown()),
                                  patience);
        QVERIFY2(page().plan()->dryRun.refusals.empty(), qPrintable(shown()));
        QVERIFY(!page().plan()->receivers.empty());
        page().nextButton()->click();
        QVERIFY2(page().runView()->start()->isEnabled(), qPrintable(shown()));
        page().runView()->start()->click();
        QTRY_VERIFY2_WITH_TIMEOUT(page().runView()->state().startsWith("Finished"), qPrintable(shown()), 2 * patience);
        page().nextButton()->click();
        const auto* table = page().proofView()->table()->table();
        for (const auto column : {ReplayLightsModel::Produced, ReplayLightsModel::Passed, ReplayLightsModel::NotBack})
            for (const auto& light : shownRows(table, column))
                QVERIFY2(light.contains("proved"), qPrintable(shown()));
        ticks.verify();
    }
    void theRunIsFoundAgain()
    {
        QTest::keyClick(&page(), Qt::Key_Escape);
        QCOMPARE(window().page(), MainWindow::DeadLetters);
        letters().replayButton()->click();
        QTRY_VERIFY2_WITH_TIMEOUT(shown().contains(QString::fromUtf8("\u2713 finished")), qPrintable(shown()),
                                  patience);
    }
};

QTEST_MAIN(TestReplay)
#include "tst_replay.moc"
