// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef Q_MOC_RUN // moc cannot read <concepts>, which libraries include
#include "tests/gui/window/letterboards.h"
#include "tests/gui/window/windowbench.h"
#include "widgets/common/failureview.h"
#include "widgets/common/letterdetail.h"
#include "widgets/common/tableview.h"
#include "widgets/deadletters/deadletterspage.h"
#endif

#include <QHeaderView>
#include <QMenu>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>
#include <QToolButton>

using namespace projectionist;

namespace {

LetterPlace placeAt(std::size_t offset)
{
    return {{"orders-dlt", 0}, static_cast<Offset>(offset)};
}

LetterJudgement judgementOf(const LetterPlace& place)
{
    LetterJudgement judgement;
    judgement.place = place;
    return judgement;
}

} // namespace

/// Judging on scripted boards and verdicts: what is asked for, and what is shown of the answers.
class TestJudging : public QObject
{
    Q_OBJECT

    std::unique_ptr<WindowBench> m_bench;
    std::unique_ptr<QSignalSpy> m_wanted;

    [[nodiscard]] DeadLettersPage& page() const { return *m_bench->window.deadLetters(); }
    [[nodiscard]] QTableView* letters() const { return page().letters()->table(); }
    [[nodiscard]] QToolButton* button() const { return page().judgeButton(); }
    [[nodiscard]] QString verdict(int row) const
    {
        return letters()->model()->index(row, LetterListModel::Verdict).data().toString();
    }
    void show(std::size_t total) { m_bench->window.setLetters(letterBoard(page().query(), total)); }
    [[nodiscard]] std::uint64_t token() const { return m_wanted->last()[0].value<std::uint64_t>(); }
    [[nodiscard]] std::vector<LetterPlace> asked() const
    {
        return m_wanted->last()[1].value<std::vector<LetterPlace>>();
    }
    void answer(ReplayVerdict verdict, const std::string& why, std::vector<Error> troubles = {})
    {
        LetterVerdicts verdicts{token(), {m_bench->clock.now(), {}, std::move(troubles)}};
        for (const auto& place : asked()) {
            auto& letter = verdicts.judged.letters.emplace_back();
            letter.place = place;
            letter.verdict = verdict;
            letter.why = why;
            letter.row = RowState{true, 12, "", {}, {}, {}};
        }
        page().setVerdicts(verdicts);
    }

private slots:
    void init()
    {
        m_bench = std::make_unique<WindowBench>();
        m_bench->watch({"stock"});
        m_bench->window.resize(1440, 900);
        m_bench->window.show();
        m_bench->window.showPage(MainWindow::DeadLetters);
        QVERIFY(QTest::qWaitForWindowExposed(&m_bench->window));
        m_wanted = std::make_unique<QSignalSpy>(&page(), &DeadLettersPage::judgeWanted);
        show(20);
    }
    void cleanup()
    {
        m_wanted.reset();
        m_bench.reset();
    }

    void withoutLettersThereIsNothingToJudge()
    {
        show(0);
        QVERIFY(!button()->isEnabled());
        show(3);
        QVERIFY(button()->isEnabled());
        QCOMPARE(button()->text(), QString("Judge 3"));
    }
    void allThatIsListedIsJudgedAndTheColumnShowsIt()
    {
        QCOMPARE(button()->text(), QString("Judge 20"));
        button()->click();
        QCOMPARE(asked().size(), std::size_t(20));
        QVERIFY2(verdict(0).contains("judging"), qPrintable(verdict(0)));
        QVERIFY(button()->text().startsWith("Stop judging"));
        answer(ReplayVerdict::Safe, "no later event of its key was applied");
        QVERIFY2(verdict(0).contains("safe") && verdict(19).contains("safe"), qPrintable(verdict(0)));
        QCOMPARE(button()->text(), QString("Judge 20"));
    }
    void theShortcutDoesTheSame()
    {
        letters()->setFocus();
        QTest::keyClick(letters(), Qt::Key_J, Qt::ControlModifier);
        QCOMPARE(m_wanted->count(), 1);
        QVERIFY(button()->toolTip().contains("Ctrl+J"));
    }
    void selectedLettersAreJudgedAlone()
    {
        auto* selection = letters()->selectionModel();
        const auto row = [&](int at) { return letters()->model()->index(at, 0); };
        selection->select(row(2), QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
        QCOMPARE(button()->text(), QString("Judge 20")); // one is only looked at
        selection->select(row(5), QItemSelectionModel::Select | QItemSelectionModel::Rows);
        QCOMPARE(button()->text(), QString("Judge 2"));
        button()->click();
        QCOMPARE(asked(), (std::vector{placeAt(18), placeAt(15)}));
        answer(ReplayVerdict::NewerApplied, "the row is at version 12, the letter at 9");
        QVERIFY(verdict(2).contains("newer event applied"));
        QVERIFY(verdict(3).isEmpty());
    }
    void onlyTheFirstOfManyAreJudgedAndThatIsSaid()
    {
        show(5000);
        QCOMPARE(button()->text(), QString("Judge first 500"));
        QVERIFY(button()->toolTip().contains(QString::fromUtf8("1\u202f000")));
    }
    void aCellsMenuJudgesItsLetter()
    {
        const auto cell = letters()->model()->index(3, LetterListModel::Key);
        emit letters()->customContextMenuRequested(letters()->visualRect(cell).center());
        QMenu* menu = nullptr;
        QTRY_VERIFY((menu = page().letters()->findChild<QMenu*>()) != nullptr);
        for (auto* action : menu->actions())
            if (action->text() == "Judge this letter")
                action->trigger();
        menu->close();
        QCOMPARE(m_wanted->count(), 1);
        QCOMPARE(asked(), std::vector{placeAt(17)});
    }
    void stoppingEndsItAndLateAnswersDoNotCount()
    {
        button()->click();
        const auto first = token();
        page().setJudging({first, 43, 100});
        QCOMPARE(button()->text(), QString("Stop judging (43 %)"));
        button()->click();
        QVERIFY(asked().empty());
        QCOMPARE(button()->text(), QString("Judge 20"));
        QVERIFY(verdict(0).isEmpty());
        page().setVerdicts({first, {m_bench->clock.now(), {judgementOf(placeAt(20))}, {}}});
        QVERIFY(verdict(0).isEmpty());
    }
    void theDetailTellsVerdictAndEvidence()
    {
        QSignalSpy opened(&page(), &DeadLettersPage::letterWanted);
        letters()->setCurrentIndex(letters()->model()->index(0, 0));
        QVERIFY(opened.count() > 0);
        OpenedLetter letter;
        letter.token = opened.last()[0].value<std::uint64_t>();
        letter.reference = "orders-dlt[0]@20";
        letter.letter = DeadLetter{};
        page().setLetter(letter);
        QVERIFY(!page().detail()->failure()->text().contains("Replay verdict"));
        button()->click();
        answer(ReplayVerdict::AlreadyApplied, "the row is at version 12, the letter at 12");
        const auto text = page().detail()->failure()->text();
        QVERIFY2(text.contains("Replay verdict: ") && text.contains("already applied") &&
                     text.contains("the letter at 12") && text.contains("Read row: version 12") &&
                     text.contains("Judged "),
                 qPrintable(text));
    }
    void newLettersOutdateVerdictsThatAllowAReplay()
    {
        button()->click();
        answer(ReplayVerdict::Safe, "no later event of its key was applied");
        show(21);
        QVERIFY2(verdict(1).contains("outdated"), qPrintable(verdict(1)));
        QVERIFY(verdict(0).isEmpty());
    }
    void whatCouldNotBeAskedIsSaidUntilTheNextTime()
    {
        button()->click();
        answer(ReplayVerdict::Unknown, "nobody listens there",
               {Error{ErrorKind::Refused, "The store cannot be reached", "nobody listens there", "Start it.", true}});
        QVERIFY2(shownText(page()).contains("The store cannot be reached"), qPrintable(shownText(page())));
        QVERIFY(verdict(0).contains("unknown"));
        button()->click();
        QTRY_VERIFY(!shownText(page()).contains("The store cannot be reached"));
    }
    void sortingByVerdictIsNotOffered()
    {
        const auto before = page().query();
        letters()->horizontalHeader()->setSortIndicator(LetterListModel::Verdict, Qt::AscendingOrder);
        QCOMPARE(page().query(), before);
        QCOMPARE(letters()->horizontalHeader()->sortIndicatorSection(), int(LetterListModel::Time));
    }
    void anotherDeskForgetsAllVerdicts()
    {
        button()->click();
        const auto first = token();
        m_bench->window.forgetLetters();
        show(20);
        page().setVerdicts({first, {m_bench->clock.now(), {judgementOf(placeAt(20))}, {}}});
        QVERIFY(verdict(0).isEmpty());
        QCOMPARE(button()->text(), QString("Judge 20"));
    }
};

QTEST_MAIN(TestJudging)
#include "tst_judging.moc"
