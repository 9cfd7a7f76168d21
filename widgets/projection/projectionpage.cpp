// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/projection/projectionpage.h"

#include "models/shellwords.h"
#include "models/text.h"
#include "models/verdicttext.h"
#include "widgets/common/charts/projectioncharts.h"
#include "widgets/common/icons.h"
#include "widgets/common/panel.h"
#include "widgets/common/tableproxy.h"
#include "widgets/common/tableview.h"
#include "widgets/common/theme.h"
#include "widgets/projection/eventview.h"
#include "widgets/projection/whyview.h"

#include <QComboBox>
#include <QFocusEvent>
#include <QSignalBlocker>
#include <QSplitter>
#include <QTableView>
#include <QTabWidget>
#include <QVBoxLayout>

namespace projectionist {

ProjectionPage::ProjectionPage(const WindowServices& services, QWidget* parent)
    : QWidget(parent)
    , m_services(services)
    , m_choice(new QComboBox(this))
    , m_stateIcon(new TintedIcon(verdictIconName(VerdictKind::Unknown), ColorMeaning::Muted, this))
    , m_state(makeHeading({}, this))
    , m_numbers(new PlainLabel({}, this))
    , m_charts(new ProjectionCharts(services.history, services.feed, services.range, Qt::Vertical, this))
    , m_tabs(new QTabWidget(this))
    , m_why(new WhyView(this))
    , m_partitionTable(new TableView(QStringLiteral("partitions"), tr("Partitions"), services.settings, this))
    , m_memberTable(new TableView(QStringLiteral("members"), tr("Members"), services.settings, this))
    , m_event(new EventView(services.settings, this))
{
    m_tabs->setDocumentMode(true);
    m_tabs->addTab(m_why, tr("Why"));
    m_tabs->addTab(m_partitionTable, tr("Partitions"));
    m_tabs->addTab(m_memberTable, tr("Members"));
    m_tabs->addTab(m_event, tr("Event"));
    auto* splitter = new QSplitter(this);
    splitter->setChildrenCollapsible(false);
    splitter->setHandleWidth(10);
    splitter->addWidget(m_charts);
    splitter->addWidget(m_tabs);
    splitter->setStretchFactor(0, 1);
    splitter->setStretchFactor(1, 1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 12, 12, 12);
    layout->setSpacing(10);
    layout->addWidget(makeHeader());
    layout->addWidget(splitter, 1);
    m_partitionTable->setModel(&m_partitions);
    m_partitionTable->setDefaultSort(PartitionTableModel::State, Qt::DescendingOrder);
    m_partitionTable->setDefaultWidths({90, 120, 100, 70, 65, 80, 60, 60, 110, 150}, PartitionTableModel::Conditions);
    // The number at the end of a partition's name tells more than the middle of its topic's.
    m_partitionTable->table()->setTextElideMode(Qt::ElideMiddle);
    m_memberTable->setModel(&m_members);
    wire();
    applyColors();
}

void ProjectionPage::setWorkspace(const Workspace& workspace, const std::string& context)
{
    m_workspace = workspace;
    m_context = context;
    if (const auto* settings = workspace.context(context))
        m_event->detail()->setMasks(settings->deadLetters.masks);
    const auto projections = workspace.projectionsOf(context);
    {
        const QSignalBlocker blocker(m_choice);
        m_choice->clear();
        for (const auto& projection : projections)
            m_choice->addItem(displayable(toQString(projection.name), 80), toQString(projection.name));
    }
    const bool known = std::any_of(projections.begin(), projections.end(),
                                   [this](const auto& projection) { return projection.name == m_projection; });
    setProjection(known ? m_projection : projections.empty() ? std::string() : projections.front().name);
}

void ProjectionPage::setProjection(const std::string& projection)
{
    if (projection != m_projection) {
        m_token = 0;
        m_event->clear({});
    }
    m_projection = projection;
    {
        const QSignalBlocker blocker(m_choice);
        m_choice->setCurrentIndex(m_choice->findData(toQString(projection)));
    }
    m_charts->setProjection(m_context, projection);
    m_why->setCommand(command());
    show(m_services.feed.shown());
}

void ProjectionPage::inspectSuspect()
{
    {
        // Coming to the tab by hand asks for the suspect as well; once is enough.
        const QSignalBlocker blocker(m_tabs);
        m_tabs->setCurrentWidget(m_event);
    }
    const auto current = report();
    const auto* verdict = current ? &current->assessment.verdict : nullptr;
    if (verdict && verdict->suspectPartition && verdict->suspectOffset)
        inspect(*verdict->suspectPartition, *verdict->suspectOffset);
    else
        m_event->clear(tr("No event is suspected of blocking this projection. Enter or a double click on a partition "
                          "reads the event at its position."));
}

void ProjectionPage::setUnmaskRecorded(const std::string& reference, const Result<std::uint64_t>& recorded)
{
    m_event->detail()->setUnmaskRecorded(reference, recorded);
}

QWidget* ProjectionPage::makeHeader()
{
    auto* panel = new Panel(this);
    auto* row = new QHBoxLayout(panel);
    row->setContentsMargins(12, 8, 12, 8);
    row->setSpacing(10);
    m_choice->setAccessibleName(tr("Projection"));
    m_choice->setMinimumContentsLength(18);
    m_choice->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_numbers->setFont(tabularFont(m_numbers->font()));
    m_numbers->setTint(ColorMeaning::Muted);
    m_numbers->elide(Qt::ElideRight);
    m_numbers->setAlignment(Qt::AlignVCenter | Qt::AlignRight);
    row->addWidget(m_choice);
    row->addWidget(m_stateIcon);
    row->addWidget(m_state);
    row->addWidget(m_numbers, 1);
    return panel;
}

void ProjectionPage::wire()
{
    connect(m_choice, &QComboBox::currentIndexChanged, this, [this] {
        const auto name = m_choice->currentData().toString().toStdString();
        setProjection(name);
        emit projectionChosen(name);
    });
    connect(m_partitionTable, &TableView::activated, this, [this](const QModelIndex& index) {
        const auto current = report();
        const auto& id = m_partitions.partitionAt(index.row());
        if (!current)
            return;
        for (const auto& partition : current->sample->partitions)
            if (partition.id == id && partition.position()) {
                const QSignalBlocker blocker(m_tabs);
                m_tabs->setCurrentWidget(m_event);
                inspect(id, *partition.position());
            }
    });
    connect(m_tabs, &QTabWidget::currentChanged, this, [this] {
        if (m_tabs->currentWidget() == m_event && m_token == 0)
            inspectSuspect();
    });
    connect(m_event, &EventView::retryRequested, this, [this] { inspect(m_wantedId, m_wantedOffset); });
    connect(m_event->detail(), &LetterDetail::unmaskWanted, this, &ProjectionPage::unmaskWanted);
    connect(m_why, &WhyView::helpRequested, this, &ProjectionPage::helpRequested);
    connect(&m_services.feed, &LiveFeed::shownChanged, this, &ProjectionPage::show);
    connect(&m_services.feed, &LiveFeed::ticked, this,
            [this](TimePoint now) { m_event->tick(now, m_services.range.zone()); });
    connect(&m_services.feed, &LiveFeed::inspected, this, [this](const InspectedEvent& event) {
        if (event.token == m_token)
            m_event->setEvent(event, m_services.feed.now(), m_services.range.zone());
    });
    connect(&m_services.range, &RangeController::zoneChanged, this, [this] { show(m_services.feed.shown()); });
    connect(&m_services.theme, &Theme::changed, this, &ProjectionPage::applyColors);
    for (auto* chart : m_charts->charts())
        connect(chart, &ChartWidget::failed, this, &ProjectionPage::failed);
}

void ProjectionPage::show(const std::shared_ptr<const Snapshot>&)
{
    const auto current = report();
    m_partitions.setReport(current);
    m_members.setReport(current);
    m_why->setReport(current, m_services.feed.now(), m_services.range.zone());
    showHeader(current.get());
    m_tabs->setTabText(m_tabs->indexOf(m_partitionTable), tr("Partitions (%1)").arg(m_partitions.rowCount()));
    m_tabs->setTabText(m_tabs->indexOf(m_memberTable), tr("Members (%1)").arg(m_members.rowCount()));
}

void ProjectionPage::showHeader(const ProjectionReport* report)
{
    const auto kind = report ? report->assessment.verdict.kind : VerdictKind::Unknown;
    m_stateIcon->setIcon(verdictIconName(kind), verdictMeaning(kind));
    m_state->setText(verdictWord(kind));
    m_state->setTint(verdictMeaning(kind));
    if (!report) {
        m_numbers->setText({});
        return;
    }
    const auto& now = report->assessment;
    const auto read = tr("sampled %1 ago").arg(ageText(report->sample->at, m_services.feed.now()));
    m_numbers->setText(tr("lag %1   ·   %2 events behind   ·   %3 /s in, %4 /s out   ·   %5")
                           .arg(lagText(now.lag), countText(now.backlog), rateText(now.inPerSecond),
                                rateText(now.outPerSecond), read));
}

void ProjectionPage::inspect(const TopicPartition& id, Offset offset)
{
    m_wantedId = id;
    m_wantedOffset = offset;
    m_token = ++m_lastToken;
    m_event->setWaiting(id, offset);
    emit inspectRequested(m_token, id, offset);
}

void ProjectionPage::applyColors()
{
    m_charts->setColors(m_services.theme.dark() ? ChartColors::dark() : ChartColors::light());
}

std::shared_ptr<const ProjectionReport> ProjectionPage::report() const
{
    if (const auto& snapshot = m_services.feed.shown())
        for (const auto& report : snapshot->projections)
            if (report->sample->projection == m_projection)
                return report;
    return nullptr;
}

QString ProjectionPage::command() const
{
    QStringList words{QStringLiteral("projectionistctl")};
    if (!m_workspace.file.empty())
        words << QStringLiteral("--config") << shellQuoted(toQString(m_workspace.file.string()));
    words << QStringLiteral("--context") << shellQuoted(toQString(m_context)) << QStringLiteral("lag")
          << QStringLiteral("--projection") << shellQuoted(toQString(m_projection)) << QStringLiteral("--partitions");
    return words.join(u' ');
}

/// No focus proxy: Tab would skip all that comes before it.
void ProjectionPage::focusInEvent(QFocusEvent* event)
{
    m_choice->setFocus(event->reason());
}

} // namespace projectionist
