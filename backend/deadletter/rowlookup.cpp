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

/// Reads one answer, column by column.
class RowReader
{
public:
    explicit RowReader(const Rows& rows) : m_rows(rows) {}

    Result<RowState> read()
    {
        RowState state;
        if (m_rows.rows.empty())
            return state;
        if (m_rows.rows.size() > 1 || m_rows.truncated)
            return tl::unexpected(unusable("it has several rows for one key"));
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
        for (std::size_t i = 0; i < m_rows.columns.size(); ++i)
            if (m_rows.columns[i] == column)
                return m_rows.rows.front()[i];
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

    const Rows& m_rows;
    std::optional<Error> m_problem;
};

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
        found.emplace(key, rows ? RowReader(*rows).read() : tl::unexpected(rows.error()));
    }
    return found;
}

} // namespace projectionist
