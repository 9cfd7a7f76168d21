// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/sandbox/servers/childprocess.h"
#include "app/sandbox/servers/kafkaconfiguration.h"
#include "app/sandbox/servers/kafkadistribution.h"
#include "app/sandbox/servers/portreservation.h"
#include "app/sandbox/servers/temporaryfolder.h"

#include <set>

namespace projectionist {

struct KafkaUser
{
    std::string name;
    std::string password{};
};

struct KafkaOptions
{
    int brokers = 1; ///< 1 or 3 (2 works, without redundancy); node 1 is the controller
    /// Not empty: clients need SASL (SCRAM-SHA-256) and find nothing allowed until ACLs are made at adminBootstrap().
    std::vector<KafkaUser> users{};
    bool tls = false;                                ///< with users: also a TLS listener; needs the program openssl
    std::map<std::string, std::string> properties{}; ///< of server.properties; win over our own
    std::string folderPrefix = "projectionist-kafka-";
    Duration startTimeout{120'000};
};

/// A private Apache Kafka cluster (KRaft) in a temporary folder, on free ports; several run side by side. Nodes are
/// numbered from 1. It ends with us, also by kill -9; start() first removes what killed programs left behind.
class KafkaServer
{
public:
    /// Returns when all brokers know of each other.
    [[nodiscard]] static Result<std::unique_ptr<KafkaServer>> start(KafkaOptions options = {});
    ~KafkaServer();
    KafkaServer(const KafkaServer&) = delete;
    KafkaServer& operator=(const KafkaServer&) = delete;

    /// For clients: "127.0.0.1:1234,..."; SASL_PLAINTEXT when there are users, else no security.
    [[nodiscard]] std::string bootstrap() const;
    /// Without security, as super user.
    [[nodiscard]] std::string adminBootstrap() const;
    /// SASL_SSL; empty without tls.
    [[nodiscard]] std::string tlsBootstrap() const;
    /// PEM of the authority that signed the brokers' certificate.
    [[nodiscard]] std::filesystem::path certificateAuthority() const { return m_folder.path() / "ca.pem"; }
    [[nodiscard]] const std::string& clusterId() const noexcept { return m_clusterId; }
    [[nodiscard]] int nodes() const noexcept { return static_cast<int>(m_nodes.size()); }
    [[nodiscard]] bool running(int node = 1) const;
    [[nodiscard]] std::filesystem::path logFile(int node = 1) const;

    /// SIGTERM: leaders move first.
    void stop(int node = 1);
    /// SIGKILL.
    void kill(int node = 1);
    /// Freezes the process: connections stay open and nobody answers. False if that did not come about.
    bool pause(int node = 1);
    void resume(int node = 1);
    /// Starts it on the same port with the same data, after a kill() if it runs. Returns when all running nodes that
    /// are not paused know each other again.
    [[nodiscard]] Result<void> restart(int node = 1);

private:
    struct Node
    {
        std::vector<PortReservation> ports;
        KafkaNodePlan plan;
        std::unique_ptr<ChildProcess> process;
    };

    KafkaServer(KafkaOptions options, KafkaDistribution distribution, TemporaryFolder folder);
    [[nodiscard]] Result<void> planNodes();
    [[nodiscard]] Result<void> prepareNodes();
    [[nodiscard]] Result<void> makeCertificate() const;
    [[nodiscard]] Result<void> formatWithUsers(const KafkaNodePlan& plan) const;
    [[nodiscard]] Result<void> launch(Node& node);
    [[nodiscard]] Result<void> awaitReady();
    [[nodiscard]] std::vector<std::string> javaCommand(const KafkaNodePlan& plan) const;
    [[nodiscard]] std::string addresses(std::uint16_t KafkaNodePlan::*port) const;
    [[nodiscard]] Node& at(int node) { return m_nodes.at(static_cast<std::size_t>(node - 1)); }
    [[nodiscard]] const Node& at(int node) const { return m_nodes.at(static_cast<std::size_t>(node - 1)); }

    KafkaOptions m_options;
    KafkaDistribution m_distribution;
    TemporaryFolder m_folder;
    std::string m_clusterId;
    std::vector<Node> m_nodes; ///< end before the folder goes
};

} // namespace projectionist
