// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/broker/kafka/handle.h"

#include <functional>
#include <set>
#include <span>
#include <string_view>
#include <vector>

namespace projectionist::kafka {

/// Options of an admin request that outlives our waiting. One that waits for its coordinator and times out aborts the
/// process in all versions so far when that coordinator comes back (librdkafka issues 4605 and 3663: the same reference
/// is dropped twice). So it lives as long as the library permits, we stop to wait for it at our own deadline, and
/// Handle::spent() has the handle replaced long before: ending a handle with such requests does no harm.
[[nodiscard]] OptionsPtr lastingOptions(rd_kafka_t* rk, rd_kafka_admin_op_t operation);

/// The same admin request for many groups, one group each (all that librdkafka takes, or makes of it), a few at a
/// time. A group whose coordinator is silent costs only itself: it makes room for others after a while; the next time
/// it is asked last, and waited for less long. Before each request the library asks just any broker who the coordinator
/// is: where others answer promptly, a request that hangs is sent again, which may take another way.
class GroupRequests
{
public:
    /// Sends the request for a group, by its index; the answer is to go to the queue, with the index as opaque.
    using Send = std::function<void(std::size_t index, void* opaque, rd_kafka_queue_t* queue)>;
    /// Takes an answer that is no failure as a whole. Returns what the group has to say.
    using Receive = std::function<rd_kafka_resp_err_t(std::size_t index, rd_kafka_event_t* event)>;

    /// What became of each group. Returns by the deadline.
    [[nodiscard]] std::vector<rd_kafka_resp_err_t> run(Handle& handle, std::span<const std::string_view> groups,
                                                       SteadyTime deadline, const Send& send, const Receive& receive);

private:
    std::set<std::string, std::less<>> m_silent; ///< were asked and did not answer
    bool m_prompt = true;                        ///< last time the first answer did not keep us waiting
};

} // namespace projectionist::kafka
