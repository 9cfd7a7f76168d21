// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/broker/eventlog.h"
#include "backend/broker/kafka/handle.h"
#include "backend/broker/keysearch.h"

#include <stop_token>
#include <unordered_map>

namespace projectionist::kafka {

/// How far a search for keys has come in each of its ranges.
class KeyPass
{
public:
    KeyPass(std::span<const KeyRange> ranges, std::span<const PartitionBounds> bounds, const KeySearch::Found& found);

    /// Of one partition.
    struct Range
    {
        TopicPartition id;
        Offset next = 0;
        Offset end = 0;
        std::unordered_map<std::string_view, std::size_t> keys{}; ///< that are still looked for
        bool open = false;
        KeyRangeOutcome outcome{};
    };
    [[nodiscard]] std::vector<std::size_t> open() const;
    [[nodiscard]] Range& range(std::size_t index) { return m_ranges[index]; }
    [[nodiscard]] std::optional<std::size_t> find(const TopicPartition& id) const;
    /// An event of this range.
    void take(std::size_t index, const rd_kafka_message_t& message);
    /// Nothing more will come below this offset.
    void reach(std::size_t index, Offset offset);
    /// Retention has passed where it was reading.
    void skipTo(std::size_t index, Offset start);
    void fail(std::size_t index, Error error);
    [[nodiscard]] std::uint64_t done() const;
    [[nodiscard]] std::uint64_t total() const { return m_total; }
    /// What became of the ranges; of those that are open, that they are not complete.
    [[nodiscard]] std::vector<KeyRangeOutcome> take();

private:
    const KeySearch::Found& m_found;
    std::vector<Range> m_ranges;
    std::uint64_t m_total = 0;
};

/// Reads all ranges of a pass at once.
class KeyPassReader
{
public:
    KeyPassReader(Handle& handle, Broker& broker, KeyPass& pass, const KeySearch::Progress& progress);
    void run(SteadyTime deadline, const std::stop_token& stop);

private:
    void assign();
    void take(const rd_kafka_message_t& message);
    void takeFailure(const rd_kafka_message_t& message, std::size_t range);
    void restart(std::size_t range);
    void pause(std::size_t range);
    void failOpen();
    [[nodiscard]] std::optional<std::size_t> rangeOf(const rd_kafka_message_t& message);

    Handle& m_handle;
    Broker& m_broker;
    KeyPass& m_pass;
    const KeySearch::Progress& m_progress;
    std::size_t m_open = 0;
    const void* m_lastTopic = nullptr; ///< of the message before: most come in runs of one partition
    std::int32_t m_lastPartition = -1;
    std::optional<std::size_t> m_lastRange;
};

} // namespace projectionist::kafka
