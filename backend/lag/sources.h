// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/worker.h"
#include "backend/lag/brokerreader.h"
#include "backend/lag/statustracker.h"
#include "backend/lag/storereader.h"
#include "backend/lag/watcher.h"

namespace projectionist {

/// The broker's connection with what the cycle thread keeps of it. The reader belongs to the worker's thread.
struct BrokerSource
{
    BrokerSource(const BrokerSettings& settings, const Connectors& connectors, const Clock& clock);

    /// How long a single request may take: grows while the broker does not answer in time, so that slow answers come
    /// through, and shrinks when it has been quick for a while, so that a healthy connection closes fast.
    [[nodiscard]] Duration timeout() const { return m_timeout; }
    void succeeded(TimePoint now, Duration monotonic, Duration took, std::string detail);
    void failed(TimePoint now, Duration monotonic, const Error& error);

    BrokerSettings settings;
    std::uint64_t id = 0; ///< tells late answers of a replaced connection
    StatusTracker tracker;
    Backoff backoff;
    std::shared_ptr<BrokerReader> reader;
    Worker<Broker> worker;

private:
    Duration m_timeout;
    Duration m_slowAt{0}; ///< last time that it needed long
};

/// A store's connection, likewise.
struct StoreSource
{
    StoreSource(const StoreSettings& settings, const Connectors& connectors, const Clock& clock);

    /// Ends what has not moved for longer than any query may take.
    void watch(Duration monotonic);
    void asked(TimePoint now, Duration monotonic);
    void answered(TimePoint now, Duration monotonic, Result<StoreAnswer> result);

    StoreSettings settings;
    std::uint64_t id = 0; ///< tells late answers of a replaced connection
    StatusTracker tracker;
    Backoff backoff;
    std::shared_ptr<StoreReader> reader;
    bool busy = false;
    TimePoint askedAt{};
    std::shared_ptr<const StoreAnswer> answer; ///< not yet used by a cycle
    Worker<RelationalStore> worker;

private:
    std::uint64_t m_progress = 0;
    Duration m_movedAt{0};
};

} // namespace projectionist
