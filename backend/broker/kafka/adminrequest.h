// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/broker/kafka/handle.h"

#include <algorithm>
#include <stop_token>

namespace projectionist::kafka {

/// An admin request and where its answer arrives.
class AdminRequest
{
public:
    AdminRequest(const Handle& handle, rd_kafka_admin_op_t operation, Duration timeout)
        : m_handle(handle)
        , m_deadline(std::chrono::steady_clock::now() + timeout)
        , m_queue(rd_kafka_queue_new(handle.get()))
        , m_options(rd_kafka_AdminOptions_new(handle.get(), operation))
    {
        char text[128];
        const int milliseconds = std::max(1, static_cast<int>(timeout.count()) * 9 / 10);
        rd_kafka_AdminOptions_set_request_timeout(m_options.get(), milliseconds, text, sizeof text);
        // Also wait until the brokers know it: who asks for the topic next finds it.
        rd_kafka_AdminOptions_set_operation_timeout(m_options.get(), milliseconds, text, sizeof text);
    }

    [[nodiscard]] rd_kafka_AdminOptions_t* options() const { return m_options.get(); }
    [[nodiscard]] rd_kafka_queue_t* queue() const { return m_queue.get(); }

    [[nodiscard]] Result<EventPtr> answer(const std::string& what, const std::stop_token& stop = {}) const
    {
        constexpr int slice = 100; // milliseconds
        EventPtr event;
        while (!event && !stop.stop_requested() && millisecondsUntil(m_deadline) > 0)
            event.reset(rd_kafka_queue_poll(m_queue.get(), std::min(slice, millisecondsUntil(m_deadline))));
        if (!event && stop.stop_requested())
            return tl::unexpected(Error{ErrorKind::Cancelled, what, "it was stopped", {}, true});
        const auto code = event ? rd_kafka_event_error(event.get()) : RD_KAFKA_RESP_ERR__TIMED_OUT;
        if (code == RD_KAFKA_RESP_ERR_NO_ERROR)
            return event;
        return tl::unexpected(m_handle.explain(code, what));
    }

private:
    const Handle& m_handle;
    const SteadyTime m_deadline;
    const QueuePtr m_queue;
    const OptionsPtr m_options;
};

[[nodiscard]] inline Result<std::unique_ptr<Handle>> openAdmin(const BrokerSettings& settings)
{
    HandlePlan plan;
    plan.type = RD_KAFKA_PRODUCER;
    plan.defaults = connectionDefaults();
    return Handle::open(settings, plan);
}

} // namespace projectionist::kafka
