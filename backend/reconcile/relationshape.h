// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/config/checksettings.h"
#include "backend/store/snapshotreader.h"

namespace projectionist {

/// One side of a check as its store has it.
struct RelationShape
{
    std::string sql; ///< what stands behind FROM, with the filter; an alias is to follow
    std::string oid; ///< of the table; empty for a query
    std::vector<ResultColumn> columns;
    std::int64_t estimatedRows = -1; ///< by the server's statistics; -1 = not known

    [[nodiscard]] const ResultColumn* column(const std::string& name) const;
};

/// NotFound if there is no such table; else what the server has against the query or the filter.
[[nodiscard]] Result<RelationShape> readRelationShape(SnapshotReader& reader, const CheckSide& side);

/// A table's column as it bears on keys.
struct KeyColumnFacts
{
    bool notNull = false;
    std::string collation; ///< oid; "0" = none
    bool deterministic = true;
    bool leadsIndex = false; ///< some B-tree index begins with it
};
/// One for each column, in that order; of a query nothing is known.
[[nodiscard]] Result<std::vector<KeyColumnFacts>> readKeyFacts(SnapshotReader& reader, const RelationShape& shape,
                                                               const std::vector<std::string>& columns);
/// Some valid unique index over all rows has these columns and no others, or fewer of them.
[[nodiscard]] Result<bool> hasUniqueIndex(SnapshotReader& reader, const RelationShape& shape,
                                          const std::vector<std::string>& columns);

/// The columns of its primary key, else of its smallest unique index that tells all rows apart; empty: there is none.
[[nodiscard]] Result<std::vector<std::string>> readUniqueKey(SnapshotReader& reader, const RelationShape& shape);

/// Columns of a table that its reader may not read.
[[nodiscard]] Result<std::vector<std::string>> forbiddenColumns(SnapshotReader& reader, const RelationShape& shape);

/// As SQL has them, whatever is in them.
[[nodiscard]] std::string sqlName(const std::string& name);
[[nodiscard]] std::string sqlText(const std::string& text);

} // namespace projectionist
