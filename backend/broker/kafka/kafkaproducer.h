// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/broker/producer.h"
#include "backend/config/workspace.h"

namespace projectionist {

/// Lazy like connectKafka. Properties of the settings win over the options.
[[nodiscard]] Result<std::unique_ptr<EventProducer>> connectKafkaProducer(const BrokerSettings& settings,
                                                                          const ProducerOptions& options = {});

} // namespace projectionist
