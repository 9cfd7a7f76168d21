// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/differencemodel.h"

#include "models/checktext.h"
#include "models/lettertext.h"
#include "models/text.h"

#include <algorithm>

namespace projectionist {

namespace {

constexpr std::size_t rowsLookedAt = 200; ///< to tell columns of numbers
const QString notEqual = QStringLiteral(" \u2260 ");

bool looksNumeric(std::string_view text)
{
    return !text.empty() && text.find_first_not_of("+-.0123456789eE") == std::string_view::npos &&
           text.find_first_of("0123456789") != std::string_view::npos;
}

/// Of the cells that are there none is no number, and there is one.
bool columnIsNumeric(const CheckResult& result, std::size_t column)
{
    bool any = false;
    for (std::size_t row = 0; row < std::min(rowsLookedAt, result.differences.size()); ++row)
        for (const auto* side : {&result.differences[row].expected, &result.differences[row].actual})
            if (*side && (**side)[column]) {
                if (!looksNumeric(*(**side)[column]))
                    return false;
                any = true;
            }
    return any;
}

DifferenceValue valueOf(const Cell& cell, qsizetype longest, bool wrong)
{
    return cell ? DifferenceValue{cellValueText(*cell, longest), false, wrong}
                : DifferenceValue{DifferenceModel::tr("null"), true, wrong};
}

QString rawText(const Cell& cell)
{
    return cell ? toQString(*cell) : QStringLiteral("NULL");
}

} // namespace

void DifferenceModel::setResult(std::shared_ptr<const CheckResult> result)
{
    beginResetModel();
    m_result = std::move(result);
    m_numeric.clear();
    if (m_result)
        for (std::size_t column = 0; column < m_result->columns.size(); ++column)
            m_numeric.push_back(columnIsNumeric(*m_result, column));
    m_matching = m_result ? matchingDifferences(*m_result, m_filter) : std::vector<std::uint32_t>();
    choose();
    endResetModel();
}

void DifferenceModel::setFilter(const QString& words)
{
    if (m_filter == words)
        return;
    beginResetModel();
    m_filter = words;
    m_matching = m_result ? matchingDifferences(*m_result, m_filter) : std::vector<std::uint32_t>();
    choose();
    endResetModel();
}

void DifferenceModel::setGroup(DifferenceGrouping grouping, const QString& group)
{
    if (m_grouping == grouping && m_group == group)
        return;
    beginResetModel();
    m_grouping = grouping;
    m_group = group;
    choose();
    endResetModel();
}

void DifferenceModel::sortBy(int column, Qt::SortOrder order)
{
    beginResetModel();
    m_sortColumn = static_cast<std::size_t>(std::max(column, 0));
    m_descending = order == Qt::DescendingOrder;
    choose();
    endResetModel();
}

void DifferenceModel::choose()
{
    if (!m_result) {
        m_rows.clear();
        return;
    }
    m_rows = m_group.isEmpty() ? m_matching : differencesIn(*m_result, m_matching, m_grouping, m_group);
    sortDifferences(*m_result, m_rows, std::min(m_sortColumn, DifferenceColumns(*m_result).cause()), m_descending);
}

std::vector<DifferenceGroup> DifferenceModel::groups() const
{
    return m_result ? groupsOf(*m_result, m_matching, m_grouping) : std::vector<DifferenceGroup>();
}

const RowDifference& DifferenceModel::differenceAt(int row) const
{
    return m_result->differences[m_rows[static_cast<std::size_t>(row)]];
}

int DifferenceModel::rowOf(const std::vector<std::string>& key) const
{
    const auto found = std::find_if(m_rows.begin(), m_rows.end(),
                                    [&](std::uint32_t index) { return m_result->differences[index].key == key; });
    return found == m_rows.end() ? -1 : static_cast<int>(found - m_rows.begin());
}

int DifferenceModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int DifferenceModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() || !m_result ? 0 : static_cast<int>(DifferenceColumns(*m_result).count());
}

std::optional<std::size_t> DifferenceModel::comparedColumn(int column) const
{
    const DifferenceColumns columns(*m_result);
    const auto at = static_cast<std::size_t>(column);
    return at >= columns.compared && at < columns.event ? std::optional(at - columns.compared) : std::nullopt;
}

bool DifferenceModel::differs(const RowDifference& one, std::size_t compared) const
{
    return !one.expected || !one.actual ||
           std::find(one.differing.begin(), one.differing.end(), compared) != one.differing.end();
}

DifferenceCell DifferenceModel::cellOf(const RowDifference& one, std::size_t compared, qsizetype longest) const
{
    if (!one.actual)
        return {{valueOf((*one.expected)[compared], longest, false)}, true};
    const auto& actual = (*one.actual)[compared];
    if (!one.expected)
        return {{valueOf(actual, longest, true)}, true};
    if (!differs(one, compared))
        return {{valueOf(actual, longest, false)}, false};
    const auto& expected = (*one.expected)[compared];
    if (!actual || !expected)
        return {{valueOf(actual, longest, true), valueOf(expected, longest, false)}, true};
    const auto texts = cellPairText(*actual, *expected, longest);
    return {{{texts.first, false, true}, {texts.second, false, false}}, true};
}

QString DifferenceModel::display(const RowDifference& one, int column) const
{
    const DifferenceColumns columns(*m_result);
    const auto at = static_cast<std::size_t>(column);
    if (at < columns.key)
        return kindText(one);
    if (at < columns.compared)
        return cellValueText(one.key[at - columns.key], longestValue);
    if (const auto compared = comparedColumn(column)) {
        QStringList texts;
        for (const auto& value : cellOf(one, *compared, longestValue).values)
            texts << value.text;
        return texts.join(notEqual);
    }
    if (at == columns.cause())
        return one.cause ? strangersText(one.cause->text, 200) : QString();
    const auto* event = lastEventOf(one);
    return event ? keyEventText(*event) : QString();
}

QString DifferenceModel::copied(const RowDifference& one, int column) const
{
    const DifferenceColumns columns(*m_result);
    const auto at = static_cast<std::size_t>(column);
    if (at >= columns.key && at < columns.compared)
        return toQString(one.key[at - columns.key]);
    const auto compared = comparedColumn(column);
    if (!compared)
        return at < columns.key ? toQString(one.kind()) : display(one, column);
    if (!one.actual || !one.expected)
        return rawText((one.actual ? *one.actual : *one.expected)[*compared]);
    const auto actual = rawText((*one.actual)[*compared]);
    return differs(one, *compared) ? actual + notEqual + rawText((*one.expected)[*compared]) : actual;
}

QString DifferenceModel::toolTip(const RowDifference& one, int column) const
{
    const DifferenceColumns columns(*m_result);
    const auto at = static_cast<std::size_t>(column);
    if (at < columns.key)
        return one.state == DriftState::Pending
                   ? tr("It does not count yet: it may be a change that is on its way to the read model")
                   : QString();
    if (at < columns.compared)
        return cellValueText(one.key[at - columns.key], longestTip);
    const auto compared = comparedColumn(column);
    if (!compared)
        return one.cause ? strangersText(at == columns.cause() ? one.cause->text + "\n" + one.cause->rule : "", 1000)
                         : tr("Nobody has looked for the cause of this difference");
    const auto values = cellOf(one, *compared, longestTip).values;
    if (values.size() == 2)
        return tr("There is: %1\nThere should be: %2").arg(values[0].text, values[1].text);
    return !one.actual     ? tr("Should be there: %1").arg(values[0].text)
           : !one.expected ? tr("Should not be there: %1").arg(values[0].text)
                           : values[0].text;
}

ColorMeaning DifferenceModel::colorOf(const RowDifference& one, int column) const
{
    const DifferenceColumns columns(*m_result);
    const auto at = static_cast<std::size_t>(column);
    if (at < columns.key && !one.repairedBy.empty())
        return ColorMeaning::Good;
    if (at < columns.key)
        return one.actual ? ColorMeaning::Warning : ColorMeaning::Critical;
    return at >= columns.event ? ColorMeaning::Muted : ColorMeaning::Normal;
}

bool DifferenceModel::isNumeric(std::size_t column) const
{
    const DifferenceColumns columns(*m_result);
    return column >= columns.compared && column < columns.event && m_numeric[column - columns.compared];
}

QVariant DifferenceModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || !m_result)
        return {};
    const auto& one = differenceAt(index.row());
    const int column = index.column();
    switch (role) {
    case Qt::DisplayRole:
    case RawRole:
    case Qt::AccessibleTextRole:
        return display(one, column);
    case CopyRole:
        return copied(one, column);
    case ColorRole:
        return static_cast<int>(colorOf(one, column));
    case StaleRole:
        return one.state == DriftState::Pending;
    case CellRole:
        if (const auto compared = comparedColumn(column))
            return QVariant::fromValue(cellOf(one, *compared, longestValue));
        return {};
    case Qt::ToolTipRole:
        return toolTip(one, column).toHtmlEscaped().replace(u'\n', QStringLiteral("<br>"));
    case Qt::TextAlignmentRole:
        return headerData(column, Qt::Horizontal, role);
    default:
        return {};
    }
}

QVariant DifferenceModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= columnCount())
        return {};
    const DifferenceColumns columns(*m_result);
    const auto at = static_cast<std::size_t>(section);
    if (role == Qt::TextAlignmentRole)
        return QVariant((isNumeric(at) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    if (at < columns.key)
        return tr("Kind");
    if (at < columns.compared)
        return strangersText(m_result->keyColumns[at - columns.key], 60);
    if (at < columns.event)
        return strangersText(m_result->columns[at - columns.compared], 60);
    return at == columns.cause() ? tr("Likely cause") : tr("Last event for this key");
}

} // namespace projectionist
