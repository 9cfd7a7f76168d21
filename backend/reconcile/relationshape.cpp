// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/reconcile/relationshape.h"

#include "backend/store/cells.h"

#include <algorithm>
#include <fmt/format.h>

namespace projectionist {

namespace {

std::string doubled(const std::string& text, char quote)
{
    std::string result(1, quote);
    for (const char c : text) {
        if (c == quote)
            result += c;
        result += c;
    }
    return result + quote;
}

std::string textList(const std::vector<std::string>& all)
{
    std::string list;
    for (const auto& one : all)
        list += (list.empty() ? "" : ",") + sqlText(one);
    return list;
}

/// In one statement, so that the name and what it stands for are of one moment.
Result<void> findTable(SnapshotReader& reader, const CheckSide& side, RelationShape& shape)
{
    const auto found =
        reader.query("SELECT c.oid, n.nspname, c.relname, c.reltuples::bigint FROM pg_catalog.pg_class c "
                     "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
                     "WHERE c.oid = pg_catalog.to_regclass(" +
                     sqlText(side.table) + ")");
    if (!found)
        return tl::unexpected(found.error());
    if (found->rows.empty())
        return tl::unexpected(Error{ErrorKind::NotFound,
                                    fmt::format("Store \"{}\" has no table {}", side.store, side.table),
                                    {},
                                    "Write it as in SQL, with its schema: public.order_summary, \"Sales\".\"Order\".",
                                    false});
    const auto& row = found->rows.front();
    shape.oid = row[0].value_or("");
    shape.sql = sqlName(row[1].value_or("")) + '.' + sqlName(row[2].value_or(""));
    shape.estimatedRows = numberIn<std::int64_t>(row[3].value_or("")).value_or(-1);
    return {};
}

} // namespace

std::string sqlName(const std::string& name)
{
    return doubled(name, '"');
}

std::string sqlText(const std::string& text)
{
    return doubled(text, '\'');
}

const ResultColumn* RelationShape::column(const std::string& name) const
{
    const auto at = std::find_if(columns.begin(), columns.end(), [&](const auto& one) { return one.name == name; });
    return at == columns.end() ? nullptr : &*at;
}

Result<RelationShape> readRelationShape(SnapshotReader& reader, const CheckSide& side)
{
    RelationShape shape;
    // The line end keeps a comment at the end of what the user wrote from taking the rest with it.
    if (!side.query.empty())
        shape.sql = '(' + side.query + "\n)";
    else if (auto found = findTable(reader, side, shape); !found)
        return tl::unexpected(found.error());
    if (!side.filter.empty())
        shape.sql = "(SELECT * FROM " + shape.sql + " AS unfiltered WHERE (" + side.filter + "\n))";
    auto columns = reader.describe("SELECT * FROM " + shape.sql + " AS r");
    if (!columns)
        return tl::unexpected(columns.error());
    shape.columns = *std::move(columns);
    return shape;
}

Result<std::vector<KeyColumnFacts>> readKeyFacts(SnapshotReader& reader, const RelationShape& shape,
                                                 const std::vector<std::string>& columns)
{
    std::vector<KeyColumnFacts> facts(columns.size());
    if (shape.oid.empty())
        return facts;
    const auto rows = reader.query(fmt::format(
        "SELECT a.attname, a.attnotnull, a.attcollation, coalesce(l.collisdeterministic, true), EXISTS (SELECT FROM "
        "pg_catalog.pg_index i JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid JOIN pg_catalog.pg_am m ON m.oid = "
        "x.relam WHERE i.indrelid = a.attrelid AND i.indkey[0] = a.attnum AND i.indisvalid AND i.indpred IS NULL AND "
        "m.amname = 'btree' AND i.indcollation[0] = a.attcollation) FROM pg_catalog.pg_attribute a LEFT JOIN "
        "pg_catalog.pg_collation l ON l.oid = a.attcollation WHERE a.attrelid = {} AND a.attname IN ({})",
        shape.oid, textList(columns)));
    if (!rows)
        return tl::unexpected(rows.error());
    for (const auto& row : rows->rows)
        for (std::size_t i = 0; i < columns.size(); ++i)
            if (row[0] == columns[i])
                facts[i] = {row[1] == "t", row[2].value_or("0"), row[3] == "t", row[4] == "t"};
    return facts;
}

Result<bool> hasUniqueIndex(SnapshotReader& reader, const RelationShape& shape, const std::vector<std::string>& columns)
{
    if (shape.oid.empty())
        return false;
    const auto rows =
        reader.query(fmt::format("SELECT 1 FROM pg_catalog.pg_index i WHERE i.indrelid = {} AND i.indisunique AND "
                                 "i.indisvalid AND i.indimmediate "
                                 "AND i.indpred IS NULL AND i.indexprs IS NULL AND NOT EXISTS (SELECT FROM "
                                 "generate_series(0, i.indnkeyatts - 1) n "
                                 "JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[n] "
                                 "WHERE a.attname NOT IN ({}))",
                                 shape.oid, textList(columns)));
    return rows.map([](const Rows& found) { return !found.rows.empty(); });
}

Result<std::vector<std::string>> readUniqueKey(SnapshotReader& reader, const RelationShape& shape)
{
    if (shape.oid.empty())
        return std::vector<std::string>();
    const auto rows = reader.query(fmt::format(
        "SELECT a.attname FROM (SELECT * FROM pg_catalog.pg_index x WHERE x.indrelid = {} AND x.indisunique "
        "AND x.indisvalid AND x.indpred IS NULL AND x.indexprs IS NULL AND NOT EXISTS (SELECT FROM "
        "pg_catalog.pg_attribute o WHERE o.attrelid = x.indrelid AND o.attnum = ANY (x.indkey) AND NOT "
        "o.attnotnull) ORDER BY x.indisprimary DESC, x.indnkeyatts, x.indexrelid LIMIT 1) i CROSS JOIN "
        "LATERAL unnest(i.indkey) WITH ORDINALITY k(number, place) JOIN pg_catalog.pg_attribute a ON "
        "a.attrelid = i.indrelid AND a.attnum = k.number WHERE k.place <= i.indnkeyatts ORDER BY k.place",
        shape.oid));
    return rows.map([](const Rows& found) {
        std::vector<std::string> columns;
        for (const auto& row : found.rows)
            columns.push_back(row.front().value_or(""));
        return columns;
    });
}

Result<std::vector<std::string>> forbiddenColumns(SnapshotReader& reader, const RelationShape& shape)
{
    if (shape.oid.empty())
        return std::vector<std::string>{};
    const auto rows = reader.query(
        "SELECT a.attname FROM pg_catalog.pg_attribute a WHERE a.attnum > 0 AND NOT a.attisdropped AND NOT "
        "pg_catalog.has_column_privilege(a.attrelid, a.attnum, 'SELECT') AND a.attrelid = " +
        shape.oid);
    return rows.map([](const Rows& found) {
        std::vector<std::string> names;
        for (const auto& row : found.rows)
            names.push_back(row.front().value_or(""));
        return names;
    });
}

} // namespace projectionist
