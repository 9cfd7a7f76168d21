// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/lettergroupmodel.h"

#include "backend/core/format.h"
#include "backend/deadletter/filteredit.h"
#include "models/lettertext.h"
#include "models/text.h"

#include <bit>

namespace projectionist {

namespace {

qint64 millisOf(TimePoint time)
{
    return time.time_since_epoch().count();
}

QString failureWords(const GroupView& group)
{
    // Letters without an exception are told by their message, or by where they come from.
    if (!group.reason.exception.empty() || !group.example.exception.empty())
        return shortException(group.reason.exception.empty() ? group.example.exception : group.reason.exception);
    if (!group.reason.rule.empty())
        return strangersText(group.reason.rule, 120);
    return LetterGroupModel::tr("Failure not told");
}

QString frameWords(const GroupView& group)
{
    const auto& frame = group.reason.frame.empty() ? group.example.frame : group.reason.frame;
    if (frame.empty())
        return {};
    // Class and method; packages say little to those who know the code.
    std::string_view shown = frame;
    if (const auto dot = shown.rfind('.'); dot != std::string_view::npos && dot > 0)
        if (const auto before = shown.rfind('.', dot - 1); before != std::string_view::npos)
            shown.remove_prefix(before + 1);
    return LetterGroupModel::tr("in %1").arg(strangersText(shown, 160));
}

QString patternWords(const GroupView& group)
{
    const auto& pattern = group.example.messagePattern.empty() ? group.reason.message : group.example.messagePattern;
    const auto event = group.reason.eventType.empty() ? group.example.eventType : group.reason.eventType;
    const auto words = strangersText(pattern);
    if (event.empty())
        return words;
    return words.isEmpty() ? strangersText(event) : strangersText(event) + QStringLiteral(" \u00b7 ") + words;
}

QVariant rawCell(const GroupView& group, int column)
{
    const auto& numbers = group.numbers;
    switch (column) {
    case LetterGroupModel::Failure:
        return failureWords(group) + u' ' + frameWords(group);
    case LetterGroupModel::Count:
        return static_cast<qulonglong>(numbers.count);
    case LetterGroupModel::Arrivals:
        return numbers.arrivals.back();
    case LetterGroupModel::First:
        return numbers.first ? QVariant(millisOf(*numbers.first)) : QVariant();
    case LetterGroupModel::Last:
        return numbers.last ? QVariant(millisOf(*numbers.last)) : QVariant();
    case LetterGroupModel::Projection:
        return namesText(group.projections);
    case LetterGroupModel::Consumer:
        return namesText(group.consumers);
    case LetterGroupModel::Attempts:
        return numbers.mostAttempts ? QVariant(static_cast<qint64>(*numbers.mostAttempts)) : QVariant();
    case LetterGroupModel::Expires:
        return group.expires() ? QVariant(millisOf(*group.expires())) : QVariant();
    default:
        return {};
    }
}

QString arrivalWords(const GroupView& group)
{
    std::uint64_t day = 0;
    for (const auto count : group.numbers.arrivals)
        day += count;
    auto text = LetterGroupModel::tr("%1 within 24 hours, %2 of them in this hour")
                    .arg(toQString(formatNumber(static_cast<std::int64_t>(day))))
                    .arg(group.numbers.arrivals.back());
    if (group.numbers.undated > 0)
        text += LetterGroupModel::tr("; of %1 nobody knows when").arg(group.numbers.undated);
    return text;
}

QString copiedCell(const GroupView& group, int column)
{
    const auto& numbers = group.numbers;
    switch (column) {
    case LetterGroupModel::Failure:
        return toQString(group.reason.exception) + u' ' + toQString(group.reason.frame);
    case LetterGroupModel::First:
        return numbers.first ? toQString(formatRfc3339(*numbers.first)) : QString();
    case LetterGroupModel::Last:
        return numbers.last ? toQString(formatRfc3339(*numbers.last)) : QString();
    case LetterGroupModel::Expires:
        return group.expires() ? toQString(formatRfc3339(*group.expires())) : QString();
    default:
        return rawCell(group, column).toString();
    }
}

QString namesWithCounts(const std::vector<NamedCount>& names)
{
    QStringList lines;
    for (const auto& name : names)
        lines << QStringLiteral("%1: %2").arg(name.name.empty() ? LetterGroupModel::tr("not known")
                                                                : strangersText(name.name, 120),
                                              toQString(formatNumber(static_cast<std::int64_t>(name.count))));
    constexpr qsizetype most = 20;
    if (lines.size() > most) {
        const auto more = lines.size() - most;
        lines.resize(most);
        lines << LetterGroupModel::tr("and %1 more").arg(more);
    }
    return lines.join(u'\n');
}

} // namespace

QString LetterGroupModel::toolTip(const GroupView& group, int column) const
{
    switch (column) {
    case Failure:
        return groupReasonText(group.reason) + u'\n' +
               tr("Example: %1").arg(strangersText(group.example.exception, 200));
    case Arrivals:
        return arrivalWords(group);
    case Projection:
        return namesWithCounts(group.projections);
    case Consumer:
        return namesWithCounts(group.consumers);
    case Expires: {
        const auto line = [this](const QString& text, std::optional<TimePoint> time) {
            return text.arg(time ? letterTimeText(time, m_now, m_zone, false) : tr("not by time, or not known"));
        };
        return line(tr("The broker may delete the first of these letters: %1"), group.lettersExpire) + u'\n' +
               line(tr("and the first of the events that failed: %1"), group.originalsExpire);
    }
    default:
        return {};
    }
}

bool LetterGroupModel::expiresSoon(const GroupView& group) const
{
    return group.expires() && *group.expires() - m_now < expiryWarning;
}

std::uint32_t LetterGroupRow::changedColumns(const LetterGroupRow& next) const
{
    const auto bit = [](LetterGroupModel::Column column) { return 1U << column; };
    std::uint32_t changed = 0;
    if (view.reason != next.view.reason || view.example.messagePattern != next.view.example.messagePattern)
        changed |= bit(LetterGroupModel::Failure);
    const auto& a = view.numbers;
    const auto& b = next.view.numbers;
    if (a.count != b.count)
        changed |= bit(LetterGroupModel::Count) | bit(LetterGroupModel::Failure); // the order may change with it
    if (a.arrivals != b.arrivals)
        changed |= bit(LetterGroupModel::Arrivals);
    if (a.first != b.first)
        changed |= bit(LetterGroupModel::First);
    if (a.last != b.last)
        changed |= bit(LetterGroupModel::Last);
    if (view.projections != next.view.projections)
        changed |= bit(LetterGroupModel::Projection);
    if (view.consumers != next.view.consumers)
        changed |= bit(LetterGroupModel::Consumer);
    if (a.fewestAttempts != b.fewestAttempts || a.mostAttempts != b.mostAttempts)
        changed |= bit(LetterGroupModel::Attempts);
    if (view.lettersExpire != next.view.lettersExpire || view.originalsExpire != next.view.originalsExpire)
        changed |= bit(LetterGroupModel::Expires);
    return changed;
}

LetterGroupModel::LetterGroupModel(QObject* parent)
    : SortedRowsModel({{tr("Failure group"), Qt::AlignLeft},
                       {tr("Count")},
                       {tr("Last 24 h"), Qt::AlignLeft},
                       {tr("First"), Qt::AlignLeft},
                       {tr("Last"), Qt::AlignLeft},
                       {tr("Projection"), Qt::AlignLeft},
                       {tr("Consumer"), Qt::AlignLeft},
                       {tr("Tries")},
                       {tr("Expires in")}},
                      parent)
{
}

void LetterGroupModel::setGroups(const std::vector<GroupView>& groups, TimePoint now, Zone zone)
{
    const bool otherDay = toDateTime(now, zone).date() != toDateTime(m_now, m_zone).date();
    const bool otherMinute = now - m_now >= std::chrono::minutes(1) || now < m_now;
    m_now = now;
    std::vector<LetterGroupRow> next;
    next.reserve(groups.size());
    for (const auto& group : groups)
        next.push_back({group.group, group});
    std::sort(next.begin(), next.end(), [](const auto& a, const auto& b) { return a.key < b.key; });
    merge(std::move(next), [](LetterGroupRow&, LetterGroupRow&) {});
    if (otherDay || zone != m_zone)
        setZone(zone);
    if (otherMinute && rowCount() > 0)
        emit dataChanged(index(0, Expires), index(rowCount() - 1, Expires), {Qt::DisplayRole, ColorRole});
}

void LetterGroupModel::setZone(Zone zone)
{
    m_zone = zone;
    if (rowCount() > 0)
        emit dataChanged(index(0, First), index(rowCount() - 1, Last), {Qt::DisplayRole});
}

int LetterGroupModel::rowOf(std::uint32_t group) const
{
    const auto found = std::lower_bound(rows().begin(), rows().end(), group,
                                        [](const auto& row, std::uint32_t key) { return row.key < key; });
    return found != rows().end() && found->key == group ? static_cast<int>(found - rows().begin()) : -1;
}

std::optional<FilterNode> LetterGroupModel::conditionAt(const QModelIndex& index, bool excluded) const
{
    const auto& group = groupAt(index.row());
    const auto field = [&](LetterField name, const std::string& value) {
        return filterCondition({FilterOperand::Kind::Field, nameOf(name)},
                               value.empty() ? std::nullopt : std::optional(FilterLiteral(value)), excluded);
    };
    switch (index.column()) {
    case Failure:
        if (group.reason.exception.empty())
            return std::nullopt;
        return field(LetterField::Exception, group.reason.exception);
    case Projection:
        return group.projections.empty() ? std::nullopt
                                         : std::optional(field(LetterField::Projection, group.projections[0].name));
    case Consumer:
        return group.consumers.empty() ? std::nullopt
                                       : std::optional(field(LetterField::Consumer, group.consumers[0].name));
    default:
        return std::nullopt;
    }
}

QString LetterGroupModel::display(const GroupView& group, int column) const
{
    const auto& numbers = group.numbers;
    switch (column) {
    case Failure:
        return failureWords(group);
    case Count:
        return toQString(formatNumber(static_cast<std::int64_t>(numbers.count)));
    case First:
        return letterTimeText(numbers.first, m_now, m_zone, false);
    case Last:
        return letterTimeText(numbers.last, m_now, m_zone, false);
    case Attempts:
        return attemptsText(numbers.fewestAttempts, numbers.mostAttempts);
    case Expires:
        if (!group.expires())
            return {};
        return *group.expires() <= m_now ? tr("expired") : toQString(formatDuration(*group.expires() - m_now));
    case Projection:
    case Consumer:
        return rawCell(group, column).toString();
    default:
        return {};
    }
}

QVariant LetterGroupModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    const GroupView& group = groupAt(index.row());
    const int column = index.column();
    switch (role) {
    case Qt::DisplayRole:
        return display(group, column);
    case RawRole:
        return rawCell(group, column);
    case OrderRole:
        // Groups pass one another when they are twice as large, not with each letter.
        return column == Failure ? QVariant(static_cast<int>(std::bit_width(group.numbers.count))) : QVariant();
    case CopyRole:
        return copiedCell(group, column);
    case ColorRole:
        if (column == Expires && expiresSoon(group))
            return static_cast<int>(ColorMeaning::Warning);
        return static_cast<int>(column == Failure || column == Count ? ColorMeaning::Normal : ColorMeaning::Muted);
    case FrameRole:
        return frameWords(group);
    case PatternRole:
        return patternWords(group);
    case ArrivalsRole:
        return column == Arrivals ? QVariant::fromValue(LetterArrivals{group.numbers.arrivals}) : QVariant();
    case Qt::ToolTipRole:
        return toolTip(group, column).toHtmlEscaped().replace(u'\n', QStringLiteral("<br>"));
    case Qt::AccessibleTextRole:
        return column == Failure    ? QVariant(failureWords(group) + u' ' + frameWords(group) + QStringLiteral(": ") +
                                               patternWords(group))
               : column == Arrivals ? QVariant(arrivalWords(group))
                                    : QVariant(display(group, column));
    case Qt::TextAlignmentRole:
        return alignment(column);
    default:
        return {};
    }
}

QList<int> LetterGroupModel::changedRoles() const
{
    return {Qt::DisplayRole, Qt::ToolTipRole, RawRole, OrderRole, CopyRole, FrameRole, PatternRole, ArrivalsRole};
}

} // namespace projectionist
