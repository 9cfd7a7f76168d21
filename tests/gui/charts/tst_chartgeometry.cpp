// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/charts/axisticks.h"
#include "widgets/common/charts/chartcolors.h"
#include "widgets/common/charts/heatgrid.h"
#include "widgets/common/charts/spanpicture.h"

#include <QTest>
#include <random>

using namespace projectionist;

namespace {

constexpr std::int64_t noon = 1'795'003'200'000;
constexpr float unknown = std::numeric_limits<float>::quiet_NaN();

ChartPoint at(std::int64_t second, float value)
{
    return {noon + second * 1000, 1000, value, value, value};
}

SeriesPyramid pyramidOf(const std::vector<ChartPoint>& points)
{
    SeriesPyramid pyramid;
    for (const auto& point : points)
        pyramid.append(point);
    return pyramid;
}

/// "0-5 5 - 5-9": extents of columns, "-" for nothing.
QString text(const std::vector<ColumnSpan>& spans)
{
    QStringList columns;
    for (const auto& span : spans)
        columns << (span.isEmpty()          ? QStringLiteral("-")
                    : span.low == span.high ? QString::number(span.low)
                                            : QStringLiteral("%1-%2").arg(span.low).arg(span.high));
    return columns.join(' ');
}

TimeScale seconds(std::int64_t from, std::int64_t to, int columns)
{
    return {noon + from * 1000, noon + to * 1000, columns};
}

QString labels(const std::vector<AxisTick>& ticks)
{
    QStringList texts;
    for (const auto& tick : ticks)
        texts << QString(tick.label).replace(u'\u00a0', ' ').replace(u'\u202f', ' ');
    return texts.join('|');
}

} // namespace

class TestChartGeometry : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { qputenv("TZ", "Europe/Berlin"); }

    void neighboursAreConnected()
    {
        QCOMPARE(text(pyramidOf({at(0, 0), at(1, 10), at(2, 20)}).spans(seconds(0, 2, 4))),
                 QString("0-5 5-10 10-15 15-20"));
    }
    void nothingIsDrawnOverAGap()
    {
        const auto pyramid = pyramidOf({at(0, 1), at(1, 1), at(6, 1), at(7, 1)});
        QCOMPARE(text(pyramid.spans(seconds(0, 8, 8))), QString("1 1 - - - - 1 1"));
        int pieces = 0;
        for (const auto& vertex : pyramid.vertices(seconds(0, 8, 800)))
            pieces += vertex.begins ? 1 : 0;
        QCOMPARE(pieces, 2);
    }
    void aLateCycleIsNoGap()
    {
        auto late = at(2, 1);
        late.at += 400;
        QVERIFY(!text(pyramidOf({at(0, 1), late}).spans(seconds(0, 2, 4))).contains('-'));
    }
    void nothingIsDrawnOverTheKnownUnknown()
    {
        QCOMPARE(text(pyramidOf({at(0, 1), at(1, 1), at(2, unknown), at(3, 1)}).spans(seconds(0, 4, 4))),
                 QString("1 1 - 1"));
    }
    void linesEnterAndLeaveTheRange()
    {
        const auto pyramid = pyramidOf({at(0, 0), at(1, 10), at(2, 20), at(3, 30)});
        QVERIFY(!text(pyramid.spans({noon + 500, noon + 2500, 4})).contains('-' + QString(" ")));
        QCOMPARE(text(pyramid.spans({noon + 1200, noon + 1800, 2})), QString("12-15 15-18"));
    }
    void aPeakOfOneSecondIsSeenInADay()
    {
        SeriesPyramid pyramid;
        for (int i = 0; i < 86'400; ++i)
            pyramid.append(at(i, i == 54'321 ? 900 : 1));
        const auto spans = pyramid.spans(seconds(0, 86'400, 600));
        QCOMPARE(spans[54'321 / 144].high, 900.0F);
        QCOMPARE(std::count_if(spans.begin(), spans.end(), [](const auto& span) { return span.high > 2; }), 1);
        QCOMPARE(pyramid.highest(seconds(0, 86'400, 600)), 900.0F);
        QVERIFY(pyramid.vertices(seconds(0, 86'400, 600)).size() <= 600 * 8);
    }
    void envelopesAreWhatEveryPointByItselfGives()
    {
        std::minstd_rand random(7);
        std::vector<ChartPoint> points;
        std::int64_t second = 0;
        for (int i = 0; i < 5000; ++i) {
            second += random() % 50 == 0 ? 20 : 1;
            points.push_back(at(second, static_cast<float>(random() % 1000)));
        }
        const auto pyramid = pyramidOf(points);
        const TimeScale scale = seconds(500, 4500, 333);
        const auto spans = pyramid.spans(scale);
        for (const auto& point : points) {
            const double x = scale.x(point.at);
            if (x < 0 || x >= scale.columns)
                continue;
            const auto& span = spans[static_cast<std::size_t>(x)];
            QVERIFY(span.low <= point.last && point.last <= span.high);
        }
    }
    void aValueIsReadWhereItIsKnown()
    {
        const auto pyramid = pyramidOf({at(0, 5), at(1, 7), at(60, 9)});
        QCOMPARE(pyramid.valueAt(noon + 1500), 7.0F);
        QVERIFY(std::isnan(pyramid.valueAt(noon + 30'000)));
        QVERIFY(std::isnan(pyramid.valueAt(noon - 1)));
    }
    void theLineInFrontCoversTheOthers()
    {
        SpanRaster raster(4, 100);
        std::vector<ColumnSpan> spans(4, {10, 20});
        SpanRaster::Line line;
        line.bottom = 100;
        line.width = 2;
        line.color = Qt::red;
        raster.add(spans, line);
        line.color = Qt::blue;
        spans[1] = {10, 90};
        spans[2] = {};
        raster.add(spans, line);
        const QImage image = raster.image();
        QCOMPARE(image.pixelColor(1, 85), QColor(Qt::red));
        QCOMPARE(image.pixelColor(1, 40), QColor(Qt::blue));
        QCOMPARE(image.pixelColor(0, 40).alpha(), 0);
        QCOMPARE(image.pixelColor(2, 85), QColor(Qt::red));
    }
    void valuesOutsideThePlotAreClipped()
    {
        SpanRaster raster(3, 70);
        SpanRaster::Line line;
        line.bottom = 70;
        raster.add({{-500, 500}, {200, 300}, {-90, -80}}, line);
        QCOMPARE(raster.image().pixelColor(0, 0).alpha(), 255);
        QCOMPARE(raster.image().pixelColor(0, 69).alpha(), 255);
    }
    void aRangeThatGoesOnKeepsItsColumns()
    {
        const auto aligned = [](std::int64_t second) {
            return alignedTimeScale(TimePoint(Duration(noon + (second - 86'400) * 1000)),
                                    TimePoint(Duration(noon + second * 1000)), 830);
        };
        const TimeScale first = aligned(0);
        for (std::int64_t second = 0; second < 1000; second += 7) {
            const TimeScale scale = aligned(second);
            const std::int64_t width = (scale.to - scale.from) / scale.columns;
            QVERIFY(scale.to >= noon + second * 1000 && scale.to - width < noon + second * 1000);
            QVERIFY(std::abs(scale.from - noon - (second - 86'400) * 1000) <= 2 * width);
            QCOMPARE(scale.columnsAfter(first), std::optional((scale.from - first.from) / width));
        }
        // Columns of a few milliseconds cannot be aligned without changing the range.
        const TimePoint now{Duration(noon)};
        QCOMPARE(alignedTimeScale(now - Duration(60'000), now, 830), timeScale(now - Duration(60'000), now, 830));
        QVERIFY(!seconds(1, 60, 830).columnsAfter(seconds(0, 59, 830)).has_value());
        QVERIFY(!seconds(0, 86'400, 830).columnsAfter(seconds(0, 86'400, 831)).has_value());
    }
    void aScrolledPictureIsTheSameAsAFreshOne_data()
    {
        QTest::addColumn<int>("length"); // of the range, seconds
        QTest::addColumn<int>("most");   // seconds between two replots
        QTest::newRow("many points a column") << 7200 << 40;
        QTest::newRow("many columns a point") << 60 << 3;
        QTest::newRow("more than is shown goes by") << 900 << 1500;
    }
    void aScrolledPictureIsTheSameAsAFreshOne()
    {
        QFETCH(int, length);
        QFETCH(int, most);
        std::minstd_rand random(11);
        std::array<SeriesPyramid, 5> series;
        const std::array colors{QColor(Qt::red), QColor(Qt::green), QColor(Qt::blue), QColor(255, 0, 0, 90)};
        SpanPicture picture;
        std::int64_t now = 0;
        for (int replot = 0; replot < 150; ++replot) {
            const std::int64_t end = now + 1 + static_cast<std::int64_t>(random()) % most;
            for (; now < end; ++now) {
                series[0].append(at(now, static_cast<float>(random() % 1000)));
                if (random() % 5 != 0) // gaps
                    series[1].append(at(now, static_cast<float>(random() % 500)));
                series[2].append(at(now, random() % 9 == 0 ? unknown : static_cast<float>(now % 700)));
                if (now < 500) // silent after that
                    series[3].append(at(now, 300));
                // A clock that is ahead: points behind the range.
                series[4].append(at(now + 90, static_cast<float>(now % 90)));
            }
            if (replot == 70)
                series[1].clear();
            std::vector<SpanPicture::Layer> layers;
            for (std::size_t i = 0; i < series.size(); ++i)
                layers.push_back({&series[i], colors[i % colors.size()], static_cast<LineStyle>(i % 4)});
            SpanPicture::Frame frame;
            const TimePoint to(Duration(noon + now * 1000));
            frame.scale = alignedTimeScale(to - Duration(length * 1000), to, replot < 100 ? 190 : 200);
            frame.height = 130;
            frame.end = replot < 40 ? 1000 : 1200;
            SpanPicture fresh;
            QCOMPARE(picture.draw(frame, layers), fresh.draw(frame, layers));
        }
    }
    void valueTicksHaveOneUnit_data()
    {
        QTest::addColumn<double>("end");
        QTest::addColumn<int>("unit");
        QTest::addColumn<QString>("text");
        QTest::newRow("minutes") << 300'000.0 << int(ChartUnit::Time) << "0|1 m|2 m|3 m|4 m|5 m";
        QTest::newRow("seconds") << 100'000.0 << int(ChartUnit::Time) << "0|20 s|40 s|60 s|80 s|100 s";
        QTest::newRow("milliseconds") << 1000.0 << int(ChartUnit::Time) << "0|200 ms|400 ms|600 ms|800 ms|1000 ms";
        QTest::newRow("days") << 3 * 86'400'000.0 << int(ChartUnit::Time) << "0|1 d|2 d|3 d";
        QTest::newRow("rates") << 250.0 << int(ChartUnit::Rate) << "0|50|100|150|200|250";
        QTest::newRow("small rates") << 1.0 << int(ChartUnit::Rate) << "0|0.2|0.4|0.6|0.8|1.0";
        QTest::newRow("big rates") << 50'000.0 << int(ChartUnit::Rate) << "0|10 000|20 000|30 000|40 000|50 000";
    }
    void valueTicksHaveOneUnit()
    {
        QFETCH(double, end);
        QFETCH(int, unit);
        QFETCH(QString, text);
        QCOMPARE(labels(valueTicks(end, static_cast<ChartUnit>(unit), 5)), text);
    }
    void theAxisDoesNotJumpToAndFro()
    {
        const double first = axisEnd(250'000, 0, ChartUnit::Time);
        QCOMPARE(first, 300'000.0);
        QCOMPARE(axisEnd(180'000, first, ChartUnit::Time), first);
        QVERIFY(axisEnd(20'000, first, ChartUnit::Time) < first);
        QVERIFY(axisEnd(400'000, first, ChartUnit::Time) > 400'000);
        QVERIFY(axisEnd(std::nan(""), 0, ChartUnit::Rate) > 0);
    }
    void timeTicksAreRoundInTheirZone()
    {
        const TimeScale hour = seconds(-3600, 0, 360);
        QCOMPARE(labels(timeTicks(hour, Zone::Utc, 40, 30)), QString("11:00|11:15|11:30|11:45|12:00"));
        QCOMPARE(labels(timeTicks(hour, Zone::Local, 40, 30)), QString("12:00|12:15|12:30|12:45|13:00"));
        QCOMPARE(labels(timeTicks(hour, Zone::Utc, 40, 10)), QString("11:00|11:15|11:30|11:45|"));
    }
    void timeLabelsNeverOverlap()
    {
        for (const std::int64_t length : {1, 7, 60, 500, 3600, 20'000, 86'400, 700'000, 7'000'000, 34'000'000})
            for (const int columns : {120, 330, 900, 2500}) {
                const auto scale = seconds(-length, 0, columns);
                const auto ticks = timeTicks(scale, Zone::Local, 50, 20);
                for (std::size_t i = 1; i < ticks.size(); ++i)
                    QVERIFY(scale.x(std::int64_t(ticks[i].at)) - scale.x(std::int64_t(ticks[i - 1].at)) >= 50);
            }
    }
    void heatRowsThatDoNotFitShareOne()
    {
        PartitionMatrix matrix(Duration(10'000), 100);
        for (int partition = 0; partition < 50; ++partition)
            matrix.add(TimePoint(Duration(noon)), {"t", partition},
                       static_cast<float>(partition == 33 ? 9000 : partition));
        const auto all = heatGrid(matrix, seconds(0, 60, 60), 50);
        QCOMPARE(all.rows.size(), std::size_t{50});
        QCOMPARE(all.rows[33].members, std::vector<std::size_t>{33});
        const auto few = heatGrid(matrix, seconds(0, 60, 60), 10);
        QCOMPARE(few.rows.size(), std::size_t{10});
        QCOMPARE(few.rows[0].members, std::vector<std::size_t>{33});
        QCOMPARE(few.rows[9].members.size(), std::size_t{41});
        QCOMPARE(few.cell(0, 5), 9000.0F);
        QCOMPARE(few.cell(9, 5), 41.0F);
        QVERIFY(std::isnan(few.cell(0, 15)));
        QCOMPARE(few.highest, 9000.0F);
    }
    void theObjectiveDividesTheHeatScale()
    {
        QCOMPARE(heatFraction(30'000, 30'000, 300'000), 0.4);
        QCOMPARE(heatFraction(300'000, 30'000, 300'000), 1.0);
        QCOMPARE(heatFraction(150'000, std::nullopt, 300'000), 0.5);
        QVERIFY(heatFraction(100'000, 500'000, 500'000) < 0.4);
    }
    void theHeatScaleGetsSteadilyMoreConspicuous()
    {
        for (const auto& colors : {ChartColors::dark(), ChartColors::light()}) {
            const auto distance = [&](const QColor& color) {
                return std::abs(color.lightnessF() - colors.background.lightnessF());
            };
            QVERIFY(distance(colors.heat.back()) > distance(colors.heat.front()));
            QCOMPARE(colors.heatAt(-1), colors.heat.front());
            QCOMPARE(colors.heatAt(7), colors.heat.back());
        }
    }
};

QTEST_GUILESS_MAIN(TestChartGeometry)
#include "tst_chartgeometry.moc"
