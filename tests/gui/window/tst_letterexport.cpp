// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef Q_MOC_RUN // moc cannot read <concepts>, which libraries include
#include "tests/gui/window/letterboards.h"
#include "tests/gui/window/windowbench.h"
#include "widgets/common/actline.h"
#include "widgets/common/tableview.h"
#include "widgets/deadletters/deadletterspage.h"
#endif

#include <QCheckBox>
#include <QComboBox>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

using namespace projectionist;

/// Exporting on scripted boards: what is asked for, and what is shown of how it goes.
class TestLetterExport : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;
    std::unique_ptr<WindowBench> m_bench;
    std::unique_ptr<QSignalSpy> m_wanted;
    std::unique_ptr<QSignalSpy> m_stopped;

    [[nodiscard]] DeadLettersPage& page() const { return *m_bench->window.deadLetters(); }
    [[nodiscard]] QTableView* letters() const { return page().letters()->table(); }
    [[nodiscard]] ExportDialog& dialog() const { return *page().exportDialog(); }
    [[nodiscard]] QString line() const { return page().exportLine()->text(); }
    void show(std::size_t total) { m_bench->window.setLetters(letterBoard(page().query(), total)); }
    [[nodiscard]] LetterExportOrder order() const { return m_wanted->last()[0].value<LetterExportOrder>(); }
    [[nodiscard]] QString file(const QString& name) const { return m_folder.filePath(name); }
    void exportTo(const QString& name)
    {
        page().exportButton()->click();
        dialog().file()->setText(file(name));
        dialog().exportButton()->click();
    }

private slots:
    void init()
    {
        m_bench = std::make_unique<WindowBench>();
        m_bench->watch({"stock"});
        QVERIFY(m_bench->open(MainWindow::DeadLetters));
        m_wanted = std::make_unique<QSignalSpy>(&page(), &DeadLettersPage::exportWanted);
        m_stopped = std::make_unique<QSignalSpy>(&page(), &DeadLettersPage::exportStopped);
        show(2300);
    }
    void cleanup()
    {
        m_wanted.reset();
        m_stopped.reset();
        m_bench.reset();
    }

    void allOfTheListIsExportedNotOnlyWhatIsLoaded()
    {
        page().exportButton()->click();
        QVERIFY2(shownText(dialog()).contains(QString::fromUtf8("All letters that pass the filter, 2\u202f300 now.")),
                 qPrintable(shownText(dialog())));
        dialog().file()->setText(file("letters.jsonl"));
        dialog().format()->setCurrentIndex(static_cast<int>(ExportFormat::Csv));
        QCOMPARE(dialog().file()->text(), file("letters.csv")); // follows the format
        dialog().payload()->setChecked(true);
        QVERIFY2(dialog().command().contains("deadletters export --format csv --payload raw --output"),
                 qPrintable(dialog().command()));
        dialog().exportButton()->click();
        QCOMPARE(m_wanted->count(), 1);
        QCOMPARE(order().query, page().query().number);
        QVERIFY(order().places.empty());
        QCOMPARE(order().file, file("letters.csv"));
        QVERIFY(order().content.format == ExportFormat::Csv && order().content.payload && !order().content.decoded);
    }
    void payloadsAreDecodedWhereTheContextHasARegistry()
    {
        Workspace workspace;
        auto& context = workspace.contexts.emplace_back();
        context.name = "test";
        context.deadLetters.schemaRegistry.emplace();
        page().setWorkspace(workspace, "test");
        page().exportButton()->click();
        dialog().file()->setText(file("letters.jsonl"));
        dialog().payload()->setChecked(true);
        QVERIFY2(dialog().command().contains("--payload decoded"), qPrintable(dialog().command()));
        dialog().exportButton()->click();
        QVERIFY(order().content.decoded && order().content.registry);
    }
    void selectedLettersAreExportedAlone()
    {
        letters()->selectionModel()->select(letters()->model()->index(2, 0),
                                            QItemSelectionModel::Select | QItemSelectionModel::Rows);
        letters()->selectionModel()->select(letters()->model()->index(5, 0),
                                            QItemSelectionModel::Select | QItemSelectionModel::Rows);
        exportTo("two.jsonl");
        QCOMPARE(order().places.size(), std::size_t(2));
        QCOMPARE(order().places.front().offset, Offset(2298));
    }
    void theShortcutAndTheMenuOpenTheSame()
    {
        letters()->setFocus();
        QTest::keyClick(letters(), Qt::Key_E, Qt::ControlModifier);
        QVERIFY(page().exportDialog());
        dialog().reject();
        QTRY_VERIFY(!page().exportDialog());
        auto* groups = page().groups()->table();
        emit groups->customContextMenuRequested(groups->visualRect(groups->model()->index(0, 0)).center());
        QMenu* menu = nullptr;
        QTRY_VERIFY((menu = page().groups()->findChild<QMenu*>()) != nullptr);
        for (auto* action : menu->actions())
            if (action->text().startsWith("Export this group"))
                action->trigger();
        menu->close();
        QVERIFY(page().exportDialog());
        QCOMPARE(page().query().group, std::optional<std::uint32_t>(7));
        dialog().file()->setText(file("group.jsonl"));
        dialog().exportButton()->click();
        QCOMPARE(order().query, page().query().number); // that of the group
    }
    void aFolderThatIsNotThereIsSaidBefore()
    {
        page().exportButton()->click();
        dialog().file()->setText(file("no/such/folder.csv"));
        QVERIFY(!dialog().exportButton()->isEnabled());
        QVERIFY(shownText(dialog()).contains("There is no such folder."));
        dialog().file()->setText(m_folder.path());
        QVERIFY(!dialog().exportButton()->isEnabled());
        dialog().reject();
    }
    void progressIsShownAndTheEndTold()
    {
        exportTo("letters.jsonl");
        QVERIFY(!page().exportButton()->isEnabled()); // one at a time
        page().setExporting(order().token, 1000, 2300);
        QVERIFY2(line().contains(QString::fromUtf8("1\u202f000 of 2\u202f300 letters")), qPrintable(line()));
        page().setExported(order().token, ExportOutcome{2300, 0, 0, {}});
        QVERIFY2(line().contains(QString::fromUtf8("2\u202f300 letters exported to ")), qPrintable(line()));
        QVERIFY(page().exportButton()->isEnabled());
        page().exportLine()->button()->click();
        QVERIFY(line().isEmpty());
    }
    void aPartIsCalledAPart()
    {
        auto board = letterBoard(page().query(), 2300);
        board->complete = false;
        m_bench->window.setLetters(board);
        exportTo("letters.jsonl");
        page().setExported(order().token, ExportOutcome{2300, 0, 0, {}});
        QVERIFY2(line().contains("It is a part"), qPrintable(line()));
    }
    void cancellingEndsItAndLateAnswersDoNotCount()
    {
        exportTo("letters.jsonl");
        const auto token = order().token;
        page().exportLine()->button()->click();
        QCOMPARE(m_stopped->count(), 1);
        QVERIFY2(line().contains("cancelled"), qPrintable(line()));
        page().setExported(token, ExportOutcome{2300, 0, 0, {}});
        QVERIFY2(line().contains("cancelled"), qPrintable(line()));
        QVERIFY(page().exportButton()->isEnabled());
    }
    void whatWentWrongIsSaid()
    {
        exportTo("letters.jsonl");
        page().setExported(order().token,
                           tl::unexpected(Error{ErrorKind::Resource, "Cannot save letters.jsonl",
                                                "No space left on device", "Make room and try again", true}));
        QVERIFY2(shownText(page()).contains("No space left on device") && shownText(page()).contains("Make room"),
                 qPrintable(shownText(page())));
        QVERIFY(page().exportButton()->isEnabled());
        exportTo("letters.jsonl");
        QTRY_VERIFY(!shownText(page()).contains("No space left on device"));
    }
    void anotherDeskEndsIt()
    {
        exportTo("letters.jsonl");
        m_bench->window.forgetLetters();
        QCOMPARE(m_stopped->count(), 1);
        QVERIFY2(line().contains("the workspace changed"), qPrintable(line()));
    }
};

QTEST_MAIN(TestLetterExport)
#include "tst_letterexport.moc"
