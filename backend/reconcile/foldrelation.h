// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/projector/foldedrows.h"
#include "backend/reconcile/checksides.h"

namespace projectionist {

/// Rows of a fold as a relation of the server that has their table: values of the columns' own types.
class FoldRelation
{
public:
    /// Of these columns of the actual side's table, those of the key first. Configuration: it lacks one.
    [[nodiscard]] static Result<FoldRelation> make(const std::vector<std::string>& columns, std::size_t keySize,
                                                   const CheckSides& sides, const std::string& table);

    /// As readRelationShape() has the shape of a side, without rows.
    [[nodiscard]] RelationShape shape(const RelationShape& table) const;
    /// What stands behind FROM; an alias is to follow.
    [[nodiscard]] std::string of(std::span<const ProjectedRow> rows) const;

private:
    std::vector<std::string> m_columns;
    std::vector<std::string> m_types; ///< theirs in SQL: "numeric(10,2)"
    std::size_t m_keySize = 0;
};

/// Which rows of the expected side, one of FoldRelation::of(), are missing from the actual one, differ there, or have a
/// key that the events write in another way than the server: the key's columns, "missing", "differs" or NULL, and the
/// row's number from 1 on.
[[nodiscard]] std::string foldComparisonSql(const CheckSides& sides);

} // namespace projectionist
