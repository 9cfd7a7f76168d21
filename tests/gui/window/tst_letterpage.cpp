// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef Q_MOC_RUN // moc cannot read <concepts>, which libraries include
#include "models/projectiontablemodel.h"
#include "tests/gui/window/letterboards.h"
#include "tests/gui/window/ticks.h"
#include "tests/gui/window/windowbench.h"
#include "widgets/common/failureview.h"
#include "widgets/common/letterdetail.h"
#include "widgets/common/payloadpane.h"
#include "widgets/common/tableview.h"
#include "widgets/deadletters/deadletterspage.h"
#include "widgets/deadletters/filteredit.h"
#include "widgets/deadletters/resolvedialog.h"
#include "widgets/frame/topbar.h"
#include "widgets/overview/overviewpage.h"
#endif

#include <QApplication>
#include <QComboBox>
#include <QHeaderView>
#include <QLineEdit>
#include <QMenu>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTableView>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

using namespace projectionist;

namespace {

OpenedLetter opened(std::uint64_t token, std::string value, const std::string& reference)
{
    OpenedLetter letter;
    letter.token = token;
    letter.reference = reference;
    letter.letter = DeadLetter{};
    letter.letter->valueSize = value.size();
    letter.letter->value = std::move(value);
    letter.letter->failure.exception = "org.acme.<b>Bad</b>";
    letter.letter->failure.message = std::string("x\0\u202e\x1b[31m", 10);
    letter.letter->origin = {"orders", 3, 12, {}};
    return letter;
}

} // namespace

/// The page on scripted boards: what it asks for, and what it shows of the answers.
class TestLetterPage : public QObject
{
    Q_OBJECT

    std::unique_ptr<WindowBench> m_bench;

    [[nodiscard]] DeadLettersPage& page() const { return *m_bench->window.deadLetters(); }
    [[nodiscard]] LetterDetail& detail() const { return *page().detail(); }
    [[nodiscard]] QTableView* letters() const { return page().letters()->table(); }
    void show(std::size_t total) { m_bench->window.setLetters(letterBoard(page().query(), total)); }
    void openLetter(std::string value, const std::string& reference = "orders-dlt[0]@1")
    {
        QSignalSpy wanted(&page(), &DeadLettersPage::letterWanted);
        letters()->setCurrentIndex({});
        letters()->setCurrentIndex(letters()->model()->index(0, 0));
        QVERIFY(wanted.count() > 0);
        page().setLetter(opened(wanted.last()[0].value<std::uint64_t>(), std::move(value), reference));
    }

private slots:
    void init()
    {
        m_bench = std::make_unique<WindowBench>();
        m_bench->watch({"stock"});
        QVERIFY(m_bench->open(MainWindow::DeadLetters));
        show(2000);
        QTRY_VERIFY(letters()->verticalScrollBar()->maximum() > 0);
    }
    void cleanup() { m_bench.reset(); }

    void whoScrollsIsNotDisturbedByNewLetters()
    {
        letters()->verticalScrollBar()->setValue(100);
        const auto top = letters()->indexAt(QPoint(1, 1)).siblingAtColumn(LetterListModel::Key).data().toString();
        QVERIFY(!top.isEmpty());
        show(2050);
        QCOMPARE(letters()->indexAt(QPoint(1, 1)).siblingAtColumn(LetterListModel::Key).data().toString(), top);
        letters()->verticalScrollBar()->setValue(0); // follows again
        show(2060);
        QCOMPARE(letters()->indexAt(QPoint(1, 1)).siblingAtColumn(LetterListModel::Key).data().toString(),
                 QString("A-2060"));
    }
    void aReferenceOpensItsLetterWhereverItIs()
    {
        letters()->setCurrentIndex(letters()->model()->index(3, 0));
        QSignalSpy wanted(&page(), &DeadLettersPage::referenceWanted);
        m_bench->window.showPage(MainWindow::Overview);
        auto* box = m_bench->window.topBar()->jumpBox();
        box->setFocus();
        QTest::keyClicks(box, "orders-dlt[7]@");
        QCOMPARE(box->offered().count("orders-dlt[7]@"), 0);
        QTest::keyClicks(box, "1042 ");
        QCOMPARE(box->offered().value(0), QString("orders-dlt[7]@1042"));
        QTest::keyClick(box, Qt::Key_Return);
        QCOMPARE(m_bench->window.page(), MainWindow::DeadLetters);
        QCOMPARE(wanted.count(), 1);
        QCOMPARE(wanted[0][1].value<std::string>(), std::string("orders-dlt[7]@1042"));
        QVERIFY(!letters()->currentIndex().isValid());
        // It cannot be had at first.
        OpenedLetter refused{
            .token = wanted[0][0].value<std::uint64_t>(), .place = {}, .reference = {}, .projection = {}};
        refused.letter = tl::unexpected(Error{ErrorKind::Timeout, "The letter was not read", "late", "Again", true});
        page().setLetter(refused);
        QVERIFY(shownText(detail()).contains("The letter was not read"));
        emit detail().retryRequested();
        QCOMPARE(wanted.count(), 2);
        page().setLetter(opened(wanted[1][0].value<std::uint64_t>(), "{}", "orders-dlt[7]@1042"));
        QVERIFY(shownText(detail()).contains("orders-dlt[7]@1042"));
    }
    void aGroupHasAMenu()
    {
        const auto act = [&](const QString& words) {
            const auto cell = page().groups()->table()->model()->index(0, LetterGroupModel::Count);
            emit page().groups()->table()->customContextMenuRequested(
                page().groups()->table()->visualRect(cell).center());
            QTRY_VERIFY(QApplication::activePopupWidget());
            auto* menu = qobject_cast<QMenu*>(QApplication::activePopupWidget());
            for (auto* action : menu->actions())
                if (action->text() == words)
                    action->trigger();
            menu->close();
        };
        QSignalSpy chosen(&page(), &DeadLettersPage::choiceWanted);
        QSignalSpy replays(&page(), &DeadLettersPage::replayRequested);
        act(QString::fromUtf8("Resolve this group\u2026"));
        QVERIFY(page().query().group == page().board()->groups.at(0).group);
        QCOMPARE(chosen.count(), 1);
        QVERIFY(chosen[0][0].value<LetterChoice>().places.empty()); // all that the list has
        act(QString::fromUtf8("Replay this group\u2026"));
        QCOMPARE(replays.count(), 1);
        QVERIFY(replays[0][0].value<std::vector<ReplayScope>>().at(0).kind == ReplayScope::Kind::Group);
    }
    void theSelectedLetterStaysSelected()
    {
        letters()->setCurrentIndex(letters()->model()->index(3, 0));
        const auto key = letters()->currentIndex().siblingAtColumn(LetterListModel::Key).data();
        show(2010);
        QCOMPARE(letters()->currentIndex().siblingAtColumn(LetterListModel::Key).data(), key);
        QCOMPARE(letters()->currentIndex().row(), 13);
    }
    void theListGrowsWhenScrolledToItsEnd()
    {
        QSignalSpy asked(&page(), &DeadLettersPage::asked);
        const auto rows = letters()->model()->rowCount();
        QVERIFY(rows < 2000);
        letters()->verticalScrollBar()->setValue(letters()->verticalScrollBar()->maximum());
        QCOMPARE(asked.count(), 1);
        show(2000);
        QVERIFY(letters()->model()->rowCount() > rows);
        QVERIFY2(shownText(page()).contains("more when scrolled to the end"), qPrintable(shownText(page())));
    }
    void answersToFormerQuestionsAreNotShown()
    {
        const auto late = letterBoard(page().query(), 30);
        page().chooseGroup(7);
        m_bench->window.setLetters(late);
        QVERIFY(letters()->model()->rowCount() > 30);
        show(20);
        QCOMPARE(letters()->model()->rowCount(), 20);
    }
    void selectedLettersAreCountedOnce()
    {
        QSignalSpy wanted(&page(), &DeadLettersPage::replayRequested);
        const auto selected = [&] {
            QTest::keyClick(letters(), Qt::Key_R, Qt::ControlModifier);
            m_bench->window.showPage(MainWindow::DeadLetters); // the wizard came
            for (const auto& scope : wanted.last()[0].value<std::vector<ReplayScope>>())
                if (scope.kind == ReplayScope::Kind::Selected)
                    return scope.selected.size();
            return std::size_t{0};
        };
        const auto all = page().resolveButton()->text();
        letters()->setCurrentIndex(letters()->model()->index(0, 0));
        QCOMPARE(selected(), std::size_t{1});
        QCOMPARE(page().resolveButton()->text(), all); // looking at one is no choice
        letters()->selectionModel()->select(letters()->model()->index(1, 0),
                                            QItemSelectionModel::Select | QItemSelectionModel::Rows);
        QCOMPARE(selected(), std::size_t{2});
        QCOMPARE(page().resolveButton()->text(), QString::fromUtf8("Resolve 2\u2026"));
    }
    void timesInFiltersAreOfTheZoneThatIsShown()
    {
        QVERIFY(!page().query().localTime);
        QSignalSpy asked(&page(), &DeadLettersPage::asked);
        m_bench->range.setZone(Zone::Local);
        QVERIFY(page().query().localTime);
        QCOMPARE(asked.count(), 1);
    }
    void pausedTheListStandsStill()
    {
        m_bench->range.setLive(false);
        show(3000);
        QVERIFY(page().counts().startsWith(QString::fromUtf8("2\u202f000")));
        m_bench->range.setLive(true);
        QVERIFY(page().counts().startsWith(QString::fromUtf8("3\u202f000")));
    }
    void troublesAreToldUntilTheyAreOver()
    {
        auto board = letterBoard(page().query(), 10);
        board->progress[0].error = Error{ErrorKind::Permission, "orders-dlt cannot be read", "The broker says no",
                                         "Grant READ on the topic.", true};
        board->complete = false;
        m_bench->window.setLetters(board);
        QVERIFY(shownText(page()).contains("Grant READ on the topic."));
        QVERIFY(shownText(page()).contains("1 not readable"));
        show(10);
        QTRY_VERIFY(!shownText(page()).contains("Grant READ on the topic."));
    }
    void theDeadColumnSaysWhenThereMayBeMore()
    {
        auto board = letterBoard(page().query(), 371);
        board->projections = {{"stock", 371}};
        board->complete = false;
        m_bench->window.setLetters(board);
        const auto* table = m_bench->window.overview()->table()->table();
        QCOMPARE(shownRows(table, ProjectionTableModel::Dead), QStringList{QString::fromUtf8("\u2265\u202f371")});
        board->complete = true;
        m_bench->window.setLetters(board);
        QCOMPARE(shownRows(table, ProjectionTableModel::Dead), QStringList{"371"});
        m_bench->window.forgetLetters();
        QCOMPARE(shownRows(table, ProjectionTableModel::Dead), QStringList{QString::fromUtf8("\u2014")});
    }
    void unmaskingIsAnActOfItsOwn()
    {
        openLetter("{\"customer\": {\"email\": \"a@b.org\"}, \"id\": 1}");
        QVERIFY(!detail().payload()->text().contains("a@b.org"));
        QVERIFY(detail().payload()->notes().contains("masked"));
        QSignalSpy wanted(&page(), &DeadLettersPage::unmaskWanted);
        QVERIFY(detail().unmask()->isVisible());
        detail().unmask()->click();
        QVERIFY(!detail().unmask()->isEnabled());
        QVERIFY(!detail().payload()->text().contains("a@b.org")); // before it is recorded nothing is shown
        QCOMPARE(wanted.count(), 1);
        QCOMPARE(wanted[0][0].value<std::string>(), std::string("orders-dlt[0]@1"));
        QCOMPARE(wanted[0][1].toString(), QString("Masked: $.customer.email"));
        page().setUnmaskRecorded("orders-dlt[0]@7", 1); // of another letter
        QVERIFY(!detail().payload()->text().contains("a@b.org"));
        page().setUnmaskRecorded("orders-dlt[0]@1", 2);
        QVERIFY(detail().payload()->text().contains("a@b.org"));
        // The next letter is masked again.
        openLetter("{\"email\": \"a@b.org\"}", "orders-dlt[0]@2");
        QVERIFY(detail().unmask()->isVisible());
        QVERIFY(!detail().payload()->text().contains("a@b.org"));
    }
    void whatCannotBeRecordedIsNotUnmasked()
    {
        openLetter("{\"email\": \"a@b.org\"}");
        detail().unmask()->click();
        page().setUnmaskRecorded("orders-dlt[0]@1",
                                 tl::unexpected(Error{ErrorKind::Resource, "The audit trail cannot be used",
                                                      "the disk is full", "Free some space.", true}));
        QVERIFY(!detail().payload()->text().contains("a@b.org"));
        QVERIFY(shownText(detail()).contains("the disk is full"));
        QSignalSpy wanted(&page(), &DeadLettersPage::unmaskWanted);
        auto* again = buttonWith(detail(), "Try again");
        QVERIFY(again);
        again->click();
        QCOMPARE(wanted.count(), 1);
        page().setUnmaskRecorded("orders-dlt[0]@1", 1);
        QVERIFY(detail().payload()->text().contains("a@b.org"));
        QTRY_VERIFY(!shownText(detail()).contains("the disk is full")); // its bar goes with the next turn
    }
    void resolvingTakesWhatTheListHadAndANote()
    {
        QSignalSpy wanted(&page(), &DeadLettersPage::choiceWanted);
        QSignalSpy resolved(&page(), &DeadLettersPage::resolveWanted);
        QVERIFY(!page().resolvedToggle()->isVisible() && !page().restoreButton()->isVisible());
        page().setFilter("age < 6h");
        QTRY_COMPARE(page().query().filter, std::string("age < 6h"));
        show(2000);
        QTRY_VERIFY(page().resolveButton()->isEnabled());
        page().resolveButton()->click();
        QCOMPARE(wanted.count(), 1);
        const auto choice = wanted[0][0].value<LetterChoice>();
        QVERIFY(choice.places.empty() && !choice.resolved);
        const std::vector<ResolvedLetter> letters{{"orders-dlt[0]@1", {}}, {"orders-dlt[0]@2", {}}};
        page().setChosen({choice.token + 1, false, letters, 0}); // nobody asked for it
        QVERIFY(!page().resolveDialog());
        page().setChosen({choice.token, false, letters, 3});
        auto* dialog = page().resolveDialog();
        QVERIFY(dialog && dialog->isVisible());
        QVERIFY(shownText(*dialog).contains("2 letters") && shownText(*dialog).contains("3 more"));
        QVERIFY(!dialog->resolve()->isEnabled());
        dialog->note()->setText(" INC-4711 ");
        dialog->resolve()->click();
        QCOMPARE(resolved.count(), 1);
        QVERIFY(resolved[0][0].value<std::vector<ResolvedLetter>>() == letters);
        QCOMPARE(resolved[0][1].toString(), QString("INC-4711"));
        QCOMPARE(resolved[0][2].toString(), QString("age < 6h"));
        page().setResolveOutcome(
            tl::unexpected(Error{ErrorKind::Resource, "The audit trail cannot be used", "the disk is full", "", true}));
        QVERIFY(shownText(page()).contains("the disk is full"));
        page().setResolveOutcome(std::size_t{2});
        QTRY_VERIFY(!shownText(page()).contains("the disk is full"));
    }
    void resolvedLettersAreSaidShownAndRestored()
    {
        auto board = letterBoard(page().query(), 2000);
        board->resolved = 12;
        m_bench->window.setLetters(board);
        QVERIFY(page().resolvedToggle()->isVisible());
        QCOMPARE(page().resolvedToggle()->text(), QString("12 resolved, show"));
        QSignalSpy asked(&page(), &DeadLettersPage::asked);
        page().resolvedToggle()->click();
        QCOMPARE(asked.count(), 1);
        QVERIFY(page().query().resolved);
        board = letterBoard(page().query(), 2000);
        board->resolved = 12;
        board->resolvedShown = true;
        board->rows.front().state = LetterState::Resolved;
        m_bench->window.setLetters(board);
        QCOMPARE(page().resolvedToggle()->text(), QString("12 resolved, hide"));
        QVERIFY(page().restoreButton()->isVisible());
        QSignalSpy wanted(&page(), &DeadLettersPage::choiceWanted);
        QSignalSpy restored(&page(), &DeadLettersPage::restoreWanted);
        page().restoreButton()->click();
        QCOMPARE(wanted.count(), 1);
        const auto choice = wanted[0][0].value<LetterChoice>();
        QVERIFY(choice.resolved);
        const std::vector<ResolvedLetter> letters{{"orders-dlt[0]@1", {}}};
        page().setChosen({choice.token, true, letters, 0}); // no further question
        QVERIFY(!page().resolveDialog());
        QCOMPARE(restored.count(), 1);
        QVERIFY(restored[0][0].value<std::vector<ResolvedLetter>>() == letters);
        page().resolvedToggle()->click();
        QVERIFY(!page().query().resolved);
    }
    void hostileLettersAreShownAsPlainTextAndCostLittle_data()
    {
        QTest::addColumn<QByteArray>("value");
        constexpr int size = static_cast<int>(DeadLettersPage::mostBytes);
        QTest::newRow("html") << QByteArray("<img src=x onerror=alert(1)><b>bold</b>");
        QTest::newRow("controls") << QByteArray("\0\x1b[31m\xe2\x80\xae\xff\xfe", 11);
        QTest::newRow("one long line") << QByteArray(size, 'x');
        QTest::newRow("one long string") << '"' + QByteArray(size, '"') + '"';
        QTest::newRow("deep") << QByteArray(size, '[');
        QTest::newRow("many values") << '[' + QByteArray("1,").repeated(size / 2) + "1]";
        QTest::newRow("many masked") << '{' + QByteArray("\"email\":1,").repeated(size / 10) + "\"x\":1}";
        QTest::newRow("zeros") << QByteArray(size, '\0');
    }
    void hostileLettersAreShownAsPlainTextAndCostLittle()
    {
        QFETCH(QByteArray, value);
        const Ticks ticks;
        openLetter(value.toStdString());
        for (int tab = 0; tab < detail().tabs()->count(); ++tab) {
            detail().tabs()->setCurrentIndex(tab);
            QTest::qWait(20);
        }
        detail().tabs()->setCurrentWidget(detail().payload());
        for (int format = 0; format < detail().payload()->format()->count(); ++format) {
            detail().payload()->format()->setCurrentIndex(format);
            QTest::qWait(20);
            for (const auto c : detail().payload()->edit()->toPlainText().left(10'000))
                QVERIFY(c.isPrint() || c == u'\n' || c == u'\t');
        }
        const auto failure = detail().failure()->text();
        QVERIFY2(failure.contains("<b>Bad</b>") && failure.contains("\\u0000\\u202e\\u001b"), qPrintable(failure));
        ticks.verify();
    }
    void whatWasSetIsThereAgain()
    {
        const QTemporaryDir folder;
        const auto file = folder.filePath("window.ini");
        m_bench.reset();
        m_bench = std::make_unique<WindowBench>(file);
        page().setFilter("age < 6h");
        detail().payload()->format()->setCurrentIndex(3);
        letters()->horizontalHeader()->setSortIndicator(LetterListModel::Key, Qt::AscendingOrder);
        m_bench.reset(); // writes it down
        m_bench = std::make_unique<WindowBench>(file);
        QCOMPARE(page().filter()->history(), QStringList{"age < 6h"});
        QCOMPARE(detail().payload()->format()->currentIndex(), 3);
        QCOMPARE(page().query().order, (LetterOrder{LetterField::Key, false}));
    }
};

QTEST_MAIN(TestLetterPage)
#include "tst_letterpage.moc"
