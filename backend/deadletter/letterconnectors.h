// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/broker/eventlog.h"
#include "backend/broker/keysearch.h"
#include "backend/broker/rangereader.h"
#include "backend/broker/recordscan.h"
#include "backend/broker/retention.h"
#include "backend/store/relationalstore.h"

#include <functional>

namespace projectionist {

/// How dead letters reach their servers; the application passes the Kafka and PostgreSQL adapters, tests what they
/// need.
struct LetterConnectors
{
    std::function<Result<std::unique_ptr<Broker>>(const BrokerSettings&)> broker; ///< for the names of topics
    std::function<Result<std::unique_ptr<RecordScan>>(const BrokerSettings&)> scan;
    std::function<Result<std::vector<TopicRetention>>(const BrokerSettings&, std::span<const std::string>,
                                                      const std::stop_token&)>
        retention;
    /// Read-only sessions.
    std::function<Result<std::unique_ptr<RelationalStore>>(const StoreSettings&)> store;
    std::function<Result<std::unique_ptr<KeySearch>>(const BrokerSettings&)> keys{};     ///< for judging
    std::function<Result<std::unique_ptr<RangeReader>>(const BrokerSettings&)> ranges{}; ///< of many letters at once
};

[[nodiscard]] LetterConnectors defaultLetterConnectors();

} // namespace projectionist
