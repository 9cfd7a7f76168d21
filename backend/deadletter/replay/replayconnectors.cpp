// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/replay/replayconnectors.h"

#include "backend/broker/kafka/kafkaproducer.h"
#include "backend/broker/kafka/kafkarangereader.h"

namespace projectionist {

ReplayConnectors defaultReplayConnectors()
{
    return {defaultLetterConnectors(),
            [](const BrokerSettings& settings, const ProducerOptions& options) {
                return connectKafkaProducer(settings, options);
            },
            [](const BrokerSettings& settings) { return readKafkaRanges(settings); }};
}

} // namespace projectionist
