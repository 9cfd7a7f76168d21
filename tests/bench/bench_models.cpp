// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What one second costs the GUI thread with 500 projections and 10 000 partitions, and how much memory a day of it
// takes; each as a ratio to what the design allows, below 1 is good. Exits with 1 when one is above.
#include "models/partitiontablemodel.h"
#include "models/projectionhistory.h"
#include "models/projectiontablemodel.h"
#include "widgets/common/charts/projectioncharts.h"
#include "widgets/common/charts/sparklinedelegate.h"

#include <chrono>
#include <cstdio>
#include <fstream>
#include <QtWidgets>

using namespace projectionist;

namespace {

constexpr TimePoint noon{Duration(1'795'003'200'000)};
constexpr int projections = 500;
constexpr int partitions = 20;
constexpr int measuredTicks = 600;
constexpr int dayTicks = 86'400;

class HandClock final : public Clock
{
public:
    [[nodiscard]] TimePoint now() const override { return noon + gone; }
    [[nodiscard]] Duration monotonic() const override { return gone; }
    Duration gone{0};
};

std::string nameOf(int projection)
{
    return "projection_" + std::to_string(projection);
}

std::shared_ptr<const ProjectionReport> makeReport(int projection, int tick)
{
    auto sample = std::make_shared<ProjectionSample>();
    sample->projection = nameOf(projection);
    sample->at = noon + Duration(tick * 1000LL);
    auto report = std::make_shared<ProjectionReport>();
    for (int i = 0; i < partitions; ++i) {
        PartitionSample partition;
        partition.id = {"orders.events", i};
        partition.groupPosition = tick * 10 + i;
        partition.head = tick * 10 + i + (tick + projection) % 50;
        partition.logStart = 0;
        partition.lag = {Duration((tick + projection) % 50 * 100), LagOrigin::Exact};
        partition.owner = "worker @ host";
        PartitionAssessment assessment;
        assessment.verdict.kind = VerdictKind::Ok;
        assessment.lag = partition.lag;
        assessment.backlog = partition.backlog();
        sample->partitions.push_back(std::move(partition));
        report->assessment.partitions.push_back(assessment);
    }
    report->assessment.verdict.kind = (tick / 60 + projection) % 97 == 0 ? VerdictKind::FallingBehind : VerdictKind::Ok;
    report->assessment.lag = {Duration((tick + projection) % 50 * 100), LagOrigin::Exact};
    report->assessment.backlog = (tick + projection) % 50 * partitions;
    report->assessment.inPerSecond = 200 + tick % 7;
    report->assessment.outPerSecond = 200 + tick % 5;
    report->objective = Duration(30'000);
    report->sample = sample;
    return report;
}

std::shared_ptr<const Snapshot> makeSnapshot(int tick)
{
    auto snapshot = std::make_shared<Snapshot>();
    snapshot->cycle = static_cast<std::uint64_t>(tick) + 1;
    snapshot->context = "bench";
    snapshot->interval = Duration(1000);
    for (int i = 0; i < projections; ++i)
        snapshot->projections.push_back(makeReport(i, tick));
    return snapshot;
}

double residentMegabytes()
{
    std::ifstream statm("/proc/self/statm");
    long total = 0;
    long resident = 0;
    statm >> total >> resident;
    return static_cast<double>(resident) * 4096 / 1e6;
}

bool report(const char* what, double value, double allowed, const char* unit)
{
    std::printf("%-58s %8.2f %s of %5.0f %s  ratio %.2f\n", what, value, unit, allowed, unit, value / allowed);
    return value <= allowed;
}

struct Screen
{
    HandClock clock;
    LiveFeed feed{clock};
    RangeController range{noon};
    HistoryReader reader;
    ProjectionTableModel table{noon};
    PartitionTableModel partitionTable;
    QSortFilterProxyModel sorted;
    QTableView view;
    QTableView partitionView;
    ProjectionCharts charts;

    Screen() : reader(nothing()), charts(reader, feed, range, Qt::Horizontal)
    {
        sorted.setSourceModel(&table);
        sorted.setSortRole(RawRole);
        sorted.setDynamicSortFilter(false);
        view.setModel(&sorted);
        view.setItemDelegateForColumn(
            ProjectionTableModel::LagHistory,
            new SparklineDelegate([](const QModelIndex&) { return QColor(Qt::green); }, &view));
        partitionView.setModel(&partitionTable);
        view.resize(1280, 400);
        partitionView.resize(1280, 400);
        charts.resize(1280, 320);
        for (QWidget* widget :
             {static_cast<QWidget*>(&view), static_cast<QWidget*>(&partitionView), static_cast<QWidget*>(&charts)})
            widget->show();
        charts.setProjection("bench", nameOf(0));
    }
    static HistorySource nothing()
    {
        HistorySource source;
        source.points = [](const auto&) { return Result<std::vector<HistoryPoint>>{}; };
        source.partitions = [](const auto&) { return Result<std::vector<PartitionHistory>>{}; };
        source.annotations = [](const auto&) { return Result<std::vector<Annotation>>{}; };
        return source;
    }
    /// All that the GUI thread does in one second.
    void tick(const std::shared_ptr<const Snapshot>& snapshot)
    {
        clock.gone += Duration(1000);
        emit feed.snapshotArrived(snapshot);
        table.setSnapshot(snapshot);
        partitionTable.setReport(snapshot->projections.front());
        table.tick(clock.now());
        range.tick(clock.now());
        reader.drain();
        QApplication::processEvents();
    }
};

} // namespace

int main(int argc, char** argv)
{
    qputenv("QT_QPA_PLATFORM", "offscreen");
    const QApplication application(argc, argv);
    Screen screen;
    std::vector<double> times;
    for (int tick = 0; tick < measuredTicks; ++tick) {
        const auto snapshot = makeSnapshot(tick);
        const auto start = std::chrono::steady_clock::now();
        screen.tick(snapshot);
        times.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count());
    }
    std::sort(times.begin(), times.end());
    bool good = report("tick of the GUI thread, 99 of 100", times[measuredTicks * 99 / 100], 8, "ms");
    // The rest of the day without painting: what is kept does not depend on it.
    screen.view.hide();
    screen.partitionView.hide();
    screen.charts.hide();
    const int stride = argc > 1 ? std::max(1, std::atoi(argv[1])) : 10;
    for (int tick = measuredTicks; tick < dayTicks; tick += stride) {
        screen.clock.gone = Duration(tick * 1000LL);
        screen.tick(makeSnapshot(tick));
    }
    good = report("resident memory after a simulated day", residentMegabytes(), 250, "MB") && good;
    return good ? 0 : 1;
}
