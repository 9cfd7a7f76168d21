// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/config/workspace.h"
#include "backend/reconcile/derivedsides.h"

namespace projectionist {

/// Both sides of a check that runs, with the readers that it has of them.
struct CheckSides
{
    SnapshotReader* expectedReader = nullptr;
    SnapshotReader* actualReader = nullptr;
    StoreSettings expectedStore;
    StoreSettings actualStore;
    CheckKind kind = CheckKind::Rows;
    RelationShape expected; ///< as the stores have them
    RelationShape actual;
    DerivedSides derived; ///< what is compared instead, of kind Groups and Order
    ComparisonPlan plan;  ///< of what is compared

    [[nodiscard]] bool isDerived() const { return kind == CheckKind::Groups || kind == CheckKind::Order; }
    [[nodiscard]] SideReader expectedRows() const { return {*expectedReader, expected, ComparedSide::Expected}; }
    [[nodiscard]] SideReader actualRows() const { return {*actualReader, actual, ComparedSide::Actual}; }
    /// What is compared.
    [[nodiscard]] SideReader expectedSide() const;
    [[nodiscard]] SideReader actualSide() const;

    /// Each in a snapshot of its own, the read model first: see readByKeys().
    [[nodiscard]] Result<void> begin() const;
    /// Both in one.
    [[nodiscard]] Result<void> beginTogether() const;
    /// Both in the one that the actual side has begun.
    [[nodiscard]] Result<void> shareSnapshot() const;
    void end() const;
    /// Conflict, or what the server says, if a side has lost or changed a column since its shape was read.
    [[nodiscard]] Result<void> requireSameShapes() const;
};

/// Fills in what is compared and how, once the shapes are there; `now`: what rows have to be older than.
[[nodiscard]] Result<void> planSides(const CheckSettings& check, TimePoint now, CheckSides& sides);
/// Refuses keys that are NULL or tell nothing apart.
[[nodiscard]] Result<void> refuseKeys(const CheckSides& sides);
/// Why both sides cannot be read in one snapshot; nullopt if they can.
[[nodiscard]] Result<std::optional<std::string>> obstacleToOneSnapshot(const CheckSides& sides);
/// The rows of the confirmed ones among these groups, to be compared by CheckSettings::rowsKey.
[[nodiscard]] CheckSides sidesOfGroups(const CheckSettings& check, const CheckSides& groups,
                                       const std::vector<RowDifference>& differences);

} // namespace projectionist
