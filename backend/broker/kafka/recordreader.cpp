// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/broker/kafka/recordreader.h"

#include "backend/broker/kafka/messages.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>

namespace projectionist::kafka {

namespace {

/// Bounds memory: this many partitions times fetch.message.max.bytes at worst.
constexpr std::size_t maxPartitionsAtOnce = 250;

HandlePlan readerPlan()
{
    HandlePlan plan;
    plan.consumes = true;
    plan.defaults = watchingDefaults();
    plan.forced = watchingForced();
    plan.forced.merge(Properties{{"enable.partition.eof", "true"},
                                 {"auto.offset.reset", "earliest"},
                                 {"fetch.message.max.bytes", "262144"},
                                 {"queued.min.messages", "1"},
                                 {"queued.max.messages.kbytes", "16384"},
                                 {"fetch.wait.max.ms", "100"},
                                 {"fetch.error.backoff.ms", "50"}});
    return plan;
}

/// One assignment: different partitions, one record of each.
class Batch
{
public:
    Batch(Handle& handle, std::span<const ReadPoint> at, std::size_t maxBytes,
          std::vector<std::optional<Record>>& records)
        : m_handle(handle), m_at(at), m_maxBytes(maxBytes), m_records(records)
    {
    }

    void run(const std::vector<std::size_t>& indexes, SteadyTime deadline)
    {
        const ListPtr list(rd_kafka_topic_partition_list_new(static_cast<int>(indexes.size())));
        for (const std::size_t index : indexes) {
            const auto& [id, offset] = m_at[index];
            rd_kafka_topic_partition_list_add(list.get(), id.topic.c_str(), id.partition)->offset = offset;
            m_open.emplace(id, index);
        }
        rd_kafka_assign(m_handle.get(), list.get());
        while (!m_open.empty()) {
            const MessagePtr message(rd_kafka_consumer_poll(m_handle.get(), millisecondsUntil(deadline)));
            if (message)
                take(*message);
            else if (millisecondsUntil(deadline) == 0)
                break;
        }
        rd_kafka_assign(m_handle.get(), nullptr);
        if (!m_open.empty() && !m_code)
            m_code = RD_KAFKA_RESP_ERR__TIMED_OUT;
    }

    [[nodiscard]] std::optional<rd_kafka_resp_err_t> code() const { return m_code; }

private:
    void take(const rd_kafka_message_t& message)
    {
        const TopicPartition id = idOf(message);
        const auto open = m_open.find(id);
        if (message.err == RD_KAFKA_RESP_ERR_NO_ERROR) {
            if (open == m_open.end() || message.offset < m_at[open->second].second)
                return;
            m_records[open->second] = recordOf(message, m_maxBytes);
        } else if (message.err != RD_KAFKA_RESP_ERR__PARTITION_EOF) {
            if (isSilence(message.err) || open == m_open.end())
                return; // the deadline decides; error_cb told why
            m_code = message.err;
        }
        if (open != m_open.end())
            m_open.erase(open); // no pause: librdkafka 2.0 then loses records of the next assignment
    }

    Handle& m_handle;
    const std::span<const ReadPoint> m_at;
    const std::size_t m_maxBytes;
    std::vector<std::optional<Record>>& m_records;
    std::map<TopicPartition, std::size_t> m_open; ///< still waited for: index in m_at
    std::optional<rd_kafka_resp_err_t> m_code;    ///< why a record is missing
};

/// Groups of index in which each partition occurs once.
std::vector<std::vector<std::size_t>> batchesOf(std::span<const ReadPoint> at)
{
    std::map<TopicPartition, std::size_t> seen;
    std::vector<std::vector<std::size_t>> rounds;
    for (std::size_t i = 0; i < at.size(); ++i) {
        const std::size_t round = seen[at[i].first]++;
        if (rounds.size() <= round)
            rounds.resize(round + 1);
        rounds[round].push_back(i);
    }
    std::vector<std::vector<std::size_t>> batches;
    for (const auto& round : rounds)
        for (std::size_t begin = 0; begin < round.size(); begin += maxPartitionsAtOnce) {
            const auto first = round.begin() + static_cast<std::ptrdiff_t>(begin);
            const auto size = static_cast<std::ptrdiff_t>(std::min(maxPartitionsAtOnce, round.size() - begin));
            batches.emplace_back(first, first + size);
        }
    return batches;
}

} // namespace

Result<std::vector<std::optional<Record>>> RecordReader::read(std::span<const ReadPoint> at, std::size_t maxBytes,
                                                              SteadyTime deadline)
{
    std::vector<std::optional<Record>> records(at.size());
    if (at.empty())
        return records;
    if (!m_handle) {
        auto opened = Handle::open(m_settings, readerPlan());
        if (!opened)
            return tl::unexpected(opened.error());
        m_handle = std::move(*opened);
    }
    std::optional<rd_kafka_resp_err_t> code;
    for (const auto& indexes : batchesOf(at)) {
        Batch batch(*m_handle, at, maxBytes, records);
        batch.run(indexes, deadline);
        if (!code)
            code = batch.code();
    }
    const bool nothing = std::ranges::none_of(records, [](const auto& record) { return record.has_value(); });
    if (nothing && code)
        return tl::unexpected(m_handle->explain(
            *code,
            at.size() == 1
                ? fmt::format("The record at offset {} of {} cannot be read", at[0].second, toString(at[0].first))
                : fmt::format("Records of {} and other partitions cannot be read", toString(at[0].first))));
    return records;
}

} // namespace projectionist::kafka
