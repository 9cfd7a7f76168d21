// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/rebuild/tabletarget.h"

#include "backend/reconcile/comparisonplan.h"
#include "backend/store/cells.h"

#include <algorithm>
#include <fmt/format.h>

namespace projectionist {

namespace {

constexpr std::size_t mostPositions = 100'000;

/// -1: "bpchar", where "character" would mean character(1).
constexpr const char* typesOfTarget = "SELECT attname, format_type(atttypid, -1) FROM pg_attribute "
                                      "WHERE attrelid = CAST(CAST($1 AS text) AS regclass) AND attnum > 0";

/// An array of texts as PostgreSQL writes it, element by element.
class ArrayText
{
public:
    void add(const std::optional<std::string>& element)
    {
        m_text += m_text.size() > 1 ? "," : "";
        if (!element) {
            m_text += "NULL";
            return;
        }
        m_text += '"';
        for (const char c : *element) {
            if (c == '"' || c == '\\')
                m_text += '\\';
            m_text += c;
        }
        m_text += '"';
    }
    [[nodiscard]] std::string take() { return std::move(m_text) + '}'; }

private:
    std::string m_text = "{";
};

std::vector<Parameter> arraysOf(const std::vector<ProjectedRow>& rows, std::size_t columns)
{
    std::vector<ArrayText> arrays(columns);
    for (const auto& row : rows)
        for (std::size_t i = 0; i < columns; ++i)
            arrays[i].add(row.values[i]);
    std::vector<Parameter> parameters;
    for (auto& array : arrays)
        parameters.emplace_back(array.take());
    return parameters;
}

std::vector<Parameter> arraysOf(std::span<const FoldKey> keys, std::size_t columns)
{
    std::vector<ArrayText> arrays(columns);
    for (const auto& key : keys)
        for (std::size_t i = 0; i < columns; ++i)
            arrays[i].add(key[i]);
    std::vector<Parameter> parameters;
    for (auto& array : arrays)
        parameters.emplace_back(array.take());
    return parameters;
}

Error targetError(ErrorKind kind, const std::string& table, std::string why, std::string next)
{
    return {kind, fmt::format("{} cannot be written", table), std::move(why), std::move(next), false};
}

} // namespace

void TableTarget::tell(WriteStage stage) const
{
    if (m_stage)
        m_stage(stage);
}

Result<void> TableTarget::readTypes()
{
    if (!m_types.empty())
        return {};
    const Parameter table[]{m_tables.rows};
    const auto found = m_store.query(typesOfTarget, table, mostPositions);
    if (!found)
        return tl::unexpected(found.error());
    std::vector<std::string> types;
    for (const auto& column : m_declaration.columns()) {
        const auto row = std::ranges::find_if(found->rows, [&](const auto& one) { return one[0] == column; });
        if (row == found->rows.end())
            return tl::unexpected(
                targetError(ErrorKind::Configuration, m_tables.rows,
                            fmt::format("it has no column \"{}\", which the declaration names", column),
                            "Correct [projections.declared] in the workspace."));
        types.push_back((*row)[1].value_or("text"));
    }
    m_types = std::move(types);
    return {};
}

Result<NextOffsets> TableTarget::positions()
{
    const auto found = m_store.query("SELECT topic, partition, position FROM " + m_tables.positions, {}, mostPositions);
    if (!found)
        return tl::unexpected(found.error());
    NextOffsets positions;
    for (const auto& row : found->rows)
        positions.emplace(TopicPartition{row[0].value_or(""), numberIn<std::int32_t>(row[1].value_or("")).value_or(0)},
                          numberIn<Offset>(row[2].value_or("")).value_or(0));
    return positions;
}

std::string TableTarget::values(std::size_t columns, const char* ordinality) const
{
    std::vector<std::string> terms;
    std::vector<std::string> arrays;
    std::vector<std::string> names;
    for (std::size_t i = 0; i < columns; ++i) {
        terms.push_back(fmt::format("CAST(u.c{} AS {}) AS {}", i, m_types[i], sqlName(m_declaration.columns()[i])));
        arrays.push_back(fmt::format("${}::text[]", i + 1));
        names.push_back(fmt::format("c{}", i));
    }
    const bool numbered = *ordinality != '\0';
    if (numbered) {
        terms.push_back("u.number AS \"projectionist number\"");
        names.emplace_back("number");
    }
    return "SELECT " + joined(terms, ", ") + " FROM unnest(" + joined(arrays, ", ") + ")" + ordinality + " AS u(" +
           joined(names, ", ") + ")";
}

std::string TableTarget::sameKey() const
{
    std::vector<std::string> parts;
    for (std::size_t i = 0; i < m_declaration.keySize(); ++i) {
        const auto name = sqlName(m_declaration.columns()[i]);
        parts.push_back("t." + name + " = k." + name);
    }
    return joined(parts, " AND ");
}

Result<std::vector<TargetRow>> TableTarget::rows(std::span<const FoldKey> keys)
{
    if (auto known = readTypes(); !known)
        return tl::unexpected(known.error());
    const auto width = m_declaration.keySize();
    std::vector<std::string> terms;
    for (std::size_t i = 0; i < width; ++i)
        terms.push_back("k." + sqlName(m_declaration.columns()[i]));
    terms.push_back("t." + sqlName(m_declaration.columns().front()) + " IS NOT NULL");
    for (const auto& column : m_declaration.columns())
        terms.push_back("t." + sqlName(column));
    const auto sql = "SELECT " + joined(terms, ", ") + " FROM (" + values(width, " WITH ORDINALITY") +
                     ") AS k LEFT JOIN " + m_tables.rows + " AS t ON " + sameKey() +
                     " ORDER BY k.\"projectionist number\"";
    auto found = keys.empty() ? Result<Rows>(Rows()) : m_store.query(sql, arraysOf(keys, width), keys.size());
    if (!found)
        return tl::unexpected(found.error());
    if (found->rows.size() != keys.size())
        return tl::unexpected(targetError(ErrorKind::Resource, m_tables.rows,
                                          fmt::format("{} of its rows do not fit into memory", keys.size()),
                                          "Apply fewer events at a time."));
    std::vector<TargetRow> rows;
    for (auto& cells : found->rows) {
        auto& row = rows.emplace_back();
        for (std::size_t i = 0; i < width; ++i)
            row.key.push_back(cells[i].value_or(""));
        row.row.exists = cells[width] == "t";
        if (row.row.exists)
            row.row.values.assign(std::make_move_iterator(cells.begin() + static_cast<std::ptrdiff_t>(width) + 1),
                                  std::make_move_iterator(cells.end()));
    }
    return rows;
}

Result<void> TableTarget::put(Transaction& transaction, const std::vector<ProjectedRow>& rows) const
{
    if (rows.empty())
        return {};
    const auto& columns = m_declaration.columns();
    std::vector<std::string> names;
    std::vector<std::string> changes;
    for (const auto& column : columns) {
        names.push_back(sqlName(column));
        if (names.size() > m_declaration.keySize())
            changes.push_back(names.back() + " = excluded." + names.back());
    }
    const std::vector<std::string> key(names.begin(),
                                       names.begin() + static_cast<std::ptrdiff_t>(m_declaration.keySize()));
    const auto sql = "INSERT INTO " + m_tables.rows + " (" + joined(names, ", ") + ") " + values(columns.size()) +
                     " ON CONFLICT (" + joined(key, ", ") + ") DO " +
                     (changes.empty() ? "NOTHING" : "UPDATE SET " + joined(changes, ", "));
    return transaction.execute(sql, arraysOf(rows, columns.size())).map([](const Rows&) {});
}

Result<void> TableTarget::erase(Transaction& transaction, const std::vector<FoldKey>& keys) const
{
    if (keys.empty())
        return {};
    const auto width = m_declaration.keySize();
    const auto sql = "DELETE FROM " + m_tables.rows + " AS t USING (" + values(width) + ") AS k WHERE " + sameKey();
    return transaction.execute(sql, arraysOf(keys, width)).map([](const Rows&) {});
}

Result<void> TableTarget::move(Transaction& transaction, const RowBatch& batch) const
{
    const auto sql = "INSERT INTO " + m_tables.positions +
                     " AS p (topic, partition, position) VALUES ($1, $2::int, $3::bigint) ON CONFLICT (topic, "
                     "partition) DO UPDATE SET position = excluded.position WHERE p.position = $4::bigint RETURNING 1";
    for (const auto& [id, position] : batch.to) {
        const Parameter parameters[]{id.topic, std::to_string(id.partition), std::to_string(position),
                                     std::to_string(batch.from.at(id))};
        const auto moved = transaction.execute(sql, parameters);
        if (!moved)
            return tl::unexpected(moved.error());
        if (moved->rows.empty())
            return tl::unexpected(targetError(ErrorKind::Conflict, m_tables.rows,
                                              fmt::format("another worker has moved its position in {}", toString(id)),
                                              "End the other worker."));
    }
    return {};
}

Result<void> TableTarget::write(const RowBatch& batch)
{
    if (auto known = readTypes(); !known)
        return known;
    tell(WriteStage::Began);
    auto done = m_store.transaction([&](Transaction& transaction) -> Result<void> {
        auto written = put(transaction, batch.rows).and_then([&] { return erase(transaction, batch.erased); });
        if (!written)
            return written;
        tell(WriteStage::RowsWritten);
        written = move(transaction, batch);
        if (written)
            tell(WriteStage::PositionsWritten);
        return written;
    });
    if (done)
        tell(WriteStage::Committed);
    return done;
}

} // namespace projectionist
