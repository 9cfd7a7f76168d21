// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gui/window/windowbench.h"

#include "models/text.h"
#include "widgets/common/charts/projectioncharts.h"
#include "widgets/common/colors.h"
#include "widgets/common/panel.h"
#include "widgets/common/tableview.h"
#include "widgets/overview/alertline.h"
#include "widgets/overview/overviewpage.h"
#include "widgets/projection/eventview.h"
#include "widgets/projection/projectionpage.h"

#include <QElapsedTimer>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>

using namespace projectionist;

/// The first page: what it says of the worst, in which order, and that it says only what is true.
class TestOverview : public QObject
{
    Q_OBJECT
private slots:
    void theWorstVerdictStandsOnTopWithIconWordAndEvidence();
    void whenAllIsWellTheAlertLineSaysSo();
    void inspectEventShowsTheSuspectAsPlainText();
    void anEventIsMaskedUntilTheAuditTrailHasIt();
    void anAnswerToAnEarlierInspectionIsDropped();
    void rowsMoveOnlyWhenAVerdictChanges();
    void theSelectionStaysOnItsProjection();
    void untilSomebodySelectsTheWorstIsSelected();
    void withoutProjectionsTheChartsOfFormerOnesAreGone();
    void pausedTheTablesStandStill();
    void staleRowsTurnGreyAndKeepTheirNumbers();
    void hostileNamesAreNeverRichText();
};

void TestOverview::theWorstVerdictStandsOnTopWithIconWordAndEvidence()
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

void TestOverview::whenAllIsWellTheAlertLineSaysSo()
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

void TestOverview::inspectEventShowsTheSuspectAsPlainText()
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

void TestOverview::anEventIsMaskedUntilTheAuditTrailHasIt()
{
    WindowBench bench;
    bench.watch(three);
    QVERIFY(bench.send(oneBlocked()));
    auto* page = bench.window.projectionPage();
    QSignalSpy inspect(page, &ProjectionPage::inspectRequested);
    QSignalSpy unmask(page, &ProjectionPage::unmaskWanted);
    page->inspectSuspect();
    QCOMPARE(inspect.count(), 1);
    Record record;
    record.id = suspectPartition;
    record.offset = suspectOffset;
    record.value = "{\"order\":7,\"customer\":{\"email\":\"jane@example.org\"}}";
    record.headers = {{"authorization", "Bearer hunter2"}};
    bench.answerInspection(inspect[0][0].value<std::uint64_t>(), suspectPartition, suspectOffset,
                           std::optional(record));
    const auto* view = page->eventView();
    QTRY_VERIFY(view->text().contains(QStringLiteral("customer")));
    for (const char* secret : {"jane@example.org", "hunter2"})
        QVERIFY2(!view->text().contains(QLatin1String(secret)), secret);
    view->detail()->unmask()->click();
    QCOMPARE(unmask.count(), 1);
    page->setUnmaskRecorded(unmask[0][0].value<std::string>(), std::uint64_t{1});
    for (const char* secret : {"jane@example.org", "hunter2"})
        QVERIFY2(view->text().contains(QLatin1String(secret)), secret);
}

void TestOverview::anAnswerToAnEarlierInspectionIsDropped()
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

void TestOverview::rowsMoveOnlyWhenAVerdictChanges()
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

void TestOverview::theSelectionStaysOnItsProjection()
{
    WindowBench bench;
    bench.watch(three);
    QVERIFY(bench.send(allFine()));
    bench.window.overview()->select("order_summary");
    QVERIFY(bench.send(oneBlocked()));
    QTRY_COMPARE(rowNames(bench).value(0), QStringLiteral("parcel_tracking"));
    QCOMPARE(bench.window.overview()->selected(), std::string("order_summary"));
}

void TestOverview::untilSomebodySelectsTheWorstIsSelected()
{
    WindowBench bench;
    bench.watch(three);
    QVERIFY(bench.send(oneBlocked()));
    QTRY_COMPARE(bench.window.overview()->selected(), std::string("parcel_tracking"));
}

void TestOverview::withoutProjectionsTheChartsOfFormerOnesAreGone()
{
    WindowBench bench;
    bench.watch(three);
    QVERIFY(bench.send(allFine()));
    const auto* lag = bench.window.overview()->findChild<ProjectionCharts*>()->charts()[0];
    QTRY_VERIFY(lag->title().startsWith("Lag in time, "));
    bench.watch({});
    QVERIFY(bench.send({}));
    QTRY_COMPARE(lag->title(), QStringLiteral("Lag in time"));
}

void TestOverview::pausedTheTablesStandStill()
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

void TestOverview::staleRowsTurnGreyAndKeepTheirNumbers()
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

void TestOverview::hostileNamesAreNeverRichText()
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

QTEST_MAIN(TestOverview)
#include "tst_overview.moc"
