// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/roles.h"
#include "widgets/common/charts/heatmap.h"
#include "widgets/common/charts/projectioncharts.h"
#include "widgets/common/charts/timechart.h"
#include "widgets/common/tableview.h"

#include <QAbstractItemModelTester>
#include <QDialog>
#include <QScrollArea>
#include <QTableView>
#include <QTemporaryDir>
#include <QtTest>

using namespace projectionist;

namespace {

constexpr TimePoint noon{Duration(1'795'003'200'000)};

std::vector<ChartPoint> sawtooth(int seconds, int gapFrom = -1, int gapTo = -1)
{
    std::vector<ChartPoint> points;
    for (int i = -seconds; i < 0; ++i) {
        if (i >= gapFrom && i < gapTo)
            continue;
        const auto value = static_cast<float>(1000 * (i % 60 + 60));
        points.push_back({(noon + Duration(i * 1000)).time_since_epoch().count(), 1000, value, value, value});
    }
    return points;
}

struct Window
{
    RangeController range{noon};
    TimeChart lag{range, ChartUnit::Time};
    TimeChart rates{range, ChartUnit::Rate};

    Window()
    {
        for (TimeChart* chart : {&lag, &rates}) {
            chart->setSeries({{"one", {}, {}}, {"two", {}, {}}});
            chart->setPoints(0, sawtooth(3600));
            chart->resize(400, 300);
            chart->show();
        }
        lag.setTitle("Lag in time");
    }
    QWidget* plot(TimeChart& chart) { return chart.focusProxy(); }
};

void drag(QWidget* widget, QPoint from, QPoint to)
{
    QTest::mousePress(widget, Qt::LeftButton, {}, from);
    QTest::mouseMove(widget, (from + to) / 2);
    QTest::mouseMove(widget, to);
    QTest::mouseRelease(widget, Qt::LeftButton, {}, to);
}

/// Whether any pixel of an image column is near a colour.
bool columnHas(const QImage& image, int x, const QColor& color)
{
    for (int y = 60; y < image.height() - 40; ++y) {
        const QColor pixel = image.pixelColor(x, y);
        if (std::abs(pixel.red() - color.red()) + std::abs(pixel.green() - color.green()) +
                std::abs(pixel.blue() - color.blue()) <
            60)
            return true;
    }
    return false;
}

QByteArray contents(const QString& name)
{
    QFile file(name);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

class TestCharts : public QObject
{
    Q_OBJECT
private slots:
    void draggingZoomsEveryChartAndCtrlZReturns()
    {
        Window window;
        QVERIFY(QTest::qWaitForWindowExposed(&window.lag));
        window.lag.grab();
        const TimeRange before = window.range.range();
        drag(window.plot(window.lag), {150, 150}, {250, 160});
        QVERIFY(!window.range.range().to.relative);
        const Duration length = window.range.to() - window.range.from();
        // 100 of some 320 columns of an hour.
        QVERIFY(length > Duration(15 * 60'000) && length < Duration(25 * 60'000));
        QTest::keyClick(window.plot(window.rates), Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(window.range.range(), before);
    }
    void aClickDoesNotZoom()
    {
        Window window;
        window.lag.grab();
        QTest::mouseClick(window.plot(window.lag), Qt::LeftButton, {}, {150, 150});
        QVERIFY(!window.range.canZoomBack());
    }
    void theCrosshairIsSharedAndLeavesWithThePointer()
    {
        Window window;
        window.lag.grab();
        const QImage without = window.rates.grab().toImage();
        QTest::mouseMove(window.plot(window.lag), {200, 150});
        QVERIFY(window.range.crosshair().has_value());
        const QImage with = window.rates.grab().toImage();
        QVERIFY(without != with);
        QEvent leave(QEvent::Leave);
        QApplication::sendEvent(window.plot(window.lag), &leave);
        QVERIFY(!window.range.crosshair());
        QCOMPARE(window.rates.grab().toImage(), without);
    }
    void theCrosshairMovesByKeyboard()
    {
        Window window;
        window.lag.grab();
        QTest::keyClick(window.plot(window.lag), Qt::Key_Left);
        const auto first = window.range.crosshair();
        QVERIFY(first.has_value());
        QTest::keyClick(window.plot(window.lag), Qt::Key_Left, Qt::ShiftModifier);
        QVERIFY(*window.range.crosshair() < *first);
        QTest::keyClick(window.plot(window.lag), Qt::Key_Escape);
        QVERIFY(!window.range.crosshair());
    }
    void theWheelZoomsButNotOnAScrollingPage()
    {
        Window window;
        window.lag.grab();
        const auto wheel = [](QWidget* widget) {
            QWheelEvent event(QPointF(200, 150), widget->mapToGlobal(QPointF(200, 150)), {}, {0, 120}, Qt::NoButton,
                              Qt::NoModifier, Qt::NoScrollPhase, false);
            QApplication::sendEvent(widget, &event);
        };
        wheel(window.plot(window.lag));
        QCOMPARE(window.range.to() - window.range.from(), Duration(48 * 60'000));
        QScrollArea area;
        auto* chart = new TimeChart(window.range, ChartUnit::Time);
        area.setWidget(chart);
        area.show();
        wheel(chart->focusProxy());
        QCOMPARE(window.range.to() - window.range.from(), Duration(48 * 60'000));
    }
    void aGapStaysEmptyInThePicture_data()
    {
        QTest::addColumn<int>("lines");
        QTest::newRow("paths") << 1;
        QTest::newRow("pixels") << 12;
    }
    void aGapStaysEmptyInThePicture()
    {
        QFETCH(int, lines);
        RangeController range(noon);
        TimeChart chart(range, ChartUnit::Time);
        chart.setSeries(
            std::vector<ChartSeries>(static_cast<std::size_t>(lines), ChartSeries{"s", 0, LineStyle::Solid}));
        for (int i = 0; i < lines; ++i)
            chart.setPoints(i, sawtooth(3600, -2400, -1200));
        chart.resize(460, 300);
        const QImage image = chart.grab().toImage();
        const QColor color = ChartColors::dark().series[0];
        // The gap is the middle third of the plot.
        QVERIFY(columnHas(image, 120, color));
        QVERIFY(columnHas(image, 380, color));
        for (int x = 230; x < 270; ++x)
            QVERIFY2(!columnHas(image, x, color), qPrintable(QString::number(x)));
    }
    void aChartThatGoesOnLooksAsOneThatIsOpenedLater()
    {
        constexpr int lines = 12;
        RangeController range(noon);
        const std::vector<ChartSeries> series(lines, ChartSeries{"s", {}, {}});
        TimeChart early(range, ChartUnit::Time);
        TimeChart late(range, ChartUnit::Time);
        for (TimeChart* chart : {&early, &late}) {
            chart->setSeries(series);
            chart->resize(460, 300);
            chart->show();
            QVERIFY(QTest::qWaitForWindowExposed(chart));
        }
        auto points = sawtooth(3600);
        for (int i = 0; i < lines; ++i)
            early.setPoints(i, points);
        for (int second = 0; second < 60; ++second) {
            const auto value = static_cast<float>(1000 * (second % 50 + 30));
            points.push_back({(noon + Duration(second * 1000)).time_since_epoch().count(), 1000, value, value, value});
            for (int i = 0; i < lines; ++i)
                early.appendPoint(i, points.back());
            range.tick(noon + Duration((second + 1) * 1000));
            QCoreApplication::sendPostedEvents(); // replots are queued
            early.grab();
        }
        for (int i = 0; i < lines; ++i)
            late.setPoints(i, points);
        QTRY_COMPARE_WITH_TIMEOUT(early.grab().toImage(), late.grab().toImage(), 30'000);
    }
    void chartsOfTheSameWidthHaveTheSamePlot()
    {
        Window window;
        HeatMap heat(window.range);
        QCOMPARE(window.lag.minimumSizeHint(), heat.minimumSizeHint());
        // Zooming by the same drag gives the same range in each of them.
        heat.resize(400, 300);
        heat.grab();
        window.lag.grab();
        drag(window.plot(window.lag), {150, 150}, {250, 160});
        const TimeRange first = window.range.range();
        window.range.zoomBack();
        heat.grab();
        drag(heat.focusProxy(), {150, 150}, {250, 160});
        QCOMPARE(window.range.range(), first);
    }
    void picturesAndValuesAreWritten()
    {
        QTemporaryDir folder;
        Window window;
        window.lag.grab();
        QVERIFY(window.lag.savePng(folder.filePath("a.png")));
        QCOMPARE(QImage(folder.filePath("a.png")).size(), QSize(800, 600));
        QVERIFY(window.lag.saveSvg(folder.filePath("a.svg")));
        const QByteArray svg = contents(folder.filePath("a.svg"));
        QVERIFY(svg.contains("Lag in time") && svg.contains("<polyline"));
        QVERIFY(window.lag.saveCsv(folder.filePath("a.csv")));
        const auto lines = contents(folder.filePath("a.csv")).split('\n');
        QCOMPARE(lines[0], QByteArray("time,one (ms),two (ms)\r"));
        QCOMPARE(lines.size(), 3602);
        QCOMPARE(lines[1].left(24), QByteArray("2026-11-18T11:00:00.000Z"));
        QVERIFY(lines[1].endsWith(",\r"));
    }
    void anExportThatFailsSaysWhy()
    {
        Window window;
        const auto saved = window.lag.saveCsv("/nonexistent/folder/a.csv");
        QVERIFY(!saved);
        QVERIFY(!saved.error().why.empty());
    }
    void theTableBehindAChartHasItsValues()
    {
        Window window;
        const auto table = window.lag.table();
        QAbstractItemModelTester tester(table.get(), QAbstractItemModelTester::FailureReportingMode::QtTest);
        QCOMPARE(table->rowCount(), 3600);
        QCOMPARE(table->index(0, 1).data().toString(), QString("59.0\u00a0s"));
        QVERIFY(!table->index(0, 2).data().isValid());
        QCOMPARE(window.lag.accessibleName(), QString("Lag in time"));
        QCOMPARE(table->index(0, 0).data(CopyRole).toString(), QString("2026-11-18T11:59:59.000Z"));
        QCOMPARE(table->index(0, 1).data(CopyRole).toString(), QString("59000"));
    }
    void theTableBehindAChartIsSortedAndFiltered()
    {
        Window window;
        window.lag.showTable();
        auto* dialog = window.lag.findChild<QDialog*>();
        QVERIFY(dialog);
        auto* view = dialog->findChild<TableView*>();
        QCOMPARE(view->table()->model()->index(0, 0).data(CopyRole).toString(), QString("2026-11-18T11:59:59.000Z"));
        view->table()->sortByColumn(1, Qt::AscendingOrder);
        QCOMPARE(view->table()->model()->index(0, 1).data(RawRole).toDouble(), 1000.0);
        view->setFilter("one>59s");
        QCOMPARE(view->table()->model()->rowCount(), 60);
    }
    void colorsFollowTheTheme()
    {
        Window window;
        window.lag.setColors(ChartColors::light());
        QCOMPARE(window.lag.grab().toImage().pixelColor(2, 2), ChartColors::light().background);
        window.lag.setColors(ChartColors::dark());
        QCOMPARE(window.lag.grab().toImage().pixelColor(2, 2), ChartColors::dark().background);
    }
    void theChartsOfAProjectionShowWhatArrives()
    {
        SystemClock clock;
        LiveFeed feed(clock);
        RangeController range(clock.now());
        HistorySource empty;
        empty.points = [](const auto&) { return Result<std::vector<HistoryPoint>>{}; };
        empty.partitions = [](const auto&) { return Result<std::vector<PartitionHistory>>{}; };
        empty.annotations = [](const auto&) { return Result<std::vector<Annotation>>{}; };
        HistoryReader reader(empty);
        connect(&feed, &LiveFeed::drained, &reader, &HistoryReader::drain);
        ProjectionCharts charts(reader, feed, range, Qt::Horizontal);
        charts.resize(1100, 300);
        charts.show();
        charts.setProjection("demo", "parcel_tracking");
        QTRY_VERIFY_WITH_TIMEOUT(!charts.history().isLoading(), 30'000);
        auto sample = std::make_shared<ProjectionSample>();
        sample->projection = "parcel_tracking";
        sample->at = range.now() - Duration(1000);
        sample->partitions.resize(1);
        auto report = std::make_shared<ProjectionReport>();
        report->sample = sample;
        report->assessment.lag = {Duration(42'000), LagOrigin::Exact};
        auto snapshot = std::make_shared<Snapshot>();
        snapshot->context = "demo";
        snapshot->projections = {report};
        feed.sinks().snapshot(snapshot);
        QTRY_COMPARE_WITH_TIMEOUT(charts.charts()[0]->table()->rowCount(), 1, 30'000);
        QCOMPARE(charts.charts()[0]->table()->index(0, 1).data().toString(), QString("42.0\u00a0s"));
    }
};

QTEST_MAIN(TestCharts)
#include "tst_charts.moc"
