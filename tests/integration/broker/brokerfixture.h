// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/broker/groupconsumer.h"
#include "backend/broker/kafka/kafkabroker.h"
#include "backend/broker/producer.h"
#include "backend/broker/topicadmin.h"
#include "tests/support/testservers.h"

#include <QString>
#include <stdexcept>

namespace projectionist {

constexpr Duration generous{30'000};

[[nodiscard]] BrokerSettings brokerAt(const std::string& bootstrap);
/// Throws with the error's text: a test cannot go on without it.
[[nodiscard]] std::unique_ptr<Broker> connected(const BrokerSettings& settings);
void makeTopics(const BrokerSettings& settings, std::vector<TopicSpec> topics);
/// Writes them in their order and waits for the acknowledgements.
void write(const BrokerSettings& settings, const std::vector<OutgoingRecord>& records);
/// Writes one event a time to the partition and waits for the acknowledgements: key "k<i>", value "v<i>", header
/// "type" = "Tested".
void write(const BrokerSettings& settings, const TopicPartition& id, const std::vector<TimePoint>& times);
/// As many events, a second apart from `first` on.
void write(const BrokerSettings& settings, const TopicPartition& id, int count, TimePoint first);
/// Commits as a member of the group that is assigned everything, then leaves.
void commitAs(const BrokerSettings& settings, const std::string& group, const std::string& topic,
              const std::vector<std::pair<TopicPartition, Offset>>& positions);
/// Lets the user describe all topics and groups, and nothing else: by Kafka's own tool, nothing of ours makes
/// permissions.
void allowDescribe(const KafkaServer& server, const std::string& user);

/// The value, or an exception with the error's text.
template<typename T>
[[nodiscard]] T sure(Result<T> result)
{
    if (!result)
        throw std::runtime_error(toString(result.error()));
    if constexpr (!std::is_void_v<T>)
        return std::move(*result);
}

/// "ok", or the word of the error's kind.
template<typename T>
[[nodiscard]] QString kindOf(const Result<T>& result)
{
    return result ? "ok" : toString(result.error().kind);
}

[[nodiscard]] inline QString text(const Error& error)
{
    return QString::fromStdString(std::string(toString(error.kind)) + ": " + toString(error));
}

} // namespace projectionist
