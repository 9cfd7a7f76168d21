// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/differencelook.h"

#include "backend/core/format.h"
#include "models/checktext.h"
#include "models/lettertext.h"
#include "models/text.h"

#include <algorithm>
#include <charconv>
#include <numeric>
#include <QCoreApplication>
#include <QHash>
#include <tuple>

namespace projectionist {

namespace {

struct DifferenceWords
{
    Q_DECLARE_TR_FUNCTIONS(DifferenceWords)
};

char lowered(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// `word` is lower case as far as it is ASCII; what is not is compared as it is.
bool holds(std::string_view text, const std::string& word)
{
    return std::search(text.begin(), text.end(), word.begin(), word.end(),
                       [](char a, char b) { return lowered(a) == b; }) != text.end();
}

bool rowHolds(const std::optional<std::vector<Cell>>& row, const std::string& word)
{
    return row && std::any_of(row->begin(), row->end(), [&](const Cell& cell) { return cell && holds(*cell, word); });
}

bool differenceHolds(const RowDifference& one, const std::string& word)
{
    if (std::any_of(one.key.begin(), one.key.end(), [&](const std::string& part) { return holds(part, word); }) ||
        rowHolds(one.actual, word) || rowHolds(one.expected, word) || holds(one.kind(), word))
        return true;
    const auto* event = lastEventOf(one);
    return one.cause && (holds(one.cause->text, word) || (event && holds(event->type, word)));
}

QString partitionName(const KeyEvent& event)
{
    return QStringLiteral("%1[%2]").arg(strangersText(event.id.topic, 80)).arg(event.id.partition);
}

/// What a side of a row has in a column of its result, be it of the key or compared; null: the row is not there.
const std::string* valueIn(const CheckResult& rows, const RowDifference& one,
                           const std::optional<std::vector<Cell>>& side, const std::string& column)
{
    const auto inKey = std::find(rows.keyColumns.begin(), rows.keyColumns.end(), column);
    if (inKey != rows.keyColumns.end())
        return &one.key[static_cast<std::size_t>(inKey - rows.keyColumns.begin())];
    const auto at = std::find(rows.columns.begin(), rows.columns.end(), column);
    if (at == rows.columns.end() || !side)
        return nullptr;
    const auto& cell = (*side)[static_cast<std::size_t>(at - rows.columns.begin())];
    return cell ? &*cell : nullptr;
}

bool isOfGroup(const CheckResult& groups, const std::vector<std::string>& key, const RowDifference& one)
{
    for (const auto* side : {&one.expected, &one.actual}) {
        bool fits = side->has_value();
        for (std::size_t i = 0; i < key.size() && fits; ++i) {
            const auto* value = valueIn(*groups.rows, one, *side, groups.keyColumns[i]);
            fits = value && *value == key[i];
        }
        if (fits)
            return true;
    }
    return false;
}

/// "2026-11-22 14" of "2026-11-22 14:02:11.5+00": how time stamps come from stores; empty: it is none.
std::string_view hourIn(const Cell& cell)
{
    constexpr std::string_view pattern = "0000-00-00 00:";
    if (!cell || cell->size() < pattern.size())
        return {};
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        const char c = (*cell)[i];
        const bool fits = pattern[i] == '0' ? c >= '0' && c <= '9' : c == pattern[i] || (pattern[i] == ' ' && c == 'T');
        if (!fits)
            return {};
    }
    return std::string_view(*cell).substr(0, pattern.size() - 1);
}

/// The row's own time: of the columns that hold times one whose name says that it is the last change, else the first.
std::string_view rowHour(const CheckResult& result, const RowDifference& one)
{
    const auto& row = one.actual ? *one.actual : *one.expected;
    std::string_view found;
    for (std::size_t column = 0; column < row.size(); ++column) {
        const auto hour = hourIn(row[column]);
        const auto& name = result.columns[column];
        const bool tellsChange = holds(name, "updated") || holds(name, "modified") || holds(name, "changed");
        if (!hour.empty() && tellsChange)
            return hour;
        found = found.empty() ? hour : found;
    }
    return found;
}

QString timeName(const CheckResult& result, const RowDifference& one, bool byHour)
{
    const auto* event = lastEventOf(one);
    const auto known = event ? formatRfc3339(event->at) : std::string(rowHour(result, one));
    if (known.empty())
        return DifferenceWords::tr("no time known");
    const auto day = toQString(known.substr(0, 10));
    return byHour ? day + u' ' + toQString(known.substr(11, 2)) + QStringLiteral(":00") : day;
}

/// One group of each difference, except by columns.
QString groupName(const CheckResult& result, const RowDifference& one, DifferenceGrouping grouping)
{
    const auto* event = lastEventOf(one);
    switch (grouping) {
    case DifferenceGrouping::Kind:
        return kindText(one);
    case DifferenceGrouping::Cause:
        return one.cause ? toQString(toString(one.cause->cause)) : DifferenceWords::tr("not looked for");
    case DifferenceGrouping::EventType:
        return !event                ? DifferenceWords::tr("no event known")
               : event->type.empty() ? DifferenceWords::tr("type not told")
                                     : strangersText(event->type, 80);
    case DifferenceGrouping::Partition:
        return event ? partitionName(*event) : DifferenceWords::tr("no event known");
    case DifferenceGrouping::Hour:
    case DifferenceGrouping::Day:
        return timeName(result, one, grouping == DifferenceGrouping::Hour);
    case DifferenceGrouping::Column:
        return one.actual ? DifferenceWords::tr("whole row extra") : DifferenceWords::tr("whole row missing");
    case DifferenceGrouping::None:
        break;
    }
    return {};
}

template<typename Take>
void forEachGroup(const CheckResult& result, const RowDifference& one, DifferenceGrouping grouping, Take take)
{
    if (grouping != DifferenceGrouping::Column || one.differing.empty())
        return take(groupName(result, one, grouping));
    for (const auto column : one.differing)
        take(strangersText(result.columns[column], 80));
}

/// What a cell is sorted by: what is not there, numbers, then texts.
struct SortKey
{
    int rank = 0;
    double number = 0;
    std::string_view text;

    bool operator<(const SortKey& other) const
    {
        return std::tie(rank, number, text) < std::tie(other.rank, other.number, other.text);
    }
};

SortKey keyOfText(std::string_view text)
{
    double number = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool isNumber = read.ec == std::errc() && read.ptr == text.data() + text.size() && number == number;
    return isNumber ? SortKey{1, number, text} : SortKey{2, 0, text};
}

int rankOfKind(const RowDifference& one)
{
    const int kind = !one.actual ? 1 : !one.expected ? 2 : 0;
    return kind + (one.state == DriftState::Pending ? 3 : 0);
}

SortKey sortKeyOf(const CheckResult& result, const RowDifference& one, std::size_t column)
{
    const DifferenceColumns columns(result);
    if (column < columns.key)
        return {rankOfKind(one), 0, {}};
    if (column < columns.compared)
        return keyOfText(one.key[column - columns.key]);
    if (column < columns.event) {
        const auto& row = one.actual ? *one.actual : *one.expected;
        const auto& cell = row[column - columns.compared];
        return cell ? keyOfText(*cell) : SortKey{};
    }
    if (column == columns.cause())
        return one.cause ? keyOfText(one.cause->text) : SortKey{};
    const auto* event = lastEventOf(one);
    return event ? SortKey{1, static_cast<double>(event->offset), event->type} : SortKey{};
}

} // namespace

const KeyEvent* lastEventOf(const RowDifference& difference)
{
    return difference.cause && !difference.cause->events.empty() ? &difference.cause->events.back() : nullptr;
}

std::shared_ptr<const CheckResult> rowsOfGroup(const CheckResult& groups, const std::vector<std::string>& key)
{
    if (!groups.rows)
        return nullptr;
    auto rows = std::make_shared<CheckResult>(*groups.rows);
    std::erase_if(rows->differences, [&](const RowDifference& one) { return !isOfGroup(groups, key, one); });
    return rows->differences.empty() ? nullptr : rows;
}

std::vector<std::uint32_t> matchingDifferences(const CheckResult& result, const QString& words)
{
    std::vector<std::string> wanted;
    for (const auto& word : words.split(u' ', Qt::SkipEmptyParts)) {
        auto text = word.toStdString();
        std::transform(text.begin(), text.end(), text.begin(), lowered);
        wanted.push_back(std::move(text));
    }
    std::vector<std::uint32_t> all(result.differences.size());
    std::iota(all.begin(), all.end(), 0U);
    std::erase_if(all, [&](std::uint32_t index) {
        return !std::all_of(wanted.begin(), wanted.end(),
                            [&](const std::string& word) { return differenceHolds(result.differences[index], word); });
    });
    return all;
}

std::vector<DifferenceGroup> groupsOf(const CheckResult& result, const std::vector<std::uint32_t>& among,
                                      DifferenceGrouping grouping)
{
    if (grouping == DifferenceGrouping::None)
        return {};
    QHash<QString, std::size_t> counts;
    for (const auto index : among)
        forEachGroup(result, result.differences[index], grouping, [&](const QString& name) { ++counts[name]; });
    std::vector<DifferenceGroup> groups;
    for (auto one = counts.cbegin(); one != counts.cend(); ++one)
        groups.push_back({one.key(), one.value()});
    const bool byTime = grouping == DifferenceGrouping::Hour || grouping == DifferenceGrouping::Day;
    std::sort(groups.begin(), groups.end(), [byTime](const auto& a, const auto& b) {
        return a.count != b.count && !byTime ? a.count > b.count : a.name < b.name;
    });
    return groups;
}

std::vector<std::uint32_t> differencesIn(const CheckResult& result, const std::vector<std::uint32_t>& among,
                                         DifferenceGrouping grouping, const QString& group)
{
    std::vector<std::uint32_t> inside;
    for (const auto index : among) {
        bool belongs = false;
        forEachGroup(result, result.differences[index], grouping,
                     [&](const QString& name) { belongs = belongs || name == group; });
        if (belongs)
            inside.push_back(index);
    }
    return inside;
}

void sortDifferences(const CheckResult& result, std::vector<std::uint32_t>& differences, std::size_t column,
                     bool descending)
{
    std::vector<std::pair<SortKey, std::uint32_t>> keyed;
    keyed.reserve(differences.size());
    for (const auto index : differences)
        keyed.emplace_back(sortKeyOf(result, result.differences[index], column), index);
    std::stable_sort(keyed.begin(), keyed.end(), [descending](const auto& a, const auto& b) {
        return descending ? b.first < a.first : a.first < b.first;
    });
    std::transform(keyed.begin(), keyed.end(), differences.begin(), [](const auto& one) { return one.second; });
}

} // namespace projectionist
