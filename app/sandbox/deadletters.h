// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/sandbox/projection.h"

namespace projectionist {

/// An event that its projection gave up.
struct DeadLetterRecord
{
    Record record;
    HandlerFailure failure;
};

/// Writes dead letters as Spring Kafka's DeadLetterPublishingRecoverer does: the original key, value and headers, then
/// kafka_dlt-* headers; the same partition as the source.
class DeadLetters
{
public:
    DeadLetters(std::string topic, std::string reader, std::unique_ptr<EventProducer> producer);

    /// Returns when the broker acknowledged all of them.
    [[nodiscard]] Result<void> publish(const std::vector<DeadLetterRecord>& letters, Duration timeout);

private:
    [[nodiscard]] OutgoingRecord compose(const DeadLetterRecord& letter) const;

    std::string m_topic;
    std::string m_reader; ///< consumer group, or the projection if it has none
    std::unique_ptr<EventProducer> m_producer;
    std::uint64_t m_lastToken = 0;
};

} // namespace projectionist
