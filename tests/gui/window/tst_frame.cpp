// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gui/window/ticks.h"
#include "tests/gui/window/windowbench.h"

#include "models/text.h"
#include "widgets/common/backgroundtasks.h"
#include "widgets/common/colors.h"
#include "widgets/common/tableview.h"
#include "widgets/frame/helppage.h"
#include "widgets/frame/lockbutton.h"
#include "widgets/frame/rangebutton.h"
#include "widgets/frame/statusstrip.h"
#include "widgets/frame/topbar.h"
#include "widgets/frame/trayicon.h"
#include "widgets/overview/overviewpage.h"
#include "widgets/projection/projectionpage.h"

#include <QClipboard>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>
#include <QToolButton>

using namespace projectionist;

/// Bars, menus, messages and what is kept between runs.
class TestFrame : public QObject
{
    Q_OBJECT
private slots:
    void theJumpBoxFindsByInitials();
    void theJumpBoxRunsActions();
    void aTypedRangeIsTakenAndAWrongOneExplained();
    void timesChangeBetweenUtcAndLocal();
    void productionHasALineAndSaysSoInTheTitle();
    void onlyProductionHasALock();
    void unlockingNeedsAReason();
    void anUnlockCountsDownAndEndsWithOneClickOrByTheClock();
    void aFailedSourceIsNamedUntilItIsBack();
    void themesChangeAtOnceAndAreKept();
    void rangeZoneAndColumnsAreKept();
    void theWindowTicksWhileAServerHangs();
    void theSandboxMenuIsThereOnlyForASandbox();
    void helpShowsTheVerdictsWithoutHtml();
    void nothingIsCutAtUsualSizes();
    void aSandboxBeginsWithAShortRange();
    void theLongExplanationIsUnfoldedOnDemand();
    void criticalVerdictsAreToldOfTogetherAndOnce();
};

void TestFrame::theJumpBoxFindsByInitials()
{
    WindowBench bench;
    bench.watch(three);
    QVERIFY(bench.send(allFine()));
    auto* box = bench.window.topBar()->jumpBox();
    box->open();
    QTRY_VERIFY(box->hasFocus());
    QTest::keyClicks(box, QStringLiteral("pt"));
    QCOMPARE(box->offered().value(0), QStringLiteral("parcel_tracking"));
    QTest::keyClick(box, Qt::Key_Return);
    QCOMPARE(bench.window.page(), MainWindow::Projections);
    QCOMPARE(bench.window.projectionPage()->projection(), std::string("parcel_tracking"));
}

void TestFrame::theJumpBoxRunsActions()
{
    WindowBench bench;
    bench.watch(three);
    auto* box = bench.window.topBar()->jumpBox();
    box->open();
    QTRY_VERIFY(box->hasFocus());
    QTest::keyClicks(box, QStringLiteral("pause"));
    QTest::keyClick(box, Qt::Key_Return);
    QVERIFY(!bench.range.isLive());
    QVERIFY(!bench.feed.isLive());
}

void TestFrame::aTypedRangeIsTakenAndAWrongOneExplained()
{
    WindowBench bench;
    bench.watch(three);
    auto* button = bench.window.topBar()->rangeButton();
    QVERIFY(button->apply(QStringLiteral("now-6h")));
    QCOMPARE(bench.range.range(), TimeRange::last(Duration(6 * 3'600'000)));
    QVERIFY(button->text().contains(QStringLiteral("6")));
    QVERIFY(!button->apply(QStringLiteral("yesterdayish")));
    QCOMPARE(bench.range.range(), TimeRange::last(Duration(6 * 3'600'000)));
}

void TestFrame::timesChangeBetweenUtcAndLocal()
{
    qputenv("TZ", "Asia/Tokyo");
    tzset();
    WindowBench bench;
    bench.watch(three);
    const auto hasZone = [&](const char* zone) {
        return shownText(*bench.window.statusStrip()).contains(QLatin1String(zone)) &&
               shownText(*bench.window.topBar()).contains(QLatin1String(zone));
    };
    QVERIFY(hasZone("UTC"));
    QTest::keyClick(&bench.window, Qt::Key_U, Qt::ControlModifier);
    QVERIFY(hasZone("JST"));
    qunsetenv("TZ");
    tzset();
}

void TestFrame::productionHasALineAndSaysSoInTheTitle()
{
    WindowBench bench;
    bench.watch(three);
    QVERIFY(!bench.window.topBar()->productionLine().isValid());
    bench.watch(three, Environment::Production);
    QVERIFY(bench.window.topBar()->productionLine().isValid());
    QVERIFY(bench.window.windowTitle().contains(QStringLiteral("orders (PRODUCTION)")));
}

void TestFrame::onlyProductionHasALock()
{
    WindowBench bench;
    bench.window.show();
    bench.watch(three);
    const auto* lock = bench.window.topBar()->lock();
    QVERIFY(!lock->isVisible());
    bench.watch(three, Environment::Production);
    QVERIFY(lock->isVisible());
    QCOMPARE(lock->text(), QStringLiteral("Locked"));
}

void TestFrame::unlockingNeedsAReason()
{
    WindowBench bench;
    bench.window.show();
    bench.watch(three, Environment::Production);
    QSignalSpy wanted(&bench.window, &MainWindow::unlockRequested);
    auto* lock = bench.window.topBar()->lock();
    lock->click();
    auto* dialog = lock->dialog();
    QVERIFY(dialog && dialog->isVisible());
    QVERIFY(!dialog->unlock()->isEnabled());
    dialog->reason()->setText(QStringLiteral("   "));
    QVERIFY(!dialog->unlock()->isEnabled());
    QTest::keyClick(dialog->reason(), Qt::Key_Return);
    QCOMPARE(wanted.count(), 0);
    dialog->reason()->setText(QStringLiteral(" it's INC-4711 "));
    dialog->time()->setCurrentIndex(dialog->time()->findData(30));
    QVERIFY(shownText(*dialog).contains(
        QStringLiteral("projectionistctl unlock orders --for 30m --reason 'it'\\''s INC-4711'")));
    dialog->unlock()->click();
    QCOMPARE(wanted.count(), 1);
    QCOMPARE(wanted[0][0].value<Duration>(), Duration(1'800'000));
    QCOMPARE(wanted[0][1].toString(), QStringLiteral("it's INC-4711"));
    QTRY_VERIFY(!lock->dialog());
    QCOMPARE(lock->text(), QStringLiteral("Locked")); // until it is known to be unlocked
}

void TestFrame::anUnlockCountsDownAndEndsWithOneClickOrByTheClock()
{
    QCOMPARE(countdownText(24 * 60 + 10), QStringLiteral("24:10"));
    QCOMPARE(countdownText(3600 + 4 * 60 + 5), QStringLiteral("1:04:05"));
    WindowBench bench;
    bench.window.show();
    bench.watch(three, Environment::Production);
    auto* lock = bench.window.topBar()->lock();
    const auto now = bench.clock.now();
    const Unlock unlock{"orders", now, now + std::chrono::seconds(3000), "eva@desk7", "<b>INC-4711</b>"};
    bench.window.setUnlock(unlock);
    QVERIFY2(lock->text().startsWith(QStringLiteral("Unlocked, ")), qPrintable(lock->text()));
    QVERIFY(lock->toolTip().contains(QStringLiteral("eva@desk7")));
    QVERIFY(lock->toolTip().contains(QStringLiteral("&lt;b&gt;INC-4711")));
    const auto first = lock->text();
    QTRY_VERIFY(lock->text() != first);
    QSignalSpy locked(&bench.window, &MainWindow::lockRequested);
    lock->click();
    QCOMPARE(locked.count(), 1);
    QVERIFY(!lock->dialog());
    lock->tick(unlock.until);
    QCOMPARE(lock->text(), QStringLiteral("Locked"));
    // Another context has a lock of its own.
    bench.window.setUnlock(unlock);
    lock->setContext(QStringLiteral("other"));
    QCOMPARE(lock->text(), QStringLiteral("Locked"));
}

void TestFrame::aFailedSourceIsNamedUntilItIsBack()
{
    WindowBench bench;
    bench.watch(three);
    const Error error{ErrorKind::Refused, "kafka does not answer", "Connection refused", "Start the broker.", true};
    QVERIFY(
        bench.send(allFine(), {{"kafka", SourceKind::Broker, SourceState::Failed, bench.clock.now(), {}, {}, error}}));
    QVERIFY(bench.window.messages().has(QStringLiteral("source/kafka")));
    const auto text = shownText(bench.window.messages());
    for (const char* part : {"kafka does not answer", "Connection refused", "Start the broker."})
        QVERIFY2(text.contains(QLatin1String(part)), part);
    QVERIFY(bench.send(allFine()));
    QVERIFY(!bench.window.messages().has(QStringLiteral("source/kafka")));
    QVERIFY(!bench.window.messages().isVisible());
}

void TestFrame::themesChangeAtOnceAndAreKept()
{
    WindowBench bench;
    bench.watch(three);
    for (const auto choice : {ThemeChoice::Dark, ThemeChoice::Light}) {
        bench.theme.choose(choice);
        QTRY_COMPARE(&colorsFor(bench.window.palette()), choice == ThemeChoice::Dark ? &darkColors() : &lightColors());
        bench.settings.sync();
        QSettings kept(bench.settingsFile(), QSettings::IniFormat);
        Theme next(kept);
        QCOMPARE(next.choice(), choice);
    }
}

void TestFrame::rangeZoneAndColumnsAreKept()
{
    QTemporaryDir folder;
    const auto file = folder.filePath(QStringLiteral("kept.ini"));
    {
        WindowBench bench(file);
        bench.watch(three);
        QVERIFY(bench.window.topBar()->rangeButton()->apply(QStringLiteral("now-12h")));
        bench.range.setZone(Zone::Local);
        bench.window.overview()->table()->table()->hideColumn(ProjectionTableModel::Backlog);
        bench.window.close();
    }
    WindowBench bench(file);
    QCOMPARE(bench.range.range(), TimeRange::last(Duration(12 * 3'600'000)));
    QCOMPARE(bench.range.zone(), Zone::Local);
    QVERIFY(bench.window.overview()->table()->table()->isColumnHidden(ProjectionTableModel::Backlog));
}

void TestFrame::theWindowTicksWhileAServerHangs()
{
    WindowBench bench;
    bench.watch(three);
    std::atomic<bool> release = false;
    BackgroundTasks tasks;
    tasks.start<bool>(
        [&](const std::stop_token&) {
            while (!release)
                std::this_thread::sleep_for(std::chrono::milliseconds(5));
            return true;
        },
        [](bool) {});
    QVERIFY(bench.send(allFine()));
    const Ticks ticks;
    const Error hangs{ErrorKind::Timeout, "kafka hangs", "No answer for 3 s", "Wait.", true};
    for (int i = 0; i < 5; ++i)
        QVERIFY(bench.send(oneBlocked(),
                           {{"kafka", SourceKind::Broker, SourceState::Waiting, bench.clock.now(), {}, {}, hangs}}));
    release = true;
    ticks.verify();
}

void TestFrame::theSandboxMenuIsThereOnlyForASandbox()
{
    WindowBench bench;
    bench.watch(three);
    QVERIFY(!bench.window.sandboxMenu()->menuAction()->isVisible());
    SandboxMenuState state;
    state.faults = {
        {QStringLiteral("poison"), QStringLiteral("Write a poisonous event"), QStringLiteral("Blocked"), {}, false}};
    bench.window.setSandbox(state);
    QVERIFY(bench.window.sandboxMenu()->menuAction()->isVisible());
    QString asked;
    QObject::connect(&bench.window, &MainWindow::faultRequested, &bench.window,
                     [&](const QString& name, bool clear) { asked = clear ? QStringLiteral("clear ") + name : name; });
    const auto fault = [&]() -> QAction* {
        for (auto* action : bench.window.sandboxMenu()->actions())
            if (action->isCheckable())
                return action;
        return nullptr;
    };
    fault()->trigger();
    QCOMPARE(asked, QStringLiteral("poison"));
    state.faults[0].active = true;
    bench.window.setSandbox(state);
    QVERIFY(bench.window.messages().has(QStringLiteral("fault/poison")));
    QTest::mouseClick(buttonWith(bench.window, QStringLiteral("Clear fault")), Qt::LeftButton);
    QCOMPARE(asked, QStringLiteral("clear poison"));
    bench.window.setSandbox(std::nullopt);
    QVERIFY(!bench.window.messages().has(QStringLiteral("fault/poison")));
}

void TestFrame::helpShowsTheVerdictsWithoutHtml()
{
    WindowBench bench;
    bench.watch(three);
    auto* help = bench.window.helpPage();
    help->showPage(QStringLiteral("verdicts"));
    for (const auto kind :
         {VerdictKind::Blocked, VerdictKind::LosingEvents, VerdictKind::SourceFrozen, VerdictKind::Idle})
        QVERIFY2(help->text().contains(toQString(label(kind))), label(kind).data());
    QTest::keyClick(&bench.window, Qt::Key_F1);
    QCOMPARE(bench.window.page(), MainWindow::Help);
    QVERIFY(help->text().contains(QStringLiteral("Ctrl+K")));
    QTest::keyClick(&bench.window, Qt::Key_Escape);
    QCOMPARE(bench.window.page(), MainWindow::Overview);
}

void TestFrame::nothingIsCutAtUsualSizes()
{
    WindowBench bench;
    bench.watch(three, Environment::Production);
    QVERIFY(bench.send(oneBlocked()));
    const auto pictures = qEnvironmentVariable("PROJECTIONIST_PICTURES");
    for (const auto size : {QSize(1280, 800), QSize(1920, 1080)})
        for (const auto page : {MainWindow::Overview, MainWindow::Projections}) {
            bench.window.resize(size);
            bench.window.showPage(page);
            QTest::qWait(50);
            QCOMPARE(bench.window.size(), size);
            for (const auto* button : bench.window.findChildren<QAbstractButton*>())
                if (button->isVisible() && !button->text().isEmpty())
                    QVERIFY2(button->width() >= button->fontMetrics().horizontalAdvance(button->text().remove(u'&')),
                             qPrintable(button->text()));
            if (!pictures.isEmpty())
                bench.window.grab().save(QStringLiteral("%1/page%2-%3.png").arg(pictures).arg(page).arg(size.width()));
        }
}

void TestFrame::aSandboxBeginsWithAShortRange()
{
    QTemporaryDir folder;
    const auto file = folder.filePath(QStringLiteral("kept.ini"));
    const TimeRange quarter = TimeRange::last(Duration(900'000));
    WindowBench bench(file);
    bench.watch(three);
    QCOMPARE(bench.range.range(), TimeRange::last(Duration(3'600'000)));
    auto workspace = bench.workspace();
    workspace.contexts.front().sandboxControl = "/nowhere/control";
    bench.window.setWorkspace(workspace, workspace.contexts.front().name);
    QCOMPARE(bench.range.range(), quarter);
    QVERIFY(bench.window.topBar()->rangeButton()->apply(QStringLiteral("now-6h")));
    bench.window.setWorkspace(workspace, workspace.contexts.front().name);
    QCOMPARE(bench.range.range(), TimeRange::last(Duration(6 * 3'600'000)));
}

void TestFrame::theLongExplanationIsUnfoldedOnDemand()
{
    MessageArea area;
    area.show({.id = QStringLiteral("a"),
               .level = MessageLevel::Warning,
               .what = QStringLiteral("What"),
               .why = QStringLiteral("why"),
               .next = QStringLiteral("Do this."),
               .buttonText = {},
               .onButton = {},
               .more = QStringLiteral("A long story")});
    const auto buttons = area.findChildren<QToolButton*>();
    QCOMPARE(buttons.size(), 2);
    QVERIFY(shownText(area).contains(QStringLiteral("why. Do this.")));
    const auto story = [&area] {
        for (auto* label : area.findChildren<QLabel*>())
            if (label->text() == QStringLiteral("A long story"))
                return label;
        return static_cast<QLabel*>(nullptr);
    };
    QVERIFY(story() && story()->isHidden());
    buttons.front()->click();
    QVERIFY(!story()->isHidden());
    buttons.back()->click();
    const auto copied = QGuiApplication::clipboard()->text();
    for (const auto* part : {"What", "why", "Do this.", "A long story"})
        QVERIFY2(copied.contains(QLatin1String(part)), qPrintable(copied));
}

void TestFrame::criticalVerdictsAreToldOfTogetherAndOnce()
{
    const auto snapshotOf = [](const std::vector<Script>& scripts) {
        Snapshot snapshot;
        for (const auto& script : scripts)
            snapshot.projections.push_back(reportOf(script, TimePoint{}));
        return snapshot;
    };
    using Names = std::vector<std::string>;
    NotificationGrouper grouper;
    QCOMPARE(grouper.take(snapshotOf(allFine()), Duration(0)), Names{});
    const auto two = snapshotOf({blocked(three[0]), blocked(three[1]), {.name = three[2]}});
    QCOMPARE(grouper.take(two, Duration(1000)), (Names{three[0], three[1]}));
    QCOMPARE(grouper.take(two, Duration(60'000)), Names{});
    const auto all = snapshotOf({blocked(three[0]), blocked(three[1]), blocked(three[2])});
    QCOMPARE(grouper.take(all, Duration(2000)), Names{}); // too soon after the first
    QCOMPARE(grouper.take(all, Duration(40'000)), Names{three[2]});
    QCOMPARE(grouper.take(snapshotOf(allFine()), Duration(80'000)), Names{});
    QCOMPARE(grouper.take(two, Duration(120'000)), (Names{three[0], three[1]}));
}

QTEST_MAIN(TestFrame)
#include "tst_frame.moc"
