// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/rowlookup.h"

#include "backend/store/cells.h"

#include <fmt/format.h>

namespace projectionist {

namespace {

Error unusable(std::string why)
{
    return {ErrorKind::InvalidData, "The row query's answer cannot be used", std::move(why),
            "Correct row_query in the workspace: one row a key, with version, or partition and position.", false};
}

Error severalRows()
{
    return unusable("it has several rows for one key");
}

/// Reads one row, column by column.
class RowReader
{
public:
    RowReader(const Rows& rows, std::size_t row, std::size_t firstColumn)
        : m_columns(rows.columns), m_row(rows.rows[row]), m_first(firstColumn)
    {
    }

    Result<RowState> read()
    {
        RowState state;
        state.found = true;
        state.version = number<std::int64_t>("version");
        state.partition = number<std::int32_t>("partition");
        state.position = number<Offset>("position");
        state.topic = text("topic").value_or(std::string());
        if (const auto updated = text("updated_at")) {
            state.updatedAt = parseTimestamp(*updated);
            if (!state.updatedAt)
                return tl::unexpected(unusable(fmt::format("updated_at is \"{}\", which is no time", *updated)));
        }
        if (m_problem)
            return tl::unexpected(*m_problem);
        return state;
    }

private:
    [[nodiscard]] std::optional<std::string> text(std::string_view column) const
    {
        for (std::size_t i = m_first; i < m_columns.size(); ++i)
            if (m_columns[i] == column)
                return m_row[i];
        return std::nullopt;
    }

    template<typename Number>
    std::optional<Number> number(std::string_view column)
    {
        const auto written = text(column);
        if (!written)
            return std::nullopt;
        const auto value = numberIn<Number>(*written);
        if (!value)
            m_problem = unusable(fmt::format("{} is \"{}\", which is no whole number", column, *written));
        return value;
    }

    const std::vector<std::string>& m_columns;
    const std::vector<std::optional<std::string>>& m_row;
    const std::size_t m_first;
    std::optional<Error> m_problem;
};

Result<RowState> onlyRowOf(const Rows& rows)
{
    if (rows.rows.empty())
        return RowState{};
    if (rows.rows.size() > 1 || rows.truncated)
        return tl::unexpected(severalRows());
    return RowReader(rows, 0, 0).read();
}

/// As PostgreSQL reads an array of texts.
std::string arrayText(std::span<const std::string> elements)
{
    std::string text = "{";
    for (const auto& element : elements) {
        text += text.size() > 1 ? ",\"" : "\"";
        for (const char c : element) {
            if (c == '"' || c == '\\')
                text += '\\';
            text += c;
        }
        text += '"';
    }
    return text + '}';
}

} // namespace

Result<std::map<std::string, Result<RowState>>> lookUpRows(RelationalStore& store, const RowQuerySettings& query,
                                                           std::span<const std::string> keys,
                                                           const std::stop_token& stop)
{
    std::map<std::string, Result<RowState>> found;
    for (const auto& key : keys) {
        if (stop.stop_requested())
            return tl::unexpected(
                Error{ErrorKind::Cancelled, "Looking up rows was stopped", "somebody asked for it", {}});
        if (found.contains(key))
            continue;
        const Parameter parameter[]{key};
        const auto rows = store.query(query.query, parameter, 2);
        // A key that is no value of the column's type has no row; any other mistake would meet the next key as well.
        if (!rows && rows.error().kind != ErrorKind::InvalidData)
            return tl::unexpected(rows.error());
        found.emplace(key, rows ? onlyRowOf(*rows) : tl::unexpected(rows.error()));
    }
    return found;
}

Result<std::map<std::string, Result<RowState>>>
lookUpRowsTogether(RelationalStore& store, const RowQuerySettings& query, std::span<const std::string> keys)
{
    const Parameter parameter[]{arrayText(keys)};
    const auto rows = store.query(query.queryMany, parameter, 2 * keys.size());
    if (!rows)
        return tl::unexpected(rows.error());
    if (rows->truncated || rows->columns.empty())
        return tl::unexpected(unusable("query_many has far more rows than keys, or no columns"));
    std::map<std::string, Result<RowState>> found;
    for (const auto& key : keys)
        found.emplace(key, RowState{});
    for (std::size_t i = 0; i < rows->rows.size(); ++i) {
        const auto& key = rows->rows[i].front();
        const auto state = key ? found.find(*key) : found.end();
        // A key that is written in another way than the event's would look like one without a row.
        if (state == found.end())
            return tl::unexpected(unusable("query_many tells in its first column of a key that was not asked for"));
        state->second =
            state->second && !(*state->second).found ? RowReader(*rows, i, 1).read() : tl::unexpected(severalRows());
    }
    return found;
}

} // namespace projectionist
