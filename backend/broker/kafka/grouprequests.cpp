// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/broker/kafka/grouprequests.h"

#include <algorithm>
#include <numeric>

namespace projectionist::kafka {

namespace {

constexpr std::size_t usualInFlight = 16;
/// Nothing comes for so big a part of the time: what is in flight hangs.
constexpr int patience = 8;

/// One call of GroupRequests::run().
class RequestRound
{
public:
    RequestRound(rd_kafka_t* rk, std::size_t count, const GroupRequests::Send& send,
                 const GroupRequests::Receive& receive)
        : m_queue(rd_kafka_queue_new(rk)), m_send(send), m_receive(receive), m_codes(count), m_states(count)
    {
        std::ranges::fill(m_codes, RD_KAFKA_RESP_ERR__TIMED_OUT);
    }

    /// Until each group of the order has answered, or the deadline. `repeats`: what hangs is sent again.
    void run(std::span<const std::size_t> order, SteadyTime deadline, bool repeats)
    {
        const auto began = std::chrono::steady_clock::now();
        const auto slice = (deadline - began) / patience;
        std::size_t next = 0;
        std::size_t room = usualInFlight;
        while (millisecondsUntil(deadline) > 0) {
            for (; m_open < room && next < order.size(); ++m_open)
                send(order[next++]);
            if (m_open == 0)
                return;
            const bool more = next < order.size();
            const auto until =
                more || repeats ? std::min(deadline, std::chrono::steady_clock::now() + slice) : deadline;
            const EventPtr event(rd_kafka_queue_poll(m_queue.get(), millisecondsUntil(until)));
            if (event) {
                m_prompt = m_prompt || (!m_answered && std::chrono::steady_clock::now() - began < slice);
                receive(event.get());
                continue;
            }
            if (repeats)
                sendAgain(order.first(next));
            room += m_answered ? std::max(usualInFlight, m_open) : usualInFlight; // others may answer
        }
    }

    [[nodiscard]] bool sent(std::size_t index) const { return m_states[index] != State::Unsent; }
    [[nodiscard]] std::vector<rd_kafka_resp_err_t>& codes() { return m_codes; }
    [[nodiscard]] bool prompt() const { return m_prompt; }
    /// Answers that come later go with the queue.
    [[nodiscard]] bool leavesUnanswered() const { return m_unanswered > 0; }

private:
    enum class State : std::uint8_t
    {
        Unsent,
        Open,
        Answered
    };

    void send(std::size_t index)
    {
        m_states[index] = State::Open;
        ++m_unanswered;
        m_send(index, reinterpret_cast<void*>(index), m_queue.get());
    }
    void sendAgain(std::span<const std::size_t> indexes)
    {
        for (const std::size_t index : indexes)
            if (m_states[index] == State::Open)
                send(index);
    }
    void receive(rd_kafka_event_t* event)
    {
        m_answered = true;
        --m_unanswered;
        const auto index = reinterpret_cast<std::size_t>(rd_kafka_event_opaque(event));
        if (std::exchange(m_states[index], State::Answered) == State::Answered)
            return; // to the request that was sent again
        --m_open;
        const auto code = rd_kafka_event_error(event);
        m_codes[index] = code == RD_KAFKA_RESP_ERR_NO_ERROR ? m_receive(index, event) : code;
    }

    const QueuePtr m_queue;
    const GroupRequests::Send& m_send;
    const GroupRequests::Receive& m_receive;
    std::vector<rd_kafka_resp_err_t> m_codes;
    std::vector<State> m_states;
    std::size_t m_open = 0;       ///< groups
    std::size_t m_unanswered = 0; ///< requests
    bool m_answered = false;
    bool m_prompt = false;
};

} // namespace

OptionsPtr lastingOptions(rd_kafka_t* rk, rd_kafka_admin_op_t operation)
{
    constexpr int lifetimeMs = 3'600'000;
    OptionsPtr options(rd_kafka_AdminOptions_new(rk, operation));
    char text[128];
    rd_kafka_AdminOptions_set_request_timeout(options.get(), lifetimeMs, text, sizeof text);
    return options;
}

std::vector<rd_kafka_resp_err_t> GroupRequests::run(Handle& handle, std::span<const std::string_view> groups,
                                                    SteadyTime deadline, const Send& send, const Receive& receive)
{
    std::vector<std::size_t> order(groups.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    const auto silent =
        std::ranges::stable_partition(order, [&](std::size_t i) { return !m_silent.contains(groups[i]); });
    RequestRound round(handle.get(), groups.size(), send, receive);
    round.run({order.begin(), silent.begin()}, deadline, m_prompt);
    // When all are silent there is nobody to hurry for: the whole cluster may be slow.
    const auto now = std::chrono::steady_clock::now();
    const bool all = silent.begin() == order.begin();
    round.run({silent.begin(), silent.end()}, all ? deadline : now + (deadline - now) / 4, false);
    m_prompt = groups.empty() ? m_prompt : round.prompt();
    if (round.leavesUnanswered())
        handle.leaveUnanswered();
    for (std::size_t i = 0; i < groups.size(); ++i) {
        if (!isSilence(round.codes()[i]) && !m_silent.empty())
            m_silent.erase(std::string(groups[i]));
        else if (isSilence(round.codes()[i]) && round.sent(i))
            m_silent.emplace(groups[i]);
    }
    return std::move(round.codes());
}

} // namespace projectionist::kafka
