// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What the chosen check found: differences, the one that is looked at, and their export.
#include "widgets/reconcile/reconcilepage.h"

#include "backend/core/format.h"
#include "models/checktext.h"
#include "models/lettertext.h"
#include "models/livefeed.h"
#include "models/rangecontroller.h"
#include "models/text.h"
#include "widgets/common/actline.h"
#include "widgets/common/messages.h"
#include "widgets/common/panel.h"
#include "widgets/common/tableproxy.h"
#include "widgets/common/tableview.h"
#include "widgets/reconcile/checktiles.h"
#include "widgets/reconcile/differencedetail.h"
#include "widgets/reconcile/differencegroups.h"

#include <QDir>
#include <QFileDialog>
#include <QHeaderView>
#include <QItemSelectionModel>
#include <QLineEdit>
#include <QMenu>
#include <QStackedWidget>
#include <QStandardPaths>
#include <QStyleOptionViewItem>
#include <QTableView>

namespace projectionist {

namespace {

constexpr int widestColumn = 280;
constexpr int rowsMeasured = 100;
const QString resultTrouble = QStringLiteral("check-result");
const QString exportMessageId = QStringLiteral("difference-export");

QString numberOf(std::size_t count)
{
    return toQString(formatNumber(static_cast<std::int64_t>(count)));
}

/// Of a check; blanks and slashes make no good names.
QString exportName(const std::string& check)
{
    auto name = strangersText(check, 60);
    for (auto& c : name)
        if (!c.isLetterOrNumber() && c != u'_' && c != u'-')
            c = u'-';
    return QDir(QStandardPaths::writableLocation(QStandardPaths::HomeLocation))
        .filePath(name + QStringLiteral("-differences.csv"));
}

} // namespace

void ReconcilePage::setShown(const ShownCheck& shown)
{
    if (shown.check != m_check)
        return;
    m_shown = shown;
    if (shown.error)
        m_messages->show(messageOf(resultTrouble, *shown.error));
    else
        m_messages->remove(resultTrouble);
    showListed();
}

/// The whole result, or the rows of the group that is looked into.
void ReconcilePage::showListed()
{
    auto listed = m_shown.result && !m_group.empty() ? rowsOfGroup(*m_shown.result, m_group) : nullptr;
    if (!listed) {
        m_group.clear();
        listed = m_shown.result;
    }
    const bool sameColumns =
        result() && listed && result()->columns == listed->columns && result()->keyColumns == listed->keyColumns;
    rearrange([this, &listed] { m_differences.setResult(listed); });
    if (!sameColumns)
        fitColumns();
    if (m_differences.rowCount() > 0 && !m_differenceTable->table()->selectionModel()->hasSelection())
        m_differenceTable->table()->selectRow(0);
}

void ReconcilePage::showRowsOf(int difference)
{
    if (!m_shown.result || !m_shown.result->rows || !m_group.empty() || difference < 0)
        return;
    m_group = m_differences.differenceAt(difference).key;
    m_filter->clear();
    showListed();
}

void ReconcilePage::showAllGroups()
{
    const auto group = std::exchange(m_group, {});
    m_filter->clear();
    showListed();
    if (const int row = m_differences.rowOf(group); row >= 0)
        m_differenceTable->table()->selectRow(
            m_differenceTable->proxy()->mapFromSource(m_differences.index(row, 0)).row());
    m_differenceTable->setFocus();
}

/// Another sorting, filter or result: the difference that was looked at stays so, if it is still listed.
void ReconcilePage::rearrange(const std::function<void()>& change)
{
    auto* table = m_differenceTable->table();
    const auto current = m_differenceTable->proxy()->mapToSource(table->currentIndex());
    const int column = std::max(current.column(), 0);
    const auto key = current.isValid() ? m_differences.differenceAt(current.row()).key : std::vector<std::string>();
    m_arranging = true;
    change();
    if (const int row = key.empty() ? -1 : m_differences.rowOf(key); row >= 0)
        table->setCurrentIndex(m_differenceTable->proxy()->mapFromSource(m_differences.index(row, column)));
    m_arranging = false;
    m_groups->setGroups(m_differences.groups(), m_differences.matching());
    showResult();
}

/// By the first rows: the table may not have been laid out yet, so it cannot tell which ones can be seen.
void ReconcilePage::fitColumns()
{
    auto* table = m_differenceTable->table();
    auto* header = table->horizontalHeader();
    QStyleOptionViewItem option;
    option.font = table->font();
    option.fontMetrics = table->fontMetrics();
    for (int column = 0; column < header->count(); ++column) {
        int width = header->sectionSizeHint(column);
        for (int row = 0; row < std::min(rowsMeasured, table->model()->rowCount()); ++row)
            width =
                std::max(width, table->itemDelegate()->sizeHint(option, table->model()->index(row, column)).width());
        header->resizeSection(column, std::min(width + 4, widestColumn)); // advances are rounded
    }
    if (header->count() > 0)
        m_differenceTable->setDefaultSort(0, Qt::AscendingOrder);
}

void ReconcilePage::showResult()
{
    const bool any = result() && !result()->differences.empty();
    m_bar->setVisible(any);
    QStringList group;
    for (const auto& part : m_group)
        group << strangersText(part, 60);
    m_allGroups->setVisible(!m_group.empty());
    m_allGroups->setText(tr("\u2039 Rows of %1").arg(group.join(QStringLiteral(", "))));
    m_stack->setCurrentIndex(any ? 1 : 0);
    m_tiles->setResult(result(), m_services.feed.now(), m_services.range.zone());
    m_tiles->setExportable(m_differences.rowCount() > 0);
    m_tiles->setReprojectable(result() && m_shown.number > 0 &&
                              result()->repaired() < result()->count(DriftState::Confirmed));
    showHint();
    showCounts();
    showDetail();
}

void ReconcilePage::showHint()
{
    m_hint->setText(hintText());
    const auto* chosen = standing();
    m_tiles->setFreshness(chosen && result() ? freshnessText(chosen->check, *result(), m_services.feed.shown().get(),
                                                             m_services.feed.now())
                                             : QString());
}

QString ReconcilePage::runningText(const CheckStanding& standing) const
{
    const auto& now = *standing.running;
    auto text = now.held.empty() ? tr("Comparing: %1").arg(progressText(now)) : progressText(now);
    if (const auto age = snapshotAgeText(now, m_services.feed.now()); !age.isEmpty())
        text += QStringLiteral("; ") + age;
    if (standing.paused && now.held.empty())
        text += tr("; it pauses as soon as the stores have answered");
    return text + u'.';
}

QString ReconcilePage::hintText() const
{
    const auto* chosen = standing();
    if (!chosen)
        return tr("Choose a check.");
    const auto name = strangersText(m_check, 80);
    if (chosen->running)
        return runningText(*chosen);
    if (result())
        return outcomeText(*result(), m_services.feed.now());
    if (m_shown.error)
        return tr("The last result of “%1” cannot be shown. Run it again (F5).").arg(name);
    if (chosen->lastFinished())
        return tr("Reading the last result of “%1”…").arg(name);
    return tr("“%1” has no result yet.\nRun it (F5): it reads both sides, and changes nothing.").arg(name);
}

QString ReconcilePage::hint() const
{
    return m_stack->currentIndex() == 0 ? m_hint->text() : QString();
}

void ReconcilePage::showCounts()
{
    if (!result())
        return m_counts->setText({});
    const auto all = result()->differences.size();
    auto text = tr("%1 of %2 differences").arg(numberOf(m_differences.shown().size()), numberOf(all));
    if (!result()->ending.empty())
        text += tr("; the check ended early: %1").arg(strangersText(result()->ending, 200));
    else if (!result()->complete)
        text += tr("; the check ended at so many, there may be more");
    m_counts->setText(text);
}

QString ReconcilePage::counts() const
{
    return m_counts->text();
}

void ReconcilePage::showDetail()
{
    m_detail->setVisible(result());
    if (!result())
        return;
    const auto rows = m_differenceTable->table()->selectionModel()->selectedRows();
    const auto* one = rows.isEmpty()
                          ? nullptr
                          : &m_differences.differenceAt(m_differenceTable->proxy()->mapToSource(rows.front()).row());
    m_detail->show(*result(), one, m_services.feed.now(), m_services.range.zone());
}

void ReconcilePage::fillMenu(QMenu* menu, const QModelIndex& index)
{
    if (m_group.empty() && m_shown.result && m_shown.result->rows)
        menu->addAction(tr("Rows of this group"), this, [this, row = index.row()] { showRowsOf(row); });
    const auto value = index.data(CopyRole).toString();
    menu->addAction(tr("Filter for “%1”").arg(displayable(value, 40)), this,
                    [this, value] { m_filter->setText(value); });
    const auto& cause = m_differences.differenceAt(index.row()).cause;
    if (cause && !cause->letter.empty())
        menu->addAction(tr("Open the dead letter"), this,
                        [this, letter = cause->letter] { emit letterRequested(letter); });
    const auto& one = m_differences.differenceAt(index.row());
    if (one.state == DriftState::Confirmed && one.repairedBy.empty() && result()->kind != CheckKind::Groups)
        menu->addAction(tr("Reproject this key…"), this, [this, key = one.key] { reproject({key}); });
    menu->addAction(tr("Export…"), this, &ReconcilePage::openExport);
}

void ReconcilePage::openExport()
{
    if (m_differences.rowCount() == 0)
        return;
    auto* dialog = new QFileDialog(this, tr("Export %1 differences").arg(numberOf(m_differences.shown().size())),
                                   exportName(m_check));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setNameFilters(
        {tr("CSV, both rows side by side (*.csv)"), tr("JSON Lines (*.jsonl)"), tr("SQL of the keys (*.sql)")});
    const auto followFilter = [dialog](const QString& filter) {
        dialog->setDefaultSuffix(filter.contains(QLatin1String("*.jsonl")) ? QStringLiteral("jsonl")
                                 : filter.contains(QLatin1String("*.sql")) ? QStringLiteral("sql")
                                                                           : QStringLiteral("csv"));
    };
    followFilter(dialog->selectedNameFilter());
    connect(dialog, &QFileDialog::filterSelected, dialog, followFilter);
    dialog->selectFile(exportName(m_check));
    connect(dialog, &QFileDialog::fileSelected, this, &ReconcilePage::beginExport);
    dialog->open();
}

void ReconcilePage::beginExport(const QString& file)
{
    const auto format = differenceFormatOf(file.toStdString());
    if (!format || !result()) {
        m_messages->show({exportMessageId, MessageLevel::Warning,
                          tr("Nothing was exported to %1").arg(displayable(file)), tr("Its name tells no format."),
                          tr("Call it .csv, .jsonl or .sql."), tr("Close"),
                          [this] { m_messages->remove(exportMessageId); }});
        return;
    }
    m_messages->remove(exportMessageId);
    m_exportFile = file;
    m_exportTotal = m_differences.shown().size();
    m_exportLine->showProgress(tr("Exporting to %1").arg(displayable(file)), 0, 0);
    emit exportWanted({++m_exportToken, file, *format, m_differences.result(), m_differences.shown()});
}

void ReconcilePage::setExporting(std::uint64_t token, std::size_t done)
{
    if (token == m_exportToken && m_exportLine->isRunning())
        m_exportLine->showProgress(tr("Exporting to %1: %2 of %3 differences")
                                       .arg(displayable(m_exportFile), numberOf(done), numberOf(m_exportTotal)),
                                   done, m_exportTotal);
}

void ReconcilePage::setExported(std::uint64_t token, const Result<void>& outcome)
{
    if (token != m_exportToken || !m_exportLine->isRunning())
        return;
    if (outcome)
        return m_exportLine->showEnd(
            tr("%1 differences are exported to %2").arg(numberOf(m_exportTotal), displayable(m_exportFile)));
    m_exportLine->showEnd(tr("Nothing was exported."));
    auto message = messageOf(exportMessageId, outcome.error(), MessageLevel::Critical);
    message.buttonText = tr("Close");
    message.onButton = [this] { m_messages->remove(exportMessageId); };
    m_messages->show(message);
}

} // namespace projectionist
