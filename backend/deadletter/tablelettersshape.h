// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/config/deadlettersettings.h"
#include "backend/store/relationalstore.h"

namespace projectionist {

/// One thing to read of a row.
struct ShapeColumn
{
    std::string name;       ///< as its header is called
    std::string expression; ///< quoted SQL
    std::string type;       ///< "bytea", "oid", "jsonb", ...: PostgreSQL's name

    [[nodiscard]] bool isBytes() const { return type == "bytea"; }
    [[nodiscard]] bool isLargeObject() const { return type == "oid"; }
    [[nodiscard]] bool isJson() const { return type == "json" || type == "jsonb"; }
};

/// A table of dead letters as it is in the database now.
struct TableShape
{
    std::string oid;
    std::string family;  ///< RawLetter::table
    std::string base;    ///< "schema"."table" t
    std::string joins;   ///< of other tables, never changing the number of rows
    std::string filter;  ///< on base; empty = all rows
    bool hasXmin = true; ///< views have none
    bool integerKey = false;
    std::uint64_t estimate = 0; ///< of rows, by the server's statistics
    std::vector<ShapeColumn> key;
    std::vector<ShapeColumn> headers;   ///< in the table's order
    std::vector<ShapeColumn> documents; ///< JSON objects whose members are headers
    bool documentsAreHeaders = true;    ///< of the event; else they are what the framework noted
    std::optional<ShapeColumn> payload;
    std::optional<ShapeColumn> eventKey;
    std::optional<ShapeColumn> time; ///< a timestamp of some kind
};

/// Asks the database. NotFound: no such table; Permission; Configuration: it is not what the settings say.
[[nodiscard]] Result<TableShape> readTableShape(RelationalStore& store, const LetterTableSettings& settings);

/// In double quotes, whatever is in it.
[[nodiscard]] std::string quotedName(std::string_view name);

/// The statements for a shape. A row is: key values, version, milliseconds, event key, payload, its size, headers,
/// documents.
class TableSql
{
public:
    struct Limits
    {
        std::size_t payload = 256;    ///< bytes
        std::size_t cell = 64U << 10; ///< of other columns; longer documents are left out
        bool largeObjects = false;    ///< read those of other columns too, not only their numbers
    };
    TableSql(const TableShape& shape, const Limits& limits);

    /// Rows behind a key ($1...), or from the begin; at most `rows`.
    [[nodiscard]] std::string portion(bool behindKey, std::size_t rows) const;
    /// The same, of rows inserted or changed since a transaction: $1, then the key.
    [[nodiscard]] std::string changes(bool behindKey, std::size_t rows) const;
    /// One row by its key.
    [[nodiscard]] std::string row() const;

private:
    [[nodiscard]] std::string select(const std::string& condition, const std::string& rest) const;

    std::string m_columns;
    std::string m_from;
    std::string m_filter;
    std::string m_keys;
    std::size_t m_keyCount;
};

/// Keys alone, for finding out what was deleted.
[[nodiscard]] std::string keysSql(const TableShape& shape, bool behindKey, std::size_t rows);
[[nodiscard]] std::string countSql(const TableShape& shape);

} // namespace projectionist
