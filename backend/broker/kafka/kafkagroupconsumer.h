// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/broker/groupconsumer.h"
#include "backend/config/workspace.h"

namespace projectionist {

/// Lazy like connectKafka. The options win over the properties of the settings.
[[nodiscard]] Result<std::unique_ptr<GroupConsumer>> connectKafkaGroupConsumer(const BrokerSettings& settings,
                                                                               GroupConsumerOptions options);

} // namespace projectionist
