// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef Q_MOC_RUN // moc cannot read <concepts>, which libraries include
#include "tests/gui/window/letterboards.h"
#include "tests/gui/window/windowbench.h"
#include "widgets/common/actline.h"
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
    std::unique_ptr<QSignalSpy> m_listed;
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
    [[nodiscard]] ListedRows asked() const { return m_wanted->last()[1].value<ListedRows>(); }
    /// The letters that were asked for by their places; none: all of the list.
    [[nodiscard]] std::vector<LetterPlace> places() const
    {
        return m_listed->last()[2].value<std::vector<LetterPlace>>();
    }
    /// The desk lists letters: those at the places, or so many from the newest on.
    void list(std::size_t total)
    {
        ListedRows rows;
        for (const auto& place : places())
            rows.push_back(static_cast<std::uint32_t>(place.offset));
        for (std::size_t i = 0; places().empty() && i < total; ++i)
            rows.push_back(static_cast<std::uint32_t>(total - i));
        page().setListed(m_listed->last()[0].value<std::uint64_t>(), rows);
    }
    void answer(ReplayVerdict verdict, const std::string& why, std::vector<Error> troubles = {})
    {
        LetterVerdicts verdicts{token(), {m_bench->clock.now(), {}, std::move(troubles)}};
        for (const auto row : asked()) {
            auto& letter = verdicts.judged.letters.emplace_back();
            letter.place = placeAt(row);
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
        QVERIFY(m_bench->open(MainWindow::DeadLetters));
        m_listed = std::make_unique<QSignalSpy>(&page(), &DeadLettersPage::listWanted);
        m_wanted = std::make_unique<QSignalSpy>(&page(), &DeadLettersPage::judgeWanted);
        show(20);
    }
    void cleanup()
    {
        m_listed.reset();
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
        QVERIFY(button()->text().startsWith("Stop judging"));
        QCOMPARE(m_listed->last()[1].value<std::uint64_t>(), page().query().number);
        list(20);
        QCOMPARE(asked().size(), std::size_t(20));
        QVERIFY2(verdict(0).contains("judging"), qPrintable(verdict(0)));
        answer(ReplayVerdict::Safe, "no later event of its key was applied");
        QVERIFY2(verdict(0).contains("safe") && verdict(19).contains("safe"), qPrintable(verdict(0)));
        QVERIFY2(page().judgeLine()->text().contains(QString::fromUtf8("safe 20")),
                 qPrintable(page().judgeLine()->text()));
        QCOMPARE(button()->text(), QString("Judge 20"));
    }
    void theShortcutDoesTheSame()
    {
        letters()->setFocus();
        QTest::keyClick(letters(), Qt::Key_J, Qt::ControlModifier);
        QCOMPARE(m_listed->count(), 1);
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
        QCOMPARE(places(), (std::vector{placeAt(18), placeAt(15)}));
        list(20);
        answer(ReplayVerdict::NewerApplied, "the row is at version 12, the letter at 9");
        QVERIFY(verdict(2).contains("newer event applied"));
        QVERIFY(verdict(3).isEmpty());
    }
    void allOfALongListAreJudgedPortionByPortion()
    {
        show(2300); // of which 500 rows are loaded
        QCOMPARE(button()->text(), QString::fromUtf8("Judge 2\u202f300"));
        button()->click();
        list(2300);
        QCOMPARE(asked().size(), std::size_t(1000));
        QVERIFY(verdict(0).contains("judging"));
        answer(ReplayVerdict::Safe, "no later event of its key was applied");
        const auto line = [this] { return page().judgeLine()->text(); };
        QVERIFY2(line().contains(QString::fromUtf8("1\u202f000 of 2\u202f300")) &&
                     line().contains(QString::fromUtf8("safe 1\u202f000")),
                 qPrintable(line()));
        QVERIFY(verdict(499).contains("safe"));
        QCOMPARE(asked().front(), 1300U);
        page().setJudging({token(), 50, 100}); // of the second portion
        QCOMPARE(button()->text(), QString("Stop judging (65 %)"));
        answer(ReplayVerdict::NewerApplied, "the row is at version 12");
        QCOMPARE(asked().size(), std::size_t(300));
        // Those that went away are told, too.
        page().setVerdicts({token(), {m_bench->clock.now(), {judgementOf(placeAt(300))}, {}}});
        QVERIFY2(line().contains(QString::fromUtf8("2\u202f300 of 2\u202f300")) && line().contains("unknown 1") &&
                     line().contains("299 went away meanwhile"),
                 qPrintable(line()));
        QCOMPARE(m_wanted->count(), 3);
        QCOMPARE(button()->text(), QString::fromUtf8("Judge 2\u202f300"));
        page().judgeLine()->button()->click();
        QVERIFY(line().isEmpty());
    }
    void aLongJudgingIsStoppedBetween()
    {
        show(2300);
        button()->click();
        list(2300);
        answer(ReplayVerdict::Safe, "no later event of its key was applied");
        page().judgeLine()->button()->click();
        QVERIFY(asked().empty());
        QCOMPARE(button()->text(), QString::fromUtf8("Judge 2\u202f300"));
        const auto line = page().judgeLine()->text();
        QVERIFY2(line.contains("stopped") && line.contains(QString::fromUtf8("1\u202f000 of 2\u202f300")),
                 qPrintable(line));
        QVERIFY(verdict(0).contains("safe"));
    }
    void whatCannotBeListedIsSaid()
    {
        button()->click();
        page().setListed(m_listed->last()[0].value<std::uint64_t>(),
                         tl::unexpected(Error{ErrorKind::Cancelled, "The letters were not listed",
                                              "something else was asked for meanwhile", "Try again.", true}));
        QVERIFY2(shownText(page()).contains("The letters were not listed"), qPrintable(shownText(page())));
        QCOMPARE(button()->text(), QString("Judge 20"));
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
        QCOMPARE(m_listed->count(), 1);
        QCOMPARE(places(), std::vector{placeAt(17)});
    }
    void stoppingEndsItAndLateAnswersDoNotCount()
    {
        button()->click();
        list(20);
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
        list(20);
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
        list(20);
        answer(ReplayVerdict::Safe, "no later event of its key was applied");
        show(21);
        QVERIFY2(verdict(1).contains("outdated"), qPrintable(verdict(1)));
        QVERIFY(verdict(0).isEmpty());
    }
    void whatCouldNotBeAskedIsSaidUntilTheNextTime()
    {
        button()->click();
        list(20);
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
        list(20);
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
