// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/tableview.h"

#include "models/roles.h"
#include "widgets/common/celldelegate.h"
#include "widgets/common/flatheader.h"
#include "widgets/common/icons.h"
#include "widgets/common/panel.h"
#include "widgets/common/tableproxy.h"

#include <algorithm>
#include <QClipboard>
#include <QGuiApplication>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QSettings>
#include <QShortcut>
#include <QTableView>
#include <QVBoxLayout>
#include <utility>

namespace projectionist {

namespace {

constexpr int rowPadding = 13;
constexpr QLatin1String columnsChosen("-chosen"); ///< behind a table's key: somebody chose its columns

QTableView* makeTable(const QString& accessibleName, QWidget* parent)
{
    auto* table = new QTableView(parent);
    table->setAccessibleName(accessibleName);
    table->setItemDelegate(new CellDelegate(table));
    table->setFont(tabularFont(table->font()));
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setSelectionMode(QAbstractItemView::SingleSelection);
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table->setTabKeyNavigation(false);
    table->setShowGrid(false);
    table->setWordWrap(false);
    table->setFrameShape(QFrame::NoFrame);
    table->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    table->setContextMenuPolicy(Qt::CustomContextMenu);
    table->verticalHeader()->hide();
    table->verticalHeader()->setDefaultSectionSize(table->fontMetrics().height() + rowPadding);
    auto* header = new FlatHeader(table);
    table->setHorizontalHeader(header);
    header->setSectionsClickable(true);
    header->setSectionsMovable(true);
    header->setHighlightSections(false);
    header->setSortIndicatorClearable(false);
    header->setContextMenuPolicy(Qt::CustomContextMenu);
    return table;
}

QMenu* makePopup(QWidget* parent)
{
    auto* menu = new QMenu(parent);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    return menu;
}

} // namespace

TableView::TableView(const QString& key, const QString& accessibleName, QSettings& settings, QWidget* parent)
    : TableView(key, accessibleName, &settings, parent)
{
}

TableView::TableView(const QString& accessibleName, QWidget* parent) : TableView({}, accessibleName, nullptr, parent) {}

TableView::TableView(const QString& key, const QString& accessibleName, QSettings* settings, QWidget* parent)
    : QWidget(parent)
    , m_key(QStringLiteral("tables/") + key)
    , m_settings(settings)
    , m_table(makeTable(accessibleName, this))
    , m_bar(new QWidget(this))
    , m_filter(new QLineEdit(m_bar))
    , m_count(new PlainLabel({}, m_bar))
    , m_error(new PlainLabel({}, m_bar))
{
    m_filter->setPlaceholderText(tr("Filter: words, column=value, lag>30s"));
    m_filter->setAccessibleName(tr("Filter of %1").arg(accessibleName));
    m_filter->addAction(themeIcon(QStringLiteral("filter")), QLineEdit::LeadingPosition);
    m_filter->installEventFilter(this);
    m_error->setTint(ColorMeaning::Critical);
    m_count->setTint(ColorMeaning::Muted);
    auto* clear = new QPushButton(tr("Clear"), m_bar);
    auto* row = new QHBoxLayout(m_bar);
    row->setContentsMargins(8, 6, 8, 6);
    row->addWidget(m_filter, 1);
    row->addWidget(m_error);
    row->addWidget(m_count);
    row->addWidget(clear);
    m_bar->hide();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_bar);
    layout->addWidget(m_table, 1);
    setFocusProxy(m_table);

    connect(m_filter, &QLineEdit::textChanged, this, &TableView::applyFilter);
    connect(clear, &QPushButton::clicked, this, [this] { setFilter({}); });
    connect(m_table, &QTableView::customContextMenuRequested, this, &TableView::openMenu);
    connect(m_table->horizontalHeader(), &QHeaderView::customContextMenuRequested, this, [this](const QPoint& at) {
        auto* menu = makePopup(this);
        fillColumnMenu(menu);
        menu->popup(m_table->horizontalHeader()->viewport()->mapToGlobal(at));
    });
    m_table->installEventFilter(this);
}

TableView::~TableView()
{
    bringBack();
    saveState();
}

void TableView::setModel(QAbstractItemModel* model)
{
    m_proxy = new TableProxy(this);
    m_proxy->setSourceModel(model);
    m_table->setModel(m_proxy);
    restoreState();
    if (m_sortedByModel)
        m_table->horizontalHeader()->setSortIndicatorShown(true);
    else
        m_table->setSortingEnabled(true);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& now) { emit currentRowChanged(m_proxy->mapToSource(now)); });
    connect(m_table, &QTableView::activated, this,
            [this](const QModelIndex& index) { emit activated(m_proxy->mapToSource(index)); });
    for (const auto signal : {&QAbstractItemModel::rowsInserted, &QAbstractItemModel::rowsRemoved})
        connect(m_proxy, signal, this, &TableView::showCounts);
    connect(m_proxy, &QAbstractItemModel::modelReset, this, &TableView::showCounts);
    showCounts();
}

void TableView::setDefaultSort(int column, Qt::SortOrder order)
{
    if (hasState())
        return;
    if (m_sortedByModel)
        m_table->horizontalHeader()->setSortIndicator(column, order);
    else
        m_table->sortByColumn(column, order);
}

void TableView::setDefaultHidden(const std::vector<int>& columns)
{
    if (!hasState())
        for (const int column : columns)
            m_table->setColumnHidden(column, true);
}

void TableView::setPageFilter(std::function<void(QMenu*, const QModelIndex&)> fill)
{
    m_fillMenu = std::move(fill);
}

void TableView::setRowMenu(std::function<void(QMenu*, const QModelIndex&)> fill)
{
    m_fillRowMenu = std::move(fill);
}

void TableView::setSortedByModel()
{
    m_sortedByModel = true;
    connect(m_table->horizontalHeader(), &QHeaderView::sortIndicatorChanged, this, &TableView::sortRequested);
}

int TableView::sortColumn() const
{
    return m_table->horizontalHeader()->sortIndicatorSection();
}

Qt::SortOrder TableView::sortOrder() const
{
    return m_table->horizontalHeader()->sortIndicatorOrder();
}

void TableView::setDefaultWidths(const std::vector<int>& widths, int stretch)
{
    auto* header = m_table->horizontalHeader();
    header->setMinimumSectionSize(40);
    header->setSectionResizeMode(stretch, QHeaderView::Stretch);
    m_stretching = stretch;
    if (hasState())
        return;
    for (std::size_t column = 0; column < widths.size(); ++column)
        header->resizeSection(static_cast<int>(column), widths[column]);
}

void TableView::setYielding(std::vector<int> columns, int least)
{
    if (m_settings && m_settings->value(m_key + columnsChosen).toBool())
        return;
    m_yielding = std::move(columns);
    m_leastStretch = least;
    m_table->viewport()->installEventFilter(this);
}

void TableView::makeRoom()
{
    bringBack();
    auto* header = m_table->horizontalHeader();
    int room = m_table->viewport()->width() - (header->length() - header->sectionSize(m_stretching));
    for (const int column : m_yielding) {
        if (room >= m_leastStretch)
            return;
        if (header->isSectionHidden(column))
            continue;
        room += header->sectionSize(column);
        header->hideSection(column);
        m_gaveWay.push_back(column);
    }
}

void TableView::bringBack()
{
    for (const int column : std::exchange(m_gaveWay, {}))
        m_table->horizontalHeader()->showSection(column);
}

void TableView::setFilter(const QString& text)
{
    m_filter->setText(text);
    if (text.isEmpty()) {
        m_bar->hide();
        m_table->setFocus();
    } else {
        m_bar->show();
    }
}

QString TableView::filter() const
{
    return m_filter->text();
}

void TableView::showFilterBar()
{
    m_bar->show();
    m_filter->setFocus(Qt::ShortcutFocusReason);
    m_filter->selectAll();
}

void TableView::fillColumnMenu(QMenu* menu)
{
    auto* header = m_table->horizontalHeader();
    const auto names = columnNames();
    const auto hiddenByChoice = header->hiddenSectionCount() - static_cast<int>(m_gaveWay.size());
    for (int column = 0; column < names.size(); ++column) {
        const bool gaveWay = std::ranges::find(m_gaveWay, column) != m_gaveWay.end();
        auto* action = menu->addAction(gaveWay ? tr("%1 (no room)").arg(names[column]) : names[column]);
        action->setCheckable(true);
        action->setChecked(!header->isSectionHidden(column));
        // A table without columns could not be brought back by its header.
        action->setEnabled(header->isSectionHidden(column) || hiddenByChoice + 1 < names.size());
        connect(action, &QAction::toggled, this, [this, column](bool shown) { chooseColumn(column, shown); });
    }
}

/// What gave way was not hidden by choice: it comes back, and from now on all is as chosen.
void TableView::chooseColumn(int column, bool shown)
{
    bringBack();
    m_yielding.clear();
    m_table->horizontalHeader()->setSectionHidden(column, !shown);
    if (m_settings)
        m_settings->setValue(m_key + columnsChosen, true);
}

void TableView::selectRow(int column, const QString& text)
{
    for (int row = 0; row < m_proxy->rowCount(); ++row) {
        const auto index = m_proxy->index(row, column);
        if (index.data().toString() != text)
            continue;
        m_table->setCurrentIndex(index);
        return;
    }
}

bool TableView::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_table->viewport() && event->type() == QEvent::Resize)
        makeRoom();
    if (event->type() != QEvent::KeyPress)
        return QWidget::eventFilter(watched, event);
    auto* key = static_cast<QKeyEvent*>(event);
    if (m_bar->isVisible() && key->key() == Qt::Key_Escape) {
        setFilter({});
        return true;
    }
    if (watched == m_filter && (key->key() == Qt::Key_Return || key->key() == Qt::Key_Down)) {
        m_table->setFocus();
        return true;
    }
    if (watched != m_table)
        return QWidget::eventFilter(watched, event);
    if (key->matches(QKeySequence::Copy)) {
        copySelection(false);
        return true;
    }
    if (key->matches(QKeySequence::Find) || key->text() == QLatin1String("/")) {
        if (m_fillMenu)
            emit filterRequested();
        else
            showFilterBar();
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

void TableView::applyFilter()
{
    const auto parsed = parseFilter(m_filter->text(), columnNames());
    m_error->setText(parsed.error);
    m_error->setVisible(!parsed.error.isEmpty());
    if (parsed.error.isEmpty() && m_proxy)
        m_proxy->setTerms(parsed.terms);
    showCounts();
}

void TableView::showCounts()
{
    if (m_proxy && m_proxy->sourceModel())
        m_count->setText(tr("%1 of %2").arg(m_proxy->rowCount()).arg(m_proxy->sourceModel()->rowCount()));
}

void TableView::copySelection(bool wholeRow) const
{
    const auto current = m_table->currentIndex();
    if (!current.isValid())
        return;
    const auto raw = [](const QModelIndex& index) {
        const auto value = index.data(CopyRole);
        return value.isValid() ? value.toString() : index.data().toString();
    };
    QStringList cells;
    if (!wholeRow)
        cells << raw(current);
    const auto* header = m_table->horizontalHeader();
    for (int visual = 0; wholeRow && visual < header->count(); ++visual)
        if (const int column = header->logicalIndex(visual); !header->isSectionHidden(column))
            cells << raw(current.siblingAtColumn(column));
    QGuiApplication::clipboard()->setText(cells.join(u'\t'));
}

void TableView::openMenu(const QPoint& at)
{
    const auto cell = m_table->indexAt(at);
    auto* menu = makePopup(this);
    if (cell.isValid())
        fillCellMenu(menu, cell);
    if (m_fillMenu)
        menu->addAction(tr("Filter…"), QKeySequence::Find, this, &TableView::filterRequested);
    else
        menu->addAction(tr("Filter…"), QKeySequence::Find, this, &TableView::showFilterBar);
    auto* columns = menu->addMenu(themeIcon(QStringLiteral("columns")), tr("Columns"));
    fillColumnMenu(columns);
    menu->popup(m_table->viewport()->mapToGlobal(at));
}

void TableView::fillCellMenu(QMenu* menu, const QModelIndex& cell)
{
    if (m_fillRowMenu) {
        m_fillRowMenu(menu, m_proxy->mapToSource(cell));
        menu->addSeparator();
    }
    menu->addAction(themeIcon(QStringLiteral("copy")), tr("Copy value"), this, [this] { copySelection(false); });
    menu->addAction(tr("Copy row"), this, [this] { copySelection(true); });
    menu->addSeparator();
    if (m_fillMenu) {
        m_fillMenu(menu, m_proxy->mapToSource(cell));
        return;
    }
    const auto value = displayable(cell.data().toString(), 40);
    menu->addAction(themeIcon(QStringLiteral("filter")), tr("Filter for “%1”").arg(value), this,
                    [this, cell = QPersistentModelIndex(cell)] { addFilterTerm(cell, false); });
    menu->addAction(tr("Filter out “%1”").arg(value), this,
                    [this, cell = QPersistentModelIndex(cell)] { addFilterTerm(cell, true); });
}

void TableView::addFilterTerm(const QModelIndex& cell, bool out)
{
    const auto term = filterTermFor(columnNames().value(cell.column()), cell.data().toString(), out);
    setFilter(m_filter->text().isEmpty() ? term : m_filter->text() + u' ' + term);
}

bool TableView::hasState() const
{
    return m_settings && m_settings->contains(m_key);
}

void TableView::restoreState()
{
    if (hasState())
        m_table->horizontalHeader()->restoreState(m_settings->value(m_key).toByteArray());
}

void TableView::saveState() const
{
    if (m_proxy && m_settings)
        m_settings->setValue(m_key, m_table->horizontalHeader()->saveState());
}

QStringList TableView::columnNames() const
{
    QStringList names;
    for (int column = 0; m_proxy && column < m_proxy->columnCount(); ++column)
        names << m_proxy->headerData(column, Qt::Horizontal).toString();
    return names;
}

} // namespace projectionist
