// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/reconcile/foldedside.h"

#include "backend/core/format.h"
#include "backend/lag/checkpointrows.h"
#include "backend/reconcile/declarationcheck.h"

#include <algorithm>
#include <fmt/format.h>

namespace projectionist {

namespace {

/// What `$1` stands for, where a statement has no parameters.
std::string withProjection(std::string sql, const std::string& projection)
{
    const std::string name = sqlText(projection);
    for (auto at = sql.find("$1"); at != std::string::npos; at = sql.find("$1", at + name.size()))
        if (at + 2 == sql.size() || !std::isdigit(static_cast<unsigned char>(sql[at + 2])))
            sql.replace(at, 2, name);
    return sql;
}

} // namespace

FoldedSide::FoldedSide(const CheckSettings& check, const Workspace& workspace, const LetterConnectors& log,
                       const Clock& clock, std::stop_token stop)
    : m_check(check)
    , m_workspace(workspace)
    , m_connectors(log)
    , m_clock(clock)
    , m_stop(std::move(stop))
    , m_projection(declaredProjection(check, workspace))
{
}

Result<LogFold*> FoldedSide::log()
{
    if (!m_log) {
        auto opened = LogFold::open(m_workspace, *m_projection, m_connectors, m_clock, m_stop);
        if (!opened)
            return tl::unexpected(opened.error());
        m_log.emplace(*std::move(opened));
    }
    return &*m_log;
}

Result<void> FoldedSide::shape(CheckSides& sides)
{
    const auto compiled = DeclaredProjection::compile(*m_projection);
    if (!compiled)
        return tl::unexpected(compiled.error());
    auto made = FoldRelation::make(compiled->columns(), compiled->keySize(), sides, m_check.actual.table);
    if (!made)
        return tl::unexpected(made.error());
    m_relation = *std::move(made);
    sides.expected = m_relation.shape(sides.actual);
    return {};
}

bool FoldedSide::positionsAreInStore() const
{
    return m_projection->checkpoint && m_projection->checkpoint->store == m_projection->declared->store;
}

Result<NextOffsets> FoldedSide::committedPositions()
{
    if (m_projection->checkpoint) {
        const auto* const settings = m_workspace.store(m_projection->checkpoint->store);
        auto store = settings ? m_connectors.store(*settings)
                              : tl::unexpected(Error{ErrorKind::Configuration,
                                                     "The projection's positions are not known",
                                                     "its checkpoint has no store",
                                                     {},
                                                     false});
        return store ? readCheckpoints(**store, *m_projection, m_clock, m_stop) : tl::unexpected(store.error());
    }
    const auto* const settings = m_workspace.broker(m_workspace.context(m_projection->context)->broker);
    auto broker = m_connectors.broker(*settings);
    auto opened = log();
    if (!broker || !opened)
        return tl::unexpected(broker ? opened.error() : broker.error());
    const auto heads = (*opened)->heads();
    if (!heads)
        return heads;
    std::vector<TopicPartition> ids;
    for (const auto& [id, head] : *heads)
        ids.push_back(id);
    std::vector<Error> troubles;
    auto positions = readCommitted(**broker, m_projection->group, std::move(ids), troubles, m_stop);
    if (positions && !troubles.empty())
        return tl::unexpected(troubles.front());
    return positions;
}

/// In the snapshot of the table, if they are in its store: then they tell exactly which events are in it.
Result<NextOffsets> FoldedSide::readPositions(SnapshotReader& reader)
{
    if (!positionsAreInStore())
        return committedPositions();
    std::string query = m_projection->checkpoint->query;
    query.erase(query.find_last_not_of("; \t\r\n") + 1);
    const auto rows = reader.query(withProjection(std::move(query), m_projection->name), maxCheckpointRows);
    if (!rows)
        return tl::unexpected(rows.error());
    const auto read = checkpointRows(*rows, m_projection->name, m_projection->topics);
    if (!read)
        return tl::unexpected(read.error());
    NextOffsets positions;
    for (const auto& row : *read)
        positions.emplace(row.id, row.position);
    return positions;
}

Result<void> FoldedSide::foldTo(NextOffsets positions, CheckPace& pace)
{
    const auto opened = log();
    if (!opened)
        return tl::unexpected(opened.error());
    const bool back = m_state && std::any_of(m_state->read.begin(), m_state->read.end(), [&](const auto& read) {
                          const auto now = positions.find(read.first);
                          return now == positions.end() || now->second < read.second;
                      });
    if (!m_state || back) // somebody had the projection begin anew
        m_state = LogFold::begin();
    m_positions = std::move(positions);
    return (*opened)->fold(m_positions, *m_state, [&](const LogFold::Progress& now) {
        static_cast<void>(pace.step({now.events, 0, now.total, 0}));
    });
}

Result<void> FoldedSide::foldAhead(CheckSides& sides, CheckPace& pace)
{
    auto positions = readPositions(*sides.actualReader);
    sides.end();
    return positions ? foldTo(*std::move(positions), pace) : tl::unexpected(positions.error());
}

Result<void> FoldedSide::provide(std::span<const RowKey> keys, CheckSides& sides)
{
    auto positions = readPositions(*sides.actualReader);
    const auto opened = log();
    if (!positions || !opened)
        return tl::unexpected(positions ? opened.error() : positions.error());
    std::set<FoldKey> wanted;
    for (const auto& key : keys)
        wanted.insert(writtenAs(m_written, key));
    m_ahead.clear();
    auto rows = (*opened)->foldKeys(wanted, *positions, m_ahead);
    if (!rows)
        return tl::unexpected(rows.error());
    m_positions = *std::move(positions);
    std::vector<ProjectedRow> all;
    for (auto& [key, row] : *rows)
        all.push_back(std::move(row));
    sides.expected.sql = m_relation.of(all);
    return {};
}

bool FoldedSide::isExact(const RowKey& key) const
{
    return positionsAreInStore() && !m_ahead.contains(writtenAs(m_written, key));
}

Result<Compared> FoldedSide::compare(CheckSides& sides, CheckPace& pace)
{
    auto positions = readPositions(*sides.actualReader);
    if (!positions)
        return tl::unexpected(positions.error());
    if (auto folded = foldTo(*std::move(positions), pace); !folded)
        return tl::unexpected(folded.error());
    auto compared = FoldComparison(m_check, m_relation, m_state->rows, m_written, sides, pace).run();
    if (compared)
        compared->why = fmt::format(
            "{} events are folded by the declared projection up to its positions, which were read {}; the store "
            "compares the rows with its table",
            formatNumber(m_state->events),
            positionsAreInStore() ? "in the snapshot of its table" : "apart from its table");
    m_state.reset();
    return compared;
}

} // namespace projectionist
