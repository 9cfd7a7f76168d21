// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/lag/storereader.h"

#include <algorithm>
#include <fmt/format.h>

namespace projectionist {

namespace {

/// Queries in one statement; more would only make planning slow.
constexpr std::size_t maxCombined = 50;

/// Whether the text has the parameter $1 (and not only $10).
bool hasParameter(const std::string& sql)
{
    for (auto at = sql.find("$1"); at != std::string::npos; at = sql.find("$1", at + 2)) {
        if (at + 2 == sql.size() || !std::isdigit(static_cast<unsigned char>(sql[at + 2])))
            return true;
    }
    return false;
}

std::string renumbered(const std::string& sql, std::size_t parameter)
{
    std::string result;
    for (std::size_t at = 0; at < sql.size(); ++at) {
        const bool found = sql.compare(at, 2, "$1") == 0 &&
                           (at + 2 == sql.size() || !std::isdigit(static_cast<unsigned char>(sql[at + 2])));
        result += found ? fmt::format("${}", parameter) : std::string(1, sql[at]);
        at += found ? 1 : 0;
    }
    return result;
}

std::string withoutSemicolon(std::string sql)
{
    while (!sql.empty() && (sql.back() == ';' || std::isspace(static_cast<unsigned char>(sql.back()))))
        sql.pop_back();
    return sql;
}

} // namespace

bool isConnectionError(ErrorKind kind) noexcept
{
    switch (kind) {
    case ErrorKind::NameNotFound:
    case ErrorKind::Refused:
    case ErrorKind::Unreachable:
    case ErrorKind::Timeout:
    case ErrorKind::Tls:
    case ErrorKind::Authentication:
    case ErrorKind::Resource:
    case ErrorKind::Cancelled:
        return true;
    case ErrorKind::Permission:
    case ErrorKind::NotFound:
    case ErrorKind::InvalidData:
    case ErrorKind::Configuration:
    case ErrorKind::Conflict:
    case ErrorKind::Internal:
        return false;
    }
    return false;
}

StoreReader::Ask StoreReader::askFor(const ProjectionSettings& projection)
{
    std::string query = withoutSemicolon(projection.checkpoint->query);
    Parameter parameter = hasParameter(query) ? Parameter(projection.name) : std::nullopt;
    return {std::move(query), std::move(parameter)};
}

Result<Rows> StoreReader::single(RelationalStore& store, const Ask& ask)
{
    const std::vector<Parameter> parameters(ask.parameter ? 1 : 0, ask.parameter);
    auto rows = store.query(ask.query, parameters, maxCheckpointRows);
    ++m_progress;
    return rows;
}

Result<void> StoreReader::runCombined(RelationalStore& store, std::span<const Ask* const> asks,
                                      std::map<Ask, Result<Rows>>& answers)
{
    std::string sql;
    std::vector<Parameter> parameters;
    for (std::size_t i = 0; i < asks.size(); ++i) {
        if (asks[i]->parameter)
            parameters.push_back(asks[i]->parameter);
        const std::size_t columns = std::min<std::size_t>(m_columns.at(*asks[i]), 4);
        // The line break ends a comment that the query may end with.
        sql += fmt::format("{}select {} as q, a::text, b::text, c::text, {} as d from (\n{}\n) as t{} (a, b, c{})",
                           i == 0 ? "" : "\nunion all\n", i, columns > 3 ? "d::text" : "null::text",
                           renumbered(asks[i]->query, parameters.size()), i, columns > 3 ? ", d" : "");
    }
    auto all = store.query(sql, parameters, maxCheckpointRows);
    ++m_progress;
    if (!all)
        return tl::unexpected(all.error());
    if (all->truncated)
        return {}; // one of them is mistaken: each for itself will tell which
    std::vector<Rows> parts(asks.size(), Rows{{"topic", "partition", "position", "updated_at"}, {}, {}, false});
    for (auto& row : all->rows)
        parts[static_cast<std::size_t>(std::stoul(row[0].value()))].rows.push_back(
            {std::make_move_iterator(row.begin() + 1), std::make_move_iterator(row.end())});
    for (std::size_t i = 0; i < asks.size(); ++i)
        answers.at(*asks[i]) = std::move(parts[i]);
    return {};
}

Result<bool> StoreReader::readCombined(RelationalStore& store, std::map<Ask, Result<Rows>>& answers)
{
    std::vector<const Ask*> combinable;
    for (const auto& [ask, rows] : answers) {
        const auto known = m_columns.find(ask);
        if (known != m_columns.end() && known->second >= 3 && known->second <= 4)
            combinable.push_back(&ask);
    }
    if (combinable.size() < 2 || !m_combines)
        return true;
    bool accepted = true;
    for (std::size_t at = 0; at < combinable.size(); at += maxCombined) {
        const auto part = std::span(combinable).subspan(at, std::min(maxCombined, combinable.size() - at));
        const auto done = runCombined(store, part, answers);
        if (!done && isConnectionError(done.error().kind))
            return tl::unexpected(done.error());
        accepted = accepted && done;
    }
    return accepted;
}

Result<StoreAnswer> StoreReader::read(RelationalStore& store, const StoreOrder& order)
{
    StoreAnswer answer;
    answer.began = m_clock.now();
    answer.monotonic = m_clock.monotonic();
    const Error notAsked{ErrorKind::Internal, {}, {}, {}, true};
    std::map<Ask, Result<Rows>> answers;
    for (const ProjectionSettings& projection : order.projections)
        answers.emplace(askFor(projection), tl::unexpected(notAsked));
    const auto combined = readCombined(store, answers);
    if (!combined)
        return tl::unexpected(combined.error());
    bool allWorkAlone = true;
    for (auto& [ask, rows] : answers) {
        if (rows)
            continue;
        rows = single(store, ask);
        if (!rows && isConnectionError(rows.error().kind))
            return tl::unexpected(rows.error());
        allWorkAlone = allWorkAlone && rows;
        if (rows)
            m_columns[ask] = rows->columns.size();
        else
            m_columns.erase(ask);
    }
    m_combines = m_combines && (*combined || !allWorkAlone);
    for (const ProjectionSettings& projection : order.projections) {
        const auto& rows = answers.at(askFor(projection));
        answer.checkpoints.emplace(projection.name, rows ? checkpointRows(*rows, projection.name, projection.topics)
                                                         : tl::unexpected(rows.error()));
    }
    for (const WriteSideSettings& side : order.writeSides) {
        auto rows = single(store, {withoutSemicolon(side.query), std::nullopt});
        if (!rows && isConnectionError(rows.error().kind))
            return tl::unexpected(rows.error());
        answer.writeSides.emplace(side.name, rows ? writeSideRow(*rows, side.name) : tl::unexpected(rows.error()));
    }
    answer.version = store.serverVersion();
    answer.took = m_clock.monotonic() - answer.monotonic;
    return answer;
}

} // namespace projectionist
