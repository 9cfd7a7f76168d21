// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/broker/brokertest.h"
#include "backend/lag/watcher.h"
#include "backend/store/connectiontest.h"

namespace projectionist {

/// What the Connect page does on other threads. The application passes the real ones, tests what they need.
struct ConnectServices
{
    std::function<Result<BrokerReport>(const BrokerSettings&)> testBroker;
    std::function<Result<StoreTest>(const StoreSettings&)> testStore;
    Connectors connectors; ///< for discovery
};

} // namespace projectionist
