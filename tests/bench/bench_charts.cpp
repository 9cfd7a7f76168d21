// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Figures of the charts, each as a ratio to what the design allows; below 1 is good. Prints one line a figure, exits
// with 1 when one is above.
#include "widgets/common/charts/heatmap.h"
#include "widgets/common/charts/timechart.h"

#include <chrono>
#include <cstdio>
#include <QtWidgets>
#include <random>

using namespace projectionist;

namespace {

constexpr TimePoint noon{Duration(1'795'003'200'000)};
constexpr int seriesCount = 64;
constexpr int pointCount = 86'400;
constexpr double frame = 16; ///< milliseconds

ChartPoint noisyPoint(int series, int second, std::minstd_rand& random)
{
    const float value = static_cast<float>(random() % 20'000) + 3000.0F * static_cast<float>(series);
    return {(noon + Duration(second * 1000LL)).time_since_epoch().count(), 1000, value, value, value};
}

std::vector<ChartPoint> noisyDay(int series)
{
    std::minstd_rand random(static_cast<std::uint32_t>(series) + 1);
    std::vector<ChartPoint> points;
    points.reserve(pointCount);
    for (int i = -pointCount; i < 0; ++i)
        points.push_back(noisyPoint(series, i, random));
    return points;
}

/// Median of the milliseconds that one turn takes.
double median(int turns, const std::function<void(int)>& turn)
{
    std::vector<double> times;
    for (int i = 0; i < turns; ++i) {
        const auto start = std::chrono::steady_clock::now();
        turn(i);
        times.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count());
    }
    std::nth_element(times.begin(), times.begin() + turns / 2, times.end());
    return times[static_cast<std::size_t>(turns / 2)];
}

bool report(const char* what, double took, double allowed)
{
    std::printf("%-58s %8.2f ms of %5.1f ms  ratio %.2f\n", what, took, allowed, took / allowed);
    return took <= allowed;
}

} // namespace

int main(int argc, char** argv)
{
    qputenv("QT_QPA_PLATFORM", "offscreen");
    const QApplication application(argc, argv);
    RangeController range(noon);
    range.setRange(TimeRange::last(Duration(86'400'000)));
    TimeChart chart(range, ChartUnit::Time);
    chart.setSeries(std::vector<ChartSeries>(seriesCount));
    for (int i = 0; i < seriesCount; ++i)
        chart.setPoints(i, noisyDay(i));
    chart.resize(900, 400);
    chart.show();
    QApplication::processEvents();
    int second = 0;
    std::minstd_rand random(1);
    const auto tick = [&](int) {
        for (int series = 0; series < seriesCount; ++series)
            chart.appendPoint(series, noisyPoint(series, second, random));
        range.tick(noon + Duration(++second * 1000LL));
        QApplication::processEvents();
    };
    bool good = report("64 series of 86 400 points, a day, one tick", median(300, tick), frame);
    good = report("64 series of 86 400 points, a day, another range",
                  median(50,
                         [&](int i) {
                             range.setRange(TimeRange::last(Duration(86'400'000 - i * 60'000)));
                             QApplication::processEvents();
                         }),
                  frame) &&
           good;
    range.setRange(TimeRange::last(Duration(3'600'000)));
    good = report("64 series of 86 400 points, the last hour, one tick", median(50, tick), frame) && good;
    good = report("crosshair moved",
                  median(50,
                         [&](int i) {
                             range.setCrosshair(noon - Duration(i * 1000));
                             QApplication::processEvents();
                         }),
                  frame) &&
           good;
    range.setCrosshair(std::nullopt);
    HeatMap heat(range);
    auto matrix = std::make_shared<PartitionMatrix>(Duration(120'000), 40);
    for (int bucket = 0; bucket < 40; ++bucket)
        for (int partition = 0; partition < 10'000; ++partition)
            matrix->add(noon - Duration((40 - bucket) * 120'000), {"orders.events", partition},
                        static_cast<float>(partition % 977 * 100));
    heat.setMatrix(matrix);
    heat.resize(400, 400);
    heat.show();
    chart.hide();
    good = report("heat map of 10 000 partitions, one tick",
                  median(50,
                         [&](int i) {
                             matrix->add(range.now(), {"orders.events", i}, 1000);
                             heat.matrixChanged();
                             range.tick(noon + Duration(++second * 1000LL));
                             QApplication::processEvents();
                         }),
                  frame) &&
           good;
    return good ? 0 : 1;
}
