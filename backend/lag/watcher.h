// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/broker/eventlog.h"
#include "backend/config/workspace.h"
#include "backend/core/snapshot.h"
#include "backend/store/relationalstore.h"

#include <functional>
#include <memory>

namespace projectionist {

/// How the watcher reaches servers; the application passes the Kafka and PostgreSQL adapters, tests what they need.
struct Connectors
{
    std::function<Result<std::unique_ptr<Broker>>(const BrokerSettings&)> broker;
    /// Read-only sessions.
    std::function<Result<std::unique_ptr<RelationalStore>>(const StoreSettings&)> store;
};

/// The suspect event, or any other, fetched for a look.
struct InspectedEvent
{
    std::uint64_t token = 0; ///< as given with the order
    TopicPartition id;
    Offset offset = 0; ///< as asked; the record may be a later one when that one is compacted away
    Result<std::optional<Record>> record{std::optional<Record>{}};
};

/// In- and lag history of before the start, found in the broker's time index; see History::Series.
struct RetroactivePoint
{
    TimePoint at{};
    double inPerSecond = 0;
    TimeLag lag;     ///< AtLeast: from today's position, which was never further then
    Offset head = 0; ///< sum over partitions
};

struct RetroactiveSeries
{
    std::string projection;
    std::vector<RetroactivePoint> points; ///< oldest first
};

/// Where results go. Called on the watcher's threads, must not block: push into a Mailbox.
struct WatcherSinks
{
    std::function<void(std::shared_ptr<const Snapshot>)> snapshot;
    std::function<void(InspectedEvent)> inspected;
    std::function<void(RetroactiveSeries)> retroactive;
};

/// Watches one context: a thread for each connection and one that runs the cycles (lag.md, "One cycle"). Never writes
/// to what it watches. Construction starts, destruction stops within the connections' timeouts and joins.
class Watcher
{
public:
    Watcher(const Workspace& workspace, const std::string& context, Connectors connectors, const Clock& clock,
            WatcherSinks sinks);
    ~Watcher();
    Watcher(const Watcher&) = delete;
    Watcher& operator=(const Watcher&) = delete;

    /// Takes over changed settings without losing the learned state of projections that did not change. Any thread.
    void reconfigure(const Workspace& workspace);
    /// Fetches one event; the answer comes to WatcherSinks::inspected. Any thread.
    void inspect(std::uint64_t token, const TopicPartition& id, Offset offset);

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace projectionist
