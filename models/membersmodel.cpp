// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/membersmodel.h"

#include "models/text.h"
#include "models/verdicttext.h"

#include <map>
#include <set>

namespace projectionist {

namespace {

/// "0-3, 7"
std::string ranges(const std::set<std::int32_t>& numbers)
{
    std::string text;
    for (auto at = numbers.begin(); at != numbers.end();) {
        auto last = at;
        while (std::next(last) != numbers.end() && *std::next(last) == *last + 1)
            ++last;
        text += (text.empty() ? "" : ", ") + std::to_string(*at);
        if (last != at)
            text += '-' + std::to_string(*last);
        at = std::next(last);
    }
    return text;
}

struct Gathered
{
    MemberRow row;
    std::map<std::string, std::set<std::int32_t>> topics;
};

bool isWorse(const TimeLag& lag, const TimeLag& than)
{
    if (lag.origin == LagOrigin::Unknown || than.origin == LagOrigin::Unknown)
        return than.origin == LagOrigin::Unknown && lag.origin != LagOrigin::Unknown;
    return lag.value > than.value;
}

void gather(Gathered& member, const PartitionSample& sample)
{
    ++member.row.partitions;
    member.topics[sample.id.topic].insert(sample.id.partition);
    if (const auto backlog = sample.backlog())
        member.row.backlog = member.row.backlog.value_or(0) + *backlog;
    if (isWorse(sample.lag, member.row.lag))
        member.row.lag = sample.lag;
}

std::vector<MemberRow> membersOf(const ProjectionSample& sample)
{
    if (!sample.group)
        return {};
    std::map<std::string, Gathered> members;
    for (const auto& name : sample.group->memberNames)
        members[name];
    for (const auto& partition : sample.partitions)
        gather(members[partition.owner], partition);
    std::vector<MemberRow> rows;
    for (auto& [name, member] : members) {
        for (const auto& [topic, partitions] : member.topics)
            member.row.assignment +=
                (member.row.assignment.empty() ? "" : ", ") + topic + " [" + ranges(partitions) + ']';
        member.row.key = name;
        rows.push_back(std::move(member.row));
    }
    return rows;
}

QString display(const MemberRow& row, int column)
{
    switch (column) {
    case MembersModel::Member:
        return row.key.empty() ? MembersModel::tr("nobody") : toQString(row.key);
    case MembersModel::Partitions:
        return countText(row.partitions);
    case MembersModel::Backlog:
        return countText(row.backlog);
    case MembersModel::Lag:
        return lagText(row.lag);
    default:
        return toQString(row.assignment);
    }
}

QVariant raw(const MemberRow& row, int column)
{
    switch (column) {
    case MembersModel::Partitions:
        return row.partitions;
    case MembersModel::Backlog:
        return row.backlog ? QVariant(static_cast<qint64>(*row.backlog)) : QVariant();
    case MembersModel::Lag:
        return row.lag.origin == LagOrigin::Unknown ? QVariant() : QVariant(static_cast<qint64>(row.lag.value.count()));
    default:
        return display(row, column);
    }
}

} // namespace

std::uint32_t MemberRow::changedColumns(const MemberRow& next) const
{
    std::uint32_t changed = 0;
    if (partitions != next.partitions)
        changed |= 1U << MembersModel::Partitions;
    if (backlog != next.backlog)
        changed |= 1U << MembersModel::Backlog;
    if (lag != next.lag)
        changed |= 1U << MembersModel::Lag;
    if (assignment != next.assignment)
        changed |= 1U << MembersModel::Assignment;
    return changed;
}

MembersModel::MembersModel(QObject* parent)
    : SortedRowsModel({{tr("Member"), Qt::AlignLeft},
                       {tr("Partitions")},
                       {tr("Backlog")},
                       {tr("Lag (time)")},
                       {tr("Assignment"), Qt::AlignLeft}},
                      parent)
{
}

void MembersModel::setReport(const std::shared_ptr<const ProjectionReport>& report)
{
    merge(report ? membersOf(*report->sample) : std::vector<MemberRow>{}, [](MemberRow&, MemberRow&) {});
}

QVariant MembersModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    const MemberRow& row = rowAt(index.row());
    switch (role) {
    case Qt::DisplayRole:
    case Qt::ToolTipRole:
        return display(row, index.column());
    case RawRole:
        return raw(row, index.column());
    case CopyRole:
        return raw(row, index.column()).toString();
    case OrderRole:
        return 0;
    case ColorRole:
        return static_cast<int>(row.key.empty() ? ColorMeaning::Warning : ColorMeaning::Normal);
    case Qt::TextAlignmentRole:
        return alignment(index.column());
    default:
        return {};
    }
}

QList<int> MembersModel::changedRoles() const
{
    return {Qt::DisplayRole, Qt::ToolTipRole, RawRole, CopyRole};
}

} // namespace projectionist
