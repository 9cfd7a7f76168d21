// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Checks in the window: run, looked at and exported, on a real PostgreSQL server.
#ifndef Q_MOC_RUN // moc cannot read <concepts>, which libraries include
#include "backend/store/postgres/postgresstore.h"
#include "tests/gui/window/runningwindow.h"
#include "tests/gui/window/windowbench.h"
#include "tests/support/testservers.h"
#include "widgets/common/actline.h"
#include "widgets/common/messages.h"
#include "widgets/common/tableview.h"
#include "widgets/reconcile/checktiles.h"
#include "widgets/reconcile/differencedetail.h"
#include "widgets/reconcile/differencegroups.h"
#include "widgets/reconcile/reconcilepage.h"
#endif

#include <fmt/format.h>
#include <fstream>
#include <QComboBox>
#include <QFileDialog>
#include <QLineEdit>
#include <QListWidget>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

using namespace projectionist;

namespace {

void execute(const PostgresServer& server, const std::vector<std::string>& statements)
{
    StoreSettings settings;
    settings.name = "owner";
    settings.connection = server.connection();
    const auto store = *connectPostgres(settings, Access::ReadWrite);
    const auto done = store->transaction([&](Transaction& transaction) -> Result<void> {
        for (const auto& sql : statements)
            if (const auto one = transaction.execute(sql); !one)
                return tl::unexpected(one.error());
        return {};
    });
    QVERIFY2(done, done ? "" : toString(done.error()).c_str());
}

std::string checkText(const std::string& name, const std::string& expected, const std::string& actual)
{
    return fmt::format("[[checks]]\nname = \"{}\"\ncontext = \"shop\"\nkey = [\"id\"]\nsettle = \"10ms\"\n"
                       "[checks.expected]\nstore = \"s\"\ntable = \"{}\"\n"
                       "[checks.actual]\nstore = \"s\"\ntable = \"{}\"\n",
                       name, expected, actual);
}

QString contentOf(const QString& file)
{
    QFile opened(file);
    return opened.open(QIODevice::ReadOnly) ? QString::fromUtf8(opened.readAll()) : QString();
}

QString plain(QString text)
{
    return text.replace(u'\u00a0', u' ').replace(u'\u202f', u' ');
}

} // namespace

class TestReconcile : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;
    std::unique_ptr<PostgresServer> m_server;
    std::unique_ptr<RunningWindow> m_running;

    [[nodiscard]] MainWindow& window() const { return m_running->window(); }
    [[nodiscard]] ReconcilePage& page() const { return *window().reconciliation(); }
    [[nodiscard]] QTableView* checks() const { return page().checks()->table(); }
    [[nodiscard]] QTableView* differences() const { return page().differences()->table(); }
    [[nodiscard]] QString check(int row, int column) const
    {
        return plain(checks()->model()->index(row, column).data().toString());
    }
    [[nodiscard]] QString keys() const { return shownRows(differences(), 1).join(u' '); }
    void open(const std::string& checkTables)
    {
        const auto file = std::filesystem::path(m_folder.filePath("workspace.toml").toStdString());
        std::ofstream(file) << "schema = 1\n[contexts.shop]\nbroker = \"b\"\nstores = [\"s\"]\n"
                               "[brokers.b]\nbootstrap_servers = \"127.0.0.1:1\"\n[stores.s]\n"
                               "uri = \"" +
                                   fmt::format("postgresql://postgres@127.0.0.1:{}/postgres", m_server->port()) +
                                   "\"\n" + checkTables;
        m_running = std::make_unique<RunningWindow>(file);
        QTRY_VERIFY_WITH_TIMEOUT(window().page() == MainWindow::Overview, patience);
        window().showPage(MainWindow::Reconciliation);
    }
    void exportTo(const QString& file)
    {
        page().tiles()->exportButton()->click();
        auto* dialog = page().findChild<QFileDialog*>();
        QVERIFY(dialog);
        emit dialog->fileSelected(file);
        dialog->reject();
        QTRY_VERIFY_WITH_TIMEOUT(!page().exportLine()->isRunning() && shownText(page()).contains(file), patience);
    }

private slots:
    void initTestCase()
    {
        m_server = startPostgres();
        execute(*m_server,
                {"CREATE TABLE orders (id text PRIMARY KEY, status text, total int)",
                 "INSERT INTO orders VALUES ('O-1', 'shipped', 100), ('O-2', 'placed', 9), "
                 "('O-3', 'placed', NULL), ('O-4', '=cmd|x', -5)",
                 "CREATE VIEW drowsy AS SELECT orders.* FROM orders, pg_sleep(1)",
                 "CREATE TABLE summary AS TABLE orders", "ALTER TABLE summary ADD PRIMARY KEY (id)",
                 "UPDATE summary SET status = ' placed' WHERE id = 'O-1'", "DELETE FROM summary WHERE id = 'O-3'",
                 "INSERT INTO summary VALUES ('O-5', 'placed', 900)", "UPDATE summary SET total = 7 WHERE id = 'O-4'"});
    }
    void init()
    {
        open(checkText("orders", "orders", "summary") + checkText("itself", "orders", "orders") +
             checkText("broken", "orders", "nowhere") + checkText("drowsy", "drowsy", "summary"));
        QTRY_COMPARE_WITH_TIMEOUT(checks()->model()->rowCount(), 4, patience);
    }
    void cleanup() { m_running.reset(); }
    void cleanupTestCase() { m_server.reset(); }

    void aCheckIsRunLookedAtAndExported()
    {
        QCOMPARE(page().check(), std::string("orders"));
        QVERIFY2(page().hint().contains("has no result yet"), qPrintable(page().hint()));
        QVERIFY(!page().tiles()->exportButton()->isEnabled());
        page().tiles()->runButton()->click();
        QTRY_COMPARE_WITH_TIMEOUT(keys(), QString("O-1 O-4 O-3 O-5"), patience);
        QCOMPARE(shownRows(differences(), 2).front(), QString::fromUtf8("\u00b7placed \u2260 shipped"));
        QCOMPARE(check(0, CheckListModel::Differences), QString("4"));
        QStringList tiles;
        for (std::size_t tile = 0; tile < 4; ++tile)
            tiles << page().tiles()->tileText(tile);
        QCOMPARE(tiles.join(u' '), QString("1 1 2 0"));
        QCOMPARE(page().tiles()->runButton()->text(), QString("Run again"));
        QTRY_VERIFY2(plain(page().tiles()->freshness()).contains(QRegularExpression("^Compared \\d+ s ago$")),
                     qPrintable(page().tiles()->freshness()));
        differences()->selectRow(0);
        QVERIFY2(page().detail()->text().contains("id = O-1") && page().detail()->text().contains("in status"),
                 qPrintable(page().detail()->text()));

        const auto csv = m_folder.filePath("out.csv");
        exportTo(csv);
        QVERIFY2(contentOf(csv).contains("different,confirmed,O-4,'=cmd|x,'=cmd|x,-5,7,total"),
                 qPrintable(contentOf(csv)));
        page().filter()->setText("O-3");
        QCOMPARE(keys(), QString("O-3"));
        const auto sql = m_folder.filePath("out.sql");
        exportTo(sql);
        QVERIFY2(contentOf(sql).contains("('O-3') -- missing") && !contentOf(sql).contains("O-1"),
                 qPrintable(contentOf(sql)));
        execute(*m_server, {"CREATE TEMP TABLE keys AS " + contentOf(sql).toStdString()});
    }
    void aCheckThatRunsIsPausedAndResumed()
    {
        page().chooseCheck("drowsy");
        auto* pause = page().tiles()->pauseButton();
        QVERIFY(!pause->isVisible());
        QTest::keyClick(checks(), Qt::Key_F5);
        QTRY_VERIFY_WITH_TIMEOUT(pause->isVisible(), patience);
        QCOMPARE(pause->text(), QString("Pause"));
        pause->click();
        QTRY_COMPARE_WITH_TIMEOUT(pause->text(), QString("Resume"), patience);
        QTRY_VERIFY2_WITH_TIMEOUT(page().hint().startsWith("paused: "), qPrintable(page().hint()), patience);
        QVERIFY(page().tiles()->cancels());
        QTest::keyClick(checks(), Qt::Key_F6);
        QTRY_COMPARE_WITH_TIMEOUT(differences()->model()->rowCount(), 4, patience);
        QTRY_VERIFY_WITH_TIMEOUT(!pause->isVisible(), patience);
    }
    void aNameWithoutAFormatIsRefused()
    {
        page().runOrCancel();
        QTRY_COMPARE_WITH_TIMEOUT(differences()->model()->rowCount(), 4, patience);
        exportTo(m_folder.filePath("out.txt"));
        QVERIFY2(shownText(page()).contains("Its name tells no format."), qPrintable(shownText(page())));
    }
    void groupsChooseAmongTheDifferences()
    {
        page().runOrCancel();
        QTRY_COMPARE_WITH_TIMEOUT(differences()->model()->rowCount(), 4, patience);
        QVERIFY(!page().groups()->isVisible());
        page().findChild<QComboBox*>()->setCurrentIndex(static_cast<int>(DifferenceGrouping::Column));
        QVERIFY(page().groups()->isVisible());
        auto* list = page().groups()->list();
        QStringList names;
        for (int row = 0; row < list->count(); ++row)
            names << list->item(row)->text();
        QCOMPARE(names.join(u'|'),
                 QString("All  (4)|status  (1)|total  (1)|whole row extra  (1)|whole row missing  (1)"));
        list->setCurrentRow(2);
        QCOMPARE(keys(), QString("O-4"));
        QCOMPARE(page().counts(), QString("1 of 4 differences"));
        list->setCurrentRow(0);
        QCOMPARE(differences()->model()->rowCount(), 4);
    }
    void aGroupLeadsToItsRows()
    {
        m_running.reset();
        open("[[checks]]\nname = \"bystatus\"\ncontext = \"shop\"\nkind = \"groups\"\nkey = [\"status\"]\n"
             "rows_key = [\"id\"]\ncolumns = [\"total\"]\nsettle = \"10ms\"\n[checks.expected]\nstore = \"s\"\n"
             "table = \"orders\"\n[checks.actual]\nstore = \"s\"\ntable = \"summary\"\n");
        QTRY_COMPARE_WITH_TIMEOUT(checks()->model()->rowCount(), 1, patience);
        page().runOrCancel();
        QTRY_VERIFY_WITH_TIMEOUT(keys().contains("shipped"), patience);
        const auto groups = shownRows(differences(), 1);
        differences()->selectRow(static_cast<int>(groups.indexOf("shipped")));
        differences()->setFocus();
        QTest::keyClick(differences(), Qt::Key_Return);
        QVERIFY2(keys().contains("O-1") && !keys().contains("O-4"), qPrintable(keys()));
        QVERIFY(page().groupsButton()->isVisible() && page().groupsButton()->text().contains("Rows of shipped"));
        QTest::keyClick(differences(), Qt::Key_Escape);
        QCOMPARE(shownRows(differences(), 1), groups);
        QVERIFY(!page().groupsButton()->isVisible());
        QCOMPARE(differences()->currentIndex().row(), static_cast<int>(groups.indexOf("shipped")));
    }
    void whatIsEqualSaysSoAndWhatCannotRunSaysWhy()
    {
        page().chooseCheck("itself");
        QTest::keyClick(checks(), Qt::Key_F5);
        QTRY_VERIFY2_WITH_TIMEOUT(page().hint().startsWith("4 rows are equal, verified"), qPrintable(page().hint()),
                                  patience);
        QCOMPARE(check(1, CheckListModel::Differences), QString("0"));
        page().chooseCheck("broken");
        QTest::keyClick(checks(), Qt::Key_F5);
        QTRY_VERIFY2_WITH_TIMEOUT(check(2, CheckListModel::Compares).contains("nowhere") &&
                                      !check(2, CheckListModel::Compares).contains("by id"),
                                  qPrintable(check(2, CheckListModel::Compares)), patience);
    }
    void resultsAreFoundAgainAndTheSelectionStays()
    {
        page().runOrCancel();
        QTRY_COMPARE_WITH_TIMEOUT(differences()->model()->rowCount(), 4, patience);
        differences()->selectRow(2);
        page().chooseCheck("itself");
        QCOMPARE(differences()->model()->rowCount(), 0);
        page().chooseCheck("orders");
        QTRY_COMPARE_WITH_TIMEOUT(differences()->model()->rowCount(), 4, patience);
        differences()->selectRow(2);
        page().runOrCancel();
        QSignalSpy reset(differences()->model(), &QAbstractItemModel::modelReset);
        QTRY_VERIFY_WITH_TIMEOUT(reset.count() > 0, patience);
        QCOMPARE(differences()->currentIndex().row(), 2);
    }
    void theJumpBoxFindsChecks()
    {
        window().showPage(MainWindow::Overview);
        QTest::keyClick(&window(), Qt::Key_K, Qt::ControlModifier);
        QTest::keyClicks(QApplication::focusWidget(), "itself");
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Return);
        QTRY_VERIFY(window().page() == MainWindow::Reconciliation);
        QCOMPARE(page().check(), std::string("itself"));
    }
    void withoutChecksThePageSaysHowToAddOne()
    {
        m_running.reset();
        open({});
        QTRY_VERIFY2_WITH_TIMEOUT(shownText(page()).contains("This context has no checks."),
                                  qPrintable(shownText(page())), patience);
        QVERIFY(shownText(page()).contains("[[checks]]"));
    }
};

QTEST_MAIN(TestReconcile)
#include "tst_reconcile.moc"
