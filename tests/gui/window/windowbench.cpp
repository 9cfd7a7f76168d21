// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gui/window/windowbench.h"

#include "models/projectiontablemodel.h"
#include "widgets/common/tableview.h"
#include "widgets/firstrun/connectservices.h"
#include "widgets/overview/overviewpage.h"

#include <QAbstractButton>
#include <QLabel>
#include <QPushButton>
#include <QTableView>
#include <QTest>

namespace projectionist {

namespace {

ConnectServices unreachableServers()
{
    const Error refused{ErrorKind::Refused, "Kafka at localhost:1 does not answer", "Nobody listens on that port",
                        "Check host and port, and whether the broker runs.", true};
    return {[refused](const BrokerSettings&) -> Result<BrokerReport> { return tl::unexpected(refused); },
            [refused](const StoreSettings&) -> Result<StoreTest> { return tl::unexpected(refused); },
            {}};
}

HistorySource emptyHistory()
{
    return {[](const HistoryQuery&) { return std::vector<HistoryPoint>{}; },
            [](const HistoryQuery&) { return std::vector<PartitionHistory>{}; },
            [](const HistoryQuery&) { return std::vector<Annotation>{}; }};
}

} // namespace

const std::vector<std::string> three{"order_summary", "parcel_tracking", "ops_console"};
const TopicPartition suspectPartition{"orders.events", 3};

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

std::shared_ptr<const ProjectionReport> reportOf(const Script& script, TimePoint at)
{
    auto sample = std::make_shared<ProjectionSample>();
    sample->projection = script.name;
    sample->at = at;
    sample->fresh = script.fresh;
    sample->error = script.error;
    sample->group = GroupObservation{"Stable", 2, {"worker-1 @ host", "worker-2 @ host"}};
    auto report = std::make_shared<ProjectionReport>();
    report->objective = Duration(30'000);
    auto& assessment = report->assessment;
    assessment.verdict = {script.kind, at - Duration(252'000), script.evidence, "The rule in words.", {}, {}};
    if (script.suspect) {
        assessment.verdict.suspectPartition = script.suspect->first;
        assessment.verdict.suspectOffset = script.suspect->second;
    }
    assessment.backlog = script.backlog;
    assessment.lag = {script.lag, script.lag > Duration(0) ? LagOrigin::Exact : LagOrigin::None};
    assessment.inPerSecond = 214;
    assessment.outPerSecond = 178;
    for (int i = 0; i < script.partitions; ++i) {
        PartitionSample partition;
        partition.id = {"orders.events", i};
        partition.logStart = 0;
        partition.groupPosition = 1'204'881;
        partition.head = 1'204'881 + (i == 3 ? script.backlog : 0);
        partition.lag = i == 3 ? assessment.lag : TimeLag{Duration(0), LagOrigin::None};
        partition.owner = i % 2 ? "worker-2 @ host" : "worker-1 @ host";
        sample->partitions.push_back(partition);
        PartitionAssessment judged;
        judged.verdict = {i == 3 ? script.kind : VerdictKind::Ok, at, {}, {}, {}, {}};
        judged.backlog = *partition.head - *partition.groupPosition;
        judged.lag = partition.lag;
        assessment.partitions.push_back(judged);
    }
    report->sample = sample;
    return report;
}

QString shownText(const QWidget& widget)
{
    QStringList texts{widget.windowTitle()};
    for (const auto* label : widget.findChildren<QLabel*>())
        texts << label->text();
    for (const auto* button : widget.findChildren<QAbstractButton*>())
        texts << button->text();
    for (const auto* table : widget.findChildren<QTableView*>())
        for (int row = 0; table->model() && row < table->model()->rowCount(); ++row)
            for (int column = 0; column < table->model()->columnCount(); ++column)
                texts << table->model()->index(row, column).data().toString();
    return texts.join(u'\n');
}

QString describe(const QWidget* widget)
{
    if (!widget)
        return QStringLiteral("nothing");
    const auto* parent = widget->parentWidget();
    return QStringLiteral("%1 “%2” in %3")
        .arg(QLatin1String(widget->metaObject()->className()), widget->accessibleName(),
             QLatin1String(parent ? parent->metaObject()->className() : "nothing"));
}

QStringList shownRows(const QTableView* table, int column)
{
    QStringList cells;
    for (int row = 0; row < table->model()->rowCount(); ++row)
        cells << table->model()->index(row, column).data().toString();
    return cells;
}

QStringList rowNames(const WindowBench& bench)
{
    return shownRows(bench.window.overview()->table()->table(), ProjectionTableModel::Name);
}

QPushButton* buttonWith(const QWidget& widget, const QString& text)
{
    for (auto* button : widget.findChildren<QPushButton*>())
        if (button->text() == text && button->isVisible())
            return button;
    return nullptr;
}

WindowBench::WindowBench(const QString& settingsFile)
    : m_settingsFile(settingsFile.isEmpty() ? m_folder.filePath(QStringLiteral("window.ini")) : settingsFile)
    , settings(m_settingsFile, QSettings::IniFormat)
    , theme(settings)
    , feed(clock)
    , range(clock.now())
    , history(emptyHistory())
    , window({settings, theme, feed, range, history}, unreachableServers())
    , m_sinks(feed.sinks())
{
    window.show();
    QVERIFY2(QTest::qWaitForWindowActive(&window), "the window never became active");
}

void WindowBench::watch(const std::vector<std::string>& projections, Environment environment)
{
    m_workspace = {};
    m_workspace.file = "/tmp/orders.toml";
    m_workspace.currentContext = "orders";
    ContextSettings context;
    context.name = "orders";
    context.environment = environment;
    context.broker = "kafka";
    context.stores = {"orders-rs"};
    m_workspace.contexts.push_back(context);
    BrokerSettings broker;
    broker.name = "kafka";
    m_workspace.brokers.push_back(broker);
    for (const auto& name : projections) {
        ProjectionSettings projection;
        projection.name = name;
        projection.context = "orders";
        projection.topics = {"orders.events"};
        projection.group = name;
        projection.objective = Duration(30'000);
        m_workspace.projections.push_back(projection);
    }
    window.setWorkspace(m_workspace, "orders");
}

bool WindowBench::open(MainWindow::Page page)
{
    window.resize(1440, 900);
    window.show();
    window.showPage(page);
    return QTest::qWaitForWindowExposed(&window);
}

bool WindowBench::send(const std::vector<Script>& scripts, std::vector<SourceStatus> sources)
{
    auto snapshot = std::make_shared<Snapshot>();
    snapshot->cycle = ++m_cycle;
    snapshot->context = "orders";
    snapshot->began = clock.now() - Duration(38);
    snapshot->ended = clock.now();
    snapshot->interval = Duration(1000);
    snapshot->partitionsAsked = snapshot->partitionsAnswered = 12;
    if (sources.empty())
        sources = {{"kafka", SourceKind::Broker, SourceState::Ok, snapshot->began, Duration(20), "3 brokers", {}}};
    snapshot->sources = std::move(sources);
    for (const auto& script : scripts)
        snapshot->projections.push_back(reportOf(script, snapshot->began));
    m_sinks.snapshot(snapshot);
    return QTest::qWaitFor([&] { return feed.latest() == snapshot; }, 20'000);
}

void WindowBench::answerInspection(std::uint64_t token, const TopicPartition& id, Offset offset,
                                   Result<std::optional<Record>> record)
{
    m_sinks.inspected({token, id, offset, std::move(record)});
}

} // namespace projectionist
