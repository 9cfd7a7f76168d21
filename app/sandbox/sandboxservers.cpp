// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sandbox/sandboxservers.h"

#include "app/sandbox/process.h"
#include "app/sandbox/schema.h"
#include "backend/broker/kafka/kafkaembeddedcluster.h"
#include "backend/config/brokerimport.h"
#include "backend/store/postgres/postgresstore.h"

#include <algorithm>

namespace projectionist {

namespace {

constexpr Duration adminTimeout{20'000};

PostgresOptions ownPostgres()
{
    PostgresOptions options;
    options.folderPrefix = "projectionist-sbpg-";
    options.tcp = false; // its socket is in a folder that only our user can enter
    return options;
}

std::vector<TopicSpec> specsOf(const SandboxSettings& settings)
{
    std::vector<TopicSpec> specs;
    for (const auto& name : settings.topics())
        specs.push_back({name, settings.partitions, -1, {}});
    return specs;
}

Error foreign(const std::string& name)
{
    return {ErrorKind::Conflict, "Cannot use the topic " + name, "it exists and was not created by a sandbox",
            "Name another one with --topic.", false};
}

/// Creates the topics; on a foreign broker notes them in the schema, so that `clean` removes exactly these. True: some
/// did not exist before.
Result<bool> makeTopics(RelationalStore& store, const SandboxSettings& settings, bool ownBroker,
                        std::vector<std::string>& notes)
{
    const auto known = createdTopics(store, settings.schema);
    if (!known)
        return tl::unexpected(known.error());
    const auto results = createTopics(settings.brokerSettings(), specsOf(settings), adminTimeout);
    if (!results)
        return tl::unexpected(results.error());
    std::optional<Error> problem;
    bool created = false;
    for (const auto& result : *results) {
        const bool noted = std::find(known->begin(), known->end(), result.name) != known->end();
        created = created || result.outcome == TopicOutcome::Created;
        if (result.outcome == TopicOutcome::Failed) {
            problem = result.error;
        } else if (result.outcome == TopicOutcome::Created && !ownBroker) {
            notes.push_back("created the topic " + result.name);
            if (auto done = noteCreatedTopic(store, settings.schema, result.name); !done)
                return tl::unexpected(done.error());
        } else if (result.outcome == TopicOutcome::Existed && !noted) {
            problem = foreign(result.name);
        }
    }
    if (problem)
        return tl::unexpected(*problem);
    return created;
}

/// New topics begin at 0, old checkpoints do not. Rows know their sequences, so nothing is applied twice.
Result<void> forgetCheckpoints(RelationalStore& store, const std::string& schema)
{
    return store.transaction([&](Transaction& transaction) -> Result<void> {
        return transaction.execute(inSchema("DELETE FROM @.projection_checkpoint", schema)).map([](const Rows&) {});
    });
}

} // namespace

Result<std::map<std::string, std::string>> foreignBroker(const RunOptions& options)
{
    std::map<std::string, std::string> properties;
    if (!options.properties.empty()) {
        const auto imported = importBroker(
            {BrokerReference::Kind::PropertiesFile, std::filesystem::absolute(options.properties), {}}, "/");
        for (const auto& diagnostic : imported.diagnostics) {
            if (diagnostic.level == DiagnosticLevel::Error)
                return tl::unexpected(Error{
                    ErrorKind::Configuration, "Cannot use " + options.properties.string(), toString(diagnostic), {}});
        }
        properties = imported.properties;
    }
    if (!options.bootstrap.empty())
        properties["bootstrap.servers"] = options.bootstrap;
    return properties;
}

SandboxServers::~SandboxServers() = default;

Result<std::unique_ptr<SandboxServers>> SandboxServers::start(RunOptions& options, std::vector<std::string>& notes)
{
    std::unique_ptr<SandboxServers> servers(new SandboxServers);
    if (auto started = servers->startStore(options); !started)
        return tl::unexpected(started.error());
    if (auto started = servers->startBroker(options); !started)
        return tl::unexpected(started.error());
    if (auto prepared = servers->prepare(options, notes); !prepared)
        return tl::unexpected(prepared.error());
    return servers;
}

Result<void> SandboxServers::startStore(RunOptions& options)
{
    if (!options.postgres.empty()) {
        options.settings.postgres = options.postgres;
        m_storeText = "PostgreSQL at " + maskedConnection(options.postgres);
        return {};
    }
    auto started = PostgresServer::start(ownPostgres());
    if (!started)
        return tl::unexpected(started.error());
    m_postgres = std::move(*started);
    options.settings.postgres = m_postgres->socketConnection();
    auto replica = PostgresServer::startStandby(*m_postgres, ownPostgres());
    if (!replica)
        return tl::unexpected(replica.error());
    m_replica = std::move(*replica);
    options.settings.replica = m_replica->socketConnection();
    m_storeText = "private PostgreSQL in " + m_postgres->folder().string();
    return {};
}

Result<void> SandboxServers::startBroker(RunOptions& options)
{
    auto& properties = options.settings.broker;
    if (!options.bootstrap.empty() || !options.properties.empty()) {
        auto given = foreignBroker(options);
        if (!given)
            return tl::unexpected(given.error());
        properties = std::move(*given);
        m_brokerText = "Kafka at " + properties["bootstrap.servers"];
        return {};
    }
    if (options.realKafka) {
        KafkaOptions kafka;
        kafka.folderPrefix = "projectionist-sbkafka-";
        auto started = KafkaServer::start(std::move(kafka));
        if (!started)
            return tl::unexpected(started.error());
        m_kafka = std::move(*started);
        properties["bootstrap.servers"] = m_kafka->bootstrap();
        m_brokerText = "private Apache Kafka at " + m_kafka->bootstrap();
        return {};
    }
    auto started = startEmbeddedKafka(1, specsOf(options.settings));
    if (!started)
        return tl::unexpected(started.error());
    m_embedded = std::move(*started);
    properties["bootstrap.servers"] = m_embedded->bootstrap();
    m_brokerText = "embedded broker at " + m_embedded->bootstrap();
    return {};
}

Result<void> SandboxServers::prepare(const RunOptions& options, std::vector<std::string>& notes) const
{
    const auto& settings = options.settings;
    auto store = openStore(settings);
    if (!store)
        return tl::unexpected(store.error());
    const auto schema = makeSchema(**store, settings.schema);
    if (!schema)
        return tl::unexpected(schema.error());
    if (!m_postgres)
        notes.push_back((*schema == SchemaOutcome::Created ? "created the schema " : "continues with the schema ") +
                        settings.schema);
    const Result<bool> fresh =
        m_embedded ? Result<bool>(true) : makeTopics(**store, settings, m_kafka != nullptr, notes);
    if (!fresh)
        return tl::unexpected(fresh.error());
    return *fresh && *schema == SchemaOutcome::Continued ? forgetCheckpoints(**store, settings.schema) : Result<void>{};
}

std::string SandboxServers::refusal(Fault fault) const
{
    if (fault == Fault::BrokerDown && !m_embedded && !m_kafka)
        return "the broker is not the sandbox's own, and it stops nobody else's";
    if (fault == Fault::StoreDown && !m_postgres)
        return "PostgreSQL is not the sandbox's own, and it stops nobody else's";
    if (fault == Fault::ReplicaStale && !m_replica)
        return "PostgreSQL is not the sandbox's own, which alone has a replica";
    return {};
}

Result<void> SandboxServers::setBrokerDown(bool down)
{
    if (m_embedded)
        return m_embedded->setDown(down);
    if (!m_kafka)
        return {};
    if (!down)
        return m_kafka->running() ? Result<void>{} : m_kafka->restart();
    m_kafka->kill();
    return {};
}

Result<void> SandboxServers::setStoreDown(bool down)
{
    if (!m_postgres)
        return {};
    if (!down)
        return m_postgres->running() ? Result<void>{} : m_postgres->restart();
    m_postgres->stop();
    return {};
}

Result<void> SandboxServers::setReplicaStale(bool stale)
{
    if (!m_replica)
        return {};
    StoreSettings settings;
    settings.name = "replica";
    settings.connection = m_replica->socketConnection();
    auto store = connectPostgres(settings, Access::ReadOnly);
    if (!store)
        return tl::unexpected(store.error());
    return (*store)
        ->query(stale ? "SELECT pg_wal_replay_pause()" : "SELECT pg_wal_replay_resume()", {}, 1)
        .map([](const Rows&) {});
}

Result<void> removeCreated(const SandboxSettings& settings, std::vector<std::string>& notes)
{
    auto store = openStore(settings);
    if (!store)
        return tl::unexpected(store.error());
    const auto topics = createdTopics(**store, settings.schema);
    if (!topics)
        return tl::unexpected(topics.error());
    const Result<std::vector<TopicResult>> results =
        topics->empty() ? std::vector<TopicResult>{} : deleteTopics(settings.brokerSettings(), *topics, adminTimeout);
    if (!results)
        return tl::unexpected(results.error());
    for (const auto& result : *results) {
        if (result.outcome == TopicOutcome::Failed && result.error)
            return tl::unexpected(*result.error); // the schema stays, so that the next try knows the rest
        notes.push_back(
            (result.outcome == TopicOutcome::Deleted ? "removed the topic " : "the topic is gone already: ") +
            result.name);
    }
    auto dropped = dropSchema(**store, settings.schema);
    if (dropped)
        notes.push_back("removed the schema " + settings.schema);
    return dropped;
}

} // namespace projectionist
