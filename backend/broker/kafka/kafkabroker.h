// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/broker/eventlog.h"
#include "backend/config/workspace.h"

namespace projectionist {

/// A connection to Apache Kafka, or to what speaks its protocol. Lazy: only settings are checked here, the first call
/// connects, and a cluster that is away is found again without help. No group is joined: the library is only told a
/// `group.id` of our own that never subscribes, whatever the settings name.
/// Properties that this librdkafka does not know are left out and named in `warnings` (one sentence each), because
/// files are shared between versions; a known property with a bad value is an Error of kind Configuration.
[[nodiscard]] Result<std::unique_ptr<Broker>> connectKafka(const BrokerSettings& settings,
                                                           std::vector<std::string>* warnings = nullptr);

/// "librdkafka 2.0.2", as it runs.
[[nodiscard]] std::string kafkaLibraryVersion();

} // namespace projectionist
