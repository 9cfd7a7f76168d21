// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/sandbox/faults.h"
#include "app/sandbox/servers/kafkaserver.h"
#include "app/sandbox/servers/postgresserver.h"
#include "app/sandbox/settings.h"
#include "backend/broker/embeddedcluster.h"

namespace projectionist {

/// What `run` was asked for.
struct RunOptions
{
    SandboxSettings settings;         ///< rate, seed, topic, schema; broker and PostgreSQL once they are there
    bool realKafka = false;           ///< an Apache Kafka of our own instead of the embedded broker
    std::string bootstrap;            ///< foreign broker; empty: one of our own
    std::filesystem::path properties; ///< client.properties for the foreign broker; may be empty
    std::string postgres;             ///< foreign PostgreSQL; empty: one of our own
    std::filesystem::path workspace;  ///< to be written; empty: in the sandbox's folder
    std::int64_t rows = 0;            ///< orders to be there from the beginning, and as many parcels
    std::optional<Duration> length;   ///< ends after this
    bool endWithParent = false;
};

/// Broker and PostgreSQL of a sandbox: started for it and gone with the object, or foreign ones that stay.
class SandboxServers
{
public:
    /// Starts what is to be started, makes schema and topics, and completes `options.settings`. Appends to `notes` what
    /// was created on foreign servers, a sentence each.
    [[nodiscard]] static Result<std::unique_ptr<SandboxServers>> start(RunOptions& options,
                                                                       std::vector<std::string>& notes);
    ~SandboxServers();
    SandboxServers(const SandboxServers&) = delete;
    SandboxServers& operator=(const SandboxServers&) = delete;

    /// Why this fault is not possible here; empty if it is.
    [[nodiscard]] std::string refusal(Fault fault) const;
    [[nodiscard]] Result<void> setBrokerDown(bool down);
    [[nodiscard]] Result<void> setStoreDown(bool down);
    /// Stale: it receives, and applies nothing.
    [[nodiscard]] Result<void> setReplicaStale(bool stale);
    /// "embedded broker at 127.0.0.1:4711"; without secrets.
    [[nodiscard]] const std::string& brokerText() const noexcept { return m_brokerText; }
    [[nodiscard]] const std::string& storeText() const noexcept { return m_storeText; }

private:
    SandboxServers() = default;
    [[nodiscard]] Result<void> startStore(RunOptions& options);
    [[nodiscard]] Result<void> startBroker(RunOptions& options);
    [[nodiscard]] Result<void> prepare(const RunOptions& options, std::vector<std::string>& notes) const;

    std::unique_ptr<EmbeddedCluster> m_embedded;
    std::unique_ptr<KafkaServer> m_kafka;
    std::unique_ptr<PostgresServer> m_postgres;
    std::unique_ptr<PostgresServer> m_replica; ///< gone before the one that it follows
    std::string m_brokerText, m_storeText;
};

/// Settings for a foreign broker out of --bootstrap and --properties.
[[nodiscard]] Result<std::map<std::string, std::string>> foreignBroker(const RunOptions& options);

/// Removes from foreign servers exactly what sandboxes created there; appends a sentence for each thing to `notes`.
[[nodiscard]] Result<void> removeCreated(const SandboxSettings& settings, std::vector<std::string>& notes);

} // namespace projectionist
