// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/lag/kafkatools.h"

#include "backend/broker/kafka/handle.h"
#include "tests/integration/broker/brokerfixture.h"

namespace projectionist {

void deleteGroup(const BrokerSettings& settings, const std::string& group)
{
    using namespace kafka;
    HandlePlan plan;
    plan.defaults = connectionDefaults();
    plan.forced = watchingForced();
    const auto handle = sure(Handle::open(settings, plan));
    const QueuePtr queue(rd_kafka_queue_new(handle->get()));
    const std::unique_ptr<rd_kafka_DeleteGroup_t, Deleter<rd_kafka_DeleteGroup_destroy>> order(
        rd_kafka_DeleteGroup_new(group.c_str()));
    rd_kafka_DeleteGroup_t* orders[] = {order.get()};
    rd_kafka_DeleteGroups(handle->get(), orders, 1, nullptr, queue.get());
    const EventPtr event(rd_kafka_queue_poll(queue.get(), static_cast<int>(generous.count())));
    if (!event || rd_kafka_event_error(event.get()) != RD_KAFKA_RESP_ERR_NO_ERROR)
        throw std::runtime_error("the group was not deleted");
    std::size_t count = 0;
    const auto* const* results =
        rd_kafka_DeleteGroups_result_groups(rd_kafka_event_DeleteGroups_result(event.get()), &count);
    for (std::size_t i = 0; i < count; ++i)
        if (const auto* error = rd_kafka_group_result_error(results[i]))
            throw std::runtime_error(rd_kafka_error_string(error));
}

} // namespace projectionist
