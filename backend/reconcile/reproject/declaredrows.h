// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/projector/declaredprojection.h"
#include "backend/store/relationalstore.h"

namespace projectionist {

/// The rows that a declaration makes, in their table: read, written and compared within somebody's transaction. Only
/// its columns are touched.
class DeclaredRows
{
public:
    /// `table` as in SQL; the projection has to live as long.
    DeclaredRows(std::string table, const DeclaredProjection& projection)
        : m_table(std::move(table)), m_columns(projection.columns()), m_keySize(projection.keySize())
    {
    }

    using Key = std::span<const std::string>;
    /// Locks the row, or its absence against others who do likewise, until the transaction ends.
    [[nodiscard]] Result<ProjectedRow> lock(Transaction& transaction, Key key);
    /// Makes, changes or deletes the row. Conflict: somebody has made one of this key meanwhile.
    [[nodiscard]] Result<void> write(Transaction& transaction, Key key, bool exists, const ProjectedRow& row);
    /// Names of the columns whose values are others, as the store compares them; the name of the key's first column
    /// where there is a row and should be none, or the other way round.
    [[nodiscard]] Result<std::vector<std::string>> differing(Transaction& transaction, Key key,
                                                             const ProjectedRow& row);

private:
    [[nodiscard]] Result<void> readTypes(Transaction& transaction);
    /// "$3" as a value of the column.
    [[nodiscard]] std::string valueOf(std::size_t column, std::size_t parameter) const;
    /// "\"a\" = $1 AND \"b\" = $2".
    [[nodiscard]] std::string condition() const;

    const std::string m_table;
    const std::vector<std::string>& m_columns;
    const std::size_t m_keySize;
    std::vector<std::string> m_types; ///< by column, as in SQL: "numeric(10,2)"
};

} // namespace projectionist
