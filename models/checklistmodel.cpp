// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/checklistmodel.h"

#include "backend/core/format.h"
#include "models/checktext.h"
#include "models/lettertext.h"
#include "models/text.h"

namespace projectionist {

namespace {

const QString noValue = QStringLiteral("\u2014");

const CheckRunRecord* newestRun(const CheckStanding& standing)
{
    return standing.runs.empty() ? nullptr : &standing.runs.back();
}

/// The newest run has no result: what is shown is of an older one.
bool isOld(const CheckStanding& standing)
{
    const auto* newest = newestRun(standing);
    return newest && newest->state != CheckRunState::Finished;
}

bool hasFailed(const CheckStanding& standing)
{
    const auto* newest = newestRun(standing);
    return newest && newest->state == CheckRunState::Failed && !standing.running && !standing.waiting;
}

CheckBars barsOf(const CheckStanding& standing)
{
    CheckBars bars;
    for (const auto& run : standing.runs)
        if (run.state != CheckRunState::Running)
            bars.runs.push_back(meaningOf(run));
    return bars;
}

std::int64_t rowsOf(const CheckRunRecord& run)
{
    return std::max(run.expectedRows, run.actualRows);
}

QString barsText(const CheckStanding& standing)
{
    const auto bars = barsOf(standing).runs;
    const auto equal = std::count(bars.begin(), bars.end(), ColorMeaning::Good);
    const auto none = std::count(bars.begin(), bars.end(), ColorMeaning::Muted);
    const auto repaired = std::count(bars.begin(), bars.end(), ColorMeaning::Info);
    const auto all = static_cast<std::ptrdiff_t>(bars.size());
    auto text = CheckListModel::tr("Of the last %1 runs %2 found no difference, %3 found drift, %4 have no result")
                    .arg(all)
                    .arg(equal)
                    .arg(all - equal - none)
                    .arg(none);
    return repaired > 0 ? text + CheckListModel::tr("; what %1 found is repaired").arg(repaired) : text;
}

/// Where nothing else is to be told, what is compared.
QString comparesWords(const CheckStanding& standing)
{
    if (standing.running)
        return progressText(*standing.running);
    if (standing.waiting)
        return CheckListModel::tr("waits for another check to end");
    if (hasFailed(standing))
        return runText(standing.runs.back());
    return comparesText(standing.check);
}

QString differencesText(const CheckRunRecord& run)
{
    const auto count = toQString(formatNumber(driftOf(run)));
    return run.complete ? count : QStringLiteral("\u2265\u00a0") + count;
}

QVariant rawValue(const CheckStanding& standing, int column)
{
    const auto* finished = standing.lastFinished();
    switch (column) {
    case CheckListModel::Check:
        return toQString(standing.check.name);
    case CheckListModel::Compares:
        return comparesText(standing.check);
    case CheckListModel::LastRun:
        return newestRun(standing)
                   ? QVariant(static_cast<qint64>(standing.runs.back().began.time_since_epoch().count()))
                   : QVariant();
    case CheckListModel::Rows:
        return finished ? QVariant(static_cast<qint64>(rowsOf(*finished))) : QVariant();
    case CheckListModel::Took:
        return finished ? QVariant(static_cast<qint64>(finished->took.count())) : QVariant();
    case CheckListModel::Results:
    case CheckListModel::Differences:
        return finished ? QVariant(static_cast<qint64>(driftOf(*finished))) : QVariant();
    case CheckListModel::Next:
        return standing.next ? QVariant(static_cast<qint64>(standing.next->time_since_epoch().count())) : QVariant();
    default:
        return {};
    }
}

QVariant copiedValue(const CheckStanding& standing, int column)
{
    if (column == CheckListModel::LastRun)
        return newestRun(standing) ? toQString(formatRfc3339(standing.runs.back().began)) : QString();
    if (column == CheckListModel::Next)
        return standing.next ? toQString(formatRfc3339(*standing.next)) : QString();
    if (column == CheckListModel::Results)
        return barsText(standing);
    return rawValue(standing, column).toString();
}

ColorMeaning colorOfColumn(const CheckStanding& standing, int column)
{
    if (column == CheckListModel::Compares)
        return standing.running      ? ColorMeaning::Info
               : hasFailed(standing) ? ColorMeaning::Critical
                                     : ColorMeaning::Muted;
    if (const auto* finished = standing.lastFinished(); finished && column == CheckListModel::Differences)
        return meaningOf(*finished);
    return ColorMeaning::Normal;
}

bool describesResult(int column)
{
    return column == CheckListModel::Rows || column == CheckListModel::Took || column == CheckListModel::Differences;
}

} // namespace

ColorMeaning meaningOf(const CheckRunRecord& run)
{
    if (run.state != CheckRunState::Finished)
        return ColorMeaning::Muted;
    if (!run.drift)
        return ColorMeaning::Good;
    if (run.isRepaired())
        return ColorMeaning::Info;
    return run.severity == CheckSeverity::Critical ? ColorMeaning::Critical : ColorMeaning::Warning;
}

std::uint32_t CheckRow::changedColumns(const CheckRow& next) const
{
    constexpr std::uint32_t all = (1U << CheckListModel::ColumnCount) - 1;
    const auto& a = standing;
    const auto& b = next.standing;
    if (a.check != b.check || a.runs != b.runs)
        return all;
    std::uint32_t changed = 0;
    // What runs is further each time.
    if (a.running || b.running || a.waiting != b.waiting)
        changed |= 1U << CheckListModel::Compares;
    if (a.next != b.next)
        changed |= 1U << CheckListModel::Next;
    return changed;
}

CheckListModel::CheckListModel(QObject* parent)
    : SortedRowsModel({{tr("Check"), Qt::AlignLeft},
                       {tr("Compares"), Qt::AlignLeft},
                       {tr("Last run")},
                       {tr("Rows")},
                       {tr("Took")},
                       {tr("Result, last %1 runs").arg(CheckDesk::runsShown), Qt::AlignLeft},
                       {tr("Differences")},
                       {tr("Next")}},
                      parent)
{
}

void CheckListModel::setBoard(const CheckBoard& board, TimePoint now, Zone zone)
{
    m_now = now;
    std::vector<CheckRow> next;
    next.reserve(board.checks.size());
    for (const auto& standing : board.checks)
        next.push_back({next.size(), standing});
    merge(std::move(next), [](CheckRow&, CheckRow&) {});
    if (zone != m_zone)
        setZone(zone);
}

void CheckListModel::setZone(Zone zone)
{
    m_zone = zone;
    if (rowCount() > 0)
        emit dataChanged(index(0, LastRun), index(rowCount() - 1, Next), {Qt::DisplayRole, Qt::ToolTipRole});
}

int CheckListModel::rowOf(const std::string& check) const
{
    for (const auto& row : rows())
        if (row.standing.check.name == check)
            return static_cast<int>(row.key);
    return -1;
}

QString CheckListModel::display(const CheckStanding& standing, int column) const
{
    const auto* finished = standing.lastFinished();
    switch (column) {
    case Check:
        return strangersText(standing.check.name, 120);
    case Compares:
        return comparesWords(standing);
    case LastRun:
        return newestRun(standing) ? letterTimeText(standing.runs.back().began, m_now, m_zone, false) : tr("never");
    case Rows:
        return finished ? toQString(formatNumber(rowsOf(*finished))) : noValue;
    case Took:
        return finished ? toQString(formatDuration(finished->took)) : noValue;
    case Differences:
        return finished ? differencesText(*finished) : noValue;
    case Next:
        return standing.next ? letterTimeText(*standing.next, m_now, m_zone, false) : noValue;
    default:
        return {};
    }
}

QString CheckListModel::toolTip(const CheckStanding& standing, int column) const
{
    const auto* newest = newestRun(standing);
    switch (column) {
    case Compares:
        return comparesText(standing.check) + (hasFailed(standing) ? u'\n' + runText(*newest) : QString());
    case LastRun:
        return newest ? tr("%1, %2\n%3, run by %4")
                            .arg(dateTimeText(newest->began, m_zone), agoText(newest->began, m_now), runText(*newest),
                                 strangersText(newest->by, 80))
                      : QString();
    case Results:
        return barsText(standing);
    case Next:
        return standing.next ? dateTimeText(*standing.next, m_zone) : tr("It has no schedule: it runs when asked");
    default:
        return describesResult(column) && isOld(standing) ? tr("Of the last run that was finished") : QString();
    }
}

QVariant CheckListModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    const auto& standing = standingAt(index.row());
    const int column = index.column();
    switch (role) {
    case Qt::DisplayRole:
        return display(standing, column);
    case RawRole:
        return rawValue(standing, column);
    case OrderRole:
        return column == Check ? QVariant(index.row()) : QVariant();
    case CopyRole:
        return copiedValue(standing, column);
    case ColorRole:
        return static_cast<int>(colorOfColumn(standing, column));
    case StaleRole:
        return describesResult(column) && isOld(standing);
    case BarsRole:
        return column == Results ? QVariant::fromValue(barsOf(standing)) : QVariant();
    case Qt::ToolTipRole:
        return toolTip(standing, column).toHtmlEscaped().replace(u'\n', QStringLiteral("<br>"));
    case Qt::AccessibleTextRole:
        return column == Results ? barsText(standing) : display(standing, column);
    case Qt::TextAlignmentRole:
        return alignment(column);
    default:
        return {};
    }
}

QList<int> CheckListModel::changedRoles() const
{
    return {Qt::DisplayRole, Qt::ToolTipRole, RawRole, CopyRole, ColorRole, StaleRole, BarsRole};
}

} // namespace projectionist
