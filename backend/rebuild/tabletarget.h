// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/rebuild/rowtarget.h"
#include "backend/store/relationalstore.h"

namespace projectionist {

/// Where in its transaction a batch is.
enum class WriteStage : std::uint8_t
{
    Began,
    RowsWritten,
    PositionsWritten,
    Committed
};

/// A table, and one beside it for positions, both as SQL names them. Positions: (topic text, partition int, position
/// bigint, primary key (topic, partition)).
struct TargetTables
{
    std::string rows;
    std::string positions;
};

/// Rows of a declared projection in a table that has a unique index on the declared key. Only declared columns are
/// written, by the columns' own types.
class TableTarget final : public RowTarget
{
public:
    using OnStage = std::function<void(WriteStage)>;

    /// All outlive it.
    TableTarget(RelationalStore& store, TargetTables tables, const DeclaredProjection& declaration, OnStage stage = {})
        : m_store(store), m_tables(std::move(tables)), m_declaration(declaration), m_stage(std::move(stage))
    {
    }

    [[nodiscard]] Result<NextOffsets> positions() override;
    [[nodiscard]] Result<std::vector<TargetRow>> rows(std::span<const FoldKey> keys) override;
    [[nodiscard]] Result<void> write(const RowBatch& batch) override;

private:
    [[nodiscard]] Result<void> readTypes();
    [[nodiscard]] Result<void> put(Transaction& transaction, const std::vector<ProjectedRow>& rows) const;
    [[nodiscard]] Result<void> erase(Transaction& transaction, const std::vector<FoldKey>& keys) const;
    [[nodiscard]] Result<void> move(Transaction& transaction, const RowBatch& batch) const;
    /// "SELECT CAST(u.c0 AS text) AS \"a\", ... FROM unnest($1::text[], ...) AS u(c0, ...)" of the first columns.
    [[nodiscard]] std::string values(std::size_t columns, const char* ordinality = "") const;
    /// "t.\"a\" = k.\"a\" AND ..." of the key.
    [[nodiscard]] std::string sameKey() const;
    void tell(WriteStage stage) const;

    RelationalStore& m_store;
    const TargetTables m_tables;
    const DeclaredProjection& m_declaration;
    const OnStage m_stage;
    std::vector<std::string> m_types; ///< by column, as in SQL, without a length
};

} // namespace projectionist
