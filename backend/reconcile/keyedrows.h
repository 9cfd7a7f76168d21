// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/reconcile/checkresult.h"

namespace projectionist {

/// A reader with one side of a comparison.
struct SideReader
{
    SnapshotReader& reader;
    const RelationShape& shape;
    ComparedSide side;
};

using RowKey = std::vector<std::string>;

/// Reads rows by their keys, some hundred a query, within the readers' snapshots: the differences among them, in that
/// order, at most `most`. Keys that are the same on both sides, or on neither, are left out.
[[nodiscard]] Result<std::vector<RowDifference>> readDifferences(const ComparisonPlan& plan, const SideReader& expected,
                                                                 const SideReader& actual,
                                                                 const std::vector<RowKey>& keys, std::size_t most);

/// The rows of both sides of each key, differing or not, in that order.
[[nodiscard]] Result<std::vector<RowDifference>> readByKeys(const ComparisonPlan& plan, const SideReader& expected,
                                                            const SideReader& actual, std::span<const RowKey> keys);

/// Whether keys can be looked for by the columns themselves, so that an index helps: their types read whatever text
/// the other side has, not "7.5" as an integer, nor a label that an enumeration lacks.
[[nodiscard]] bool readsKeysAsTheyAre(const ComparisonPlan& plan, const RelationShape& expected,
                                      const RelationShape& actual);
/// A condition on alias "r" of a side: rows with these keys.
[[nodiscard]] std::string conditionOnKeys(const ComparisonPlan& plan, ComparedSide side, std::span<const RowKey> keys,
                                          bool asTheyAre);

/// Takes the mark of age off both rows. Young rows are as if they were on neither side.
void leaveOutYoung(const ComparisonPlan& plan, RowDifference& row);
/// Both rows are alike, or both are not there.
[[nodiscard]] bool isSame(const RowDifference& row);

/// Refuses keys with NULL.
[[nodiscard]] Result<void> refuseNullKeys(const ComparisonPlan& plan, const SideReader& side);
/// Refuses keys that are NULL or not unique, with examples.
[[nodiscard]] Result<void> checkKeys(const ComparisonPlan& plan, const SideReader& side);

/// "(42, 'a')" for messages.
[[nodiscard]] std::string shownKey(const RowKey& key);

} // namespace projectionist
