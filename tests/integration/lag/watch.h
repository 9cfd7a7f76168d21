// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/mailbox.h"
#include "backend/lag/connectors.h"
#include "tests/integration/broker/brokerfixture.h"
#include "tests/support/testservers.h"

#include <algorithm>

namespace projectionist {

inline const ProjectionSample& sampleOf(const Snapshot& snapshot, std::size_t projection)
{
    return *snapshot.projections[projection]->sample;
}

inline bool isFresh(const Snapshot& snapshot, std::size_t projection)
{
    return sampleOf(snapshot, projection).fresh;
}

/// A watcher with what it tells.
class Watch
{
public:
    explicit Watch(const Workspace& workspace)
        : m_watcher(workspace, "test", defaultConnectors(), m_clock,
                    {[this](auto snapshot) { m_snapshots.push(std::move(snapshot)); },
                     [this](auto event) { m_events.push(std::move(event)); },
                     {}})
    {
    }
    /// A snapshot from now on that satisfies the condition; nullptr if none came.
    std::shared_ptr<const Snapshot> next(const std::function<bool(const Snapshot&)>& condition)
    {
        std::shared_ptr<const Snapshot> found;
        (void)m_snapshots.drain();
        (void)eventually([&] {
            for (auto& snapshot : m_snapshots.drain()) {
                m_annotations.insert(m_annotations.end(), snapshot->annotations.begin(), snapshot->annotations.end());
                if (!found && condition(*snapshot))
                    found = snapshot;
            }
            return found != nullptr;
        });
        return found;
    }
    /// In which all projections are fresh.
    std::shared_ptr<const Snapshot> nextFresh()
    {
        return next([](const Snapshot& s) {
            for (std::size_t i = 0; i < s.projections.size(); ++i)
                if (!isFresh(s, i))
                    return false;
            return true;
        });
    }
    /// Annotations of this kind in the snapshots that next() went through.
    [[nodiscard]] std::ptrdiff_t told(const std::string& kind) const
    {
        return std::count_if(m_annotations.begin(), m_annotations.end(),
                             [&](const Annotation& annotation) { return annotation.kind == kind; });
    }
    void reconfigure(const Workspace& workspace) { m_watcher.reconfigure(workspace); }
    InspectedEvent inspect(const TopicPartition& id, Offset offset)
    {
        m_watcher.inspect(1, id, offset);
        std::vector<InspectedEvent> got;
        (void)eventually([&] { return !(got = m_events.drain()).empty(); });
        return got.empty() ? InspectedEvent{} : got.front();
    }

private:
    SystemClock m_clock;
    std::vector<Annotation> m_annotations;
    Mailbox<std::shared_ptr<const Snapshot>> m_snapshots;
    Mailbox<InspectedEvent> m_events;
    Watcher m_watcher;
};

/// A context "test" at the broker, with a projection for each of the groups, all of the same topic.
[[nodiscard]] inline Workspace watching(const BrokerSettings& broker, const std::string& topic,
                                        const std::vector<std::string>& groups)
{
    Workspace result;
    ContextSettings& context = result.contexts.emplace_back();
    context.name = "test";
    context.broker = broker.name;
    context.interval = Duration(100);
    result.brokers = {broker};
    for (const std::string& group : groups) {
        ProjectionSettings& projection = result.projections.emplace_back();
        projection.name = group;
        projection.context = "test";
        projection.topics = {topic};
        projection.group = group;
    }
    return result;
}

} // namespace projectionist
