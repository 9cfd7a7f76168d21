// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/broker/eventlog.h"
#include "backend/config/workspace.h"

namespace projectionist {

/// What "Test connection" shows when it worked.
struct BrokerReport
{
    ClusterDescription cluster;
    std::size_t partitions = 0;        ///< of all topics that are not internal
    std::optional<std::size_t> groups; ///< nullopt: not allowed to list them, or no answer (then in remarks)
    bool timeIndex = true;             ///< false: no look-ups by timestamp; lag in time comes from reading records
    Duration took{0};                  ///< until the cluster had described itself
    std::vector<std::string> warnings; ///< about settings: ignored properties, host names not verified
    std::vector<Error> remarks;        ///< what works only in part, each with its reason
};

/// Connects anew, asks for what the program needs, and closes. Returns within `timeout` (plus a fraction of a second)
/// whatever the servers do. The Error names the cause: DNS, refused, TLS, plain text against TLS, password or
/// mechanism, permission, no answer. Blocks; any thread; changes nothing on the cluster.
[[nodiscard]] Result<BrokerReport> testBroker(const BrokerSettings& settings, Duration timeout);

} // namespace projectionist
