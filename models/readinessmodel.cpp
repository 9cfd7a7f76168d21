// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/readinessmodel.h"

#include "backend/core/format.h"
#include "models/checktext.h"
#include "models/lettertext.h"
#include "models/text.h"

namespace projectionist {

namespace {

const QString noDrillValue = QStringLiteral("\u2014");
constexpr qsizetype longestSentence = 1000;

bool hasResult(const DrillStanding& standing)
{
    return standing.last && standing.last->state == CheckRunState::Finished;
}

ColorMeaning meaningOf(const DrillStanding& standing)
{
    if (standing.running || standing.waiting)
        return ColorMeaning::Info;
    if (hasResult(standing))
        return standing.last->result.passed ? ColorMeaning::Good : ColorMeaning::Critical;
    return standing.last && standing.last->state == CheckRunState::Failed ? ColorMeaning::Warning : ColorMeaning::Muted;
}

QVariant rawDrillValue(const DrillStanding& standing, int column)
{
    switch (column) {
    case ReadinessModel::Projection:
        return toQString(standing.projection);
    case ReadinessModel::Drill:
        return toQString(std::string(toString(standing.kind)));
    case ReadinessModel::Result:
        return drillState(standing);
    case ReadinessModel::LastRun:
        return standing.last ? QVariant(static_cast<qint64>(standing.last->began.time_since_epoch().count()))
                             : QVariant();
    case ReadinessModel::Events:
        return hasResult(standing) ? QVariant(static_cast<qint64>(standing.last->result.events)) : QVariant();
    case ReadinessModel::Took:
        return hasResult(standing) ? QVariant(static_cast<qint64>(standing.last->result.took.count())) : QVariant();
    case ReadinessModel::By:
        return standing.last ? QVariant(toQString(standing.last->by)) : QVariant();
    default:
        return {};
    }
}

QString cellWords(const Cell& cell)
{
    return cell ? u'"' + strangersText(*cell, 200) + u'"' : QStringLiteral("NULL");
}

QString differenceWords(const CheckResult& compared, const RowDifference& one)
{
    QStringList key;
    for (const auto& value : one.key)
        key << strangersText(value, 200);
    QString line = toQString(std::string(one.kind())) + u' ' + key.join(QStringLiteral(", "));
    for (const auto column : one.differing)
        line += ReadinessModel::tr("; %1: %2 instead of %3")
                    .arg(strangersText(compared.columns[column], 80), cellWords((*one.actual)[column]),
                         cellWords((*one.expected)[column]));
    return line;
}

} // namespace

QString drillPurpose(DrillKind kind)
{
    switch (kind) {
    case DrillKind::Idempotency:
        return ReadinessModel::tr("The first events are applied, and then all of them once more: the rows have to stay "
                                  "the same, byte by byte.");
    case DrillKind::CrashRecovery:
        return ReadinessModel::tr("A worker is killed in the middle, again and again: its rows have to be those of one "
                                  "that was never killed.");
    case DrillKind::CheckpointAtomicity:
        return ReadinessModel::tr("A worker's session is ended between its rows and its positions: neither may have "
                                  "moved.");
    case DrillKind::Reprojection:
        return ReadinessModel::tr("The rows are built beside, from the log's start, and compared with the table in "
                                  "use.");
    }
    return {};
}

QString drillState(const DrillStanding& standing)
{
    if (standing.running)
        return standing.running->total > 0
                   ? ReadinessModel::tr("%1: %2 of %3 events")
                         .arg(toQString(standing.running->doing), toQString(formatNumber(standing.running->events)),
                              toQString(formatNumber(standing.running->total)))
               : standing.running->doing.empty() ? ReadinessModel::tr("it begins")
                                                 : toQString(standing.running->doing);
    if (standing.waiting)
        return ReadinessModel::tr("waits for another drill to end");
    if (!standing.last)
        return standing.obstacle ? ReadinessModel::tr("cannot be run: %1").arg(toQString(standing.obstacle->why))
                                 : ReadinessModel::tr("never run");
    const auto word = toQString(std::string(standing.last->outcome()));
    if (standing.last->state == CheckRunState::Failed)
        return word + QStringLiteral(": ") + strangersText(standing.last->error, 300);
    return hasResult(standing) && standing.last->result.differing > 0
               ? ReadinessModel::tr("%1: %2 rows differ")
                     .arg(word, toQString(formatNumber(standing.last->result.differing)))
               : word;
}

QString drillDetail(const DrillStanding& standing, Zone zone)
{
    QStringList lines{drillPurpose(standing.kind), {}};
    if (standing.obstacle)
        lines << ReadinessModel::tr("It cannot be run: %1.").arg(strangersText(standing.obstacle->why, longestSentence))
              << strangersText(standing.obstacle->next, longestSentence) << QString();
    if (standing.last) {
        const auto& last = *standing.last;
        lines << ReadinessModel::tr("Run %1, %2, by %3: %4")
                     .arg(last.number)
                     .arg(dateTimeText(last.began, zone), strangersText(last.by, 80),
                          toQString(std::string(last.outcome())));
        if (!last.error.empty())
            lines << strangersText(last.error, longestSentence);
        for (const auto& sentence : last.result.seen)
            lines << strangersText(sentence, longestSentence);
        for (const auto& one : last.result.compared.differences)
            lines << differenceWords(last.result.compared, one);
    }
    return lines.join(u'\n').trimmed();
}

std::uint32_t ReadinessRow::changedColumns(const ReadinessRow& next) const
{
    constexpr std::uint32_t all = (1U << ReadinessModel::ColumnCount) - 1;
    const auto stateOf = [](const DrillStanding& one) {
        return std::tuple(one.projection, one.kind, one.last ? one.last->number : 0, drillState(one));
    };
    return stateOf(standing) == stateOf(next.standing) ? 0 : all;
}

ReadinessModel::ReadinessModel(QObject* parent)
    : SortedRowsModel({{tr("Projection"), Qt::AlignLeft},
                       {tr("Drill"), Qt::AlignLeft},
                       {tr("Result"), Qt::AlignLeft},
                       {tr("Last run")},
                       {tr("Events")},
                       {tr("Took")},
                       {tr("By"), Qt::AlignLeft}},
                      parent)
{
}

void ReadinessModel::setBoard(const DrillBoard& board, TimePoint now, Zone zone)
{
    m_zone = zone;
    std::vector<ReadinessRow> next;
    for (const auto& standing : board.drills)
        next.push_back({next.size(), standing});
    merge(std::move(next), [](ReadinessRow&, ReadinessRow&) {});
    setNow(now);
}

void ReadinessModel::setNow(TimePoint now)
{
    m_now = now;
    if (rowCount() > 0)
        emit dataChanged(index(0, LastRun), index(rowCount() - 1, LastRun), {Qt::DisplayRole});
}

int ReadinessModel::rowOf(const std::string& projection, DrillKind kind) const
{
    for (const auto& row : rows())
        if (row.standing.projection == projection && row.standing.kind == kind)
            return static_cast<int>(row.key);
    return -1;
}

QString ReadinessModel::display(const DrillStanding& standing, int column) const
{
    switch (column) {
    case Projection:
        return strangersText(standing.projection, 120);
    case LastRun:
        return standing.last ? agoText(standing.last->began, m_now) : tr("never");
    case Events:
        return hasResult(standing) ? toQString(formatNumber(standing.last->result.events)) : noDrillValue;
    case Took:
        return hasResult(standing) ? toQString(formatDuration(standing.last->result.took)) : noDrillValue;
    case By:
        return standing.last ? strangersText(standing.last->by, 80) : QString();
    default:
        return rawDrillValue(standing, column).toString();
    }
}

QVariant ReadinessModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    const auto& standing = standingAt(index.row());
    const int column = index.column();
    switch (role) {
    case Qt::DisplayRole:
        return display(standing, column);
    case RawRole:
        return rawDrillValue(standing, column);
    case OrderRole:
        return column == Projection ? QVariant(index.row()) : QVariant();
    case CopyRole:
        return column == LastRun ? QVariant(standing.last ? toQString(formatRfc3339(standing.last->began)) : QString())
                                 : QVariant(rawDrillValue(standing, column).toString());
    case ColorRole:
        return static_cast<int>(column == Result ? meaningOf(standing) : ColorMeaning::Normal);
    case StaleRole:
        return false;
    case Qt::ToolTipRole:
        return column == LastRun && standing.last
                   ? dateTimeText(standing.last->began, m_zone)
                   : (column == Drill ? drillPurpose(standing.kind) : display(standing, column)).toHtmlEscaped();
    case Qt::TextAlignmentRole:
        return alignment(column);
    default:
        return {};
    }
}

QList<int> ReadinessModel::changedRoles() const
{
    return {Qt::DisplayRole, Qt::ToolTipRole, RawRole, CopyRole, ColorRole};
}

} // namespace projectionist
