// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sandbox/roles.h"

#include "app/sandbox/relay.h"
#include "app/sandbox/worker.h"
#include "app/sandbox/writeside.h"
#include "backend/broker/kafka/kafkaproducer.h"

#include <algorithm>

namespace projectionist {

const std::vector<SandboxRole>& sandboxRoles()
{
    static const std::vector<SandboxRole> roles{{"writer", {}, 1},
                                                {"relay", {}, 1},
                                                {"order_summary", "order_summary", 1},
                                                {"parcel_tracking-1", "parcel_tracking", 2},
                                                {"parcel_tracking-2", "parcel_tracking", 2},
                                                {"ops_console", "ops_console", 1}};
    return roles;
}

const SandboxRole* findRole(const std::string& name)
{
    const auto& roles = sandboxRoles();
    const auto found = std::find_if(roles.begin(), roles.end(), [&](const auto& role) { return role.name == name; });
    return found == roles.end() ? nullptr : &*found;
}

Result<void> runRole(const SandboxRole& role, ProcessContext context)
{
    auto store = openStore(context.settings);
    if (!store)
        return tl::unexpected(store.error());
    if (role.name == "writer")
        return WriteSide(std::move(context), std::move(*store)).run();
    if (role.name == "relay") {
        auto producer = connectKafkaProducer(context.settings.brokerSettings(), relayProducerOptions());
        if (!producer)
            return tl::unexpected(producer.error());
        return Relay(std::move(context), std::move(*store), std::move(*producer)).run();
    }
    auto deadLetters = makeDeadLetters(context.settings, role.projection);
    if (!deadLetters)
        return tl::unexpected(deadLetters.error());
    WorkerRole worker{role.projection, role.name, role.members, role.members > 1};
    auto projection = makeProjection(role.projection, context.settings.schema);
    return ProjectionWorker(std::move(context), std::move(worker), std::move(*store), std::move(projection),
                            std::move(*deadLetters))
        .run();
}

} // namespace projectionist
