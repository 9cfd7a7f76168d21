// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/replay/replaystores.h"

#include "backend/lag/checkpointrows.h"

namespace projectionist {

Result<RelationalStore*> ReplayStores::get(const std::string& name)
{
    if (const auto known = m_stores.find(name); known != m_stores.end())
        return known->second.get();
    const auto* settings = m_workspace.store(name);
    if (!settings)
        return tl::unexpected(Error{ErrorKind::Configuration, "Store \"" + name + "\" cannot be asked",
                                    "the workspace has none of this name", "Name it in the workspace file.", false});
    auto store = m_connectors.store(*settings);
    if (!store)
        return tl::unexpected(store.error());
    const std::lock_guard lock(m_mutex);
    return (m_stores[name] = std::move(*store)).get();
}

Result<std::map<TopicPartition, Offset>> ReplayStores::checkpoints(const ProjectionSettings& projection,
                                                                   const std::vector<std::string>& topics)
{
    const auto store = get(projection.checkpoint->store);
    if (!store)
        return tl::unexpected(store.error());
    const auto& query = projection.checkpoint->query;
    std::vector<Parameter> parameters;
    if (query.find("$1") != std::string::npos)
        parameters.emplace_back(projection.name);
    const auto answer = (*store)->query(query, parameters, maxCheckpointRows);
    if (!answer)
        return tl::unexpected(answer.error());
    const auto rows = checkpointRows(*answer, projection.name, topics);
    if (!rows)
        return tl::unexpected(rows.error());
    std::map<TopicPartition, Offset> positions;
    for (const auto& row : *rows)
        positions[row.id] = row.position;
    return positions;
}

void ReplayStores::interrupt()
{
    const std::lock_guard lock(m_mutex);
    for (const auto& [name, store] : m_stores)
        store->interrupt();
}

} // namespace projectionist
