// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/broker/producer.h"
#include "backend/broker/rangereader.h"
#include "backend/deadletter/letterconnectors.h"

namespace projectionist {

struct ReplayPlan;
class ReplaySender;

/// How a replay reaches the servers; the application passes the Kafka and PostgreSQL adapters, tests what they need.
struct ReplayConnectors
{
    LetterConnectors letters; ///< to read the letters, the groups' positions, the rows
    std::function<Result<std::unique_ptr<EventProducer>>(const BrokerSettings&, const ProducerOptions&)> producer;
    std::function<Result<std::unique_ptr<RangeReader>>(const BrokerSettings&)> range; ///< target and dead letters
    /// Writes the rows of reprojected keys; empty: plans for rows are refused. Workspace and plan outlive it.
    std::function<Result<std::unique_ptr<ReplaySender>>(const Workspace&, const ReplayPlan&, const Clock&)> rows{};
};

[[nodiscard]] ReplayConnectors defaultReplayConnectors();

} // namespace projectionist
