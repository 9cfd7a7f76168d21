// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gui/window/windowbench.h"

#include "widgets/firstrun/connectpage.h"

#include <QLineEdit>
#include <QPushButton>
#include <QTest>

using namespace projectionist;

/// Nothing is watched yet, or something is to be added.
class TestFirstRun : public QObject
{
    Q_OBJECT
private slots:
    void withoutAWorkspaceThereAreThreeWaysIn();
    void aFailedConnectionTestExplains();
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

QTEST_MAIN(TestFirstRun)
#include "tst_firstrun.moc"
