// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/reconcile/foldrelation.h"

#include "backend/config/nearest.h"

#include <algorithm>
#include <fmt/format.h>

namespace projectionist {

namespace {

/// An element of an array as PostgreSQL writes it.
void addElement(std::string& array, const Cell& cell)
{
    array += array.size() > 1 ? "," : "";
    if (!cell) {
        array += "NULL";
        return;
    }
    array += '"';
    for (const char c : *cell) {
        if (c == '"' || c == '\\')
            array += '\\';
        array += c;
    }
    array += '"';
}

std::string rawKeyName(std::size_t column)
{
    return sqlName(fmt::format("projectionist written {}", column));
}

} // namespace

Result<FoldRelation> FoldRelation::make(const std::vector<std::string>& columns, std::size_t keySize,
                                        const CheckSides& sides, const std::string& table)
{
    const auto types = sides.actualReader->query(
        "SELECT a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod) FROM pg_catalog.pg_attribute a WHERE "
        "a.attrelid = " +
        sides.actual.oid + " AND a.attnum > 0 AND NOT a.attisdropped");
    if (!types)
        return tl::unexpected(types.error());
    FoldRelation relation;
    relation.m_columns = columns;
    relation.m_keySize = keySize;
    for (const auto& name : columns) {
        const auto type =
            std::find_if(types->rows.begin(), types->rows.end(), [&](const auto& row) { return row[0] == name; });
        if (sides.actual.column(name) && type != types->rows.end()) {
            relation.m_types.push_back((*type)[1].value_or("text"));
            continue;
        }
        std::vector<std::string> known;
        for (const auto& one : sides.actual.columns)
            known.push_back(one.name);
        return tl::unexpected(Error{ErrorKind::Configuration, "The declared projection does not fit its table",
                                    fmt::format("it writes column \"{}\", which {} does not have", name, table),
                                    suggestion(name, known), false});
    }
    return relation;
}

RelationShape FoldRelation::shape(const RelationShape& table) const
{
    RelationShape shape;
    for (const auto& name : m_columns)
        shape.columns.push_back(*table.column(name));
    shape.sql = of({});
    return shape;
}

std::string FoldRelation::of(std::span<const ProjectedRow> rows) const
{
    std::vector<std::string> arrays;
    std::vector<std::string> names;
    std::vector<std::string> terms;
    for (std::size_t i = 0; i < m_types.size(); ++i) {
        std::string array = "{";
        for (const auto& row : rows)
            addElement(array, row.values[i]);
        arrays.push_back(sqlText(array + '}') + "::text[]");
        names.push_back(fmt::format("c{}", i));
        terms.push_back(fmt::format("c{}::{} AS {}", i, m_types[i], sqlName(m_columns[i])));
        if (i < m_keySize)
            terms.push_back(fmt::format("c{} AS {}", i, rawKeyName(i)));
    }
    return "(SELECT " + joined(terms, ", ") + ", n AS \"projectionist number\" FROM unnest(" + joined(arrays, ", ") +
           ") WITH ORDINALITY AS u(" + joined(names, ", ") + ", n))";
}

std::string foldComparisonSql(const CheckSides& sides)
{
    std::vector<std::string> equal;
    std::string rewritten = "false";
    const auto keys = keyTexts(sides.plan, ComparedSide::Expected);
    for (std::size_t i = 0; i < keys.size(); ++i) {
        const auto& column = sides.plan.key[i];
        equal.push_back("r." + sqlName(column.expectedName) + " = b." + sqlName(column.name));
        rewritten += " OR " + keys[i] + "::text COLLATE \"C\" <> r." + rawKeyName(i) + " COLLATE \"C\"";
    }
    const std::string missing = "b." + sqlName(sides.plan.key.front().name) + " IS NULL";
    std::string differs = "false";
    for (const auto& column : sides.plan.columns) {
        const char* const bytes = column.pairing.text ? " COLLATE \"C\"" : "";
        differs += " OR " + column.pairing.expected.of("r." + sqlName(column.expectedName)) + bytes +
                   " IS DISTINCT FROM " + column.pairing.actual.of("b." + sqlName(column.name)) + bytes;
    }
    return "SELECT " + joined(keys, ", ") + ", CASE WHEN " + missing + " THEN 'missing' WHEN " + differs +
           " THEN 'differs' END, r.\"projectionist number\" FROM " + sides.expected.sql + " AS r LEFT JOIN " +
           sides.actual.sql + " AS b ON " + joined(equal, " AND ") + " WHERE " + missing + " OR " + differs + " OR " +
           rewritten;
}

} // namespace projectionist
