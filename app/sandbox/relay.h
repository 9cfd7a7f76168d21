// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/sandbox/process.h"
#include "backend/broker/producer.h"

#include <set>

namespace projectionist {

/// From the outbox to the topic, in order. An event is marked as published after the broker acknowledged it, so a relay
/// that is killed in between publishes some events twice: readers recognise them by their sequence.
class Relay
{
public:
    Relay(ProcessContext context, std::unique_ptr<RelationalStore> store, std::unique_ptr<EventProducer> producer);

    /// Until asked to stop. An error means: start anew from the first event that is not marked, because a record was
    /// given up and what follows it must not overtake it.
    [[nodiscard]] Result<void> run();

private:
    [[nodiscard]] Result<void> readOutbox();
    [[nodiscard]] Result<void> collect(Duration wait);
    [[nodiscard]] Result<void> markPublished();
    [[nodiscard]] Result<void> prune();
    [[nodiscard]] Result<void> oneRound();

    ProcessContext m_context;
    std::unique_ptr<RelationalStore> m_store;
    std::unique_ptr<EventProducer> m_producer;
    ErrorLog m_errors;
    std::int64_t m_lastRead = 0;
    std::set<std::uint64_t> m_acknowledged; ///< not yet marked
    Duration m_lastPruned{0};
};

/// For publishing events of a sandbox: compressed batches, and never giving a record up.
[[nodiscard]] ProducerOptions relayProducerOptions();

} // namespace projectionist
