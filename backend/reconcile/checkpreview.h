// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/reconcile/checkrun.h"

#include <stop_token>

namespace projectionist {

// What somebody wants to see who writes a check. All of it only reads, waits for servers, at most `previewTimeout` for
// each statement, and ends within a second with Cancelled once `stop` is requested; that call itself never waits.

constexpr Duration previewTimeout{5000};
constexpr std::size_t previewRows = 20;
constexpr std::size_t previewCellLength = 400; ///< characters of a text

/// One side of a check.
struct SidePreview
{
    std::vector<ResultColumn> columns;
    std::vector<std::string> uniqueKey;   ///< see readUniqueKey()
    std::vector<std::vector<Cell>> rows;  ///< the first ones, in the order of `columns`
    std::vector<std::string> orderedBy{}; ///< columns; empty: as the store gave them
    std::int64_t estimatedRows = -1;      ///< by the server's statistics; -1 = not known

    bool operator==(const SidePreview&) const = default;
};

/// `key`: as this side calls its columns. By it the rows are ordered, where an index makes that cheap.
[[nodiscard]] Result<SidePreview> previewSide(const CheckSide& side, const std::vector<std::string>& key,
                                              const StoreSettings& store, const OpenSnapshotReader& open,
                                              const std::stop_token& stop);
/// As CheckRun::lint(), for a check that the workspace need not have yet.
[[nodiscard]] Result<CheckLint> previewLint(CheckSettings check, const Workspace& workspace,
                                            const OpenSnapshotReader& open, const Clock& clock,
                                            const std::stop_token& stop);
/// Tables and views that may be read, by name, as CheckSide::table has them; not more than anybody looks through.
[[nodiscard]] Result<std::vector<std::string>> previewTables(const StoreSettings& store, const OpenSnapshotReader& open,
                                                             const std::stop_token& stop);

} // namespace projectionist
