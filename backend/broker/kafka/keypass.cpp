// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/broker/kafka/keypass.h"

#include "backend/broker/kafka/messages.h"

#include <algorithm>
#include <array>

namespace projectionist::kafka {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t messagesAtOnce = 4096;
constexpr int longestPoll = 50; ///< milliseconds: a stop is noticed by then
constexpr auto progressEvery = 200ms;
/// Without a word from any broker; it may be gone, and the limit may be long.
constexpr auto longestSilence = 10s;
constexpr Duration restartTimeout{2'000};

} // namespace

KeyPass::KeyPass(std::span<const KeyRange> ranges, std::span<const PartitionBounds> bounds,
                 const KeySearch::Found& found)
    : m_found(found)
{
    m_ranges.reserve(ranges.size());
    for (std::size_t i = 0; i < ranges.size(); ++i) {
        Range& range = m_ranges.emplace_back();
        range.id = ranges[i].id;
        range.outcome.error = bounds[i].error;
        range.next = std::max(ranges[i].from, bounds[i].start);
        range.end = std::min(ranges[i].until.value_or(bounds[i].head), bounds[i].head);
        range.outcome.from = range.next;
        range.open = !range.outcome.error && range.next < range.end && !ranges[i].keys.empty();
        if (!range.open)
            continue;
        for (std::size_t key = 0; key < ranges[i].keys.size(); ++key)
            range.keys.emplace(ranges[i].keys[key], key);
        m_total += static_cast<std::uint64_t>(range.end - range.next);
    }
}

std::vector<std::size_t> KeyPass::open() const
{
    std::vector<std::size_t> open;
    for (std::size_t i = 0; i < m_ranges.size(); ++i)
        if (m_ranges[i].open)
            open.push_back(i);
    return open;
}

std::optional<std::size_t> KeyPass::find(const TopicPartition& id) const
{
    const auto range = std::ranges::find(m_ranges, id, &Range::id);
    return range == m_ranges.end() ? std::nullopt : std::optional(static_cast<std::size_t>(range - m_ranges.begin()));
}

void KeyPass::take(std::size_t index, const rd_kafka_message_t& message)
{
    Range& range = m_ranges[index];
    if (!range.open || message.offset < range.next)
        return;
    if (message.key && message.offset < range.end) {
        const auto wanted = range.keys.find(std::string_view(static_cast<const char*>(message.key), message.key_len));
        const auto record = [&](std::size_t maxBytes) { return recordOf(message, maxBytes); };
        if (wanted != range.keys.end() && !m_found(index, wanted->second, {message.offset, record}))
            range.keys.erase(wanted);
    }
    reach(index, message.offset + 1);
}

void KeyPass::reach(std::size_t index, Offset offset)
{
    Range& range = m_ranges[index];
    range.next = std::max(range.next, offset);
    range.open = range.open && range.next < range.end && !range.keys.empty();
}

void KeyPass::skipTo(std::size_t index, Offset start)
{
    Range& range = m_ranges[index];
    if (start > range.next)
        range.outcome.from = start;
    reach(index, start);
}

void KeyPass::fail(std::size_t index, Error error)
{
    m_ranges[index].outcome.error = std::move(error);
    m_ranges[index].open = false;
}

std::uint64_t KeyPass::done() const
{
    std::uint64_t left = 0;
    for (const auto& range : m_ranges)
        if (range.open)
            left += static_cast<std::uint64_t>(range.end - range.next);
    return m_total - std::min(m_total, left);
}

std::vector<KeyRangeOutcome> KeyPass::take()
{
    std::vector<KeyRangeOutcome> outcomes;
    for (auto& range : m_ranges) {
        range.outcome.passed = range.next;
        range.outcome.complete = !range.open && !range.outcome.error;
        outcomes.push_back(std::move(range.outcome));
    }
    return outcomes;
}

KeyPassReader::KeyPassReader(Handle& handle, Broker& broker, KeyPass& pass, const KeySearch::Progress& progress)
    : m_handle(handle), m_broker(broker), m_pass(pass), m_progress(progress)
{
}

void KeyPassReader::assign()
{
    const auto open = m_pass.open();
    m_open = open.size();
    const ListPtr list(rd_kafka_topic_partition_list_new(static_cast<int>(open.size())));
    for (const auto at : open) {
        const auto& range = m_pass.range(at);
        rd_kafka_topic_partition_list_add(list.get(), range.id.topic.c_str(), range.id.partition)->offset = range.next;
    }
    rd_kafka_assign(m_handle.get(), list.get());
    m_lastTopic = nullptr;
}

void KeyPassReader::run(SteadyTime deadline, const std::stop_token& stop)
{
    assign();
    const QueuePtr queue(rd_kafka_queue_get_consumer(m_handle.get()));
    std::vector<rd_kafka_message_t*> messages(messagesAtOnce);
    auto heard = std::chrono::steady_clock::now();
    auto nextProgress = heard + progressEvery;
    while (m_open > 0 && !stop.stop_requested() && millisecondsUntil(deadline) > 0) {
        const int wait = std::min(longestPoll, millisecondsUntil(deadline));
        const auto count = rd_kafka_consume_batch_queue(queue.get(), wait, messages.data(), messages.size());
        const auto now = std::chrono::steady_clock::now();
        for (ssize_t i = 0; i < count; ++i) {
            const MessagePtr message(messages[static_cast<std::size_t>(i)]);
            if (!isSilence(message->err))
                heard = now;
            take(*message);
        }
        if (now - heard > longestSilence)
            return failOpen();
        if (m_progress && now >= nextProgress) {
            m_progress(m_pass.done(), m_pass.total());
            nextProgress = now + progressEvery;
        }
    }
    if (m_progress)
        m_progress(m_pass.done(), m_pass.total());
    // Silence until the end of the time is an answer of its own: the broker is away.
    if (m_open > 0 && !stop.stop_requested() && std::chrono::steady_clock::now() - heard > longestSilence / 10)
        failOpen();
}

std::optional<std::size_t> KeyPassReader::rangeOf(const rd_kafka_message_t& message)
{
    if (message.rkt != m_lastTopic || message.partition != m_lastPartition || !m_lastTopic) {
        m_lastTopic = message.rkt;
        m_lastPartition = message.partition;
        m_lastRange = m_pass.find(idOf(message));
    }
    return m_lastRange;
}

void KeyPassReader::take(const rd_kafka_message_t& message)
{
    const auto at = rangeOf(message);
    if (!at || !m_pass.range(*at).open)
        return; // of the connection, or fetched before its partition was paused
    if (message.err == RD_KAFKA_RESP_ERR_NO_ERROR)
        m_pass.take(*at, message);
    else if (message.err == RD_KAFKA_RESP_ERR__PARTITION_EOF)
        m_pass.reach(*at, message.offset);
    else
        takeFailure(message, *at);
    if (!m_pass.range(*at).open) {
        --m_open;
        pause(*at);
    }
}

void KeyPassReader::takeFailure(const rd_kafka_message_t& message, std::size_t range)
{
    if (message.err == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET)
        restart(range);
    else if (!isSilence(message.err))
        m_pass.fail(range, m_handle.explain(message.err,
                                            "Later events in " + toString(m_pass.range(range).id) + " are not known"));
}

/// Retention deleted what was to be read next, or the topic is another one now.
void KeyPassReader::restart(std::size_t at)
{
    auto& range = m_pass.range(at);
    const auto bounds = m_broker.bounds(std::span(&range.id, 1), restartTimeout);
    if (!bounds || bounds->front().error)
        return m_pass.fail(at, bounds ? *bounds->front().error : bounds.error());
    if (bounds->front().head < range.next)
        return m_pass.fail(at, Error{ErrorKind::NotFound, "Later events in " + toString(range.id) + " are not known",
                                     "the topic was deleted and made anew, or lost its end, while it was read",
                                     "Judge once more.", true});
    m_pass.skipTo(at, bounds->front().start);
    if (range.open)
        assign();
}

void KeyPassReader::pause(std::size_t at)
{
    const ListPtr list = listOf(std::span(&m_pass.range(at).id, 1));
    rd_kafka_pause_partitions(m_handle.get(), list.get());
}

void KeyPassReader::failOpen()
{
    for (const auto at : m_pass.open())
        m_pass.fail(at, m_handle.explain(RD_KAFKA_RESP_ERR__TIMED_OUT,
                                         "Later events in " + toString(m_pass.range(at).id) + " are not known"));
}

} // namespace projectionist::kafka
