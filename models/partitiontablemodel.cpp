// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/partitiontablemodel.h"

#include "models/text.h"
#include "models/verdicttext.h"

#include <cstdlib>

namespace projectionist {

namespace {

QVariant rawOf(const std::optional<Offset>& offset)
{
    return offset ? QVariant(static_cast<qint64>(*offset)) : QVariant();
}

std::optional<Offset> backlogOf(const PartitionRow& row)
{
    const auto* assessment = row.assessment();
    return assessment ? assessment->backlog : row.sample().backlog();
}

TimeLag lagOf(const PartitionRow& row)
{
    const auto* assessment = row.assessment();
    return assessment ? assessment->lag : row.sample().lag;
}

VerdictKind kindOf(const PartitionRow& row)
{
    const auto* assessment = row.assessment();
    return assessment ? assessment->verdict.kind : VerdictKind::Unknown;
}

std::uint32_t conditionsOf(const PartitionRow& row)
{
    const auto* assessment = row.assessment();
    return assessment ? assessment->conditions : NoCondition;
}

std::optional<double> rateOf(const PartitionRow& row, PartitionTableModel::Column column)
{
    const auto* assessment = row.assessment();
    if (!assessment)
        return std::nullopt;
    return column == PartitionTableModel::In ? assessment->inPerSecond : assessment->outPerSecond;
}

/// How far the group is from the checkpoint; nullopt where they agree or only one is known.
std::optional<Offset> groupGap(const PartitionSample& sample)
{
    if (!sample.groupPosition || !sample.checkpointPosition || sample.groupPosition == sample.checkpointPosition)
        return std::nullopt;
    return *sample.groupPosition - *sample.checkpointPosition;
}

QString positionText(const PartitionSample& sample)
{
    const QString text = countText(sample.position());
    const auto gap = groupGap(sample);
    if (!gap)
        return text;
    const auto sign = *gap < 0 ? QStringLiteral("\u2212") : QStringLiteral("+");
    return text + QStringLiteral(" (") + sign + countText(std::abs(*gap)) + QLatin1Char(')');
}

QString positionToolTip(const PartitionSample& sample)
{
    if (!groupGap(sample))
        return {};
    return PartitionTableModel::tr("Checkpoint %1, offset of the group %2")
        .arg(countText(sample.checkpointPosition), countText(sample.groupPosition));
}

QString conditionsText(const PartitionRow& row)
{
    QStringList texts = conditionTexts(conditionsOf(row));
    const auto lost = row.assessment() ? row.assessment()->lost : row.sample().lost();
    if (lost.value_or(0) > 0)
        texts.prepend(*lost == 1 ? PartitionTableModel::tr("1 event lost")
                                 : PartitionTableModel::tr("%1 events lost").arg(countText(lost)));
    if (row.sample().error)
        texts << toQString(row.sample().error->what);
    return texts.join(QStringLiteral("; "));
}

QVariant raw(const PartitionRow& row, int column)
{
    switch (column) {
    case PartitionTableModel::State:
        return rank(kindOf(row));
    case PartitionTableModel::Partition:
        return toQString(row.key.topic) + QStringLiteral(" %1").arg(row.key.partition, 10, 10, QLatin1Char('0'));
    case PartitionTableModel::Position:
        return rawOf(row.sample().position());
    case PartitionTableModel::Head:
        return rawOf(row.sample().head);
    case PartitionTableModel::Backlog:
        return rawOf(backlogOf(row));
    case PartitionTableModel::Lag:
        return lagOf(row).origin == LagOrigin::Unknown ? QVariant()
                                                       : QVariant(static_cast<qint64>(lagOf(row).value.count()));
    case PartitionTableModel::In:
    case PartitionTableModel::Out: {
        const auto rate = rateOf(row, static_cast<PartitionTableModel::Column>(column));
        return rate ? QVariant(*rate) : QVariant();
    }
    case PartitionTableModel::Owner:
        return toQString(row.sample().owner);
    default:
        return conditionsText(row);
    }
}

QString display(const PartitionRow& row, int column)
{
    switch (column) {
    case PartitionTableModel::State:
        return verdictWord(kindOf(row));
    case PartitionTableModel::Partition:
        return toQString(toString(row.key));
    case PartitionTableModel::Position:
        return positionText(row.sample());
    case PartitionTableModel::Head:
        return countText(row.sample().head);
    case PartitionTableModel::Backlog:
        return countText(backlogOf(row));
    case PartitionTableModel::Lag:
        return lagText(lagOf(row));
    case PartitionTableModel::In:
    case PartitionTableModel::Out:
        return rateText(rateOf(row, static_cast<PartitionTableModel::Column>(column)));
    case PartitionTableModel::Owner:
        return row.sample().owner.empty() ? QStringLiteral("\u2014") : toQString(row.sample().owner);
    default:
        return conditionsText(row);
    }
}

ColorMeaning meaning(const PartitionRow& row, int column)
{
    if (column == PartitionTableModel::State)
        return verdictMeaning(kindOf(row));
    if (column == PartitionTableModel::Conditions)
        return row.sample().error ? ColorMeaning::Critical : conditionsMeaning(conditionsOf(row));
    return row.report->sample->fresh ? ColorMeaning::Normal : ColorMeaning::Muted;
}

QString toolTip(const PartitionRow& row, int column)
{
    if (column == PartitionTableModel::State && row.assessment())
        return toQString(row.assessment()->verdict.evidence);
    if (column == PartitionTableModel::Position)
        return positionToolTip(row.sample());
    if (column == PartitionTableModel::Lag)
        return lagOriginText(lagOf(row).origin);
    if (column == PartitionTableModel::Conditions && row.sample().error)
        return toQString(toString(*row.sample().error));
    return {};
}

} // namespace

const PartitionAssessment* PartitionRow::assessment() const
{
    const auto& all = report->assessment.partitions;
    return at < all.size() ? &all[at] : nullptr;
}

std::uint32_t PartitionRow::changedColumns(const PartitionRow& next) const
{
    if (report == next.report && at == next.at)
        return 0;
    if (report->sample->fresh != next.report->sample->fresh)
        return (1U << PartitionTableModel::ColumnCount) - 1;
    const auto differs = [&](PartitionTableModel::Column column) {
        return raw(*this, column) != raw(next, column) ? 1U << column : 0U;
    };
    std::uint32_t changed = 0;
    for (const PartitionTableModel::Column column :
         {PartitionTableModel::State, PartitionTableModel::Head, PartitionTableModel::Backlog, PartitionTableModel::In,
          PartitionTableModel::Out})
        changed |= differs(column);
    const PartitionSample& a = sample();
    const PartitionSample& b = next.sample();
    if (a.groupPosition != b.groupPosition || a.checkpointPosition != b.checkpointPosition)
        changed |= 1U << PartitionTableModel::Position;
    if (lagOf(*this) != lagOf(next))
        changed |= 1U << PartitionTableModel::Lag;
    if (a.owner != b.owner)
        changed |= 1U << PartitionTableModel::Owner;
    if (conditionsOf(*this) != conditionsOf(next) || a.error != b.error || a.lost() != b.lost())
        changed |= 1U << PartitionTableModel::Conditions;
    const auto* before = assessment();
    const auto* after = next.assessment();
    if ((before == nullptr) != (after == nullptr) || (before && before->verdict != after->verdict))
        changed |= 1U << PartitionTableModel::State;
    return changed;
}

PartitionTableModel::PartitionTableModel(QObject* parent)
    : SortedRowsModel({{tr("State"), Qt::AlignLeft},
                       {tr("Partition"), Qt::AlignLeft},
                       {tr("Position")},
                       {tr("Head")},
                       {tr("Backlog")},
                       {tr("Lag (time)")},
                       {tr("In /s")},
                       {tr("Out /s")},
                       {tr("Owner"), Qt::AlignLeft},
                       {tr("Conditions"), Qt::AlignLeft}},
                      parent)
{
}

void PartitionTableModel::setReport(const std::shared_ptr<const ProjectionReport>& report)
{
    std::vector<PartitionRow> next;
    if (report) {
        next.reserve(report->sample->partitions.size());
        for (std::size_t i = 0; i < report->sample->partitions.size(); ++i)
            next.push_back({report->sample->partitions[i].id, report, i});
    }
    merge(std::move(next), [](PartitionRow&, PartitionRow&) {});
}

QVariant PartitionTableModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    const PartitionRow& row = rowAt(index.row());
    const int column = index.column();
    switch (role) {
    case Qt::DisplayRole:
        return display(row, column);
    case RawRole:
        return raw(row, column);
    case OrderRole:
        return column == State ? QVariant(rank(kindOf(row))) : QVariant();
    case CopyRole:
        return column == State || column == Partition ? display(row, column) : raw(row, column).toString();
    case ColorRole:
        return static_cast<int>(meaning(row, column));
    case VerdictRole:
        return static_cast<int>(kindOf(row));
    case StaleRole:
        return !row.report->sample->fresh;
    case Qt::ToolTipRole:
        return toolTip(row, column);
    case Qt::TextAlignmentRole:
        return alignment(column);
    default:
        return {};
    }
}

QList<int> PartitionTableModel::changedRoles() const
{
    return {Qt::DisplayRole, Qt::ToolTipRole, RawRole, OrderRole, CopyRole, ColorRole, VerdictRole, StaleRole};
}

} // namespace projectionist
