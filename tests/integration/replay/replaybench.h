// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/mailbox.h"
#include "backend/deadletter/replay/replayrun.h"
#include "tests/integration/broker/brokerfixture.h"

#include <functional>

namespace projectionist {

/// A consumer of topic "orders" in group "shop", as small as one can be: what it cannot apply goes to "orders-dlt" with
/// headers that tell where it was, and its position moves on.
class Shop
{
public:
    using Fails = std::function<bool(const Record&)>;
    Shop(const BrokerSettings& settings, Fails fails);
    ~Shop();
    Shop(const Shop&) = delete;
    Shop& operator=(const Shop&) = delete;

    [[nodiscard]] std::size_t seen() const { return m_seen; }

private:
    void run(const std::stop_token& stop);
    void giveUp(const Record& record);

    const BrokerSettings m_settings;
    const Fails m_fails;
    std::atomic<std::size_t> m_seen = 0;
    std::unique_ptr<EventProducer> m_letters;
    std::unique_ptr<GroupConsumer> m_consumer;
    std::jthread m_thread;
};

void sendAll(const BrokerSettings& settings, const std::vector<OutgoingRecord>& records);
/// A context "shop" with its projection "orders" on this broker.
[[nodiscard]] Workspace shopWorkspace(const BrokerSettings& settings);
/// Events 0, 1, ... of keys "k0", "k1", ...: one of `keys` after the other; value "v<i>".
void writeOrders(const BrokerSettings& settings, int count, int keys);
/// Letters of these events in "orders-dlt", without a consumer.
void writeLetters(const BrokerSettings& settings, int count, int keys);
[[nodiscard]] std::vector<Record> recordsOf(const BrokerSettings& settings, const std::string& topic);
/// All letters of "orders-dlt", in the order of their events, back to their topic.
[[nodiscard]] ReplayPlan planOf(const BrokerSettings& settings, const std::string& cluster, const std::string& id);
/// How often each letter of the plan is in the topic.
[[nodiscard]] std::map<std::size_t, int> replaysIn(const BrokerSettings& settings, const std::string& topic,
                                                   const std::string& plan);

/// A run with a memory of what it told.
class WatchedRun
{
public:
    WatchedRun(const Workspace& workspace, const ReplayPlan& plan, ReplayRunOptions options,
               ReplayConnectors connectors = defaultReplayConnectors());
    [[nodiscard]] ReplayRun& run() { return *m_run; }
    /// The latest word; waits until it is so, and throws with what it was instead.
    std::shared_ptr<const ReplayProgress> until(const std::function<bool(const ReplayProgress&)>& condition);
    std::shared_ptr<const ReplayProgress> end();
    [[nodiscard]] std::size_t mostSteps() const { return m_steps; }

private:
    SystemClock m_clock;
    Mailbox<std::shared_ptr<const ReplayProgress>> m_told;
    std::shared_ptr<const ReplayProgress> m_last;
    std::size_t m_steps = 0;
    std::unique_ptr<ReplayRun> m_run;
};

/// Of a progress, for messages of tests.
[[nodiscard]] std::string summary(const ReplayProgress& progress);

} // namespace projectionist
