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
    int attempts = 1;
    TimePoint failedAt{};
};

/// Who writes letters, and where to.
struct LetterWriter
{
    std::string topic;
    std::string projection;
    std::string reader; ///< consumer group, or the projection if it has none
};

/// As Spring Kafka's DeadLetterPublishingRecoverer writes them: the event with its key, value and headers, and behind
/// those kafka_dlt-* headers, numbers big-endian; the partition of the source. Where the event was a dead letter
/// before, origins are appended and the rest is replaced.
[[nodiscard]] OutgoingRecord springLetter(const DeadLetterRecord& letter, const LetterWriter& writer);
/// The sandbox's own format: the event with its key, value and headers, and behind those sandbox-failed-* headers, all
/// of them text.
[[nodiscard]] OutgoingRecord sandboxLetter(const DeadLetterRecord& letter, const LetterWriter& writer);
/// A row of the table dead_letter as a JSON object; the payload in hexadecimal digits.
[[nodiscard]] nlohmann::json letterRow(const DeadLetterRecord& letter, const std::string& projection);

} // namespace projectionist
