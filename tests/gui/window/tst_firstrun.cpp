// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gui/window/windowbench.h"

#include "backend/config/workspacefile.h"
#include "widgets/firstrun/connectpage.h"
#include "widgets/firstrun/saveform.h"

#include <QApplication>
#include <QComboBox>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>
#include <QWheelEvent>

using namespace projectionist;

namespace {

const QByteArray present = "# Ours.\n"
                           "[contexts.local] # the first\n"
                           "broker = \"kafka-local\"\n\n"
                           "[brokers.kafka-local]\n"
                           "bootstrap_servers = \"elsewhere:9092\" # no newline at the end";

/// The page after a successful test of a broker with nothing in it, about to save to a file.
class ConnectBench
{
public:
    /// `text`: of the file; empty: there is none.
    explicit ConnectBench(const QByteArray& text)
    {
        if (!text.isEmpty())
            write(text);
        page.show();
        edit("Bootstrap servers")->setText("localhost:1");
        page.test();
        QTRY_VERIFY(page.messages()->has(QStringLiteral("nothing")));
        edit("File to save to")->setText(file());
        QTRY_VERIFY(button(text.isEmpty() ? "Save and watch" : "Add and watch"));
        QTRY_VERIFY(button("Save and watch") == nullptr || button("Save and watch")->isEnabled());
    }
    [[nodiscard]] QString file() const { return m_folder.filePath("config.toml"); }
    [[nodiscard]] QByteArray content() const
    {
        QFile in(file());
        return in.open(QIODevice::ReadOnly) ? in.readAll() : QByteArray();
    }
    void write(const QByteArray& text) const
    {
        QFile out(file());
        QVERIFY(out.open(QIODevice::WriteOnly));
        out.write(text);
    }
    [[nodiscard]] QPushButton* button(const char* text) const { return buttonWith(page, QString(text)); }
    [[nodiscard]] QLineEdit* name() const { return edit("Name of the context"); }

private:
    [[nodiscard]] QLineEdit* edit(const char* accessibleName) const
    {
        for (auto* one : page.findChildren<QLineEdit*>())
            if (one->accessibleName() == QLatin1String(accessibleName))
                return one;
        return nullptr;
    }
    static ConnectServices emptyBroker()
    {
        const Error error{ErrorKind::Refused, "Gone", "It was closed", "Try again", true};
        return {
            [](const BrokerSettings&) -> Result<BrokerReport> { return BrokerReport{}; },
            [error](const StoreSettings&) -> Result<StoreTest> { return tl::unexpected(error); },
            {[error](const BrokerSettings&) -> Result<std::unique_ptr<Broker>> { return tl::unexpected(error); }, {}}};
    }

    QTemporaryDir m_folder;

public:
    ConnectPage page{emptyBroker()};
    QSignalSpy saved{&page, &ConnectPage::saved};
};

} // namespace

/// Nothing is watched yet, or something is to be added.
class TestFirstRun : public QObject
{
    Q_OBJECT
private slots:
    void withoutAWorkspaceThereAreThreeWaysIn();
    void aFailedConnectionTestExplains();
    void aContextIsAddedToAFileThatIsThere();
    void aNameThatTheFileHasIsRefusedAtOnce();
    void aFileWithMistakesIsLeftAlone();
    void aNewFileIsSaved();
    void theWheelChangesNoChoice();
};

void TestFirstRun::withoutAWorkspaceThereAreThreeWaysIn()
{
    WindowBench bench;
    bench.window.showFirstRun();
    QCOMPARE(bench.window.page(), MainWindow::FirstRun);
    bool sandbox = false;
    QObject::connect(&bench.window, &MainWindow::sandboxRequested, &bench.window, [&] { sandbox = true; });
    auto* button = buttonWith(bench.window, QStringLiteral("Try the sandbox"));
    QVERIFY(button);
    QTest::mouseClick(button, Qt::LeftButton);
    QVERIFY(sandbox);
    QVERIFY(buttonWith(bench.window, QStringLiteral("Open a workspace file")));
    QTest::mouseClick(buttonWith(bench.window, QStringLiteral("Connect…")), Qt::LeftButton);
    QCOMPARE(bench.window.page(), MainWindow::Connect);
    bench.watch(three);
    QCOMPARE(bench.window.page(), MainWindow::Overview);
}

void TestFirstRun::aFailedConnectionTestExplains()
{
    WindowBench bench;
    bench.window.showFirstRun();
    bench.window.showPage(MainWindow::Connect);
    auto* page = bench.window.connectPage();
    page->test();
    QTRY_VERIFY(page->messages()->has(QStringLiteral("input")));
    for (auto* edit : page->form()->findChildren<QLineEdit*>())
        if (edit->accessibleName() == QStringLiteral("Bootstrap servers"))
            edit->setText(QStringLiteral("localhost:1"));
    page->test();
    QTRY_VERIFY(page->messages()->has(QStringLiteral("broker")));
    const auto text = shownText(*page->messages());
    for (const char* part : {"does not answer", "Nobody listens", "Check host and port"})
        QVERIFY2(text.contains(QLatin1String(part)), part);
}

void TestFirstRun::aContextIsAddedToAFileThatIsThere()
{
    ConnectBench bench(present);
    bench.name()->setText("second");
    auto* add = bench.button("Add and watch");
    QVERIFY(add->isEnabled());
    QVERIFY2(shownText(*bench.page.saveForm()).contains("“second” is added to its contexts (local)"),
             qPrintable(shownText(*bench.page.saveForm())));
    QTest::mouseClick(add, Qt::LeftButton);
    QTRY_COMPARE(bench.saved.size(), 1);
    QCOMPARE(bench.saved.first(), QVariantList({bench.file(), QStringLiteral("second")}));
    QVERIFY2(bench.content().startsWith(present), bench.content().constData());
    const auto loaded = loadWorkspace(bench.file().toStdString());
    QVERIFY(loaded.workspace.has_value());
    QCOMPARE(loaded.workspace->currentContext, std::string("local"));
    QVERIFY(loaded.workspace->context("local") && loaded.workspace->context("second"));
    const auto* broker = loaded.workspace->broker(loaded.workspace->context("second")->broker);
    QVERIFY(broker);
    QCOMPARE(broker->properties.at("bootstrap.servers"), std::string("localhost:1"));
}

void TestFirstRun::aNameThatTheFileHasIsRefusedAtOnce()
{
    ConnectBench bench(present);
    QVERIFY(!bench.button("Add and watch")->isEnabled());
    QVERIFY(shownText(*bench.page.saveForm()).contains("has a context “local” already: choose another name"));
    bench.name()->setText("other");
    QVERIFY(bench.button("Add and watch")->isEnabled());
    // Somebody else is faster.
    bench.write(QByteArray(present).replace("local", "other"));
    QTest::mouseClick(bench.button("Add and watch"), Qt::LeftButton);
    QTRY_VERIFY(bench.page.messages()->has(QStringLiteral("save")));
    QVERIFY(shownText(*bench.page.messages()).contains("has a context \"other\" already"));
    QCOMPARE(bench.content(), QByteArray(present).replace("local", "other"));
    QVERIFY(bench.saved.isEmpty());
}

void TestFirstRun::aFileWithMistakesIsLeftAlone()
{
    ConnectBench bench("[contexts.local]\nbroker = \"none\"\n");
    bench.name()->setText("second");
    QVERIFY(!bench.button("Add and watch")->isEnabled());
    QVERIFY(shownText(*bench.page.saveForm()).contains("has mistakes"));
}

void TestFirstRun::aNewFileIsSaved()
{
    ConnectBench bench({});
    QTest::mouseClick(bench.button("Save and watch"), Qt::LeftButton);
    QTRY_COMPARE(bench.saved.size(), 1);
    QVERIFY(loadWorkspace(bench.file().toStdString()).workspace->context("local"));
}

void TestFirstRun::theWheelChangesNoChoice()
{
    ConnectBench bench({});
    for (auto* box : bench.page.form()->findChildren<QComboBox*>()) {
        const int before = box->currentIndex();
        QWheelEvent down(QPointF(5, 5), box->mapToGlobal(QPointF(5, 5)), {}, {0, -120}, Qt::NoButton, Qt::NoModifier,
                         Qt::NoScrollPhase, false);
        QApplication::sendEvent(box, &down);
        QCOMPARE(box->currentIndex(), before);
    }
    QVERIFY(bench.button("Save and watch"));
}

QTEST_MAIN(TestFirstRun)
#include "tst_firstrun.moc"
