// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/broker/kafka/grouprequests.h"

#include "backend/broker/kafka/background.h"

#include <algorithm>
#include <numeric>

namespace projectionist::kafka {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t usualInFlight = 16;
/// Nothing comes for so big a part of the time: what is in flight hangs.
constexpr int patience = 8;
constexpr auto spentAfter = 30min;
constexpr std::size_t ofNoUse = static_cast<std::size_t>(-1);

} // namespace

/// One call of run().
class GroupRequests::Round
{
public:
    Round(GroupRequests& requests, std::span<const std::string_view> groups, const Kind& kind, SteadyTime deadline)
        : m_requests(requests)
        , m_groups(groups)
        , m_kind(kind)
        , m_began(steadyNow())
        , m_deadline(deadline)
        , m_slice((deadline - m_began) / patience)
        , m_codes(groups.size(), RD_KAFKA_RESP_ERR__TIMED_OUT)
        , m_states(groups.size())
    {
        adoptOpen();
    }

    void run(std::span<const std::size_t> healthy, std::span<const std::size_t> silent)
    {
        // When all are silent there is nobody to hurry for: the whole cluster may be slow.
        if (healthy.empty()) {
            await(silent, false);
            return;
        }
        for (const std::size_t index : silent)
            if (!m_states[index].answered && isDue(index))
                sendOnce(index);
        await(healthy, m_requests.m_prompt);
        const auto until =
            std::min(m_deadline, steadyNow() + std::max<SteadyTime::duration>(steadyNow() - m_began, leastGrace));
        const auto pending = [&](std::size_t i) { return m_states[i].sent && !m_states[i].answered; };
        while (millisecondsUntil(until) > 0 && std::ranges::any_of(silent, pending))
            static_cast<void>(receive(until));
    }

    /// Notes who is silent, and what later answers are to.
    void leave()
    {
        for (std::size_t i = 0; i < m_groups.size(); ++i) {
            const State& state = m_states[i];
            const auto known = m_requests.m_silent.find(m_groups[i]);
            if (!isSilence(m_codes[i])) {
                if (known != m_requests.m_silent.end())
                    m_requests.m_silent.erase(known);
            } else if (known == m_requests.m_silent.end() && (state.sent || state.open > 0)) {
                m_requests.m_silent.emplace(m_groups[i], Silence{0, steadyNow()});
            } else if (known != m_requests.m_silent.end() && state.sent) {
                known->second = {known->second.asked + 1, steadyNow()};
            }
        }
        for (auto& [opaque, open] : m_requests.m_open) {
            if (open.index == ofNoUse)
                continue; // of a group that was not asked for now
            const bool useful = !m_states[open.index].answered;
            open.group = useful ? std::string(m_groups[open.index]) : std::string();
            open.question = useful ? m_kind.question(open.index) : std::string();
            open.index = ofNoUse;
        }
        m_requests.m_prompt = m_groups.empty() ? m_requests.m_prompt : m_prompt;
    }

    [[nodiscard]] std::vector<rd_kafka_resp_err_t>& codes() { return m_codes; }

private:
    struct State
    {
        std::size_t open = 0; ///< requests
        bool sent = false;    ///< in this call
        bool awaited = false;
        bool answered = false;
    };

    /// Takes over what earlier calls left open, and what was answered meanwhile.
    void adoptOpen()
    {
        if (m_requests.m_open.empty())
            return;
        std::unordered_map<std::string_view, std::size_t> indexes;
        for (std::size_t i = 0; i < m_groups.size(); ++i)
            indexes.emplace(m_groups[i], i);
        for (auto& [opaque, open] : m_requests.m_open) {
            const auto at = indexes.find(open.group);
            if (at == indexes.end() || m_kind.question(at->second) != open.question)
                continue;
            open.index = at->second;
            ++m_states[open.index].open;
        }
        while (receive(m_began)) {
        }
    }

    /// A silent group is asked again at once if others are answered promptly, then less and less often.
    [[nodiscard]] bool isDue(std::size_t index) const
    {
        const auto known = m_requests.m_silent.find(m_groups[index]);
        if (m_states[index].open == 0 || known == m_requests.m_silent.end())
            return true;
        const auto& [asked, last] = known->second;
        if (m_requests.m_prompt && asked == 0)
            return true;
        constexpr int mostDoublings = 12;
        return m_began >= last + (m_requests.m_prompt ? 250ms : 5000ms) * (1 << std::min(asked, mostDoublings));
    }

    /// Until each group of the order has answered, or the deadline. `repeats`: what hangs is sent again.
    void await(std::span<const std::size_t> order, bool repeats)
    {
        std::size_t next = 0;
        std::size_t room = usualInFlight;
        while (millisecondsUntil(m_deadline) > 0) {
            // In bursts: the library's threads wake up less often, which is most of what a request costs.
            for (bool burst = m_waiting <= room / 2; burst && m_waiting < room && next < order.size(); ++next)
                begin(order[next]);
            if (m_waiting == 0)
                return;
            const bool more = next < order.size();
            if (receive(more || repeats ? std::min(m_deadline, steadyNow() + m_slice) : m_deadline))
                continue;
            if (repeats)
                sendAgain(order.first(next));
            room += m_answered ? std::max(usualInFlight, m_waiting) : usualInFlight; // others may answer
        }
    }
    void begin(std::size_t index)
    {
        State& state = m_states[index];
        if (state.answered)
            return;
        state.awaited = true;
        ++m_waiting;
        if (isDue(index))
            sendOnce(index);
    }
    void sendOnce(std::size_t index)
    {
        if (!m_states[index].sent)
            send(index);
    }
    void send(std::size_t index)
    {
        const std::uintptr_t opaque = ++m_requests.m_lastOpaque;
        m_requests.m_open.insert({opaque, {index, steadyNow()}});
        m_states[index].sent = true;
        ++m_states[index].open;
        m_kind.send(index, reinterpret_cast<void*>(opaque), m_requests.m_queue.get());
    }
    void sendAgain(std::span<const std::size_t> indexes)
    {
        for (const std::size_t index : indexes)
            if (!m_states[index].answered)
                send(index);
    }

    /// One answer, to whomever. False when there is none.
    bool receive(SteadyTime until)
    {
        const EventPtr event(rd_kafka_queue_poll(m_requests.m_queue.get(), millisecondsUntil(until)));
        if (!event)
            return false;
        const auto at = m_requests.m_open.find(reinterpret_cast<std::uintptr_t>(rd_kafka_event_opaque(event.get())));
        if (at == m_requests.m_open.end())
            return true;
        const auto [index, sent] = std::pair(at->second.index, at->second.sent);
        m_requests.m_open.erase(at);
        if (index != ofNoUse)
            take(index, sent, event.get());
        return true;
    }
    void take(std::size_t index, SteadyTime sent, rd_kafka_event_t* event)
    {
        State& state = m_states[index];
        --state.open;
        if (state.answered)
            return; // to the request that was sent again
        const bool old = steadyNow() - sent > newsFor;
        const auto code = rd_kafka_event_error(event);
        if (!old)
            m_codes[index] =
                code == RD_KAFKA_RESP_ERR_NO_ERROR ? m_kind.receive(index, event, latenessOf(sent, m_began)) : code;
        if (old || isSilence(m_codes[index])) {
            if (old || sent < m_began)
                sendOnce(index);
            if (state.open > 0)
                return; // another one may have more luck
        }
        state.answered = true;
        m_answered = true;
        m_prompt = m_prompt || (sent >= m_began && steadyNow() - sent < m_slice);
        if (state.awaited)
            --m_waiting;
    }

    GroupRequests& m_requests;
    const std::span<const std::string_view> m_groups;
    const Kind& m_kind;
    const SteadyTime m_began;
    const SteadyTime m_deadline;
    const SteadyTime::duration m_slice;
    std::vector<rd_kafka_resp_err_t> m_codes;
    std::vector<State> m_states;
    std::size_t m_waiting = 0; ///< awaited groups
    bool m_answered = false;
    bool m_prompt = false;
};

OptionsPtr lastingOptions(rd_kafka_t* rk, rd_kafka_admin_op_t operation)
{
    constexpr int lifetimeMs = 3'600'000;
    OptionsPtr options(rd_kafka_AdminOptions_new(rk, operation));
    char text[128];
    rd_kafka_AdminOptions_set_request_timeout(options.get(), lifetimeMs, text, sizeof text);
    return options;
}

std::vector<rd_kafka_resp_err_t> GroupRequests::run(Handle& handle, std::span<const std::string_view> groups,
                                                    SteadyTime deadline, const Kind& kind)
{
    if (!m_queue)
        m_queue.reset(rd_kafka_queue_new(handle.get()));
    Round round(*this, groups, kind, deadline);
    std::vector<std::size_t> order(groups.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    const auto silent =
        std::stable_partition(order.begin(), order.end(), [&](std::size_t i) { return !m_silent.contains(groups[i]); });
    round.run({order.begin(), silent}, {silent, order.end()});
    round.leave();
    return std::move(round.codes());
}

bool GroupRequests::spent() const
{
    return std::ranges::any_of(m_open, [](const auto& open) { return steadyNow() - open.second.sent > spentAfter; });
}

void GroupRequests::forgetOpen()
{
    m_open.clear();
    m_queue.reset();
}

} // namespace projectionist::kafka
