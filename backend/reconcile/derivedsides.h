// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/reconcile/keyedrows.h"

namespace projectionist {

/// What a check compares in place of the rows of both sides: relations that are made of them, by the stores.
struct DerivedSides
{
    ComparisonPlan rows; ///< CheckSettings::key in the rows themselves
    ComparisonPlan plan; ///< not usable: the sides are not there
    RelationShape expected;
    RelationShape actual;
};

/// Kind Groups: one row a group, of the key, "count" and CheckSettings::columns.
[[nodiscard]] Result<DerivedSides> groupSides(const CheckSettings& check, const SideReader& expected,
                                              const SideReader& actual);

/// Kind Order: one row for each gap in the versions of a key and each version that is there more than once, by key and
/// (first missing) version, with "problem" and "finding" in words. There should be none, so the expected side is empty.
[[nodiscard]] Result<DerivedSides> orderSides(const CheckSettings& check, const SideReader& actual);
/// Of the keys that some of these problems are about and of no others; not usable sides stay as they are.
void narrowOrder(const CheckSettings& check, const RelationShape& rows, std::span<const RowKey> problems,
                 DerivedSides& sides);

} // namespace projectionist
