// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/reconcile/reproject/declaredrows.h"

#include "backend/reconcile/comparisonplan.h"

#include <algorithm>
#include <fmt/format.h>

namespace projectionist {

namespace {

constexpr const char* typesOfColumns =
    "SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute "
    "WHERE attrelid = CAST(CAST($1 AS text) AS regclass) AND attnum > 0 AND NOT attisdropped";
/// Rows that are not there cannot be locked; see pg_advisory_xact_lock in the manual.
constexpr const char* lockKey = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))";

std::string quotedName(const std::string& name)
{
    std::string quoted = "\"";
    for (const char c : name)
        quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
    return quoted + '"';
}

std::vector<std::string> quotedNames(std::span<const std::string> names)
{
    std::vector<std::string> quoted;
    for (const auto& name : names)
        quoted.push_back(quotedName(name));
    return quoted;
}

std::vector<Parameter> parametersOf(std::span<const std::string> key, const ProjectedRow& row)
{
    std::vector<Parameter> parameters(key.begin(), key.end());
    if (row.exists)
        parameters.insert(parameters.end(), row.values.begin() + static_cast<std::ptrdiff_t>(key.size()),
                          row.values.end());
    return parameters;
}

} // namespace

Result<void> DeclaredRows::readTypes(Transaction& transaction)
{
    if (!m_types.empty())
        return {};
    const Parameter table[]{m_table};
    const auto found = transaction.execute(typesOfColumns, table);
    if (!found)
        return tl::unexpected(found.error());
    std::vector<std::string> types;
    for (const auto& column : m_columns) {
        const auto row = std::ranges::find_if(found->rows, [&](const auto& one) { return one[0] == column; });
        if (row == found->rows.end())
            return tl::unexpected(Error{ErrorKind::Configuration, fmt::format("{} cannot be written", m_table),
                                        fmt::format("it has no column \"{}\", which the declaration names", column),
                                        "Correct [projections.declared] in the workspace.", false});
        types.push_back((*row)[1].value_or("text"));
    }
    m_types = std::move(types);
    return {};
}

std::string DeclaredRows::valueOf(std::size_t column, std::size_t parameter) const
{
    return fmt::format("CAST(CAST(${} AS text) AS {})", parameter, m_types[column]);
}

std::string DeclaredRows::condition() const
{
    std::vector<std::string> parts;
    for (std::size_t i = 0; i < m_keySize; ++i)
        parts.push_back(fmt::format("{} = {}", quotedName(m_columns[i]), valueOf(i, i + 1)));
    return joined(parts, " AND ");
}

Result<ProjectedRow> DeclaredRows::lock(Transaction& transaction, Key key)
{
    if (auto known = readTypes(transaction); !known)
        return tl::unexpected(known.error());
    const Parameter name[]{m_table + '\n' + joined({key.begin(), key.end()}, "\n")};
    if (auto locked = transaction.execute(lockKey, name); !locked)
        return tl::unexpected(locked.error());
    const auto sql = fmt::format("SELECT {} FROM {} WHERE {} FOR UPDATE", joined(quotedNames(m_columns), ", "), m_table,
                                 condition());
    auto rows = transaction.execute(sql, parametersOf(key, {}));
    if (!rows)
        return tl::unexpected(rows.error());
    ProjectedRow row;
    if (rows->rows.size() > 1)
        return tl::unexpected(Error{ErrorKind::InvalidData, fmt::format("{} cannot be written", m_table),
                                    "it has several rows of this key", "Make the key unique.", false});
    if (!rows->rows.empty()) {
        row.exists = true;
        row.values = std::move(rows->rows.front());
    }
    return row;
}

Result<void> DeclaredRows::write(Transaction& transaction, Key key, bool exists, const ProjectedRow& row)
{
    std::vector<std::string> values;
    std::vector<std::string> changes;
    for (std::size_t i = 0; i < m_columns.size(); ++i) {
        values.push_back(valueOf(i, i + 1));
        if (i >= m_keySize)
            changes.push_back(fmt::format("{} = {}", quotedName(m_columns[i]), values.back()));
    }
    std::string sql;
    if (!row.exists)
        sql = fmt::format("DELETE FROM {} WHERE {}", m_table, condition());
    else if (exists)
        sql = fmt::format("UPDATE {} SET {} WHERE {}", m_table, joined(changes, ", "), condition());
    else
        sql = fmt::format("INSERT INTO {} ({}) VALUES ({})", m_table, joined(quotedNames(m_columns), ", "),
                          joined(values, ", "));
    return transaction.execute(sql, parametersOf(key, row)).map([](const Rows&) {});
}

Result<std::vector<std::string>> DeclaredRows::differing(Transaction& transaction, Key key, const ProjectedRow& row)
{
    std::vector<std::string> same;
    for (std::size_t i = m_keySize; i < m_columns.size(); ++i) {
        const std::string jsonb = m_types[i] == "json" ? "::jsonb" : ""; // json knows no equality
        same.push_back(
            fmt::format("{}{} IS NOT DISTINCT FROM {}{}", quotedName(m_columns[i]), jsonb, valueOf(i, i + 1), jsonb));
    }
    const auto sql = row.exists ? fmt::format("SELECT {} FROM {} WHERE {}", same.empty() ? "true" : joined(same, ", "),
                                              m_table, condition())
                                : fmt::format("SELECT false FROM {} WHERE {}", m_table, condition());
    const auto found = transaction.execute(sql, parametersOf(key, row));
    if (!found)
        return tl::unexpected(found.error());
    std::vector<std::string> names;
    if (found->rows.empty() == row.exists)
        names.push_back(m_columns.front());
    for (std::size_t i = m_keySize; row.exists && !found->rows.empty() && i < m_columns.size(); ++i)
        if (found->rows.front()[i - m_keySize] != "t")
            names.push_back(m_columns[i]);
    return names;
}

} // namespace projectionist
