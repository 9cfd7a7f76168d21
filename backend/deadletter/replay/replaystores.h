// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/config/workspace.h"
#include "backend/deadletter/letterconnectors.h"

#include <map>
#include <mutex>

namespace projectionist {

/// The stores that a replay asks, each connected when it is first asked. Belongs to one thread, but interrupt().
class ReplayStores
{
public:
    ReplayStores(const Workspace& workspace, const LetterConnectors& connectors)
        : m_workspace(workspace), m_connectors(connectors)
    {
    }

    [[nodiscard]] Result<RelationalStore*> get(const std::string& name);
    /// A projection's checkpoint query; `topics` are those that its rows may be of.
    [[nodiscard]] Result<std::map<TopicPartition, Offset>> checkpoints(const ProjectionSettings& projection,
                                                                       const std::vector<std::string>& topics);
    /// Any thread: what runs ends soon.
    void interrupt();

private:
    const Workspace& m_workspace;
    const LetterConnectors& m_connectors;
    std::mutex m_mutex; ///< against interrupt() while a store is added
    std::map<std::string, std::unique_ptr<RelationalStore>> m_stores;
};

} // namespace projectionist
