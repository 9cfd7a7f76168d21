// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/projectiontablemodel.h"

#include "backend/core/format.h"
#include "models/text.h"
#include "models/verdicttext.h"

namespace projectionist {

namespace {

constexpr std::uint32_t bit(ProjectionTableModel::Column column)
{
    return 1U << column;
}
constexpr std::uint32_t allColumns = (1U << ProjectionTableModel::ColumnCount) - 1;

VerdictKind kindOf(const ProjectionRow& row)
{
    return row.report ? row.report->assessment.verdict.kind : VerdictKind::Unknown;
}

bool isStale(const ProjectionRow& row)
{
    return !row.report || !row.report->sample->fresh || kindOf(row) == VerdictKind::Unknown;
}

std::optional<Duration> knownLag(const ProjectionRow& row)
{
    if (!row.report || row.report->assessment.lag.origin == LagOrigin::Unknown)
        return std::nullopt;
    return row.report->assessment.lag.value;
}

/// Worst first within a verdict: the rank weighs more than any lag.
qint64 badness(const ProjectionRow& row)
{
    constexpr qint64 most = 999'999'999'999;
    const qint64 lag = knownLag(row).value_or(Duration(0)).count();
    return rank(kindOf(row)) * (most + 1) + std::clamp<qint64>(lag, 0, most);
}

template<typename T>
QVariant rawOf(const std::optional<T>& value)
{
    return value ? QVariant::fromValue(*value) : QVariant();
}

QVariant raw(const ProjectionRow& row, int column)
{
    if (column == ProjectionTableModel::State)
        return badness(row);
    if (column == ProjectionTableModel::Name)
        return toQString(row.key);
    if (column == ProjectionTableModel::Dead)
        return row.dead ? QVariant(static_cast<qulonglong>(*row.dead)) : QVariant();
    if (column == ProjectionTableModel::Drift)
        return row.drift && row.drift->verified > 0 ? QVariant(static_cast<qint64>(row.drift->differences))
                                                    : QVariant();
    if (!row.report)
        return {};
    const Assessment& assessment = row.report->assessment;
    switch (column) {
    case ProjectionTableModel::Lag:
        return knownLag(row) ? QVariant(static_cast<qint64>(knownLag(row)->count())) : QVariant();
    case ProjectionTableModel::Backlog:
        return assessment.backlog ? QVariant(static_cast<qint64>(*assessment.backlog)) : QVariant();
    case ProjectionTableModel::In:
        return rawOf(assessment.inPerSecond);
    case ProjectionTableModel::Out:
        return rawOf(assessment.outPerSecond);
    case ProjectionTableModel::LagHistory:
        return static_cast<double>(row.past.highest());
    case ProjectionTableModel::Sampled:
        return static_cast<qint64>(row.report->sample->at.time_since_epoch().count());
    default:
        return {};
    }
}

/// Soonest relief first, then what never comes.
QVariant rawForecast(const ProjectionRow& row)
{
    if (!row.report)
        return {};
    const Forecast& forecast = row.report->assessment.forecast;
    switch (forecast.kind) {
    case Forecast::Kind::Now:
        return qint64{0};
    case Forecast::Kind::CatchesUp:
    case Forecast::Kind::Breaches:
        return static_cast<qint64>(forecast.in.count());
    case Forecast::Kind::NotConverging:
        return std::numeric_limits<qint64>::max();
    case Forecast::Kind::None:
        break;
    }
    return {};
}

/// While letters are still being read there may be more than are counted.
QString deadText(const ProjectionRow& row)
{
    if (!row.dead)
        return QStringLiteral("\u2014");
    const auto count = toQString(formatCount(static_cast<std::int64_t>(*row.dead)));
    return row.deadCounted ? count : QStringLiteral("\u2265\u202f") + count;
}

QString display(const ProjectionRow& row, int column, TimePoint now)
{
    if (column == ProjectionTableModel::State)
        return verdictWord(kindOf(row));
    if (column == ProjectionTableModel::Name)
        return toQString(row.key);
    if (column == ProjectionTableModel::LagHistory)
        return {};
    if (column == ProjectionTableModel::Dead)
        return deadText(row);
    if (column == ProjectionTableModel::Drift)
        return row.drift ? driftText(*row.drift) : QStringLiteral("\u2014");
    if (!row.report)
        return QStringLiteral("\u2014");
    const Assessment& assessment = row.report->assessment;
    const bool stale = !row.report->sample->fresh;
    switch (column) {
    case ProjectionTableModel::Lag:
        // An old number is never shown as if it were today's.
        return stale ? ProjectionTableModel::tr("last %1 ago").arg(ageText(row.report->sample->at, now))
                     : lagText(assessment.lag);
    case ProjectionTableModel::Backlog:
        return stale ? QStringLiteral("\u2014") : countText(assessment.backlog);
    case ProjectionTableModel::In:
        return stale ? QStringLiteral("\u2014") : rateText(assessment.inPerSecond);
    case ProjectionTableModel::Out:
        return stale ? QStringLiteral("\u2014") : rateText(assessment.outPerSecond);
    case ProjectionTableModel::CatchesUp:
        return stale ? QStringLiteral("\u2014") : catchUpText(assessment.forecast);
    case ProjectionTableModel::Sampled:
        return ageText(row.report->sample->at, now);
    default:
        return {};
    }
}

QString copied(const ProjectionRow& row, int column)
{
    switch (column) {
    case ProjectionTableModel::State:
        return verdictWord(kindOf(row));
    case ProjectionTableModel::CatchesUp:
        return row.report ? catchUpText(row.report->assessment.forecast) : QString();
    case ProjectionTableModel::Sampled:
        return row.report ? toQString(formatRfc3339(row.report->sample->at)) : QString();
    default:
        return raw(row, column).toString();
    }
}

ColorMeaning meaning(const ProjectionRow& row, int column)
{
    if (column == ProjectionTableModel::State)
        return verdictMeaning(kindOf(row));
    if (column == ProjectionTableModel::Sampled)
        return isStale(row) ? ColorMeaning::Critical : ColorMeaning::Muted;
    if (column == ProjectionTableModel::Dead)
        return row.dead.value_or(0) > 0 ? ColorMeaning::Critical : ColorMeaning::Muted;
    if (column == ProjectionTableModel::Drift)
        return row.drift ? driftMeaning(*row.drift) : ColorMeaning::Muted;
    if (isStale(row))
        return ColorMeaning::Muted;
    if (column == ProjectionTableModel::CatchesUp)
        return forecastMeaning(row.report->assessment.forecast);
    if (column == ProjectionTableModel::LagHistory)
        return verdictMeaning(kindOf(row));
    const auto& objective = row.report->objective;
    if (column == ProjectionTableModel::Lag && objective && knownLag(row) > objective)
        return verdictMeaning(kindOf(row)) == ColorMeaning::Critical ? ColorMeaning::Critical : ColorMeaning::Warning;
    return ColorMeaning::Normal;
}

QString toolTip(const ProjectionRow& row, int column, TimePoint now)
{
    if (column == ProjectionTableModel::Dead)
        return !row.dead         ? ProjectionTableModel::tr("No dead letters were counted yet.")
               : row.deadCounted ? ProjectionTableModel::tr("Dead letters of this projection that are there.")
                                 : ProjectionTableModel::tr("Dead letters so far; they are still being read.");
    if (column == ProjectionTableModel::Drift)
        return row.drift ? driftDetails(*row.drift, now)
                         : ProjectionTableModel::tr("No check of the workspace belongs to this projection.");
    if (!row.report)
        return ProjectionTableModel::tr("No cycle has sampled this projection yet.");
    const Verdict& verdict = row.report->assessment.verdict;
    const auto& error = row.report->sample->error;
    switch (column) {
    case ProjectionTableModel::State:
        return verdictSince(verdict, now, Zone::Utc) + u'\n' + toQString(verdict.evidence);
    case ProjectionTableModel::Lag: {
        QString text = lagOriginText(row.report->assessment.lag.origin);
        if (row.report->objective)
            text += u'\n' + ProjectionTableModel::tr("Objective %1.").arg(durationText(*row.report->objective));
        return text;
    }
    case ProjectionTableModel::Sampled:
        return dateTimeText(row.report->sample->at, Zone::Utc) +
               (error ? u'\n' + toQString(toString(*error)) : QString());
    default:
        return {};
    }
}

std::uint32_t changedInReport(const ProjectionReport& a, const ProjectionReport& b)
{
    const Assessment& x = a.assessment;
    const Assessment& y = b.assessment;
    std::uint32_t changed = 0;
    if (x.verdict != y.verdict)
        changed |= bit(ProjectionTableModel::State);
    if (x.verdict.kind != y.verdict.kind || a.sample->fresh != b.sample->fresh || a.objective != b.objective)
        changed |= allColumns;
    if (x.lag != y.lag)
        changed |= bit(ProjectionTableModel::Lag) | bit(ProjectionTableModel::State);
    if (x.backlog != y.backlog)
        changed |= bit(ProjectionTableModel::Backlog);
    if (x.inPerSecond != y.inPerSecond)
        changed |= bit(ProjectionTableModel::In);
    if (x.outPerSecond != y.outPerSecond)
        changed |= bit(ProjectionTableModel::Out);
    if (x.forecast != y.forecast)
        changed |= bit(ProjectionTableModel::CatchesUp);
    if (a.sample->at != b.sample->at || a.sample->error != b.sample->error)
        changed |= bit(ProjectionTableModel::Sampled);
    return changed;
}

} // namespace

std::uint32_t ProjectionRow::changedColumns(const ProjectionRow& next) const
{
    std::uint32_t changed = version == next.version ? 0 : bit(ProjectionTableModel::Name);
    if (!(past == next.past))
        changed |= bit(ProjectionTableModel::LagHistory);
    if (dead != next.dead || deadCounted != next.deadCounted)
        changed |= bit(ProjectionTableModel::Dead);
    if (drift != next.drift)
        changed |= bit(ProjectionTableModel::Drift);
    if (report == next.report)
        return changed;
    return changed | (report && next.report ? changedInReport(*report, *next.report) : allColumns);
}

ProjectionTableModel::ProjectionTableModel(TimePoint now, QObject* parent)
    : SortedRowsModel({{tr("State"), Qt::AlignLeft},
                       {tr("Projection"), Qt::AlignLeft},
                       {tr("Lag (time)")},
                       {tr("Backlog")},
                       {tr("In /s")},
                       {tr("Out /s")},
                       {tr("Lag, last hour"), Qt::AlignLeft},
                       {tr("Catches up")},
                       {tr("Dead")},
                       {tr("Drift"), Qt::AlignLeft},
                       {tr("Sampled")}},
                      parent)
    , m_now(now)
{
}

void ProjectionTableModel::setProjections(const std::vector<ProjectionSettings>& projections)
{
    std::vector<ProjectionRow> next;
    next.reserve(projections.size());
    for (const auto& settings : projections)
        next.push_back({settings.name, settings.version, nullptr, {}});
    std::sort(next.begin(), next.end(), [](const auto& a, const auto& b) { return a.key < b.key; });
    next.erase(std::unique(next.begin(), next.end(), [](const auto& a, const auto& b) { return a.key == b.key; }),
               next.end());
    merge(std::move(next), [](ProjectionRow& old, ProjectionRow& row) {
        row.report = old.report;
        row.past = old.past;
        row.dead = old.dead;
        row.deadCounted = old.deadCounted;
        row.drift = old.drift;
    });
}

void ProjectionTableModel::setSnapshot(const std::shared_ptr<const Snapshot>& snapshot)
{
    std::vector<ProjectionRow> next;
    next.reserve(snapshot->projections.size());
    for (const auto& report : snapshot->projections)
        next.push_back({report->sample->projection, {}, report, {}});
    std::sort(next.begin(), next.end(), [](const auto& a, const auto& b) { return a.key < b.key; });
    merge(std::move(next), [](ProjectionRow& old, ProjectionRow& row) {
        row.version = old.version;
        row.past = old.past;
        row.dead = old.dead;
        row.deadCounted = old.deadCounted;
        row.drift = old.drift;
        const ProjectionSample& sample = *row.report->sample;
        if (sample.fresh)
            row.past.add(sample.at, knownLag(row));
    });
}

void ProjectionTableModel::addPast(const std::string& projection, const std::vector<HistoryPoint>& points)
{
    const int at = rowOf(projection);
    if (at < 0)
        return;
    ProjectionRow next = rowAt(at);
    for (const auto& point : points)
        next.past.add(point.at, point.lagMax);
    const std::uint32_t changed = rowAt(at).changedColumns(next);
    rowAt(at) = std::move(next);
    announce(at, at, changed);
}

void ProjectionTableModel::addPast(const std::string& projection, const std::vector<RetroactivePoint>& points)
{
    std::vector<HistoryPoint> converted(points.size());
    for (std::size_t i = 0; i < points.size(); ++i) {
        converted[i].at = points[i].at;
        if (points[i].lag.origin != LagOrigin::Unknown)
            converted[i].lagMax = points[i].lag.value;
    }
    addPast(projection, converted);
}

void ProjectionTableModel::setLetters(const std::map<std::string, std::uint64_t>& counts, bool complete)
{
    for (int i = 0; i < rowCount(); ++i) {
        const auto found = counts.find(rowAt(i).key);
        setDead(i, found == counts.end() ? 0 : found->second, complete);
    }
}

void ProjectionTableModel::forgetLetters()
{
    for (int i = 0; i < rowCount(); ++i)
        setDead(i, std::nullopt, false);
}

void ProjectionTableModel::setDead(int row, std::optional<std::uint64_t> dead, bool complete)
{
    auto& now = rowAt(row);
    if (now.dead == dead && now.deadCounted == complete)
        return;
    now.dead = dead;
    now.deadCounted = complete;
    announce(row, row, bit(Dead));
}

void ProjectionTableModel::setDrift(const std::map<std::string, ProjectionDrift>& drift)
{
    for (int i = 0; i < rowCount(); ++i) {
        const auto found = drift.find(rowAt(i).key);
        const auto next = found == drift.end() ? std::nullopt : std::optional(found->second);
        if (rowAt(i).drift == next)
            continue;
        rowAt(i).drift = next;
        announce(i, i, bit(Drift));
    }
}

void ProjectionTableModel::tick(TimePoint now)
{
    m_now = now;
    if (rows().empty())
        return;
    emit dataChanged(index(0, Sampled), index(rowCount() - 1, Sampled), {Qt::DisplayRole});
    for (int row = 0; row < rowCount(); ++row)
        if (rowAt(row).report && !rowAt(row).report->sample->fresh)
            emit dataChanged(index(row, Lag), index(row, Lag), {Qt::DisplayRole});
}

QString ProjectionTableModel::projectionAt(int row) const
{
    return toQString(rowAt(row).key);
}

int ProjectionTableModel::rowOf(const std::string& projection) const
{
    const auto found = std::lower_bound(rows().begin(), rows().end(), projection,
                                        [](const auto& row, const std::string& key) { return row.key < key; });
    return found != rows().end() && found->key == projection ? static_cast<int>(found - rows().begin()) : -1;
}

int ProjectionTableModel::worstRow() const
{
    const auto worst = std::max_element(rows().begin(), rows().end(),
                                        [](const auto& a, const auto& b) { return badness(a) < badness(b); });
    return worst == rows().end() ? -1 : static_cast<int>(worst - rows().begin());
}

QVariant ProjectionTableModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    const ProjectionRow& row = rowAt(index.row());
    const int column = index.column();
    switch (role) {
    case Qt::DisplayRole:
        return display(row, column, m_now);
    case RawRole:
        return column == CatchesUp ? rawForecast(row) : raw(row, column);
    case OrderRole:
        return column == State ? QVariant(rank(kindOf(row))) : QVariant();
    case CopyRole:
        return copied(row, column);
    case ColorRole:
        return static_cast<int>(meaning(row, column));
    case VerdictRole:
        return static_cast<int>(kindOf(row));
    case SecondaryRole:
        return column == Name ? QVariant(toQString(row.version)) : QVariant();
    case SparklineRole:
        return column == LagHistory ? QVariant::fromValue(row.past) : QVariant();
    case StaleRole:
        return isStale(row);
    case Qt::ToolTipRole:
        return toolTip(row, column, m_now);
    case Qt::AccessibleTextRole:
        return column == LagHistory ? tr("highest in the last hour %1")
                                          .arg(durationText(Duration(static_cast<std::int64_t>(row.past.highest()))))
                                    : display(row, column, m_now);
    case Qt::TextAlignmentRole:
        return alignment(column);
    default:
        return {};
    }
}

QList<int> ProjectionTableModel::changedRoles() const
{
    return {Qt::DisplayRole, Qt::ToolTipRole, RawRole,       OrderRole,     CopyRole,
            ColorRole,       VerdictRole,     SecondaryRole, SparklineRole, StaleRole};
}

} // namespace projectionist
