// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/tablelettersshape.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace projectionist {

namespace {

/// Large objects may be gone while their number still stands in a row.
std::string ofLargeObject(const std::string& oid, const std::string& reading)
{
    return fmt::format(
        "CASE WHEN EXISTS (SELECT FROM pg_catalog.pg_largeobject_metadata lo WHERE lo.oid = {}) THEN {} END", oid,
        reading);
}

std::string cutCell(const ShapeColumn& column, std::size_t bytes)
{
    if (column.isBytes())
        return fmt::format("substring({} FROM 1 FOR {})", column.expression, bytes);
    return fmt::format("left({}::text, {})", column.expression, bytes);
}

std::string payloadCell(const ShapeColumn& column, std::size_t bytes)
{
    if (column.isLargeObject())
        return ofLargeObject(column.expression, fmt::format("lo_get({}, 0, {})", column.expression, bytes));
    return cutCell(column, bytes);
}

std::string payloadSize(const ShapeColumn& column)
{
    constexpr auto readingMode = 0x40000; // INV_READ
    constexpr auto fromEnd = 2;           // SEEK_END
    if (column.isLargeObject())
        return ofLargeObject(column.expression, fmt::format("lo_lseek64(lo_open({}, {}), 0, {})::text",
                                                            column.expression, readingMode, fromEnd));
    if (column.isBytes())
        return fmt::format("octet_length({})::text", column.expression);
    return fmt::format("octet_length({}::text)::text", column.expression);
}

/// Half a document cannot be parsed: such a one is left out.
std::string documentCell(const ShapeColumn& column, std::size_t bytes)
{
    return fmt::format("CASE WHEN octet_length({0}::text) <= {1} THEN {0}::text END", column.expression, bytes);
}

std::string milliseconds(const std::optional<ShapeColumn>& time)
{
    if (!time)
        return "NULL::text";
    return fmt::format("CASE WHEN isfinite({0}) THEN floor(extract(epoch FROM {0}) * 1000)::bigint::text END",
                       time->expression);
}

std::vector<std::string> keyExpressions(const TableShape& shape)
{
    std::vector<std::string> all;
    for (const auto& column : shape.key)
        all.push_back(column.expression);
    return all;
}

/// "(t.a, t.b) > ($1, $2)"
std::string comparison(const std::string& keys, std::size_t count, const char* sign, std::size_t firstParameter)
{
    std::string parameters;
    for (std::size_t i = 0; i < count; ++i)
        parameters += fmt::format("{}${}", i == 0 ? "" : ", ", firstParameter + i);
    return fmt::format("({}) {} ({})", keys, sign, parameters);
}

std::string conjunction(const std::string& a, const std::string& b)
{
    if (a.empty() || b.empty())
        return a + b;
    return a + " AND " + b;
}

std::string where(const std::string& condition)
{
    return condition.empty() ? std::string() : " WHERE " + condition;
}

} // namespace

std::string quotedName(std::string_view name)
{
    std::string quoted = "\"";
    for (const char c : name)
        quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
    return quoted + '"';
}

TableSql::TableSql(const TableShape& shape, const Limits& limits)
    : m_from(shape.base + shape.joins)
    , m_filter(shape.filter)
    , m_keys(fmt::format("{}", fmt::join(keyExpressions(shape), ", ")))
    , m_keyCount(shape.key.size())
{
    std::vector<std::string> columns;
    std::vector<std::string> cells;
    for (const auto& column : shape.key)
        columns.push_back(column.expression + "::text");
    for (const auto& column : shape.headers)
        cells.push_back(limits.largeObjects ? payloadCell(column, limits.cell) : cutCell(column, limits.cell));
    for (const auto& column : shape.documents)
        cells.push_back(documentCell(column, limits.cell));
    if (shape.hasXmin)
        columns.emplace_back("t.xmin::text");
    else
        columns.push_back(cells.empty() ? "''" : fmt::format("md5(ROW({})::text)", fmt::join(cells, ", ")));
    columns.push_back(milliseconds(shape.time));
    columns.push_back(shape.eventKey ? cutCell(*shape.eventKey, limits.cell) : "NULL::text");
    columns.push_back(shape.payload ? payloadCell(*shape.payload, limits.payload) : "NULL::text");
    columns.push_back(shape.payload ? payloadSize(*shape.payload) : "NULL::text");
    columns.insert(columns.end(), cells.begin(), cells.end());
    m_columns = fmt::format("{}", fmt::join(columns, ", "));
}

std::string TableSql::select(const std::string& condition, const std::string& rest) const
{
    return fmt::format("SELECT {} FROM {}{}{}", m_columns, m_from, where(conjunction(m_filter, condition)), rest);
}

std::string TableSql::portion(bool behindKey, std::size_t rows) const
{
    return select(behindKey ? comparison(m_keys, m_keyCount, ">", 1) : "",
                  fmt::format(" ORDER BY {} LIMIT {}", m_keys, rows));
}

std::string TableSql::changes(bool behindKey, std::size_t rows) const
{
    return select(conjunction("age(t.xmin) BETWEEN 0 AND age($1::text::xid)",
                              behindKey ? comparison(m_keys, m_keyCount, ">", 2) : ""),
                  fmt::format(" ORDER BY {} LIMIT {}", m_keys, rows));
}

std::string TableSql::row() const
{
    return select(comparison(m_keys, m_keyCount, "=", 1), " LIMIT 1");
}

std::string keysSql(const TableShape& shape, bool behindKey, std::size_t rows)
{
    std::vector<std::string> texts;
    for (const auto& column : shape.key)
        texts.push_back(column.expression + "::text");
    const std::string keys = fmt::format("{}", fmt::join(keyExpressions(shape), ", "));
    return fmt::format(
        "SELECT {} FROM {}{} ORDER BY {} LIMIT {}", fmt::join(texts, ", "), shape.base,
        where(conjunction(shape.filter, behindKey ? comparison(keys, shape.key.size(), ">", 1) : std::string())), keys,
        rows);
}

std::string countSql(const TableShape& shape)
{
    return fmt::format("SELECT count(*)::text FROM {}{}", shape.base, where(shape.filter));
}

} // namespace projectionist
