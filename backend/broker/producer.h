// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/broker/record.h"
#include "backend/core/error.h"

#include <memory>

namespace projectionist {

/// A record to be written. Key and value are bytes; nullopt is a null key or a tombstone.
struct OutgoingRecord
{
    std::string topic;
    std::optional<std::int32_t> partition; ///< nullopt: by the hash of the key as the Java client does (murmur2)
    std::optional<std::string> key;
    std::optional<std::string> value;
    std::vector<Header> headers{};
    std::optional<TimePoint> timestamp{}; ///< nullopt: now
};

/// What became of one record. Exactly one for each accepted produce(), in any order between partitions.
struct Delivery
{
    std::uint64_t token = 0; ///< as given to produce()
    TopicPartition id;       ///< where it went; partition -1 when it never got one
    std::optional<Offset> offset;
    std::optional<Error> error; ///< not acknowledged. Retriable: may or may not have been written (write it again)
};

struct ProducerOptions
{
    bool idempotent = true; ///< the library's own retries make no duplicates and keep the order
    std::string compression = "zstd";
    Duration linger{250};            ///< how long a batch is kept open for more
    Duration deliveryTimeout{30000}; ///< after that an unacknowledged record comes back as failed
    std::size_t maxQueued = 100000;  ///< records accepted and not yet acknowledged
};

/// The seam for writing to an event log. Asynchronous: produce() only queues, outcomes are fetched with collect().
/// One thread at a time. The destructor waits for nothing; call flush() and collect() first.
class EventProducer
{
public:
    virtual ~EventProducer() = default;
    EventProducer(const EventProducer&) = delete;
    EventProducer& operator=(const EventProducer&) = delete;

    /// Queues one record. Kind Resource and retriable: the queue is full, collect() first. Any other error is final for
    /// this record (too large, unknown partition) and there will be no Delivery for it.
    [[nodiscard]] virtual Result<void> produce(const OutgoingRecord& record, std::uint64_t token) = 0;
    /// Outcomes so far; waits up to `wait` for the first one. Also keeps the connection's error reports flowing.
    [[nodiscard]] virtual std::vector<Delivery> collect(Duration wait) = 0;
    /// Sends what lingers and waits until everything has an outcome (to be fetched with collect()). Timeout if not;
    /// what is queued stays queued.
    [[nodiscard]] virtual Result<void> flush(Duration timeout) = 0;
    /// Accepted and without an outcome yet.
    [[nodiscard]] virtual std::size_t inFlight() const = 0;
    /// Why nothing arrives at present, as far as the connection told; nullopt while all is well.
    [[nodiscard]] virtual std::optional<Error> trouble() const = 0;

protected:
    EventProducer() = default;
};

} // namespace projectionist
