// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What the page shows of a board, and what it asks for.
#include "backend/core/format.h"
#include "backend/deadletter/filterprinter.h"
#include "models/lettertext.h"
#include "models/livefeed.h"
#include "models/rangecontroller.h"
#include "models/text.h"
#include "widgets/common/icons.h"
#include "widgets/common/letterdetail.h"
#include "widgets/common/messages.h"
#include "widgets/common/panel.h"
#include "widgets/common/tableproxy.h"
#include "widgets/common/tableview.h"
#include "widgets/deadletters/deadletterspage.h"
#include "widgets/deadletters/filteredit.h"
#include "widgets/deadletters/sourcelist.h"

#include <QMenu>
#include <QProgressBar>
#include <QScopedValueRollback>
#include <QScrollBar>
#include <QTableView>
#include <QToolButton>

namespace projectionist {

namespace {

constexpr std::size_t firstRows = 500;
constexpr int progressSteps = 1000;

QString numberOf(std::uint64_t number)
{
    return toQString(formatNumber(static_cast<std::int64_t>(number)));
}

const QString expiryMessage = QStringLiteral("expiry");

std::ptrdiff_t expiringGroups(const LetterBoard& board)
{
    return std::ranges::count_if(board.groups, [&](const GroupView& group) {
        return group.expires() && *group.expires() - board.at < LetterGroupModel::expiryWarning;
    });
}

} // namespace

void DeadLettersPage::startOver()
{
    m_board.reset();
    m_waiting.reset();
    m_knowledge.setBoard(nullptr);
    m_knowledge.setLetter(nullptr);
    m_open.reset();
    m_reference.clear();
    forgetVerdicts();
    forgetExport();
    m_choiceToken.reset();
    if (m_resolving)
        m_resolving->reject();
    showResolving();
    ++m_letterToken;
    ++m_originalToken;
    m_query.group.reset();
    m_groups.setGroups({}, m_services.feed.now(), m_services.range.zone());
    m_letters.setLetters({}, m_services.feed.now(), m_services.range.zone());
    m_counts->setText(tr("Looking for dead letters…"));
    m_listTitle->setText({});
    m_allLetters->hide();
    for (const auto& id : std::exchange(m_troubles, {}))
        m_messages->remove(id);
    m_detail->clear(tr("Choose a letter to see why it failed."));
    setFollowing(true);
    ask();
}

void DeadLettersPage::ask()
{
    ++m_query.number;
    m_query.rows = firstRows;
    emit asked(m_query);
    showActs(); // the list is another one now
}

void DeadLettersPage::showActs()
{
    showJudging();
    showResolving();
    showExport();
}

/// While a filter is being tested the list is not yet what it will be.
bool DeadLettersPage::listIsReady() const
{
    return m_board && m_board->listed > 0 && !m_board->searching && m_board->query == m_query.number;
}

void DeadLettersPage::setBoard(const std::shared_ptr<const LetterBoard>& board)
{
    // Paused: what is shown stays, but what somebody asks for now is answered.
    if (!m_services.feed.isLive() && m_board && m_board->query == board->query) {
        m_waiting = board;
        return;
    }
    m_board = board;
    m_knowledge.setBoard(board);
    showBoard();
    showActs();
}

void DeadLettersPage::showBoard()
{
    showCounts();
    showTroubles();
    m_sources->setBoard(*m_board);
    // An answer to what was asked before: its rows would only flash by.
    if (m_board->query != m_query.number)
        return;
    {
        const QScopedValueRollback guard(m_arranging, true);
        m_groups.setGroups(m_board->groups, m_board->at, m_services.range.zone());
        if (m_query.group)
            if (const int row = m_groups.rowOf(*m_query.group); row >= 0)
                m_groupTable->table()->setCurrentIndex(m_groupTable->proxy()->mapFromSource(
                    m_groups.index(row, std::max(0, m_groupTable->table()->currentIndex().column()))));
    }
    showLetters();
}

void DeadLettersPage::showCounts()
{
    m_counts->setText(boardText(*m_board));
    std::uint64_t scanned = 0;
    std::uint64_t total = 0;
    std::size_t troubled = 0;
    for (const auto& source : m_board->progress) {
        scanned += source.scanned;
        total += source.total;
        troubled += source.error ? 1 : 0;
    }
    m_progress->setVisible(!m_board->complete);
    m_progress->setRange(0, total == 0 ? 0 : progressSteps);
    m_progress->setValue(total == 0 ? 0 : static_cast<int>(scanned * progressSteps / total));
    const auto sources = m_board->progress.size();
    auto text = sources == 1 ? tr("1 source") : tr("%1 sources").arg(sources);
    if (troubled > 0)
        text += tr(", %1 not readable").arg(troubled);
    m_sourcesButton->setText(text);
    m_sourcesButton->setToolTip(tr("Which topics and tables are read, and how far"));
}

void DeadLettersPage::showTroubles()
{
    QStringList ids;
    const auto add = [&](const Error& error) {
        const auto id = QStringLiteral("trouble/") + toQString(error.what);
        if (ids.contains(id))
            return;
        ids << id;
        m_messages->show(messageOf(id, error));
    };
    for (const auto& trouble : m_board->troubles)
        add(trouble);
    for (const auto& source : m_board->progress)
        if (source.error)
            add(*source.error);
    if (const auto expiring = expiringGroups(*m_board); expiring > 0) {
        ids << expiryMessage;
        m_messages->show(
            {.id = expiryMessage,
             .level = MessageLevel::Warning,
             .what = expiring == 1 ? tr("Letters of one group expire soon")
                                   : tr("Letters of %1 groups expire soon").arg(expiring),
             .why = tr("Within %1 their topics may delete the first of them, or of the events that failed.")
                        .arg(toQString(formatDuration(LetterGroupModel::expiryWarning))),
             .next = tr("Replay or save them before: what is deleted cannot be replayed."),
             .buttonText = {},
             .onButton = {},
             .more = {}});
    }
    for (const auto& id : m_troubles)
        if (!ids.contains(id))
            m_messages->remove(id);
    m_troubles = ids;
}

void DeadLettersPage::showLetters()
{
    auto* table = m_letterTable->table();
    const bool following = m_follow->isChecked();
    const auto* proxy = m_letterTable->proxy();
    const QPersistentModelIndex top = proxy->mapToSource(table->indexAt(QPoint(1, 1)));
    {
        const QScopedValueRollback guard(m_arranging, true);
        m_letters.setLetters(m_board->rows, m_board->at, m_services.range.zone());
        if (following)
            table->verticalScrollBar()->setValue(0);
        else if (top.isValid()) // what is read stays where it is
            table->verticalScrollBar()->setValue(proxy->mapFromSource(top).row());
    }
    const auto group = m_query.group ? m_groups.rowOf(*m_query.group) : -1;
    m_allLetters->setVisible(m_query.group.has_value());
    const auto of =
        group < 0 ? tr("All groups")
                  : m_groups.index(group, LetterGroupModel::Failure).data().toString() + u' ' +
                        m_groups.index(group, LetterGroupModel::Failure).data(LetterGroupModel::FrameRole).toString();
    const auto many = m_board->rows.size() < m_board->listed
                          ? tr("first %1 of %2, more when scrolled to the end")
                                .arg(numberOf(m_board->rows.size()), numberOf(m_board->listed))
                      : m_board->listed == 1 ? tr("1 letter")
                                             : tr("%1 letters").arg(numberOf(m_board->listed));
    m_listTitle->setText(of + QStringLiteral(" \u00b7 ") + many);
    m_follow->setVisible(m_query.order == LetterOrder{});
    if (std::exchange(m_openFirst, false) && m_letters.rowCount() > 0)
        table->setCurrentIndex(proxy->mapFromSource(m_letters.index(0, LetterListModel::Time)));
}

void DeadLettersPage::showFilterState()
{
    const auto problem = m_filter->problemText();
    m_problem->setText(problem);
    m_problem->setVisible(!problem.isEmpty());
}

QString DeadLettersPage::counts() const
{
    return m_counts->text();
}

QString DeadLettersPage::problem() const
{
    return m_problem->isHidden() ? QString() : m_problem->text();
}

void DeadLettersPage::setFilter(const QString& filter)
{
    m_filter->setText(filter);
}

void DeadLettersPage::chooseGroup(std::uint32_t group)
{
    if (m_query.group == group)
        return;
    m_query.group = group;
    m_openFirst = true;
    setFollowing(true);
    ask();
}

/// Of the list of letters.
std::vector<int> DeadLettersPage::selectedRows() const
{
    std::vector<int> rows;
    for (const auto& index : m_letterTable->table()->selectionModel()->selectedRows())
        rows.push_back(m_letterTable->proxy()->mapToSource(index).row());
    return rows;
}

void DeadLettersPage::growAtEnd()
{
    const auto* bar = m_letterTable->table()->verticalScrollBar();
    constexpr int near = 20;
    if (!m_board || m_board->query != m_query.number || m_board->rows.size() >= m_board->listed ||
        m_board->rows.size() < m_query.rows || bar->value() < bar->maximum() - near)
        return;
    m_query.rows += std::max(firstRows, m_query.rows / 2);
    ++m_query.number;
    emit asked(m_query);
}

void DeadLettersPage::setFollowing(bool following)
{
    m_follow->setChecked(following);
    if (!following)
        return;
    const QScopedValueRollback guard(m_arranging, true);
    m_letterTable->table()->verticalScrollBar()->setValue(0);
}

void DeadLettersPage::openCurrent()
{
    const auto index = m_letterTable->proxy()->mapToSource(m_letterTable->table()->currentIndex());
    if (index.isValid())
        m_open = m_letters.letterAt(index.row()).place;
    if (!m_open)
        return;
    m_reference.clear();
    m_detail->setWaiting(toQString(m_open->id.topic));
    emit letterWanted(++m_letterToken, *m_open);
}

void DeadLettersPage::openReference(const std::string& reference)
{
    {
        const QScopedValueRollback guard(m_arranging, true);
        m_letterTable->table()->setCurrentIndex({});
    }
    m_reference = reference;
    m_open.reset();
    m_detail->setWaiting(strangersText(reference));
    emit referenceWanted(++m_letterToken, reference);
}

void DeadLettersPage::setLetter(const OpenedLetter& opened)
{
    if (opened.token != m_letterToken)
        return;
    if (opened.letter && !m_open) // a reference named it
        m_open = opened.place;
    m_knowledge.setLetter(opened.letter ? &*opened.letter : nullptr);
    if (!m_detail->shows(opened))
        ++m_originalToken;
    m_detail->setLetter(opened, m_services.feed.now(), m_services.range.zone());
    showVerdict();
}

void DeadLettersPage::setOriginal(const FetchedOriginal& original)
{
    if (original.token == m_originalToken)
        m_detail->setOriginal(original);
}

void DeadLettersPage::setUnmaskRecorded(const std::string& reference, const Result<std::uint64_t>& recorded)
{
    m_detail->setUnmaskRecorded(reference, recorded);
}

void DeadLettersPage::fillMenu(QMenu* menu, const std::optional<FilterNode>& condition,
                               const std::optional<FilterNode>& exclusion)
{
    const auto add = [&](const QString& words, const std::optional<FilterNode>& node) {
        if (node)
            menu->addAction(
                themeIcon(QStringLiteral("filter")),
                words.arg(displayable(toQString(printFilter(*node)), 80).replace(u'&', QLatin1String("&&"))), this,
                [this, node] { m_filter->addCondition(*node); });
    };
    add(tr("Filter for %1"), condition);
    add(tr("Exclude: %1"), exclusion);
}

} // namespace projectionist
