// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gui/window/windowbench.h"

#include "backend/core/format.h"
#include "models/text.h"
#include "widgets/common/colors.h"
#include "widgets/common/panel.h"
#include "widgets/common/tableview.h"
#include "widgets/firstrun/connectpage.h"
#include "widgets/frame/helppage.h"
#include "widgets/frame/rangebutton.h"
#include "widgets/frame/statusstrip.h"
#include "widgets/frame/topbar.h"
#include "widgets/frame/trayicon.h"
#include "widgets/overview/alertline.h"
#include "widgets/overview/overviewpage.h"
#include "widgets/projection/eventview.h"
#include "widgets/projection/projectionpage.h"
#include "widgets/projection/whyview.h"

#include <QClipboard>
#include <QElapsedTimer>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTableView>
#include <QTest>
#include <QToolButton>

using namespace projectionist;

namespace {

const std::vector<std::string> three{"order_summary", "parcel_tracking", "ops_console"};
const TopicPartition suspectPartition{"orders.events", 3};
constexpr Offset suspectOffset = 1'204'881;

Script blocked(const std::string& name)
{
    return {.name = name,
            .kind = VerdictKind::Blocked,
            .evidence = "orders.events [3] has not moved from offset 1 204 881 for 4 m 12 s.",
            .lag = Duration(271'000),
            .backlog = 8412,
            .suspect = std::pair(suspectPartition, suspectOffset)};
}

std::vector<Script> allFine()
{
    return {{.name = three[0]}, {.name = three[1]}, {.name = three[2]}};
}

std::vector<Script> oneBlocked()
{
    return {{.name = three[0]}, blocked(three[1]), {.name = three[2]}};
}

QStringList rowNames(const WindowBench& bench)
{
    QStringList names;
    const auto* model = bench.window.overview()->table()->table()->model();
    for (int row = 0; row < model->rowCount(); ++row)
        names << model->index(row, ProjectionTableModel::Name).data().toString();
    return names;
}

QPushButton* buttonWith(const QWidget& widget, const QString& text)
{
    for (auto* button : widget.findChildren<QPushButton*>())
        if (button->text() == text && button->isVisible())
            return button;
    return nullptr;
}

} // namespace

class TestWindow : public QObject
{
    Q_OBJECT
private slots:
    void theWorstVerdictStandsOnTopWithIconWordAndEvidence();
    void whenAllIsWellTheAlertLineSaysSo();
    void inspectEventShowsTheSuspectAsPlainText();
    void anAnswerToAnEarlierInspectionIsDropped();
    void rowsMoveOnlyWhenAVerdictChanges();
    void theSelectionStaysOnItsProjection();
    void untilSomebodySelectsTheWorstIsSelected();
    void theJumpBoxFindsByInitials();
    void theJumpBoxRunsActions();
    void aTypedRangeIsTakenAndAWrongOneExplained();
    void pausedTheTablesStandStill();
    void timesChangeBetweenUtcAndLocal();
    void productionHasALineAndSaysSoInTheTitle();
    void aFailedSourceIsNamedUntilItIsBack();
    void staleRowsTurnGreyAndKeepTheirNumbers();
    void hostileNamesAreNeverRichText();
    void withoutAWorkspaceThereAreThreeWaysIn();
    void aFailedConnectionTestExplains();
    void themesChangeAtOnceAndAreKept();
    void rangeZoneAndColumnsAreKept();
    void theWindowTicksWhileAServerHangs();
    void everyControlHasAnAccessibleName();
    void theSandboxMenuIsThereOnlyForASandbox();
    void helpShowsTheVerdictsWithoutHtml();
    void nothingIsCutAtUsualSizes();
    void aSandboxBeginsWithAShortRange();
    void theLongExplanationIsUnfoldedOnDemand();
    void criticalVerdictsAreToldOfTogetherAndOnce();
};

void TestWindow::theWorstVerdictStandsOnTopWithIconWordAndEvidence()
{
    WindowBench bench;
    bench.watch(three);
    QVERIFY(bench.send(oneBlocked()));
    const auto* alert = bench.window.overview()->alertLine();
    QCOMPARE(alert->headline(), QStringLiteral("parcel_tracking is blocked on one event"));
    QVERIFY(alert->evidence().contains(QStringLiteral("1 204 881")));
    QCOMPARE(alert->tint(), ColorMeaning::Critical);
    const auto* model = bench.window.overview()->table()->table()->model();
    QTRY_COMPARE(rowNames(bench).value(0), QStringLiteral("parcel_tracking"));
    const auto state = model->index(0, ProjectionTableModel::State);
    QCOMPARE(state.data().toString(), QStringLiteral("Blocked"));
    QCOMPARE(state.data(VerdictRole).toInt(), static_cast<int>(VerdictKind::Blocked));
    QVERIFY(bench.window.windowTitle().contains(QStringLiteral("Blocked: parcel_tracking")));
}

void TestWindow::whenAllIsWellTheAlertLineSaysSo()
{
    WindowBench bench;
    bench.watch(three);
    QVERIFY(bench.send(oneBlocked()));
    QVERIFY(bench.send(allFine()));
    const auto* alert = bench.window.overview()->alertLine();
    QCOMPARE(alert->headline(), QStringLiteral("All 3 projections are fine"));
    QVERIFY(alert->projection().empty());
    QVERIFY(!buttonWith(*alert, QStringLiteral("Inspect event")));
}

void TestWindow::inspectEventShowsTheSuspectAsPlainText()
{
    WindowBench bench;
    bench.watch(three);
    std::uint64_t token = 0;
    QObject::connect(&bench.window, &MainWindow::inspectRequested, &bench.window,
                     [&](std::uint64_t asked, const TopicPartition& id, Offset offset) {
                         token = asked;
                         QVERIFY(id == suspectPartition);
                         QCOMPARE(offset, suspectOffset);
                     });
    QVERIFY(bench.send(oneBlocked()));
    auto* button = buttonWith(*bench.window.overview()->alertLine(), QStringLiteral("Inspect event"));
    QVERIFY(button);
    QTest::mouseClick(button, Qt::LeftButton);
    QVERIFY(token != 0);
    QCOMPARE(bench.window.page(), MainWindow::Projections);
    Record record;
    record.id = suspectPartition;
    record.offset = suspectOffset;
    record.key = "<b>key-7</b>";
    record.value = R"({"type":"ParcelScanned","note":"<img src=x onerror=alert(1)>"})";
    record.headers = {{"correlation-id", "abc"}, {"empty", std::nullopt}};
    bench.answerInspection(token, suspectPartition, suspectOffset, std::optional(record));
    const auto* view = bench.window.projectionPage()->eventView();
    QTRY_VERIFY(view->text().contains(QStringLiteral("ParcelScanned")));
    for (const char* part : {"<b>key-7</b>", "<img src=x onerror=alert(1)>", "correlation-id: abc", "empty: null"})
        QVERIFY2(view->text().contains(QLatin1String(part)), part);
    for (const auto* label : view->findChildren<QLabel*>())
        QCOMPARE(label->textFormat(), Qt::PlainText);
}

void TestWindow::anAnswerToAnEarlierInspectionIsDropped()
{
    WindowBench bench;
    bench.watch(three);
    std::vector<std::uint64_t> tokens;
    QObject::connect(&bench.window, &MainWindow::inspectRequested, &bench.window,
                     [&](std::uint64_t token) { tokens.push_back(token); });
    QVERIFY(bench.send({blocked(three[0]), blocked(three[1])}));
    bench.window.openProjection(three[0]);
    bench.window.projectionPage()->inspectSuspect();
    bench.window.openProjection(three[1]);
    bench.window.projectionPage()->inspectSuspect();
    QCOMPARE(tokens.size(), 2U);
    const auto answer = [&](std::uint64_t token, const char* value) {
        Record record;
        record.value = value;
        bench.answerInspection(token, suspectPartition, suspectOffset, std::optional(record));
    };
    answer(tokens[1], "wanted");
    answer(tokens[0], "too late");
    const auto* view = bench.window.projectionPage()->eventView();
    QTRY_VERIFY(view->text().contains(QStringLiteral("wanted")));
    QVERIFY(bench.send(oneBlocked()));
    QVERIFY(!view->text().contains(QStringLiteral("too late")));
}

void TestWindow::rowsMoveOnlyWhenAVerdictChanges()
{
    WindowBench bench;
    bench.watch(three);
    QVERIFY(bench.send(oneBlocked()));
    QTRY_COMPARE(rowNames(bench).value(0), QStringLiteral("parcel_tracking"));
    const auto order = rowNames(bench);
    for (int i = 0; i < 3; ++i) {
        auto scripts = oneBlocked();
        scripts[0].lag = Duration(i % 2 ? 900 : 10);
        scripts[2].backlog = i * 1000;
        QVERIFY(bench.send(scripts));
        QTest::qWait(0);
        QCOMPARE(rowNames(bench), order);
    }
    auto scripts = oneBlocked();
    scripts[1] = {.name = three[1]};
    scripts[2].kind = VerdictKind::Stopped;
    QVERIFY(bench.send(scripts));
    QTRY_COMPARE(rowNames(bench).value(0), QStringLiteral("ops_console"));
}

void TestWindow::theSelectionStaysOnItsProjection()
{
    WindowBench bench;
    bench.watch(three);
    QVERIFY(bench.send(allFine()));
    bench.window.overview()->select("order_summary");
    QVERIFY(bench.send(oneBlocked()));
    QTRY_COMPARE(rowNames(bench).value(0), QStringLiteral("parcel_tracking"));
    QCOMPARE(bench.window.overview()->selected(), std::string("order_summary"));
}

void TestWindow::untilSomebodySelectsTheWorstIsSelected()
{
    WindowBench bench;
    bench.watch(three);
    QVERIFY(bench.send(oneBlocked()));
    QTRY_COMPARE(bench.window.overview()->selected(), std::string("parcel_tracking"));
}

void TestWindow::theJumpBoxFindsByInitials()
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

void TestWindow::theJumpBoxRunsActions()
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

void TestWindow::aTypedRangeIsTakenAndAWrongOneExplained()
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

void TestWindow::pausedTheTablesStandStill()
{
    WindowBench bench;
    bench.watch(three);
    QVERIFY(bench.send(allFine()));
    QTest::keyClick(&bench.window, Qt::Key_P, Qt::ControlModifier);
    QVERIFY(!bench.range.isLive());
    QVERIFY(bench.send(oneBlocked()));
    QCOMPARE(bench.window.overview()->alertLine()->headline(), QStringLiteral("All 3 projections are fine"));
    QTest::keyClick(&bench.window, Qt::Key_P, Qt::ControlModifier);
    QTRY_COMPARE(bench.window.overview()->alertLine()->headline(),
                 QStringLiteral("parcel_tracking is blocked on one event"));
}

void TestWindow::timesChangeBetweenUtcAndLocal()
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

void TestWindow::productionHasALineAndSaysSoInTheTitle()
{
    WindowBench bench;
    bench.watch(three);
    QVERIFY(!bench.window.topBar()->productionLine().isValid());
    bench.watch(three, Environment::Production);
    QVERIFY(bench.window.topBar()->productionLine().isValid());
    QVERIFY(bench.window.windowTitle().contains(QStringLiteral("orders (PRODUCTION)")));
}

void TestWindow::aFailedSourceIsNamedUntilItIsBack()
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

void TestWindow::staleRowsTurnGreyAndKeepTheirNumbers()
{
    WindowBench bench;
    bench.watch(three);
    QVERIFY(bench.send(allFine()));
    auto scripts = allFine();
    scripts[1].fresh = false;
    scripts[1].kind = VerdictKind::Unknown;
    QVERIFY(bench.send(scripts));
    QTRY_COMPARE(rowNames(bench).value(0), QStringLiteral("parcel_tracking"));
    const auto* model = bench.window.overview()->table()->table()->model();
    const auto lag = model->index(0, ProjectionTableModel::Lag);
    QVERIFY(lag.data(StaleRole).toBool());
    QVERIFY(!lag.data().toString().isEmpty());
    QVERIFY(!model->index(0, ProjectionTableModel::Sampled).data().toString().isEmpty());
}

void TestWindow::hostileNamesAreNeverRichText()
{
    WindowBench bench;
    const std::string html = "<h1>big</h1><img src=http://x>";
    const std::string reversed = "safe\u202eexe.evil";
    const std::string huge(1 << 20, 'x');
    bench.watch({html, reversed, huge});
    QElapsedTimer timer;
    timer.start();
    QVERIFY(bench.send({{.name = html, .kind = VerdictKind::Blocked, .evidence = "<u>" + huge + "</u>"},
                        {.name = reversed, .kind = VerdictKind::Stopped},
                        {.name = huge, .kind = VerdictKind::FallingBehind}}));
    bench.window.grab();
    QVERIFY(bench.window.overview()->alertLine()->headline().contains(QStringLiteral("<h1>big</h1>")));
    for (const auto* label : bench.window.findChildren<PlainLabel*>()) {
        QCOMPARE(label->textFormat(), Qt::PlainText);
        QVERIFY(!label->text().contains(QChar(0x202e)));
        QVERIFY(label->text().size() < 10'000);
    }
    QVERIFY(bench.window.windowTitle().size() < 1000);
    bench.window.openProjection(huge);
    bench.window.grab();
    QVERIFY2(timer.elapsed() < 20'000, "showing names of 1 MB takes no age");
}

void TestWindow::withoutAWorkspaceThereAreThreeWaysIn()
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

void TestWindow::aFailedConnectionTestExplains()
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

void TestWindow::themesChangeAtOnceAndAreKept()
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

void TestWindow::rangeZoneAndColumnsAreKept()
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

void TestWindow::theWindowTicksWhileAServerHangs()
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
    QElapsedTimer sinceTick;
    qint64 worst = 0;
    QTimer ticker;
    QObject::connect(&ticker, &QTimer::timeout, &bench.window, [&] { worst = std::max(worst, sinceTick.restart()); });
    QVERIFY(bench.send(allFine()));
    QTest::qWait(300);
    sinceTick.start();
    ticker.start(5);
    const Error hangs{ErrorKind::Timeout, "kafka hangs", "No answer for 3 s", "Wait.", true};
    for (int i = 0; i < 5; ++i)
        QVERIFY(bench.send(oneBlocked(),
                           {{"kafka", SourceKind::Broker, SourceState::Waiting, bench.clock.now(), {}, {}, hangs}}));
    release = true;
    qInfo("longest gap between ticks: %lld ms", worst);
    QVERIFY2(worst < 500, qPrintable(QString::number(worst)));
}

void TestWindow::everyControlHasAnAccessibleName()
{
    WindowBench bench;
    bench.watch(three);
    QVERIFY(bench.send(oneBlocked()));
    for (const auto* widget : bench.window.findChildren<QWidget*>()) {
        if (widget->focusPolicy() == Qt::NoFocus || widget->objectName().startsWith(QLatin1String("qt_")))
            continue;
        const auto* button = qobject_cast<const QAbstractButton*>(widget);
        const bool container =
            widget->inherits("QTabBar") || widget->inherits("QScrollArea") || widget->inherits("QSplitterHandle") ||
            widget->inherits("QTabWidget") || widget->inherits("QMenuBar") || widget->inherits("QMenu") ||
            widget->inherits("QHeaderView") || widget->inherits("QLabel") ||
            widget->parentWidget()->inherits("QComboBox") ||
            widget->parentWidget()->inherits("QComboBoxPrivateContainer") || widget->inherits("QTableCornerButton");
        const bool named = !widget->accessibleName().isEmpty() || (button && !button->text().isEmpty());
        QVERIFY2(named || container || widget->focusProxy(),
                 qPrintable(QStringLiteral("%1 in %2")
                                .arg(QLatin1String(widget->metaObject()->className()),
                                     QLatin1String(widget->parentWidget()->metaObject()->className()))));
    }
}

void TestWindow::theSandboxMenuIsThereOnlyForASandbox()
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

void TestWindow::helpShowsTheVerdictsWithoutHtml()
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

void TestWindow::nothingIsCutAtUsualSizes()
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

void TestWindow::aSandboxBeginsWithAShortRange()
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

void TestWindow::theLongExplanationIsUnfoldedOnDemand()
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

void TestWindow::criticalVerdictsAreToldOfTogetherAndOnce()
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

QTEST_MAIN(TestWindow)
#include "tst_window.moc"
