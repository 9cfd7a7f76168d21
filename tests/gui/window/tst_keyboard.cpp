// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gui/window/windowbench.h"

#include "widgets/common/charts/chartwidget.h"
#include "widgets/common/colors.h"
#include "widgets/common/tableview.h"
#include "widgets/firstrun/connectpage.h"
#include "widgets/frame/helppage.h"
#include "widgets/frame/topbar.h"
#include "widgets/overview/overviewpage.h"
#include "widgets/projection/projectionpage.h"

#include <QAbstractButton>
#include <QAction>
#include <QApplication>
#include <QTableView>
#include <QTest>
#include <set>

using namespace projectionist;

namespace {

/// Keys as the window system gives them: to the window, which knows who has the focus. There is no mouse.
class Keyboard
{
public:
    explicit Keyboard(const MainWindow& window) : m_window(window.windowHandle()) {}
    void press(Qt::Key key, Qt::KeyboardModifiers modifiers = Qt::NoModifier) const
    {
        QTest::keyClick(m_window, key, modifiers);
    }
    void type(const QString& text) const
    {
        for (const auto c : text)
            QTest::keyClick(m_window, c.toLatin1());
    }

private:
    QWindow* m_window;
};

QString focusText()
{
    const auto* button = qobject_cast<const QAbstractButton*>(QApplication::focusWidget());
    return button ? button->text() : QString();
}

bool isReachedByTab(const QWidget* widget)
{
    return widget->isVisible() && widget->isEnabled() && !widget->focusProxy() &&
           (widget->focusPolicy() & Qt::TabFocus) == Qt::TabFocus && !widget->visibleRegion().isEmpty();
}

/// Presses Tab until this is so; false when the focus has gone all the way round before.
bool tabUntil(const Keyboard& keyboard, const std::function<bool(const QWidget*)>& reached)
{
    constexpr int mostStops = 80;
    for (int i = 0; i < mostStops; ++i) {
        if (QApplication::focusWidget() && reached(QApplication::focusWidget()))
            return true;
        keyboard.press(Qt::Key_Tab);
    }
    return false;
}

bool isChart(const QWidget* widget)
{
    return qobject_cast<const ChartWidget*>(widget->parentWidget());
}

} // namespace

/// The whole window without a mouse.
class TestKeyboard : public QObject
{
    Q_OBJECT
private slots:
    void theThreeWaysInAreChosenWithTabAndEnter();
    void aProjectionIsOpenedAndLeft_data();
    void aProjectionIsOpenedAndLeft();
    void theJumpBoxGoesAndGivesTheFocusBack();
    void aRangeIsTyped();
    void aRangeIsChosenWithArrows();
    void liveAndZoneHaveKeysAndButtons();
    void themesAreInMenuAndJumpBox();
    void aChartIsZoomedAndZoomedBack();
    void aTableIsFilteredAndUnfiltered();
    void tabsOfAProjectionAreReached();
    void anEventIsReadFromThePartitionTable();
    void messagesAreAnsweredWithEnter();
    void theShortcutsAreShown();
    void tabReachesEverythingOnEveryPage_data();
    void tabReachesEverythingOnEveryPage();
};

void TestKeyboard::theThreeWaysInAreChosenWithTabAndEnter()
{
    WindowBench bench;
    bench.window.showFirstRun();
    const Keyboard keyboard(bench.window);
    bool sandbox = false;
    QObject::connect(&bench.window, &MainWindow::sandboxRequested, &bench.window, [&] { sandbox = true; });
    QTRY_COMPARE(focusText(), QStringLiteral("Try the sandbox"));
    keyboard.press(Qt::Key_Return);
    QVERIFY(sandbox);
    keyboard.press(Qt::Key_Tab);
    QCOMPARE(focusText(), QStringLiteral("Connect…"));
    keyboard.press(Qt::Key_Enter, Qt::KeypadModifier);
    QCOMPARE(bench.window.page(), MainWindow::Connect);
    keyboard.type(QStringLiteral("localhost:1"));
    QCOMPARE(bench.window.connectPage()->form()->input().bootstrapServers, std::string("localhost:1"));
    QVERIFY(tabUntil(keyboard, [](const QWidget*) { return focusText() == QStringLiteral("Test and discover"); }));
    keyboard.press(Qt::Key_Return);
    QTRY_VERIFY(bench.window.connectPage()->messages()->has(QStringLiteral("broker")));
    keyboard.press(Qt::Key_Escape);
    QCOMPARE(bench.window.page(), MainWindow::FirstRun);
    QVERIFY(tabUntil(keyboard, [](const QWidget*) { return focusText() == QStringLiteral("Open a workspace file"); }));
}

void TestKeyboard::aProjectionIsOpenedAndLeft_data()
{
    QTest::addColumn<Qt::Key>("key");
    QTest::addColumn<Qt::KeyboardModifier>("modifier");
    QTest::newRow("Esc") << Qt::Key_Escape << Qt::NoModifier;
    QTest::newRow("Backspace") << Qt::Key_Backspace << Qt::NoModifier;
    QTest::newRow("Alt+Left") << Qt::Key_Left << Qt::AltModifier;
}

void TestKeyboard::aProjectionIsOpenedAndLeft()
{
    QFETCH(Qt::Key, key);
    QFETCH(Qt::KeyboardModifier, modifier);
    WindowBench bench;
    bench.watch(three);
    QVERIFY(bench.send(oneBlocked()));
    const Keyboard keyboard(bench.window);
    QTRY_COMPARE(rowNames(bench).value(0), QStringLiteral("parcel_tracking"));
    const auto* table = bench.window.overview()->table()->table();
    QCOMPARE(QApplication::focusWidget(), table);
    keyboard.press(Qt::Key_Down);
    const auto second = rowNames(bench).value(1).toStdString();
    QCOMPARE(bench.window.overview()->selected(), second);
    keyboard.press(Qt::Key_Return);
    QCOMPARE(bench.window.page(), MainWindow::Projections);
    QCOMPARE(bench.window.projectionPage()->projection(), second);
    keyboard.press(key, modifier);
    QCOMPARE(bench.window.page(), MainWindow::Overview);
    // Where one was: arrows go on from there.
    QCOMPARE(QApplication::focusWidget(), table);
    QCOMPARE(bench.window.overview()->selected(), second);
    keyboard.press(Qt::Key_Up);
    QCOMPARE(bench.window.overview()->selected(), std::string("parcel_tracking"));
}

void TestKeyboard::theJumpBoxGoesAndGivesTheFocusBack()
{
    WindowBench bench;
    bench.watch(three);
    QVERIFY(bench.send(allFine()));
    const Keyboard keyboard(bench.window);
    const auto* box = bench.window.topBar()->jumpBox();
    keyboard.press(Qt::Key_K, Qt::ControlModifier);
    QTRY_VERIFY(box->hasFocus());
    keyboard.type(QStringLiteral("oc"));
    keyboard.press(Qt::Key_Down);
    keyboard.press(Qt::Key_Up);
    QCOMPARE(box->offered().value(0), QStringLiteral("ops_console"));
    keyboard.press(Qt::Key_Return);
    QCOMPARE(bench.window.projectionPage()->projection(), std::string("ops_console"));
    keyboard.press(Qt::Key_1, Qt::ControlModifier);
    QCOMPARE(bench.window.page(), MainWindow::Overview);
    const auto* table = bench.window.overview()->table()->table();
    QCOMPARE(QApplication::focusWidget(), table);
    keyboard.press(Qt::Key_K, Qt::ControlModifier);
    keyboard.type(QStringLiteral("nothing is called so"));
    keyboard.press(Qt::Key_Escape);
    QVERIFY(box->text().isEmpty());
    QCOMPARE(bench.window.page(), MainWindow::Overview);
    QCOMPARE(QApplication::focusWidget(), table);
}

void TestKeyboard::aRangeIsTyped()
{
    WindowBench bench;
    bench.watch(three);
    const Keyboard keyboard(bench.window);
    keyboard.press(Qt::Key_T, Qt::ControlModifier);
    QTRY_VERIFY(QApplication::activePopupWidget());
    keyboard.type(QStringLiteral("now-6h"));
    keyboard.press(Qt::Key_Return);
    QCOMPARE(bench.range.range(), TimeRange::last(Duration(6 * 3'600'000)));
    QTRY_VERIFY(!QApplication::activePopupWidget());
    keyboard.press(Qt::Key_T, Qt::ControlModifier);
    QTRY_VERIFY(QApplication::activePopupWidget());
    keyboard.type(QStringLiteral("yesterdayish"));
    keyboard.press(Qt::Key_Return);
    QVERIFY(QApplication::activePopupWidget());
    QVERIFY2(shownText(*QApplication::activePopupWidget()).contains(QStringLiteral("yesterdayish")),
             "a range that cannot be read is explained beside it");
    keyboard.press(Qt::Key_Escape);
    QTRY_VERIFY(!QApplication::activePopupWidget());
    QCOMPARE(bench.range.range(), TimeRange::last(Duration(6 * 3'600'000)));
    QCOMPARE(bench.window.page(), MainWindow::Overview);
    QCOMPARE(QApplication::focusWidget(), bench.window.overview()->table()->table());
}

void TestKeyboard::aRangeIsChosenWithArrows()
{
    WindowBench bench;
    bench.watch(three);
    const Keyboard keyboard(bench.window);
    keyboard.press(Qt::Key_T, Qt::ControlModifier);
    QTRY_VERIFY(QApplication::activePopupWidget());
    keyboard.press(Qt::Key_Down); // 5 m
    keyboard.press(Qt::Key_Down);
    keyboard.press(Qt::Key_Return);
    QTRY_VERIFY(!QApplication::activePopupWidget());
    QCOMPARE(bench.range.range(), TimeRange::last(Duration(15 * 60'000)));
}

void TestKeyboard::liveAndZoneHaveKeysAndButtons()
{
    WindowBench bench;
    bench.watch(three);
    const Keyboard keyboard(bench.window);
    keyboard.press(Qt::Key_P, Qt::ControlModifier);
    QVERIFY(!bench.range.isLive());
    QVERIFY(tabUntil(keyboard, [](const QWidget*) { return focusText() == QStringLiteral("Paused"); }));
    keyboard.press(Qt::Key_Return);
    QVERIFY(bench.range.isLive());
    keyboard.press(Qt::Key_U, Qt::ControlModifier);
    QCOMPARE(bench.range.zone(), Zone::Local);
    keyboard.press(Qt::Key_Tab);
    keyboard.press(Qt::Key_Space);
    QCOMPARE(bench.range.zone(), Zone::Utc);
}

void TestKeyboard::themesAreInMenuAndJumpBox()
{
    WindowBench bench;
    bench.watch(three);
    const Keyboard keyboard(bench.window);
    keyboard.press(Qt::Key_V, Qt::AltModifier);
    QTRY_VERIFY(QApplication::activePopupWidget());
    keyboard.press(Qt::Key_T);
    keyboard.press(Qt::Key_D);
    QTRY_COMPARE(&colorsFor(bench.window.palette()), &darkColors());
    QTRY_VERIFY(!QApplication::activePopupWidget());
    keyboard.press(Qt::Key_K, Qt::ControlModifier);
    keyboard.type(QStringLiteral("light"));
    keyboard.press(Qt::Key_Return);
    QTRY_COMPARE(&colorsFor(bench.window.palette()), &lightColors());
}

void TestKeyboard::aChartIsZoomedAndZoomedBack()
{
    WindowBench bench;
    bench.watch(three);
    QVERIFY(bench.send(oneBlocked()));
    const Keyboard keyboard(bench.window);
    const auto whole = bench.range.range();
    QVERIFY(tabUntil(keyboard, isChart));
    keyboard.press(Qt::Key_Left);
    QVERIFY(bench.range.crosshair());
    keyboard.press(Qt::Key_Plus);
    QVERIFY(bench.range.range() != whole);
    keyboard.press(Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(bench.range.range(), whole);
    keyboard.press(Qt::Key_Escape);
    QVERIFY(!bench.range.crosshair());
    QCOMPARE(bench.window.page(), MainWindow::Overview);
    bench.window.showPage(MainWindow::Projections);
    QVERIFY(tabUntil(keyboard, isChart));
    keyboard.press(Qt::Key_Minus);
    QVERIFY(bench.range.range() != whole);
    keyboard.press(Qt::Key_Escape); // no crosshair to take away: back
    QCOMPARE(bench.window.page(), MainWindow::Overview);
    keyboard.press(Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(bench.range.range(), whole);
}

void TestKeyboard::aTableIsFilteredAndUnfiltered()
{
    WindowBench bench;
    bench.watch(three);
    QVERIFY(bench.send(oneBlocked()));
    const Keyboard keyboard(bench.window);
    const auto* table = bench.window.overview()->table();
    for (const bool fromTable : {false, true}) {
        keyboard.press(Qt::Key_Slash);
        QTRY_VERIFY(QApplication::focusWidget() != table->table());
        keyboard.type(QStringLiteral("parcel"));
        QTRY_COMPARE(rowNames(bench), QStringList{QStringLiteral("parcel_tracking")});
        if (fromTable)
            keyboard.press(Qt::Key_Return);
        QCOMPARE(QApplication::focusWidget() == table->table(), fromTable);
        keyboard.press(Qt::Key_Escape);
        QTRY_COMPARE(rowNames(bench).size(), 3);
        QCOMPARE(QApplication::focusWidget(), table->table());
        QVERIFY(table->filter().isEmpty());
    }
}

void TestKeyboard::tabsOfAProjectionAreReached()
{
    WindowBench bench;
    bench.watch(three);
    QVERIFY(bench.send(oneBlocked()));
    const Keyboard keyboard(bench.window);
    keyboard.press(Qt::Key_2, Qt::ControlModifier);
    QVERIFY(tabUntil(keyboard, [](const QWidget* widget) { return widget->inherits("QTabBar"); }));
    keyboard.press(Qt::Key_Right);
    QVERIFY(bench.window.projectionPage()->partitionTable()->isVisible());
    keyboard.press(Qt::Key_Left);
    QVERIFY(!bench.window.projectionPage()->partitionTable()->isVisible());
}

void TestKeyboard::anEventIsReadFromThePartitionTable()
{
    WindowBench bench;
    bench.watch(three);
    QVERIFY(bench.send(oneBlocked()));
    const Keyboard keyboard(bench.window);
    std::vector<Offset> asked;
    QObject::connect(&bench.window, &MainWindow::inspectRequested, &bench.window,
                     [&](std::uint64_t, const TopicPartition&, Offset offset) { asked.push_back(offset); });
    keyboard.press(Qt::Key_I, Qt::ControlModifier); // the suspect of the selected one
    QCOMPARE(asked, std::vector<Offset>{suspectOffset});
    QVERIFY(tabUntil(keyboard, [](const QWidget* widget) { return widget->inherits("QTabBar"); }));
    keyboard.press(Qt::Key_Left);
    keyboard.press(Qt::Key_Left);
    const auto* partitions = bench.window.projectionPage()->partitionTable()->table();
    QVERIFY(tabUntil(keyboard, [&](const QWidget* widget) { return widget == partitions; }));
    keyboard.press(Qt::Key_Down);
    keyboard.press(Qt::Key_Return);
    QCOMPARE(asked.size(), 2U);
}

void TestKeyboard::messagesAreAnsweredWithEnter()
{
    WindowBench bench;
    bench.watch(three);
    const Keyboard keyboard(bench.window);
    SandboxMenuState state;
    state.faults = {{QStringLiteral("poison"), QStringLiteral("Write a poisonous event"), {}, {}, true}};
    bench.window.setSandbox(state);
    QString cleared;
    QObject::connect(&bench.window, &MainWindow::faultRequested, &bench.window,
                     [&](const QString& name, bool clear) { cleared = clear ? name : QString(); });
    QVERIFY(tabUntil(keyboard, [](const QWidget*) { return focusText() == QStringLiteral("Clear fault"); }));
    keyboard.press(Qt::Key_Return);
    QCOMPARE(cleared, QStringLiteral("poison"));
}

void TestKeyboard::theShortcutsAreShown()
{
    WindowBench bench;
    bench.watch(three);
    const Keyboard keyboard(bench.window);
    const auto* help = bench.window.helpPage();
    for (const auto& [key, modifiers] :
         {std::pair(Qt::Key_F1, Qt::NoModifier), std::pair(Qt::Key_Question, Qt::NoModifier)}) {
        keyboard.press(key, modifiers);
        QCOMPARE(bench.window.page(), MainWindow::Help);
        keyboard.press(Qt::Key_Escape);
        QCOMPARE(bench.window.page(), MainWindow::Overview);
    }
    // All that there is, is in it.
    keyboard.press(Qt::Key_F1);
    for (const auto* action : bench.window.findChildren<QAction*>())
        for (const auto& keys : action->shortcuts())
            QVERIFY2(help->text().contains(keys.toString(QKeySequence::PortableText)), qPrintable(keys.toString()));
}

void TestKeyboard::tabReachesEverythingOnEveryPage_data()
{
    QTest::addColumn<int>("page");
    QTest::newRow("overview") << static_cast<int>(MainWindow::Overview);
    QTest::newRow("projection") << static_cast<int>(MainWindow::Projections);
    QTest::newRow("help") << static_cast<int>(MainWindow::Help);
    QTest::newRow("first run") << static_cast<int>(MainWindow::FirstRun);
    QTest::newRow("connect") << static_cast<int>(MainWindow::Connect);
}

void TestKeyboard::tabReachesEverythingOnEveryPage()
{
    QFETCH(int, page);
    WindowBench bench;
    if (page == MainWindow::FirstRun) {
        bench.window.showFirstRun();
    } else {
        bench.watch(three);
        QVERIFY(bench.send(oneBlocked()));
        bench.window.showPage(static_cast<MainWindow::Page>(page));
    }
    const Keyboard keyboard(bench.window);
    QTest::qWait(0);
    std::set<const QWidget*> reached;
    constexpr int mostStops = 120; // links of the help are stops, too
    for (int i = 0; i < mostStops; ++i) {
        reached.insert(QApplication::focusWidget());
        keyboard.press(Qt::Key_Tab);
    }
    QVERIFY(!reached.contains(nullptr));
    for (const auto* widget : bench.window.findChildren<QWidget*>())
        if (isReachedByTab(widget))
            QVERIFY2(reached.contains(widget), qPrintable(describe(widget)));
}

QTEST_MAIN(TestKeyboard)
#include "tst_keyboard.moc"
