// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/config/workspace.h"
#include "backend/lag/connectors.h"
#include "tests/unit/lag/fakebroker.h"
#include "tests/unit/lag/fakestore.h"

namespace projectionist {

inline constexpr const char* checkpointQuery = "select * from checkpoint";
inline constexpr const char* outboxQuery = "select * from outbox";

/// "summary" reads orders by a checkpoint in db, "feed" by the consumer group feed-group; both are behind.
struct WatchedHouse
{
    FakeCluster cluster;
    FakeDatabase database;
    SystemClock clock;
    Workspace workspace;

    WatchedHouse()
    {
        for (int i = 0; i < 3; ++i) {
            for (int event = 0; event < 100; ++event)
                cluster.partitions[{"orders", i}].append(clock.now() - std::chrono::minutes(10) +
                                                         std::chrono::seconds(event));
            cluster.groups["feed-group"][{"orders", i}] = 40;
        }
        database.answers.emplace(checkpointQuery, rowsOf({{"orders", "0", "50", "2026-11-21 14:02:11+00"},
                                                          {"orders", "1", "60", "2026-11-21 14:02:12+00"},
                                                          {"orders", "2", "100", "2026-11-21 14:02:10+00"}}));
        database.answers.emplace(outboxQuery, rowsOf({{"3", "2026-11-21 14:02:10+00", "300"}}));
        ContextSettings context;
        context.name = "test";
        context.broker = "kafka";
        context.stores = {"db"};
        context.interval = Duration(50);
        workspace.contexts = {context};
        workspace.brokers.emplace_back().name = "kafka";
        workspace.stores.emplace_back().name = "db";
        workspace.projections = {projection("summary"), projection("feed")};
        workspace.projections[0].checkpoint = CheckpointSettings{"db", checkpointQuery};
        workspace.projections[1].group = "feed-group";
        WriteSideSettings& side = workspace.writeSides.emplace_back();
        side.name = "outbox";
        side.context = "test";
        side.store = "db";
        side.query = outboxQuery;
        side.topics = {"orders"};
    }
    static ProjectionSettings projection(std::string name)
    {
        ProjectionSettings settings;
        settings.name = std::move(name);
        settings.context = "test";
        settings.topics = {"orders"};
        return settings;
    }
    Connectors connectors()
    {
        return {[this](const BrokerSettings&) -> Result<std::unique_ptr<Broker>> {
                    cluster.change([](FakeCluster& c) { ++c.opened; });
                    return std::make_unique<FakeBroker>(cluster);
                },
                [this](const StoreSettings&) -> Result<std::unique_ptr<RelationalStore>> {
                    return std::make_unique<FakeStore>(database);
                }};
    }
};

} // namespace projectionist
