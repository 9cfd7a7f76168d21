// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What one second costs the GUI thread with 500 projections and 10 000 partitions, and how much memory a day of it
// takes; each as a ratio to what the design allows, below 1 is good. Exits with 1 when one is above.
#include "models/partitiontablemodel.h"
#include "models/projectionhistory.h"
#include "models/projectiontablemodel.h"
#include "tests/bench/measure.h"
#include "widgets/common/charts/projectioncharts.h"
#include "widgets/common/charts/sparklinedelegate.h"
#include "widgets/common/tableview.h"

#include <cstdio>
#include <ctime>
#include <QtWidgets>
#include <semaphore>
#include <thread>

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

/// Of this thread. It never waits in a tick, so that is what a tick costs, however busy the machine is.
double milliseconds()
{
    timespec used{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    return static_cast<double>(used.tv_sec) * 1e3 + static_cast<double>(used.tv_nsec) / 1e6;
}

bool report(const char* what, double value, double allowed, const char* unit)
{
    std::printf("%-58s %8.2f %s of %5.0f %s  ratio %.2f\n", what, value, unit, allowed, unit, value / allowed);
    return value <= allowed;
}

/// Makes snapshots on a thread of its own, as a Watcher does, and takes those apart that are not shown any more.
class Cycles
{
public:
    explicit Cycles(WatcherSinks sinks)
        : m_thread([this, sinks = std::move(sinks)] {
            for (int tick = 0; tick < dayTicks; ++tick) {
                m_wanted.acquire();
                sinks.snapshot(makeSnapshot(tick));
                m_made.release();
            }
        })
    {
    }
    void next()
    {
        m_wanted.release();
        m_made.acquire();
    }

private:
    std::binary_semaphore m_wanted{0};
    std::binary_semaphore m_made{0};
    std::jthread m_thread;
};

struct Screen
{
    HandClock clock;
    LiveFeed feed{clock};
    RangeController range{noon};
    HistoryReader reader;
    ProjectionTableModel table{noon};
    PartitionTableModel partitionTable;
    QTemporaryDir folder;
    QSettings settings{folder.filePath(QStringLiteral("state.ini")), QSettings::IniFormat};
    TableView view{QStringLiteral("projections"), QStringLiteral("Projections"), settings};
    TableView partitionView{QStringLiteral("partitions"), QStringLiteral("Partitions"), settings};
    ProjectionCharts charts;

    Screen() : reader(nothing()), charts(reader, feed, range, Qt::Horizontal)
    {
        view.setModel(&table);
        view.setDefaultSort(ProjectionTableModel::State, Qt::DescendingOrder);
        view.setDefaultWidths({150, 220, 110, 90, 70, 70, 180, 150, 90}, ProjectionTableModel::Name);
        view.table()->setItemDelegateForColumn(
            ProjectionTableModel::LagHistory,
            new SparklineDelegate([](const QModelIndex&) { return QColor(Qt::green); }, &view));
        partitionView.setModel(&partitionTable);
        partitionView.setDefaultSort(PartitionTableModel::State, Qt::DescendingOrder);
        view.resize(1280, 400);
        partitionView.resize(1280, 400);
        charts.resize(1280, 320);
        for (QWidget* widget :
             {static_cast<QWidget*>(&view), static_cast<QWidget*>(&partitionView), static_cast<QWidget*>(&charts)})
            widget->show();
        charts.setProjection("bench", nameOf(0));
        QObject::connect(&feed, &LiveFeed::shownChanged, &view, [this](const auto& snapshot) {
            table.setSnapshot(snapshot);
            partitionTable.setReport(snapshot->projections.front());
        });
        QObject::connect(&feed, &LiveFeed::ticked, &view, [this](TimePoint now) {
            table.tick(now);
            range.tick(now);
        });
        QObject::connect(&feed, &LiveFeed::drained, &reader, &HistoryReader::drain);
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
    void tick()
    {
        clock.gone += Duration(1000);
        feed.drain();
        QApplication::processEvents();
    }
};

} // namespace

int main(int argc, char** argv)
{
    qputenv("QT_QPA_PLATFORM", "offscreen");
    const QApplication application(argc, argv);
    Screen screen;
    Cycles cycles(screen.feed.sinks());
    std::vector<double> times;
    for (int tick = 0; tick < measuredTicks; ++tick) {
        cycles.next();
        const double start = milliseconds();
        screen.tick();
        times.push_back(milliseconds() - start);
    }
    std::sort(times.begin(), times.end());
    (void)report("tick of the GUI thread, median", times[measuredTicks / 2], 8, "ms");
    bool good = report("tick of the GUI thread, 99 of 100", times[measuredTicks * 99 / 100], 8, "ms");
    // The rest of the day without painting: what is kept does not depend on it.
    for (QWidget* widget : QApplication::topLevelWidgets())
        widget->hide();
    for (int tick = measuredTicks; tick < dayTicks; ++tick) {
        cycles.next();
        screen.tick();
    }
    good = report("resident memory after a simulated day", residentMegabytes(), 250, "MB") && good;
    return good ? 0 : 1;
}
