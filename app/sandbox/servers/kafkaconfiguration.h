// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/error.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

namespace projectionist {

/// What one node of a private Kafka cluster is told. Ports of 0 mean: no such listener.
struct KafkaNodePlan
{
    int id = 1;
    int nodes = 1;                            ///< of the cluster; node 1 is the only controller
    std::uint16_t plain = 0;                  ///< no security; on a secured cluster this is the super user's way in
    std::uint16_t sasl = 0;                   ///< SASL_PLAINTEXT with SCRAM-SHA-256
    std::uint16_t tls = 0;                    ///< SASL_SSL with SCRAM-SHA-256
    std::uint16_t controller = 0;             ///< of node 1, known to all
    std::filesystem::path folder;             ///< of this node
    std::filesystem::path keyStore;           ///< PEM with key, certificate and its authority; for tls
    std::map<std::string, std::string> extra; ///< win over ours

    [[nodiscard]] bool secured() const noexcept { return sasl != 0; }
};

/// Writes server.properties and log4j.properties to the node's folder.
[[nodiscard]] Result<void> writeKafkaConfiguration(const KafkaNodePlan& plan);

/// The identity that `kafka-storage format` would write, without starting a Java for it.
[[nodiscard]] Result<void> writeKafkaIdentity(const KafkaNodePlan& plan, const std::string& clusterId);

/// 22 characters of base64, as Kafka's cluster ids are.
[[nodiscard]] std::string randomClusterId();

} // namespace projectionist
