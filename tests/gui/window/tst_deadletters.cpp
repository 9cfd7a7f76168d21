// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef Q_MOC_RUN // moc cannot read <concepts>, which libraries include
#include "backend/deadletter/kafkaletters.h"
#include "models/projectiontablemodel.h"
#include "models/text.h"
#include "tests/gui/window/runningwindow.h"
#include "tests/gui/window/ticks.h"
#include "tests/gui/window/windowbench.h"
#include "tests/integration/sandbox/runningsandbox.h"
#include "widgets/common/actline.h"
#include "widgets/common/failureview.h"
#include "widgets/common/letterdetail.h"
#include "widgets/common/originalview.h"
#include "widgets/common/payloadpane.h"
#include "widgets/common/tableview.h"
#include "widgets/deadletters/completionlist.h"
#include "widgets/deadletters/deadletterspage.h"
#include "widgets/deadletters/filteredit.h"
#include "widgets/frame/topbar.h"
#endif

#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QFile>
#include <QHeaderView>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLineEdit>
#include <QMenu>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

using namespace projectionist;

/// The whole program, offscreen, on a real sandbox whose events fail: from the page to one letter and back.
class TestDeadLetters : public QObject
{
    Q_OBJECT

    std::unique_ptr<RunningSandbox> m_sandbox;
    std::unique_ptr<RunningWindow> m_running;

    [[nodiscard]] MainWindow& window() const { return m_running->window(); }
    [[nodiscard]] DeadLettersPage& page() const { return *window().deadLetters(); }
    [[nodiscard]] LetterDetail& detail() const { return *page().detail(); }
    [[nodiscard]] QTableView* groups() const { return page().groups()->table(); }
    [[nodiscard]] QTableView* letters() const { return page().letters()->table(); }
    /// The row of the group whose exception it is; -1 if there is none.
    [[nodiscard]] int groupRow(const QString& exception) const
    {
        return static_cast<int>(shownRows(groups(), LetterGroupModel::Failure).indexOf(exception));
    }
    void chooseGroup(const QString& exception)
    {
        QTRY_VERIFY_WITH_TIMEOUT(groupRow(exception) >= 0, patience);
        groups()->setCurrentIndex(groups()->model()->index(groupRow(exception), LetterGroupModel::Count));
        QTRY_VERIFY_WITH_TIMEOUT(detail().letter() && detail().failure()->text().contains(exception), patience);
    }
    void showTab(QWidget* tab) { detail().tabs()->setCurrentWidget(tab); }
    /// What the filter shows of all letters: "12 of 400".
    [[nodiscard]] std::pair<int, int> passing() const
    {
        const auto words = page().counts().remove(QChar(u'\u202f')).split(u' ');
        return words.size() > 2 ? std::pair(words[0].toInt(), words[2].toInt()) : std::pair(-1, -1);
    }
    void typeFilter(const QString& text)
    {
        page().filter()->setFocus();
        page().filter()->selectAll();
        QTest::keyClicks(page().filter(), text);
    }

private slots:
    void initTestCase()
    {
        m_sandbox = std::make_unique<RunningSandbox>();
        m_sandbox->start({"--steady", "--rate", "100", "--bad-every", "0", "--seed", "11"});
        m_sandbox->inject("poison-burst");
        m_running = std::make_unique<RunningWindow>(m_sandbox->workspaceFile());
        QTRY_VERIFY_WITH_TIMEOUT(page().board() && page().board()->groups.size() >= 3, patience);
        window().showPage(MainWindow::DeadLetters);
    }
    void cleanupTestCase()
    {
        m_running.reset();
        m_sandbox->stop();
        QVERIFY(m_sandbox->leftOver().empty());
    }
    void cleanup()
    {
        page().setFilter({});
        if (page().query().group)
            QTest::keyClick(&page(), Qt::Key_Escape);
        QVERIFY(!page().query().group);
        QTRY_VERIFY_WITH_TIMEOUT(page().board()->query == page().query().number, patience);
    }

    void theCountStandsBesideThePageAndInTheOverview()
    {
        QTRY_VERIFY_WITH_TIMEOUT(
            m_running->cell("parcel_tracking", ProjectionTableModel::Dead).remove(QChar(u'\u202f')).toInt() > 0,
            patience);
        QVERIFY(passing().first > 0);
        QCOMPARE(passing().first, passing().second);
    }
    void aGroupShowsItsLettersAndOpensTheNewest()
    {
        const Ticks ticks;
        chooseGroup("PSQLException");
        QTRY_VERIFY_WITH_TIMEOUT(page().query().group && page().board()->query == page().query().number, patience);
        for (const auto& letter : page().board()->rows)
            QVERIFY2(letter.exception.find("PSQLException") != std::string::npos, letter.exception.c_str());
        const auto failure = detail().failure()->text();
        QVERIFY2(failure.contains("Failed consumer") && failure.contains("Decoded by"), qPrintable(failure));
        QVERIFY2(failure.contains("library frames"), qPrintable(failure));
        ticks.verify();
    }
    void theTabsShowPayloadHeadersPathAndOriginal()
    {
        chooseGroup("PSQLException");
        showTab(detail().payload());
        QVERIFY2(detail().payload()->text().contains("\"weight_grams\""), qPrintable(detail().payload()->text()));
        for (int format = 0; format < detail().payload()->format()->count(); ++format)
            detail().payload()->format()->setCurrentIndex(format);
        QVERIFY(detail().payload()->text().startsWith("00000000"));
        detail().payload()->format()->setCurrentIndex(0);
        showTab(detail().headers());
        QVERIFY(detail().headers()->table()->model()->rowCount() > 3);
        showTab(detail().path());
        QVERIFY(shownRows(detail().path()->table(), 0).contains("Dead letter"));
        showTab(detail().original());
        QTRY_VERIFY2_WITH_TIMEOUT(detail().original()->text().contains("The letter is the same as orders.events["),
                                  qPrintable(detail().original()->text()), patience);
        showTab(detail().failure());
    }
    void aReferenceLeadsToItsLetter()
    {
        const auto& rows = page().board()->rows;
        const auto row =
            std::ranges::find_if(rows, [](const auto& one) { return one.place.id.topic.ends_with(".dlt"); });
        QVERIFY(row != rows.end());
        const auto reference = toQString(referenceInKafka(row->place));
        const auto key = row->key;
        page().setFilter("exception == \"nobody's\"");
        QTRY_VERIFY_WITH_TIMEOUT(passing().first == 0, patience);
        window().showPage(MainWindow::Overview);
        auto* box = window().topBar()->jumpBox();
        box->setFocus();
        QTest::keyClicks(box, reference);
        QTest::keyClick(box, Qt::Key_Return);
        QCOMPARE(window().page(), MainWindow::DeadLetters);
        QTRY_VERIFY_WITH_TIMEOUT(detail().letter() && detail().letter()->key == key, patience);
        QVERIFY(shownText(detail()).contains(reference));
    }
    void lettersAreJudgedAndTheDetailShowsWhy()
    {
        const Ticks ticks;
        chooseGroup("PSQLException");
        QTRY_VERIFY_WITH_TIMEOUT(page().query().group && page().board()->query == page().query().number, patience);
        letters()->selectRow(0); // new letters come all the time: this one stays
        const auto shown = [&] {
            return letters()->currentIndex().siblingAtColumn(LetterListModel::Verdict).data().toString();
        };
        QVERIFY(shown().isEmpty());
        page().judgeButton()->click();
        QTRY_VERIFY2_WITH_TIMEOUT(shown().contains("judging") || !page().judgeLine()->isRunning(), qPrintable(shown()),
                                  patience);
        QTRY_VERIFY2_WITH_TIMEOUT(!shown().isEmpty() && !shown().contains("judging"), qPrintable(shown()), patience);
        QVERIFY2(!shown().contains("unknown"), qPrintable(detail().failure()->text()));
        const auto failure = detail().failure()->text();
        QVERIFY2(failure.contains("Replay verdict") && failure.contains("Because") && failure.contains("Read row"),
                 qPrintable(failure));
        ticks.verify();
    }
    void allOfTheListIsJudgedAndCounted()
    {
        QTRY_VERIFY_WITH_TIMEOUT(page().judgeButton()->isEnabled(), patience);
        const Ticks ticks;
        page().judgeButton()->click();
        const auto line = [this] { return page().judgeLine()->text().remove(QChar(u'\u202f')); };
        QTRY_VERIFY2_WITH_TIMEOUT(!page().judgeLine()->isRunning(), qPrintable(line()), patience);
        const auto words = line().split(u' '); // Judged 412 of 412 letters: ...
        QVERIFY2(words.size() > 5 && words[1].toInt() > 0 && words[1] == words[3], qPrintable(line()));
        QVERIFY2(line().contains("safe") || line().contains("applied"), qPrintable(line()));
        ticks.verify();
    }
    void theListIsExportedIntoAFile()
    {
        const QTemporaryDir folder;
        const auto file = folder.filePath("letters.jsonl");
        chooseGroup("PSQLException");
        QTRY_VERIFY_WITH_TIMEOUT(page().query().group && page().exportButton()->isEnabled(), patience);
        const auto listed = page().board()->listed;
        const Ticks ticks;
        page().exportButton()->click();
        page().exportDialog()->file()->setText(file);
        page().exportDialog()->payload()->setChecked(true);
        page().exportDialog()->exportButton()->click();
        const auto line = [this] { return page().exportLine()->text(); };
        QTRY_VERIFY2_WITH_TIMEOUT(line().contains("exported to " + file), qPrintable(line()), patience);
        ticks.verify();
        QCOMPARE(QDir(folder.path()).entryList(QDir::Files | QDir::Hidden), QStringList{"letters.jsonl"});
        QFile written(file);
        QVERIFY(written.open(QIODevice::ReadOnly));
        const auto lines = written.readAll().trimmed().split('\n');
        QVERIFY(static_cast<std::size_t>(lines.size()) >= listed);
        for (const auto& one : lines) {
            const auto letter = QJsonDocument::fromJson(one).object();
            QVERIFY2(letter["exception"].toString().contains("PSQLException"), one.constData());
            QVERIFY2(letter["payload"]["value"].toString().contains("weight_grams"), one.constData());
        }
    }
    void anExportThatCannotBeWrittenSaysWhy()
    {
        QTRY_VERIFY_WITH_TIMEOUT(page().exportButton()->isEnabled(), patience);
        page().exportButton()->click();
        page().exportDialog()->file()->setText("/dev/full");
        page().exportDialog()->exportButton()->click();
        QTRY_VERIFY2_WITH_TIMEOUT(shownText(page()).contains("it is no file") &&
                                      shownText(page()).contains("Choose another name."),
                                  qPrintable(shownText(page())), patience);
    }
    void aCellIsFilteredByFromItsMenu()
    {
        QTRY_VERIFY_WITH_TIMEOUT(letters()->model()->rowCount() > 0, patience);
        const auto cell = letters()->model()->index(0, LetterListModel::Event);
        const auto event = cell.data().toString();
        emit letters()->customContextMenuRequested(letters()->visualRect(cell).center());
        QMenu* menu = nullptr;
        QTRY_VERIFY((menu = page().letters()->findChild<QMenu*>()) != nullptr);
        QAction* filter = nullptr;
        for (auto* action : menu->actions())
            if (action->text().contains("event == "))
                filter = action;
        QVERIFY(filter);
        filter->trigger();
        menu->close();
        QCOMPARE(page().filter()->text(), QStringLiteral("event == \"%1\"").arg(event));
        QTRY_VERIFY_WITH_TIMEOUT(page().board()->query == page().query().number && !page().board()->searching,
                                 patience);
        QVERIFY(passing().first > 0 && passing().first < passing().second);
        for (const auto& shown : shownRows(letters(), LetterListModel::Event))
            QCOMPARE(shown, event);
    }
    void aBrokenFilterShowsWhereAndTheFormerStays()
    {
        const auto before = page().query();
        typeFilter("projecton == \"x\"");
        QTRY_VERIFY(!page().problem().isEmpty());
        QVERIFY2(page().problem().startsWith("At 1: ") && page().problem().contains("projection"),
                 qPrintable(page().problem()));
        QCOMPARE(page().filter()->extraSelections().size(), 1);
        QCOMPARE(page().filter()->extraSelections()[0].cursor.selectedText(), QString("projecton"));
        QTest::qWait(500); // longer than the pause after which a filter is used
        QCOMPARE(page().query(), before);
        QTest::keyClick(page().filter(), Qt::Key_Escape); // the completions
        QTest::keyClick(page().filter(), Qt::Key_Escape);
        QVERIFY(page().filter()->text().isEmpty());
        QVERIFY(page().problem().isEmpty());
    }
    void completionKnowsWhatThereIs()
    {
        typeFilter("exc");
        auto* completion = page().filter()->completion();
        QTRY_VERIFY(completion->isVisible());
        QCOMPARE(completion->offered().value(0), QString("exception"));
        QTest::keyClick(page().filter(), Qt::Key_Tab);
        QVERIFY2(page().filter()->text().startsWith("exception"), qPrintable(page().filter()->text()));
        typeFilter("exception == ");
        QTRY_VERIFY(completion->isVisible());
        QVERIFY2(completion->offered().join(u' ').contains("PSQLException"),
                 qPrintable(completion->offered().join(u' ')));
        QTest::keyClick(page().filter(), Qt::Key_Escape);
        QVERIFY(!completion->isVisible());
    }
    void payloadsAreSearchedToo()
    {
        typeFilter("exists(payload.weight_grams)");
        QTest::keyClick(page().filter(), Qt::Key_Return);
        QTRY_VERIFY2_WITH_TIMEOUT(passing().first > 0 && passing().first < passing().second &&
                                      !page().board()->searching,
                                  qPrintable(page().counts()), patience);
    }
    void columnsAreSortedByTheDesk()
    {
        letters()->horizontalHeader()->setSortIndicator(LetterListModel::Key, Qt::AscendingOrder);
        QTRY_VERIFY_WITH_TIMEOUT(page().board()->query == page().query().number, patience);
        const auto keys = shownRows(letters(), LetterListModel::Key);
        QVERIFY(keys.size() > 2);
        QVERIFY(std::is_sorted(keys.begin(), keys.end()));
        letters()->horizontalHeader()->setSortIndicator(LetterListModel::Time, Qt::DescendingOrder);
    }
    void theKeyboardGoesAllTheWay()
    {
        window().activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&window()));
        groups()->setFocus();
        QTest::keyClick(groups(), Qt::Key_Home, Qt::ControlModifier);
        QTRY_VERIFY_WITH_TIMEOUT(page().query().group, patience);
        QTest::keyClick(groups(), Qt::Key_Slash);
        QVERIFY(page().filter()->hasFocus());
        QTest::keyClick(page().filter(), Qt::Key_Return);
        QTRY_VERIFY(letters()->hasFocus());
        QTest::keyClick(letters(), Qt::Key_Escape);
        QVERIFY(!page().query().group);
        QCOMPARE(window().page(), MainWindow::DeadLetters);
        QTest::keyClick(letters(), Qt::Key_1, Qt::ControlModifier);
        QTRY_COMPARE(window().page(), MainWindow::Overview);
        QTest::keyClick(&window(), Qt::Key_3, Qt::ControlModifier);
        QTRY_COMPARE(window().page(), MainWindow::DeadLetters);
    }
};

QTEST_MAIN(TestDeadLetters)
#include "tst_deadletters.moc"
