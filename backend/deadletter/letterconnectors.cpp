// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/letterconnectors.h"

#include "backend/broker/kafka/kafkabroker.h"
#include "backend/broker/kafka/kafkarangereader.h"
#include "backend/store/postgres/postgresstore.h"

namespace projectionist {

LetterConnectors defaultLetterConnectors()
{
    return {[](const BrokerSettings& settings) { return connectKafka(settings); },
            [](const BrokerSettings& settings) { return scanKafka(settings); },
            [](const BrokerSettings& settings, std::span<const std::string> topics, const std::stop_token& stop) {
                return topicRetention(settings, topics, Duration(10'000), stop);
            },
            [](const StoreSettings& settings) { return connectPostgres(settings, Access::ReadOnly); },
            [](const BrokerSettings& settings) { return searchKafkaKeys(settings); },
            [](const BrokerSettings& settings) { return readKafkaRanges(settings); }};
}

} // namespace projectionist
