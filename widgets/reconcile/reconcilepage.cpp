// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/reconcile/reconcilepage.h"

#include "models/lettertext.h"
#include "models/livefeed.h"
#include "models/rangecontroller.h"
#include "models/text.h"
#include "widgets/common/actline.h"
#include "widgets/common/flatheader.h"
#include "widgets/common/icons.h"
#include "widgets/common/messages.h"
#include "widgets/common/panel.h"
#include "widgets/common/tableproxy.h"
#include "widgets/common/tableview.h"
#include "widgets/reconcile/checkbarsdelegate.h"
#include "widgets/reconcile/checktiles.h"
#include "widgets/reconcile/differencedelegate.h"
#include "widgets/reconcile/differencedetail.h"
#include "widgets/reconcile/differencegroups.h"

#include <QComboBox>
#include <QFocusEvent>
#include <QItemSelectionModel>
#include <QLineEdit>
#include <QMenu>
#include <QShortcut>
#include <QStackedWidget>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>

namespace projectionist {

namespace {

constexpr int checksAtOnce = 6;
const QString historyTrouble = QStringLiteral("check-history");
const QString checkTrouble = QStringLiteral("check");

PlainLabel* makeCentred(QWidget* parent)
{
    auto* label = new PlainLabel({}, parent);
    label->setAlignment(Qt::AlignCenter);
    label->setWordWrap(true);
    label->setTint(ColorMeaning::Muted);
    label->setMargin(24);
    return label;
}

QVBoxLayout* panelBox(QWidget* panel)
{
    auto* layout = new QVBoxLayout(panel);
    layout->setContentsMargins(1, 1, 1, 1);
    layout->setSpacing(0);
    return layout;
}

} // namespace

ReconcilePage::ReconcilePage(const WindowServices& services, QWidget* parent)
    : QWidget(parent)
    , m_services(services)
    , m_messages(new MessageArea(this))
    , m_exportLine(new ActLine(tr("Export"), this))
    , m_whole(new QStackedWidget(this))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 12, 12, 12);
    layout->setSpacing(10);
    layout->addWidget(m_messages);
    layout->addWidget(m_exportLine);
    layout->addWidget(m_whole, 1);
    m_whole->addWidget(makeEmpty());
    m_whole->addWidget(makeContent());
    setUpTables();
    wire();
    wireChecks();
    startOver();
}

QWidget* ReconcilePage::makeContent()
{
    auto* content = new QWidget(m_whole);
    auto* layout = new QVBoxLayout(content);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(10);
    auto* checks = new Panel(content);
    m_checkTable = new TableView(QStringLiteral("checks"), tr("Checks"), m_services.settings, checks);
    auto* box = panelBox(checks);
    box->addWidget(makeCheckBar(checks));
    box->addWidget(m_checkTable);
    m_tiles = new CheckTiles(content);
    m_detail = new DifferenceDetail(content);
    layout->addWidget(checks);
    layout->addWidget(m_tiles);
    layout->addWidget(makeDifferences(), 1);
    layout->addWidget(m_detail);
    return content;
}

QWidget* ReconcilePage::makeDifferences()
{
    auto* panel = new Panel(m_whole);
    m_bar = new QWidget(panel);
    m_allGroups = new QToolButton(m_bar);
    m_allGroups->setToolTip(tr("Back to all groups (Esc)"));
    m_allGroups->hide();
    m_filter = new QLineEdit(m_bar);
    m_filter->setPlaceholderText(tr("Filter: words of key, cells, event or cause"));
    m_filter->setAccessibleName(tr("Filter of differences"));
    m_filter->addAction(themeIcon(QStringLiteral("filter")), QLineEdit::LeadingPosition);
    m_filter->setClearButtonEnabled(true);
    auto* grouping = new QComboBox(m_bar);
    m_counts = new PlainLabel({}, m_bar);
    m_counts->setTint(ColorMeaning::Muted);
    m_counts->setFont(tabularFont(m_counts->font()));
    auto* row = new QHBoxLayout(m_bar);
    row->setContentsMargins(8, 6, 12, 6);
    row->setSpacing(10);
    row->addWidget(m_allGroups);
    row->addWidget(m_filter, 1);
    row->addWidget(grouping);
    row->addWidget(m_counts);
    m_stack = new QStackedWidget(panel);
    m_hint = makeCentred(m_stack);
    auto* lists = new QWidget(m_stack);
    auto* columns = new QHBoxLayout(lists);
    columns->setContentsMargins(0, 0, 0, 0);
    columns->setSpacing(0);
    m_groups = new DifferenceGroups(grouping, lists);
    m_differenceTable = new TableView(tr("Differences"), lists);
    columns->addWidget(m_groups);
    columns->addWidget(m_differenceTable, 1);
    m_stack->addWidget(m_hint);
    m_stack->addWidget(lists);
    auto* layout = panelBox(panel);
    layout->addWidget(m_bar);
    layout->addWidget(m_stack, 1);
    return panel;
}

void ReconcilePage::setUpTables()
{
    m_checkTable->setModel(&m_checks);
    m_checkTable->setDefaultSort(-1, Qt::AscendingOrder);
    m_checkTable->setDefaultWidths({190, 300, 84, 96, 76, 212, 100, 84}, CheckListModel::Compares);
    m_checkTable->setYielding({CheckListModel::Took, CheckListModel::Next}, 240);
    auto* checks = m_checkTable->table();
    checks->setItemDelegateForColumn(CheckListModel::Results, new CheckBarsDelegate(this));
    m_differenceTable->setSortedByModel();
    m_differenceTable->setPageFilter([this](QMenu* menu, const QModelIndex& index) { fillMenu(menu, index); });
    m_differenceTable->setModel(&m_differences);
    auto* differences = m_differenceTable->table();
    differences->setFont(fixedFont(differences->font()));
    differences->setItemDelegate(new DifferenceDelegate(differences));
    differences->setVerticalScrollMode(QAbstractItemView::ScrollPerItem);
    differences->horizontalHeader()->setStretchLastSection(true);
}

void ReconcilePage::wire()
{
    const auto addShortcut = [this](const QKeySequence& keys, auto act) {
        auto* shortcut = new QShortcut(keys, this);
        shortcut->setContext(Qt::WidgetWithChildrenShortcut);
        connect(shortcut, &QShortcut::activated, this, act);
    };
    addShortcut(QKeySequence(Qt::Key_F5), [this] {
        if (!m_tiles->cancels())
            runOrCancel();
    });
    addShortcut(QKeySequence(QStringLiteral("Ctrl+E")), [this] { openExport(); });
    addShortcut(QKeySequence(Qt::Key_F6), [this] { pauseOrResume(); });
    connect(m_tiles->runButton(), &QToolButton::clicked, this, &ReconcilePage::runOrCancel);
    connect(m_tiles->pauseButton(), &QToolButton::clicked, this, &ReconcilePage::pauseOrResume);
    connect(m_tiles->reprojectButton(), &QToolButton::clicked, this, &ReconcilePage::reprojectListed);
    connect(m_tiles->exportButton(), &QToolButton::clicked, this, &ReconcilePage::openExport);
    // Selected, not current: a table that gets the focus makes its first row the current one.
    connect(m_checkTable->table()->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            [this](const QItemSelection& selected) {
                const auto rows = m_checkTable->proxy()->mapSelectionToSource(selected).indexes();
                if (!rows.isEmpty())
                    takeCheck(m_checks.standingAt(rows.front().row()).check.name);
            });
    connect(m_checkTable, &TableView::activated, this, [this] { m_differenceTable->setFocus(); });
    connect(m_differenceTable, &TableView::activated, this,
            [this](const QModelIndex& index) { showRowsOf(index.row()); });
    connect(m_allGroups, &QToolButton::clicked, this, &ReconcilePage::showAllGroups);
    connect(m_differenceTable, &TableView::filterRequested, this,
            [this] { m_filter->setFocus(Qt::ShortcutFocusReason); });
    connect(m_differenceTable, &TableView::sortRequested, this, [this](int column, Qt::SortOrder order) {
        rearrange([this, column, order] { m_differences.sortBy(column, order); });
    });
    connect(m_differenceTable->table()->selectionModel(), &QItemSelectionModel::selectionChanged, this, [this] {
        if (!m_arranging)
            showDetail();
    });
    connect(m_filter, &QLineEdit::textChanged, this,
            [this](const QString& words) { rearrange([this, &words] { m_differences.setFilter(words); }); });
    const auto group = [this] {
        rearrange([this] { m_differences.setGroup(m_groups->grouping(), m_groups->group()); });
    };
    connect(m_groups, &DifferenceGroups::groupChosen, this, group);
    connect(m_groups, &DifferenceGroups::groupingChosen, this,
            [this] { rearrange([this] { m_differences.setGroup(m_groups->grouping(), {}); }); });
    connect(m_detail, &DifferenceDetail::letterRequested, this, &ReconcilePage::letterRequested);
    connect(m_exportLine, &ActLine::cancelled, this, [this] {
        ++m_exportToken; // whoever was asked answers no more
        m_exportLine->showEnd(tr("Nothing was exported: it was cancelled."));
        emit exportStopped();
    });
    connect(&m_services.feed, &LiveFeed::ticked, this, &ReconcilePage::showHint);
    connect(&m_services.range, &RangeController::zoneChanged, this, [this] {
        m_checks.setZone(m_services.range.zone());
        showResult();
    });
}

void ReconcilePage::startOver()
{
    m_check.clear();
    m_shown = {};
    rearrange([this] { m_differences.setResult(nullptr); });
    setBoard(std::make_shared<const CheckBoard>());
}

void ReconcilePage::setBoard(const std::shared_ptr<const CheckBoard>& board)
{
    m_board = board;
    m_checks.setBoard(*board, m_services.feed.now(), m_services.range.zone());
    m_whole->setCurrentIndex(board->checks.empty() ? 0 : 1);
    if (!m_check.empty() && m_checks.rowOf(m_check) < 0)
        m_check.clear();
    if (m_checks.rowOf(m_wanted) >= 0)
        chooseCheck(std::exchange(m_wanted, {}));
    if (m_check.empty() && !board->checks.empty()) {
        const auto worst = std::find_if(board->checks.begin(), board->checks.end(), [](const CheckStanding& one) {
            return one.lastFinished() && one.lastFinished()->drift;
        });
        chooseCheck((worst == board->checks.end() ? board->checks.front() : *worst).check.name);
    }
    showBoard();
}

void ReconcilePage::chooseCheck(const std::string& check)
{
    const int row = m_checks.rowOf(check);
    if (row < 0)
        return;
    m_checkTable->setFilter({});
    m_checkTable->table()->selectRow(m_checkTable->proxy()->mapFromSource(m_checks.index(row, 0)).row());
}

void ReconcilePage::takeCheck(const std::string& check)
{
    if (check == m_check)
        return;
    m_check = check;
    m_shown = {};
    m_group.clear();
    rearrange([this] { m_differences.setResult(nullptr); });
    emit showWanted(check);
    showBoard();
}

const CheckStanding* ReconcilePage::standing() const
{
    const int row = m_checks.rowOf(m_check);
    return row < 0 ? nullptr : &m_checks.standingAt(row);
}

void ReconcilePage::showBoard()
{
    auto* table = m_checkTable->table();
    const int rows = std::clamp(m_checks.rowCount(), 1, checksAtOnce);
    table->setFixedHeight(table->horizontalHeader()->sizeHint().height() +
                          rows * table->verticalHeader()->defaultSectionSize() + 2);
    m_tiles->setStanding(standing());
    showTroubles();
    showHint();
}

void ReconcilePage::showTroubles()
{
    const auto tell = [this](const QString& id, const QString& what, const std::string& why) {
        if (why.empty())
            m_messages->remove(id);
        else
            m_messages->show({id, MessageLevel::Warning, what, strangersText(why, 600), {}, {}, {}});
    };
    const auto* chosen = standing();
    tell(historyTrouble, tr("Results of checks are not kept"), m_board->complaint);
    tell(checkTrouble, tr("The check “%1” was not run").arg(strangersText(m_check, 80)),
         chosen ? chosen->complaint : std::string());
}

void ReconcilePage::runOrCancel()
{
    if (m_check.empty())
        return;
    if (m_tiles->cancels())
        emit cancelWanted(m_check);
    else
        emit runWanted(m_check);
}

void ReconcilePage::pauseOrResume()
{
    const auto* chosen = standing();
    if (!chosen || !chosen->running)
        return;
    if (chosen->paused)
        emit resumeWanted(m_check);
    else
        emit pauseWanted(m_check);
}

/// No focus proxy: Tab would skip all that comes before it.
void ReconcilePage::focusInEvent(QFocusEvent* event)
{
    m_checkTable->setFocus(event->reason());
}

void ReconcilePage::keyPressEvent(QKeyEvent* event)
{
    if (event->matches(QKeySequence::Find) || event->text() == QLatin1String("/")) {
        m_filter->setFocus(Qt::ShortcutFocusReason);
        return;
    }
    const bool isEscape = event->key() == Qt::Key_Escape;
    if (isEscape && m_filter->hasFocus()) {
        m_filter->clear();
        m_differenceTable->setFocus();
        return;
    }
    if (isEscape && m_tiles->cancels()) {
        runOrCancel();
        return;
    }
    if (isEscape && !m_group.empty()) {
        showAllGroups();
        return;
    }
    QWidget::keyPressEvent(event);
}

} // namespace projectionist
