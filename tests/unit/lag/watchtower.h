// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/mailbox.h"
#include "backend/lag/watcher.h"
#include "tests/support/testservers.h"
#include "tests/unit/lag/watchedhouse.h"

namespace projectionist {

/// A watcher of the house with what it has told so far.
class WatchTower
{
public:
    explicit WatchTower(WatchedHouse& house)
        : m_watcher(
              std::make_unique<Watcher>(house.workspace, "test", house.connectors(), house.clock,
                                        WatcherSinks{[this](auto snapshot) { m_snapshots.push(std::move(snapshot)); },
                                                     [this](auto event) { m_events.push(std::move(event)); },
                                                     [this](auto series) { m_series.push(std::move(series)); }}))
    {
    }

    /// Waits for a snapshot that came after this call and that satisfies the condition; nullptr if none came.
    std::shared_ptr<const Snapshot> next(const std::function<bool(const Snapshot&)>& condition)
    {
        std::shared_ptr<const Snapshot> found;
        (void)take();
        (void)eventually([&] {
            for (const auto& snapshot : take()) {
                if (!found && condition(*snapshot))
                    found = snapshot;
            }
            return found != nullptr;
        });
        return found;
    }
    std::shared_ptr<const Snapshot> nextFresh()
    {
        return next([](const Snapshot& snapshot) {
            return std::all_of(snapshot.projections.begin(), snapshot.projections.end(),
                               [](const auto& report) { return report->sample->fresh; });
        });
    }
    InspectedEvent nextEvent()
    {
        std::vector<InspectedEvent> events;
        (void)eventually([&] { return !(events = m_events.drain()).empty(); });
        return events.empty() ? InspectedEvent{} : events.front();
    }
    std::vector<RetroactiveSeries> series(std::size_t count)
    {
        std::vector<RetroactiveSeries> all;
        (void)eventually([&] {
            for (auto& one : m_series.drain())
                all.push_back(std::move(one));
            return all.size() >= count;
        });
        return all;
    }
    bool annotated(const std::string& kind, const std::string& text)
    {
        return eventually([&] {
            (void)take();
            return std::any_of(annotations.begin(), annotations.end(), [&](const Annotation& annotation) {
                return annotation.kind == kind && annotation.text.find(text) != std::string::npos;
            });
        });
    }
    Watcher& operator*() { return *m_watcher; }
    void stop() { m_watcher.reset(); }

    std::vector<Annotation> annotations;

private:
    using Snapshots = std::vector<std::shared_ptr<const Snapshot>>;

    /// What arrived since the last call. A snapshot may be of no interest, what is noted in it is kept.
    Snapshots take()
    {
        auto arrived = m_snapshots.drain();
        for (const auto& snapshot : arrived)
            annotations.insert(annotations.end(), snapshot->annotations.begin(), snapshot->annotations.end());
        return arrived;
    }

    Mailbox<std::shared_ptr<const Snapshot>> m_snapshots{10'000};
    Mailbox<InspectedEvent> m_events;
    Mailbox<RetroactiveSeries> m_series;
    std::unique_ptr<Watcher> m_watcher;
};

inline const ProjectionSample& sampleOf(const Snapshot& snapshot, std::size_t projection)
{
    return *snapshot.projections[projection]->sample;
}

inline bool isFresh(const Snapshot& snapshot, std::size_t projection)
{
    return sampleOf(snapshot, projection).fresh;
}

inline bool is(const Snapshot& snapshot, std::size_t source, SourceState state)
{
    return snapshot.sources[source].state == state;
}

inline Error timeout()
{
    return {ErrorKind::Timeout, "No answer", "A fake", "", true};
}

} // namespace projectionist
