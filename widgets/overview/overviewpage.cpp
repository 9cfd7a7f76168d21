// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/overview/overviewpage.h"

#include "models/historyreader.h"
#include "models/livefeed.h"
#include "models/text.h"
#include "widgets/common/celldelegate.h"
#include "widgets/common/charts/projectioncharts.h"
#include "widgets/common/charts/sparklinedelegate.h"
#include "widgets/common/colors.h"
#include "widgets/common/panel.h"
#include "widgets/common/tableproxy.h"
#include "widgets/common/tableview.h"
#include "widgets/common/theme.h"
#include "widgets/overview/alertline.h"
#include "widgets/overview/pipelinestrip.h"

#include <QFocusEvent>
#include <QHeaderView>
#include <QScopedValueRollback>
#include <QSettings>
#include <QSplitter>
#include <QTableView>
#include <QVBoxLayout>

namespace projectionist {

namespace {

const QString splitterKey = QStringLiteral("overview/divider");
constexpr Duration sparklineSpan = Sparkline::width * static_cast<int>(Sparkline::buckets);

/// The panel has its parent from the beginning, or Tab would come to the content last.
Panel* framed(QWidget* content, QWidget* parent)
{
    auto* panel = new Panel(parent);
    auto* layout = new QVBoxLayout(panel);
    layout->setContentsMargins(1, 1, 1, 1);
    layout->addWidget(content);
    return panel;
}

class BoldDelegate final : public CellDelegate
{
public:
    using CellDelegate::CellDelegate;

protected:
    void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override
    {
        CellDelegate::initStyleOption(option, index);
        option->font.setBold(true);
        option->fontMetrics = QFontMetrics(option->font);
    }
};

} // namespace

OverviewPage::OverviewPage(const WindowServices& services, QWidget* parent)
    : QWidget(parent)
    , m_services(services)
    , m_model(services.feed.now())
    , m_alert(new AlertLine(this))
    , m_pipeline(new PipelineStrip(this))
    , m_table(new TableView(QStringLiteral("overview"), tr("Projections"), services.settings, this))
    , m_splitter(new QSplitter(Qt::Vertical, this))
    , m_charts(new ProjectionCharts(services.history, services.feed, services.range, Qt::Horizontal, this))
{
    m_splitter->setChildrenCollapsible(false);
    m_splitter->setHandleWidth(10);
    m_splitter->addWidget(framed(m_table, m_splitter));
    m_splitter->addWidget(m_charts);
    m_splitter->setStretchFactor(0, 0);
    m_splitter->setStretchFactor(1, 1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 12, 12, 12);
    layout->setSpacing(10);
    layout->addWidget(m_alert);
    layout->addWidget(m_pipeline);
    layout->addWidget(m_splitter, 1);
    setUpTable();
    wire();
    applyColors();
}

OverviewPage::~OverviewPage()
{
    m_services.settings.setValue(splitterKey, m_splitter->saveState());
    for (const auto token : m_pastTokens)
        m_services.history.cancel(token);
}

void OverviewPage::setWorkspace(const Workspace& workspace, const std::string& context)
{
    const bool otherContext = context != m_context;
    m_workspace = workspace;
    m_context = context;
    m_model.setProjections(workspace.projectionsOf(context));
    if (otherContext) {
        m_touched = false;
        m_worst.clear();
    }
    show(m_services.feed.shown());
    orderPast();
    fitTable();
}

/// As high as its rows need, within reason, until somebody moves the divider.
void OverviewPage::fitTable()
{
    if (m_splitter->restoreState(m_services.settings.value(splitterKey).toByteArray()))
        return;
    constexpr int mostRows = 9;
    constexpr int fewestRows = 3;
    const auto* table = m_table->table();
    const int rows = std::clamp(m_model.rowCount(), fewestRows, mostRows);
    const int wanted =
        table->horizontalHeader()->sizeHint().height() + rows * table->verticalHeader()->defaultSectionSize() + 6;
    m_splitter->setSizes({wanted, std::max(200, m_splitter->height() - wanted)});
}

void OverviewPage::setLetters(const std::vector<NamedCount>& projections, bool complete)
{
    std::map<std::string, std::uint64_t> counts;
    for (const auto& [name, count] : projections)
        counts[name] += count;
    m_model.setLetters(counts, complete);
}

void OverviewPage::setChecks(const CheckBoard& board)
{
    m_checks = board;
    m_model.setDrift(driftByProjection(board));
    showPipeline();
}

void OverviewPage::showPipeline()
{
    m_pipeline->setPipeline(
        pipelineOf(m_workspace, m_context, m_services.feed.shown().get(), driftOfAll(m_checks), m_services.feed.now()));
}

std::string OverviewPage::selected() const
{
    const auto index = m_table->proxy()->mapToSource(m_table->table()->currentIndex());
    return index.isValid() ? m_model.projectionAt(index.row()).toStdString() : std::string();
}

void OverviewPage::select(const std::string& projection)
{
    const int row = m_model.rowOf(projection);
    if (row < 0)
        return;
    m_touched = true;
    const auto index = m_table->proxy()->mapFromSource(m_model.index(row, ProjectionTableModel::Name));
    if (!index.isValid())
        m_table->setFilter({});
    m_table->table()->setCurrentIndex(m_table->proxy()->mapFromSource(m_model.index(row, ProjectionTableModel::Name)));
}

void OverviewPage::setUpTable()
{
    m_table->setModel(&m_model);
    m_table->table()->setItemDelegateForColumn(
        ProjectionTableModel::LagHistory,
        new SparklineDelegate(
            [this](const QModelIndex& index) {
                const auto state = index.siblingAtColumn(ProjectionTableModel::State);
                return colorOf(static_cast<ColorMeaning>(state.data(ColorRole).toInt()), colorsFor(palette()));
            },
            this));
    m_table->table()->setItemDelegateForColumn(ProjectionTableModel::Name, new BoldDelegate(this));
    m_table->setDefaultSort(ProjectionTableModel::State, Qt::DescendingOrder);
    m_table->setDefaultWidths({130, 220, 100, 80, 62, 62, 160, 140, 64, 80, 80}, ProjectionTableModel::Name);
}

void OverviewPage::wire()
{
    connect(m_alert, &AlertLine::inspectRequested, this, &OverviewPage::inspectRequested);
    connect(m_alert, &AlertLine::openRequested, this, &OverviewPage::opened);
    connect(m_table, &TableView::activated, this,
            [this](const QModelIndex& index) { emit opened(m_model.projectionAt(index.row()).toStdString()); });
    connect(m_table, &TableView::currentRowChanged, this, [this](const QModelIndex& index) {
        if (!index.isValid())
            return;
        m_touched = m_touched || !m_selecting;
        const auto projection = m_model.projectionAt(index.row()).toStdString();
        m_charts->setProjection(m_context, projection);
        emit selectionChanged(projection);
    });
    auto& feed = m_services.feed;
    connect(&feed, &LiveFeed::shownChanged, this, &OverviewPage::show);
    connect(&feed, &LiveFeed::ticked, this, &OverviewPage::tick);
    connect(&feed, &LiveFeed::retroactiveArrived, this, [this](const std::string& projection) {
        if (const auto* series = m_services.feed.retroactive(projection))
            m_model.addPast(projection, series->points);
    });
    connect(&m_services.history, &HistoryReader::answered, this, &OverviewPage::takePast);
    connect(&m_services.theme, &Theme::changed, this, &OverviewPage::applyColors);
    for (auto* chart : m_charts->charts())
        connect(chart, &ChartWidget::failed, this, &OverviewPage::failed);
}

void OverviewPage::show(const std::shared_ptr<const Snapshot>& snapshot)
{
    if (snapshot)
        m_model.setSnapshot(snapshot);
    if (m_model.rowCount() == 0)
        m_charts->setProjection(m_context, {}); // no row will be selected
    m_alert->setSnapshot(snapshot, m_services.feed.now(), m_services.range.zone());
    showPipeline();
    chooseWorst();
}

void OverviewPage::tick(TimePoint now)
{
    if (m_services.feed.isLive())
        m_model.tick(now);
}

/// Until somebody selects a row, the worst one is shown.
void OverviewPage::chooseWorst()
{
    const int row = m_model.worstRow();
    if (m_touched || row < 0)
        return;
    const auto worst = m_model.projectionAt(row).toStdString();
    if (worst == m_worst && m_table->table()->currentIndex().isValid())
        return;
    m_worst = worst;
    const QScopedValueRollback guard(m_selecting, true);
    m_table->table()->setCurrentIndex(m_table->proxy()->mapFromSource(m_model.index(row, ProjectionTableModel::State)));
}

void OverviewPage::orderPast()
{
    for (const auto token : m_pastTokens)
        m_services.history.cancel(token);
    m_pastTokens.clear();
    const auto now = m_services.feed.now();
    for (const auto& projection : m_workspace.projectionsOf(m_context))
        m_pastTokens.push_back(m_services.history.order({.context = m_context,
                                                         .projection = projection.name,
                                                         .from = now - sparklineSpan,
                                                         .to = now,
                                                         .maxPoints = Sparkline::buckets * 2}));
}

void OverviewPage::takePast(const HistoryAnswer& answer)
{
    if (std::erase(m_pastTokens, answer.token) > 0)
        m_model.addPast(answer.query.projection, answer.points);
}

void OverviewPage::applyColors()
{
    m_charts->setColors(m_services.theme.dark() ? ChartColors::dark() : ChartColors::light());
}

/// No focus proxy: Tab would skip all that comes before it.
void OverviewPage::focusInEvent(QFocusEvent* event)
{
    m_table->setFocus(event->reason());
}

} // namespace projectionist
