// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sandbox/checkpoints.h"

#include "app/sandbox/schema.h"

#include <nlohmann/json.hpp>

namespace projectionist {

namespace {

using nlohmann::json;

constexpr const char* make = "INSERT INTO @.projection_checkpoint SELECT $1, $2, value::int, 0, clock_timestamp(), $3 "
                             "FROM jsonb_array_elements_text($4::jsonb) ON CONFLICT DO NOTHING";
constexpr const char* read = "SELECT partition, position FROM @.projection_checkpoint "
                             "WHERE projection = $1 AND topic = $2";
constexpr const char* move =
    "UPDATE @.projection_checkpoint c SET position = m.next, updated_at = clock_timestamp(), worker = $3 "
    "FROM jsonb_to_recordset($4::jsonb) AS m(partition int, expected bigint, next bigint) "
    "WHERE c.projection = $1 AND c.topic = $2 AND c.partition = m.partition AND c.position = m.expected "
    "RETURNING c.partition";
constexpr const char* live = "UPDATE @.projection_checkpoint SET updated_at = clock_timestamp(), worker = $3 "
                             "WHERE projection = $1 AND topic = $2 AND partition IN "
                             "(SELECT value::int FROM jsonb_array_elements_text($4::jsonb))";

} // namespace

Checkpoints::Checkpoints(const std::string& schema, std::string projection, std::string topic, std::string worker)
    : m_schema(schema), m_projection(std::move(projection)), m_topic(std::move(topic)), m_worker(std::move(worker))
{
}

Result<std::map<std::int32_t, Offset>> Checkpoints::load(RelationalStore& store,
                                                         const std::vector<std::int32_t>& partitions) const
{
    std::map<std::int32_t, Offset> positions;
    const auto done = store.transaction([&](Transaction& transaction) -> Result<void> {
        const Parameter all[]{m_projection, m_topic, m_worker, json(partitions).dump()};
        if (auto made = transaction.execute(inSchema(make, m_schema), all); !made)
            return tl::unexpected(made.error());
        const auto rows = transaction.execute(inSchema(read, m_schema), std::span(all).first(2));
        if (!rows)
            return tl::unexpected(rows.error());
        for (const auto& row : rows->rows) {
            const auto partition = static_cast<std::int32_t>(std::stol(row[0].value_or("0")));
            if (std::find(partitions.begin(), partitions.end(), partition) != partitions.end())
                positions[partition] = std::stoll(row[1].value_or("0"));
        }
        return {};
    });
    if (!done)
        return tl::unexpected(done.error());
    return positions;
}

Result<void> Checkpoints::advance(Transaction& transaction, const std::map<std::int32_t, Advance>& moves) const
{
    json list = json::array();
    for (const auto& [partition, step] : moves)
        list.push_back({{"partition", partition}, {"expected", step.expected}, {"next", step.next}});
    const Parameter parameters[]{m_projection, m_topic, m_worker, list.dump()};
    const auto moved = transaction.execute(inSchema(move, m_schema), parameters);
    if (!moved)
        return tl::unexpected(moved.error());
    if (moved->rows.size() != moves.size()) {
        return tl::unexpected(Error{ErrorKind::Conflict, "The checkpoints of " + m_projection + " moved meanwhile",
                                    "another worker applied these events", "They are read again.", true});
    }
    return {};
}

Result<void> Checkpoints::heartbeat(RelationalStore& store, const std::vector<std::int32_t>& partitions) const
{
    return store.transaction([&](Transaction& transaction) -> Result<void> {
        const Parameter parameters[]{m_projection, m_topic, m_worker, json(partitions).dump()};
        return transaction.execute(inSchema(live, m_schema), parameters).map([](const Rows&) {});
    });
}

} // namespace projectionist
