// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/reconcile/keypieces.h"

#include <algorithm>
#include <fmt/format.h>

namespace projectionist {

namespace {

/// The statistics of a column, for behind FROM, as alias "s".
std::string statisticsOf(const RelationShape& shape, const std::string& column)
{
    return fmt::format("pg_catalog.pg_stats s JOIN pg_catalog.pg_class c ON c.relname = s.tablename JOIN "
                       "pg_catalog.pg_namespace m ON m.oid = c.relnamespace AND m.nspname = s.schemaname AND "
                       "c.oid = {} AND s.attname = {} AND NOT s.inherited",
                       shape.oid, sqlText(column));
}

} // namespace

Result<std::vector<std::string>> keyBorders(SnapshotReader& reader, const RelationShape& shape,
                                            const std::string& column, std::int64_t rowsAPiece)
{
    const std::int64_t pieces = shape.estimatedRows / std::max<std::int64_t>(rowsAPiece, 1) + 1;
    if (shape.oid.empty() || pieces < 2)
        return std::vector<std::string>{};
    const auto rows = reader.query(
        fmt::format("SELECT quote_literal(bound) FROM (SELECT bound, row_number() OVER (ORDER BY place) - 1 AS n, "
                    "count(*) OVER () AS many FROM {0}, "
                    "unnest(s.histogram_bounds::text::text[]) WITH ORDINALITY AS h(bound, place)) AS b "
                    "WHERE n > 0 AND n * {1} / many <> (n - 1) * {1} / many ORDER BY n",
                    statisticsOf(shape, column), pieces));
    if (!rows)
        return tl::unexpected(rows.error());
    std::vector<std::string> borders;
    for (const auto& row : rows->rows)
        borders.push_back(row.front().value_or(""));
    return borders;
}

std::string withinPiece(const std::string& column, const std::vector<std::string>& borders, std::size_t piece)
{
    const std::string from = piece == 0 ? std::string() : column + " >= " + borders[piece - 1];
    const std::string to = piece == borders.size() ? std::string() : column + " < " + borders[piece];
    return from + (from.empty() || to.empty() ? "" : " AND ") + to;
}

Result<bool> liesInOrder(SnapshotReader& reader, const RelationShape& shape, const std::string& column)
{
    if (shape.oid.empty())
        return false;
    return reader.query("SELECT 1 FROM " + statisticsOf(shape, column) + " WHERE pg_catalog.abs(s.correlation) > 0.9")
        .map([](const Rows& rows) { return !rows.rows.empty(); });
}

} // namespace projectionist
