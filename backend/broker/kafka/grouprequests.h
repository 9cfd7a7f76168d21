// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/broker/kafka/handle.h"

#include <functional>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace projectionist::kafka {

/// Options of an admin request that outlives our waiting. One that waits for its coordinator and times out aborts the
/// process in all versions so far when that coordinator comes back (librdkafka issues 4605 and 3663: the same reference
/// is dropped twice). So it lives as long as the library permits, an hour, we stop to wait for it at our own deadline,
/// and the handle is replaced before that: ending a handle with such requests does no harm.
[[nodiscard]] OptionsPtr lastingOptions(rd_kafka_t* rk, rd_kafka_admin_op_t operation);

/// The same admin request for many groups, one group each (all that librdkafka takes, or makes of it), a few at a
/// time. A request that was not answered in time stays open, and a later call takes its answer: also a broker all of
/// whose answers take longer than a call is heard. A group whose coordinator is silent costs only itself: it makes room
/// for others after a while, and from the next call on nobody waits for it unless all are silent; it is asked again at
/// once, then less and less often. Before each request the library asks just any broker who the coordinator is: where
/// others answer promptly, a request that hangs is sent again, which may take another way.
class GroupRequests
{
public:
    /// Tells what is asked about a group, by its index: an answer to another question is not taken.
    using Question = std::function<std::string(std::size_t index)>;
    /// Sends the request for a group; the answer is to go to the queue, with this opaque.
    using Send = std::function<void(std::size_t index, void* opaque, rd_kafka_queue_t* queue)>;
    /// Takes an answer that is no failure as a whole. Returns what the group has to say. `late`: so long before this
    /// call it was asked for.
    using Receive = std::function<rd_kafka_resp_err_t(std::size_t index, rd_kafka_event_t* event, Duration late)>;

    struct Kind
    {
        Question question;
        Send send;
        Receive receive;
    };
    /// What became of each group. Returns by the deadline.
    [[nodiscard]] std::vector<rd_kafka_resp_err_t> run(Handle& handle, std::span<const std::string_view> groups,
                                                       SteadyTime deadline, const Kind& kind);

    /// A request is so old that the handle should be replaced before librdkafka ends it.
    [[nodiscard]] bool spent() const;
    /// Call it before the handle goes.
    void forgetOpen();

private:
    class Round;
    struct Open
    {
        std::size_t index = 0; ///< in the present call, if it is of use there
        SteadyTime sent{};
        std::string group{}; ///< set between calls
        std::string question{};
    };
    struct Silence
    {
        int asked = 0; ///< times since it fell silent
        SteadyTime last{};
    };

    QueuePtr m_queue;                                ///< of the handle
    std::unordered_map<std::uintptr_t, Open> m_open; ///< by opaque
    std::uintptr_t m_lastOpaque = 0;
    std::map<std::string, Silence, std::less<>> m_silent;
    bool m_prompt = true; ///< last time an answer did not keep us waiting
};

} // namespace projectionist::kafka
