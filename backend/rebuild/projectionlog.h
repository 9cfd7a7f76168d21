// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/config/workspace.h"
#include "backend/deadletter/appliedpositions.h"
#include "backend/deadletter/letterconnectors.h"

namespace projectionist {

/// The topics that a projection reads. Belongs to one thread.
class ProjectionLog
{
public:
    /// Configuration: the context has no broker.
    [[nodiscard]] static Result<ProjectionLog> open(const Workspace& workspace, const ProjectionSettings& projection,
                                                    const LetterConnectors& connectors);

    /// Log start and head of each partition, by topic as the projection names them.
    [[nodiscard]] Result<std::vector<PartitionBounds>> bounds();
    [[nodiscard]] RangeReader& reader() { return *m_reader; }
    [[nodiscard]] Broker& broker() { return *m_broker; }

private:
    ProjectionLog(std::vector<std::string> topics, std::unique_ptr<Broker> broker, std::unique_ptr<RangeReader> reader)
        : m_topics(std::move(topics)), m_broker(std::move(broker)), m_reader(std::move(reader))
    {
    }

    std::vector<std::string> m_topics;
    std::unique_ptr<Broker> m_broker;
    std::unique_ptr<RangeReader> m_reader;
};

} // namespace projectionist
