// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Checks written in the window, on a real PostgreSQL server.
#ifndef Q_MOC_RUN // moc cannot read <concepts>, which libraries include
#include "tests/gui/window/runningwindow.h"
#include "tests/gui/window/ticks.h"
#include "tests/gui/window/windowbench.h"
#include "tests/integration/reconcile/checkfixture.h"
#include "widgets/common/messages.h"
#include "widgets/common/tableview.h"
#include "widgets/reconcile/checkform.h"
#include "widgets/reconcile/checkpreviewpane.h"
#include "widgets/reconcile/checksideform.h"
#include "widgets/reconcile/checksubjectform.h"
#include "widgets/reconcile/checktermsform.h"
#include "widgets/reconcile/reconcilepage.h"
#endif

#include <fmt/format.h>
#include <fstream>
#include <QAbstractButton>
#include <QAccessible>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMenu>
#include <QMessageBox>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>

using namespace projectionist;

namespace {

std::string contentOf(const std::filesystem::path& file)
{
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

const std::string check = "\n# Ask Ada before changing it.\n"
                          "[[checks]]\n"
                          "name = \"orders\"\n"
                          "key = [\"id\"] # as everywhere\n"
                          "[checks.expected]\n"
                          "store = \"s\"\n"
                          "table = \"orders\"\n"
                          "[checks.actual]\n"
                          "store = \"s\"\n"
                          "table = \"summary\"\n";

QString spokenName(QWidget* widget)
{
    auto* interface = QAccessible::queryAccessibleInterface(widget);
    return interface ? interface->text(QAccessible::Name) : QString();
}

bool speaksForItself(const QWidget* widget)
{
    const auto* parent = widget->parentWidget();
    if (widget->focusPolicy() == Qt::NoFocus || widget->focusProxy() ||
        widget->objectName().startsWith(QLatin1String("qt_")) || parent->inherits("QComboBox") ||
        parent->inherits("QComboBoxPrivateContainer"))
        return false;
    for (const char* part : {"QTabBar", "QTabWidget", "QScrollArea", "QSplitterHandle", "QHeaderView",
                             "QTableCornerButton", "QLabel", "QMenu"})
        if (widget->inherits(part))
            return false;
    return true;
}

} // namespace

class TestCheckForm : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;
    std::unique_ptr<PostgresServer> m_server;
    std::unique_ptr<RunningWindow> m_running;
    std::string m_head;

    [[nodiscard]] MainWindow& window() const { return m_running->window(); }
    [[nodiscard]] ReconcilePage& page() const { return *window().reconciliation(); }
    [[nodiscard]] std::filesystem::path file() const { return m_folder.filePath("workspace.toml").toStdString(); }
    [[nodiscard]] CheckForm* form() const { return page().findChild<CheckForm*>(); }
    [[nodiscard]] QStringList checks() const { return shownRows(page().checks()->table(), CheckListModel::Check); }
    [[nodiscard]] static QString firstRow(ComparedSide side, const CheckForm& form)
    {
        const auto* model = form.preview()->rows(side)->table()->model();
        QStringList cells;
        for (int column = 0; column < model->columnCount() && model->rowCount() > 0; ++column)
            cells << model->index(0, column).data().toString();
        return cells.join(u' ');
    }
    [[nodiscard]] static QString findings(const CheckForm& form)
    {
        QStringList lines;
        for (int row = 0; row < form.preview()->findings()->count(); ++row)
            lines << form.preview()->findings()->item(row)->text();
        return lines.join(u'\n');
    }
    void open(const std::string& checkTables)
    {
        std::ofstream(file(), std::ios::binary) << m_head << checkTables;
        m_running = std::make_unique<RunningWindow>(file());
        QTRY_VERIFY_WITH_TIMEOUT(window().page() == MainWindow::Overview, patience);
        window().showPage(MainWindow::Reconciliation);
        if (!checkTables.empty())
            QTRY_COMPARE_WITH_TIMEOUT(page().check(), std::string("orders"), patience);
    }
    /// Waits until the form knows what lint finds.
    static void waitForFindings(const CheckForm& form, const QString& wanted)
    {
        QTRY_VERIFY2_WITH_TIMEOUT(findings(form).contains(wanted), qPrintable(findings(form)), patience);
    }

private slots:
    void initTestCase()
    {
        m_server = startPostgres();
        execute(*m_server, {"CREATE TABLE orders (note text, id text PRIMARY KEY, total numeric)",
                            "INSERT INTO orders SELECT 'n', 'O-' || i, i FROM generate_series(10, 99) i",
                            "CREATE TABLE summary (sum float8, id text PRIMARY KEY, note text)",
                            "INSERT INTO summary SELECT total, id, note FROM orders", "ANALYZE"});
        m_head = "schema = 1 # hand-written\n[contexts.shop]\nbroker = \"b\"\nstores = [\"s\"]\n"
                 "[brokers.b]\nbootstrap_servers = \"127.0.0.1:1\"\n[stores.s]\n"
                 "uri = \"" +
                 fmt::format("postgresql://postgres@127.0.0.1:{}/postgres", m_server->port()) +
                 "\"\n[stores.dead]\nuri = \"postgresql://postgres@127.0.0.1:1/postgres\"\n";
    }
    void cleanup() { m_running.reset(); }
    void cleanupTestCase() { m_server.reset(); }

    void aCheckIsWrittenByTheForm()
    {
        open({});
        QTRY_VERIFY_WITH_TIMEOUT(shownText(page()).contains("This context has no checks."), patience);
        const Ticks ticks;
        QTest::keyClick(&page(), Qt::Key_Insert);
        QTRY_VERIFY(form());
        auto& form = *this->form();
        QVERIFY(!form.saveButton()->isEnabled());
        QVERIFY2(form.note().contains("needs a name"), qPrintable(form.note()));
        form.subject()->name()->setText("order_summary rows");
        auto* tables = form.subject()->actual()->table();
        QTRY_COMPARE_WITH_TIMEOUT(tables->count(), 2, patience);
        QCOMPARE(tables->itemText(1), QString("public.summary"));
        QTest::keyClicks(tables->lineEdit(), "summary");
        QTRY_COMPARE_WITH_TIMEOUT(form.subject()->key()->text(), QString("id"), patience);
        form.subject()->expected()->table()->setEditText("public.orders");
        QTRY_COMPARE_WITH_TIMEOUT(firstRow(ComparedSide::Expected, form), QString("O-10 n 10"), patience);
        QTRY_COMPARE_WITH_TIMEOUT(firstRow(ComparedSide::Actual, form), QString("O-10 n 10"), patience);
        QTRY_COMPARE_WITH_TIMEOUT(form.preview()->state(ComparedSide::Actual),
                                  QString("Actual: first 20 of about 90 rows, by id"), patience);
        waitForFindings(form, "It can be run, and compares note.");

        auto* columns = form.columns()->table()->model();
        QCOMPARE(columns->rowCount(), 3);
        QVERIFY(columns->setData(columns->index(0, CheckColumnsModel::ExpectedName), "total"));
        QVERIFY(columns->setData(columns->index(0, CheckColumnsModel::Absolute), "0.01"));
        waitForFindings(form, "numeric is compared with float8");
        form.terms()->schedule()->setText("every 15m");
        QVERIFY2(form.terms()->times().startsWith("next: "), qPrintable(form.terms()->times()));
        const auto toml = form.preview()->toml()->toPlainText();
        QVERIFY2(toml.contains("[checks.pairs]\nsum = \"total\"\n[checks.rules.sum]\nabsolute = 0.01"),
                 qPrintable(toml));
        QVERIFY2(form.note().isEmpty(), qPrintable(form.note()));
        form.saveButton()->click();
        QTRY_VERIFY_WITH_TIMEOUT(!this->form(), patience);
        QTRY_COMPARE_WITH_TIMEOUT(checks(), QStringList{"order_summary rows"}, patience);
        QCOMPARE(page().check(), std::string("order_summary rows"));
        QCOMPARE(contentOf(file()), m_head + "\n" + toml.toStdString() + "\n");
        ticks.verify();
    }
    void aCheckIsEditedAndTheRestOfTheFileStays()
    {
        open(check);
        page().checks()->table()->setFocus();
        QTest::keyClick(page().checks()->table(), Qt::Key_F2);
        QTRY_VERIFY(form());
        QVERIFY(form()->windowTitle().contains("orders"));
        form()->subject()->actual()->filter()->setText("id > 'O-20'");
        form()->saveButton()->click();
        QTRY_VERIFY_WITH_TIMEOUT(!form(), patience);
        QCOMPARE(contentOf(file()), m_head + check + "filter = \"id > 'O-20'\"\n");
    }
    void aCheckIsDuplicatedAndRemoved()
    {
        open(check);
        page().duplicateCheck();
        QTRY_VERIFY(form());
        QCOMPARE(form()->subject()->name()->text(), QString("orders copy"));
        form()->subject()->name()->setText("orders");
        QVERIFY2(form()->note().contains("of this name already"), qPrintable(form()->note()));
        form()->subject()->name()->setText("totals");
        form()->saveButton()->click();
        QTRY_COMPARE_WITH_TIMEOUT(checks(), (QStringList{"orders", "totals"}), patience);
        QTRY_COMPARE_WITH_TIMEOUT(page().check(), std::string("totals"), patience);
        page().chooseCheck("orders");
        window().activateWindow();
        QTRY_VERIFY(window().isActiveWindow());
        page().checks()->table()->setFocus();
        QTest::keyClick(page().checks()->table(), Qt::Key_Delete);
        auto* box = page().findChild<QMessageBox*>();
        QVERIFY(box);
        QCOMPARE(box->defaultButton(), box->button(QMessageBox::Cancel));
        buttonWith(*box, "Remove check")->click();
        QTRY_COMPARE_WITH_TIMEOUT(checks(), QStringList{"totals"}, patience);
        QVERIFY2(contentOf(file()).starts_with(m_head) && contentOf(file()).find("Ask Ada") == std::string::npos,
                 contentOf(file()).c_str());
    }
    void aDeadServerIsToldInTheForm()
    {
        open(check);
        page().editCheck();
        const Ticks ticks;
        auto& form = *this->form();
        QTRY_COMPARE_WITH_TIMEOUT(firstRow(ComparedSide::Actual, form), QString("O-10 n 10"), patience);
        form.subject()->expected()->store()->setCurrentText("dead");
        QTRY_VERIFY2_WITH_TIMEOUT(form.preview()->state(ComparedSide::Expected).contains("nobody listens"),
                                  qPrintable(form.preview()->state(ComparedSide::Expected)), patience);
        // Nothing is known of the other side now, so its columns are in its own order.
        QTRY_COMPARE(firstRow(ComparedSide::Actual, form), QString("O-10 10 n"));
        waitForFindings(form, "error: ");
        form.subject()->expected()->store()->setCurrentText("s");
        QTRY_COMPARE_WITH_TIMEOUT(firstRow(ComparedSide::Expected, form), QString("O-10 n 10"), patience);
        ticks.verify();
    }
    void aSlowQueryDoesNotHoldTheWindowUp()
    {
        open(check);
        page().editCheck();
        const Ticks ticks;
        form()->subject()->expected()->asks()->setCurrentIndex(1);
        form()->subject()->expected()->query()->setPlainText("SELECT pg_sleep(60)");
        QTRY_VERIFY_WITH_TIMEOUT(form()->preview()->state(ComparedSide::Expected).contains("reading"), patience);
        QTest::qWait(300);
        form()->reject();
        form()->reject();
        QTRY_VERIFY(!form());
        ticks.verify();
    }
    void whatCannotBeWrittenStaysInTheForm()
    {
        open(check);
        page().editCheck();
        form()->subject()->key()->setText("note");
        std::filesystem::permissions(file(), std::filesystem::perms::owner_read);
        form()->saveButton()->click();
        QTRY_VERIFY2_WITH_TIMEOUT(shownText(*form()).contains("is read-only"), qPrintable(shownText(*form())),
                                  patience);
        std::filesystem::permissions(file(), std::filesystem::perms::owner_all);
        std::ofstream(file(), std::ios::binary) << m_head << check << "filter = \"true\"\n";
        form()->saveButton()->click();
        QTRY_VERIFY2_WITH_TIMEOUT(shownText(*form()).contains("something else of it by now"),
                                  qPrintable(shownText(*form())), patience);
        QCOMPARE(form()->subject()->key()->text(), QString("note"));
        QCOMPARE(contentOf(file()), m_head + check + "filter = \"true\"\n");
    }
    void unsavedWorkIsThrownAwayOnSecondThoughtOnly()
    {
        open(check);
        page().editCheck();
        QTest::keyClick(form(), Qt::Key_Escape);
        QTRY_VERIFY(!form());
        page().editCheck();
        form()->subject()->key()->setText("note");
        QTest::keyClick(form(), Qt::Key_Escape);
        QVERIFY(form()->isVisible());
        QVERIFY2(shownText(*form()).contains("is not saved"), qPrintable(shownText(*form())));
        QTest::keyClick(form(), Qt::Key_Escape);
        QTRY_VERIFY(!form());
        QCOMPARE(contentOf(file()), m_head + check);
    }
    void everythingInTheFormHasANameAndALetterOfItsOwn()
    {
        open(check);
        page().editCheck();
        auto& form = *this->form();
        QStringList letters;
        int named = 0;
        const auto own = [&letters](const QString& text) {
            const auto letter = QKeySequence::mnemonic(text).toString();
            QVERIFY2(letter.isEmpty() || !letters.contains(letter), qPrintable(text));
            letters << letter;
        };
        for (auto* widget : form.findChildren<QWidget*>()) {
            if (!speaksForItself(widget))
                continue;
            ++named;
            QVERIFY2(!spokenName(widget).isEmpty(), qPrintable(describe(widget)));
        }
        for (const auto* button : form.findChildren<QAbstractButton*>())
            own(button->text());
        for (const auto* label : form.findChildren<QLabel*>())
            if (label->buddy())
                own(label->text());
        for (const auto* tabs : form.findChildren<QTabWidget*>())
            for (int tab = 0; tab < tabs->count(); ++tab)
                own(tabs->tabText(tab));
        QVERIFY2(named > 25, qPrintable(QString::number(named)));
        form.resize(560, 480);
        QVERIFY2(form.width() <= 600, qPrintable(QString::number(form.width())));
    }
};

QTEST_MAIN(TestCheckForm)
#include "tst_checkform.moc"
