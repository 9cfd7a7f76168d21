// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/clock.h"

#include <cstdint>
#include <optional>
#include <set>

namespace projectionist {

/// Asks the Kafka broker on a port of 127.0.0.1 (without security) which brokers it knows to be alive: one Metadata
/// request, version 4, no library. nullopt when it does not answer in time.
[[nodiscard]] std::optional<std::set<int>> probeKafka(std::uint16_t port, Duration timeout);

} // namespace projectionist
