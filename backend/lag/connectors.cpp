// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/lag/connectors.h"

#include "backend/broker/kafka/kafkabroker.h"
#include "backend/store/postgres/postgresstore.h"

namespace projectionist {

Connectors defaultConnectors()
{
    return {[](const BrokerSettings& settings) { return connectKafka(settings); },
            [](const StoreSettings& settings) { return connectPostgres(settings, Access::ReadOnly); }};
}

} // namespace projectionist
