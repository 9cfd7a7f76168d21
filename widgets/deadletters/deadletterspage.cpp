// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/deadletters/deadletterspage.h"

#include "models/livefeed.h"
#include "models/rangecontroller.h"
#include "models/text.h"
#include "widgets/common/actline.h"
#include "widgets/common/icons.h"
#include "widgets/common/letterdetail.h"
#include "widgets/common/messages.h"
#include "widgets/common/panel.h"
#include "widgets/common/tableproxy.h"
#include "widgets/common/tableview.h"
#include "widgets/deadletters/arrivalsdelegate.h"
#include "widgets/deadletters/filteredit.h"
#include "widgets/deadletters/groupdelegate.h"
#include "widgets/deadletters/sourcelist.h"

#include <QFocusEvent>
#include <QHeaderView>
#include <QItemSelectionModel>
#include <QMenu>
#include <QProgressBar>
#include <QScrollBar>
#include <QSettings>
#include <QSplitter>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>

namespace projectionist {

namespace {

const QString columnsKey = QStringLiteral("deadletters/columns");
const QString listsKey = QStringLiteral("deadletters/lists");
const QString historyKey = QStringLiteral("deadletters/filters");

/// The panel has its parent from the beginning, or Tab would come to the content last.
QVBoxLayout* framedBox(QWidget* panel)
{
    auto* layout = new QVBoxLayout(panel);
    layout->setContentsMargins(1, 1, 1, 1);
    layout->setSpacing(0);
    return layout;
}

QToolButton* makeTextButton(const QString& text, QWidget* parent)
{
    auto* button = new QToolButton(parent);
    button->setText(text);
    button->setFocusPolicy(Qt::TabFocus);
    button->setAutoRaise(true);
    return button;
}

QSplitter* makeSplitter(Qt::Orientation orientation, QWidget* parent)
{
    auto* splitter = new QSplitter(orientation, parent);
    splitter->setChildrenCollapsible(false);
    splitter->setHandleWidth(10);
    return splitter;
}

} // namespace

DeadLettersPage::DeadLettersPage(const WindowServices& services, QWidget* parent)
    : QWidget(parent)
    , m_services(services)
    , m_messages(new MessageArea(this))
    , m_columns(makeSplitter(Qt::Horizontal, this))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 12, 12, 12);
    layout->setSpacing(10);
    layout->addWidget(makeFilterBar());
    layout->addWidget(m_messages);
    layout->addWidget(m_columns, 1);
    auto* lists = makeLists();
    auto* detail = new Panel(m_columns);
    m_detail = new LetterDetail(LetterDetail::Kind::Letter, services.settings, detail);
    framedBox(detail)->addWidget(m_detail);
    m_columns->addWidget(lists);
    m_columns->addWidget(detail);
    m_columns->setStretchFactor(0, 5);
    m_columns->setStretchFactor(1, 3);
    setUpTables();
    wireFilter();
    wireLists();
    wireScrolling();
    wireDetail();
    wireJudging();
    wireExport();
    wireReplay();
    wireResolving();
    restoreState();
    startOver();
}

DeadLettersPage::~DeadLettersPage()
{
    m_services.settings.setValue(columnsKey, m_columns->saveState());
    m_services.settings.setValue(listsKey, m_lists->saveState());
    m_services.settings.setValue(historyKey, m_filter->history());
}

void DeadLettersPage::setWorkspace(const Workspace& workspace, const std::string& context)
{
    m_workspaceFile = workspace.file.string();
    m_contextName = context;
    const auto* settings = workspace.context(context);
    m_registry = settings ? settings->deadLetters.schemaRegistry : std::nullopt;
    if (settings)
        m_detail->setMasks(settings->deadLetters.masks);
}

QWidget* DeadLettersPage::makeFilterBar()
{
    auto* panel = new Panel(this);
    auto* layout = framedBox(panel);
    m_filter = new LetterFilterEdit(m_knowledge, panel);
    auto* help = makeTextButton(tr("?"), panel);
    help->setAccessibleName(tr("How filters are written"));
    help->setToolTip(help->accessibleName());
    connect(help, &QToolButton::clicked, this, &DeadLettersPage::helpRequested);
    m_counts = new PlainLabel({}, panel);
    m_counts->setTint(ColorMeaning::Muted);
    m_counts->setFont(tabularFont(m_counts->font()));
    m_sourcesButton = makeTextButton(tr("Sources"), panel);
    m_sourcesButton->setCheckable(true);
    auto* row = new QHBoxLayout;
    row->setContentsMargins(10, 8, 10, 8);
    row->setSpacing(8);
    row->addWidget(m_filter, 1);
    row->addWidget(help);
    row->addWidget(m_counts);
    row->addWidget(m_sourcesButton);
    m_replay = makeTextButton(tr("Replay\u2026"), panel);
    row->addWidget(m_replay);
    m_problem = new PlainLabel({}, panel);
    m_problem->setTint(ColorMeaning::Critical);
    m_problem->setContentsMargins(12, 0, 12, 8);
    m_problem->hide();
    m_filter->offerBelow(m_problem);
    m_progress = new QProgressBar(panel);
    m_progress->setAccessibleName(tr("Reading dead letters"));
    m_progress->setTextVisible(false);
    m_progress->setFixedHeight(3);
    m_progress->hide();
    m_sources = new SourceList(m_services.settings, panel);
    m_sources->hide();
    layout->addLayout(row);
    layout->addWidget(m_problem);
    layout->addWidget(m_progress);
    layout->addWidget(m_sources);
    return panel;
}

QWidget* DeadLettersPage::makeLists()
{
    m_lists = makeSplitter(Qt::Vertical, m_columns);
    auto* groups = new Panel(m_lists);
    m_groupTable =
        new TableView(QStringLiteral("letter-groups"), tr("Groups of dead letters"), m_services.settings, groups);
    framedBox(groups)->addWidget(m_groupTable);
    auto* letters = new Panel(m_lists);
    m_listTitle = new PlainLabel({}, letters);
    m_listTitle->elide(Qt::ElideRight);
    m_listTitle->setTint(ColorMeaning::Muted);
    m_allLetters = makeTextButton(tr("All groups"), letters);
    m_judge = makeTextButton(tr("Judge"), letters);
    m_resolvedToggle = makeTextButton({}, letters);
    m_resolve = makeTextButton(tr("Resolve…"), letters);
    m_restore = makeTextButton(tr("Restore"), letters);
    m_export = makeTextButton(tr("Export…"), letters);
    m_follow = makeTextButton(tr("Follow"), letters);
    m_follow->setCheckable(true);
    m_follow->setToolTip(tr("Keeps the newest letter in sight; stops when you scroll"));
    auto* row = new QHBoxLayout;
    row->setContentsMargins(12, 4, 8, 4);
    row->addWidget(m_listTitle, 1);
    row->addWidget(m_allLetters);
    row->addWidget(m_resolvedToggle);
    row->addWidget(m_judge);
    row->addWidget(m_resolve);
    row->addWidget(m_restore);
    row->addWidget(m_export);
    row->addWidget(m_follow);
    m_judgeLine = new ActLine(tr("Judging"), letters);
    m_exportLine = new ActLine(tr("Export"), letters);
    m_letterTable = new TableView(QStringLiteral("letters"), tr("Dead letters"), m_services.settings, letters);
    auto* layout = framedBox(letters);
    layout->addLayout(row);
    layout->addWidget(m_judgeLine);
    layout->addWidget(m_exportLine);
    layout->addWidget(m_letterTable, 1);
    m_lists->addWidget(groups);
    m_lists->addWidget(letters);
    m_lists->setStretchFactor(0, 2);
    m_lists->setStretchFactor(1, 3);
    return m_lists;
}

void DeadLettersPage::setUpTables()
{
    m_groupTable->setModel(&m_groups);
    m_groupTable->setDefaultSort(LetterGroupModel::Count, Qt::DescendingOrder);
    m_groupTable->setDefaultWidths({300, 76, 84, 78, 78, 104, 124, 50, 84}, LetterGroupModel::Failure);
    m_groupTable->setDefaultHidden({LetterGroupModel::Consumer});
    m_groupTable->setYielding({LetterGroupModel::Attempts, LetterGroupModel::First}, 230);
    auto* groups = m_groupTable->table();
    auto* failure = new GroupDelegate(this);
    groups->setItemDelegateForColumn(LetterGroupModel::Failure, failure);
    groups->setItemDelegateForColumn(LetterGroupModel::Arrivals, new ArrivalsDelegate(this));
    groups->verticalHeader()->setDefaultSectionSize(2 * groups->fontMetrics().height() + 17);
    groups->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_letterTable->setSortedByModel();
    m_letterTable->setModel(&m_letters);
    m_letterTable->setDefaultSort(LetterListModel::Time, Qt::DescendingOrder);
    m_letterTable->setDefaultWidths({112, 130, 112, 180, 50, 162, 120, 160, 200, 80, 130, 140, 140},
                                    LetterListModel::Projection);
    m_letterTable->setYielding({LetterListModel::Attempts, LetterListModel::Origin}, 110);
    m_letterTable->setDefaultHidden({LetterListModel::Exception, LetterListModel::Place, LetterListModel::Size,
                                     LetterListModel::EventTime, LetterListModel::Consumer, LetterListModel::Family});
    m_letterTable->table()->setTextElideMode(Qt::ElideMiddle);
    m_letterTable->table()->setVerticalScrollMode(QAbstractItemView::ScrollPerItem);
}

void DeadLettersPage::wireFilter()
{
    connect(m_filter, &LetterFilterEdit::checked, this, &DeadLettersPage::showFilterState);
    connect(m_filter, &LetterFilterEdit::accepted, this, [this](const QString& filter) {
        m_query.filter = filter.toStdString();
        ask();
    });
    connect(&m_services.range, &RangeController::zoneChanged, this, [this] {
        m_query.localTime = m_services.range.zone() == Zone::Local;
        ask();
    });
    connect(m_filter, &LetterFilterEdit::leaveRequested, this, [this] { m_letterTable->setFocus(); });
    connect(m_sourcesButton, &QToolButton::toggled, m_sources, &QWidget::setVisible);
    auto& feed = m_services.feed;
    connect(&feed, &LiveFeed::liveChanged, this, [this](bool live) {
        if (auto waiting = std::exchange(m_waiting, nullptr); live && waiting)
            setBoard(waiting);
    });
    connect(&m_services.range, &RangeController::zoneChanged, this, [this] {
        const auto zone = m_services.range.zone();
        m_groups.setZone(zone);
        m_letters.setZone(zone);
        m_detail->setZone(m_services.feed.now(), zone);
    });
}

void DeadLettersPage::wireLists()
{
    for (auto* table : {m_groupTable, m_letterTable})
        connect(table, &TableView::filterRequested, this, [this] { m_filter->setFocus(Qt::ShortcutFocusReason); });
    m_groupTable->setPageFilter([this](QMenu* menu, const QModelIndex& index) {
        const auto group = m_groups.groupAt(index.row()).group;
        menu->addAction(tr("Replay this group\u2026"), this, [this, group] {
            chooseGroup(group);
            requestReplay();
        });
        menu->addAction(tr("Judge this group"), this, [this, group] {
            chooseGroup(group);
            judge({});
        });
        menu->addAction(tr("Export this group\u2026"), this, [this, group] {
            chooseGroup(group);
            openExport();
        });
        menu->addAction(tr("Resolve this group\u2026"), this, [this, group] {
            chooseGroup(group);
            choose({}, false);
        });
        fillMenu(menu, m_groups.conditionAt(index, false), m_groups.conditionAt(index, true));
    });
    m_letterTable->setPageFilter([this](QMenu* menu, const QModelIndex& index) {
        menu->addAction(tr("Replay\u2026"), this, &DeadLettersPage::requestReplay);
        menu->addAction(tr("Judge this letter"), this,
                        [this, place = m_letters.letterAt(index.row()).place] { judge({place}); });
        menu->addAction(tr("Export\u2026"), this, &DeadLettersPage::openExport);
        const auto& letter = m_letters.letterAt(index.row());
        const bool resolved = letter.state == LetterState::Resolved;
        menu->addAction(resolved ? tr("Restore this letter") : tr("Resolve this letter…"), this,
                        [this, place = letter.place, resolved] { choose({place}, resolved); });
        fillMenu(menu, m_letters.conditionAt(index, false), m_letters.conditionAt(index, true));
    });
    // Selected, not current: a table that gets the focus makes its first row the current one.
    connect(m_groupTable->table()->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            [this](const QItemSelection& selected) {
                const auto rows = m_groupTable->proxy()->mapSelectionToSource(selected).indexes();
                if (!rows.isEmpty() && !m_arranging)
                    chooseGroup(m_groups.groupAt(rows.front().row()).group);
            });
    connect(m_groupTable, &TableView::activated, this, [this] { m_letterTable->setFocus(); });
    connect(m_letterTable->table()->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            [this](const QItemSelection& selected) {
                if (!selected.isEmpty() && !m_arranging)
                    openCurrent();
            });
    connect(m_letterTable, &TableView::activated, this, [this] {
        openCurrent();
        m_detail->tabs()->setFocus();
    });
    connect(m_letterTable, &TableView::sortRequested, this, [this](int column, Qt::SortOrder order) {
        const auto field = LetterListModel::fieldOf(column);
        if (!field) { // the desk does not know verdicts
            const QSignalBlocker quiet(m_letterTable->table()->horizontalHeader());
            m_letterTable->table()->horizontalHeader()->setSortIndicator(LetterListModel::columnOf(m_query.order.by),
                                                                         m_query.order.descending ? Qt::DescendingOrder
                                                                                                  : Qt::AscendingOrder);
            return;
        }
        m_query.order = {*field, order == Qt::DescendingOrder};
        ask();
    });
    connect(m_allLetters, &QToolButton::clicked, this, [this] {
        m_groupTable->table()->clearSelection();
        m_query.group.reset();
        ask();
    });
}

void DeadLettersPage::wireScrolling()
{
    auto* bar = m_letterTable->table()->verticalScrollBar();
    connect(bar, &QScrollBar::valueChanged, this, [this] {
        if (m_arranging)
            return;
        setFollowing(m_letterTable->table()->verticalScrollBar()->value() == 0);
        growAtEnd();
    });
    connect(m_follow, &QToolButton::clicked, this, &DeadLettersPage::setFollowing);
}

void DeadLettersPage::wireDetail()
{
    connect(m_detail, &LetterDetail::retryRequested, this, [this] {
        if (m_reference.empty())
            openCurrent();
        else
            openReference(m_reference);
    });
    connect(m_detail, &LetterDetail::unmaskWanted, this, &DeadLettersPage::unmaskWanted);
    connect(m_detail, &LetterDetail::originalWanted, this,
            [this](const TopicPartition& id, Offset offset) { emit originalWanted(++m_originalToken, id, offset); });
    connect(m_detail, &LetterDetail::filterRequested, this,
            [this](const FilterNode& condition) { m_filter->addCondition(condition); });
}

void DeadLettersPage::restoreState()
{
    const auto& settings = m_services.settings;
    if (!m_columns->restoreState(settings.value(columnsKey).toByteArray()))
        m_columns->setSizes({1020, 620});
    if (!m_lists->restoreState(settings.value(listsKey).toByteArray()))
        m_lists->setSizes({280, 420});
    m_filter->setHistory(settings.value(historyKey).toStringList());
    m_query.localTime = m_services.range.zone() == Zone::Local;
    if (const auto field = LetterListModel::fieldOf(m_letterTable->sortColumn()))
        m_query.order = {*field, m_letterTable->sortOrder() == Qt::DescendingOrder};
}

/// No focus proxy: Tab would skip all that comes before it.
void DeadLettersPage::focusInEvent(QFocusEvent* event)
{
    m_groupTable->setFocus(event->reason());
}

void DeadLettersPage::keyPressEvent(QKeyEvent* event)
{
    if (event->matches(QKeySequence::Find) || event->text() == QLatin1String("/")) {
        m_filter->setFocus(Qt::ShortcutFocusReason);
        return;
    }
    // One step back at a time: the filter clears itself, then the group goes.
    if (event->key() == Qt::Key_Escape && m_query.group) {
        m_allLetters->click();
        return;
    }
    QWidget::keyPressEvent(event);
}

} // namespace projectionist
