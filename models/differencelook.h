// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/reconcile/checkresult.h"

#include <functional>
#include <QString>

namespace projectionist {

/// What differences of a check are put together by.
enum class DifferenceGrouping : std::uint8_t
{
    None,
    Kind,
    Column, ///< a row with several wrong columns is in several groups
    Cause,
    EventType, ///< of the key's last event
    Partition,
    Hour, ///< UTC, of the key's last event; where none is known, of the row's time, as its columns have it
    Day
};

struct DifferenceGroup
{
    QString name; ///< safe to show
    std::size_t count = 0;

    bool operator==(const DifferenceGroup&) const = default;
};

/// Where a difference's cells stand in DifferenceModel: kind, key, compared columns, last event, cause.
struct DifferenceColumns
{
    explicit DifferenceColumns(const CheckResult& result)
        : key(1), compared(1 + result.keyColumns.size()), event(compared + result.columns.size())
    {
    }
    std::size_t key;
    std::size_t compared;
    std::size_t event;

    [[nodiscard]] std::size_t cause() const { return event + 1; }
    [[nodiscard]] std::size_t count() const { return event + 2; }
};

/// Differences whose cells, key, cause or last event hold all these words, whatever their case, in the order of the
/// result; by index.
[[nodiscard]] std::vector<std::uint32_t> matchingDifferences(const CheckResult& result, const QString& words);
/// The largest first, times in their order. Takes a second for a million.
[[nodiscard]] std::vector<DifferenceGroup> groupsOf(const CheckResult& result, const std::vector<std::uint32_t>& among,
                                                    DifferenceGrouping grouping);
/// Those that are in a group, named as groupsOf() does.
[[nodiscard]] std::vector<std::uint32_t> differencesIn(const CheckResult& result,
                                                       const std::vector<std::uint32_t>& among,
                                                       DifferenceGrouping grouping, const QString& group);
/// By a column of DifferenceModel; numbers as numbers, what is not there first. Equal ones stay in their order.
void sortDifferences(const CheckResult& result, std::vector<std::uint32_t>& differences, std::size_t column,
                     bool descending);
/// Of a result of kind Groups: the rows of one group as a result of their own, those that are of it on either side;
/// null if none was named.
[[nodiscard]] std::shared_ptr<const CheckResult> rowsOfGroup(const CheckResult& groups,
                                                             const std::vector<std::string>& key);
[[nodiscard]] const KeyEvent* lastEventOf(const RowDifference& difference); ///< null: not known

} // namespace projectionist
