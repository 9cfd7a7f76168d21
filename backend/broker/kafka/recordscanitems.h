// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/broker/kafka/handle.h"
#include "backend/broker/recordscan.h"

#include <variant>

namespace projectionist::kafka {

/// What the thread of a scan tells the reader, in this order.

/// Records, copied out of the library's memory: one allocation serves all of them.
class ScanBatch
{
public:
    /// The reader's place in a partition moves to `next`; `record` is what stood there, if anything.
    struct Step
    {
        std::uint32_t slot = 0; ///< partition, see ScanLook
        Offset next = 0;
        std::optional<std::uint32_t> record{};
    };

    [[nodiscard]] bool empty() const { return m_steps.empty(); }
    [[nodiscard]] std::size_t size() const { return m_steps.size(); }
    [[nodiscard]] std::size_t bytes() const { return m_bytes.size(); }
    [[nodiscard]] std::size_t valueBytes() const { return m_valueBytes; } ///< as they were, also of what was cut off
    [[nodiscard]] const std::vector<Step>& steps() const { return m_steps; }
    /// Valid until the next call.
    [[nodiscard]] RecordView record(std::uint32_t at, std::vector<HeaderView>& headers) const;

    void add(std::uint32_t slot, const rd_kafka_message_t& message, std::size_t maxValueBytes);
    void pass(std::uint32_t slot, Offset next) { m_steps.push_back({slot, next}); }
    void clear();

private:
    static constexpr std::uint32_t null = ~0U;
    struct Stored
    {
        std::size_t begin = 0; ///< in m_bytes: key, value, values of headers
        std::size_t firstHeader = 0;
        std::uint32_t headerCount = 0;
        std::uint32_t keySize = null;
        std::uint32_t valueSize = null; ///< of what is here
        std::size_t wholeValueSize = 0;
        std::int32_t partition = 0;
        bool appendTime = false;
        std::optional<TimePoint> timestamp;
        Offset offset = 0;
    };
    struct StoredHeader
    {
        std::size_t name = 0; ///< in m_bytes; records share the names that stand at the same place
        std::uint32_t nameSize = 0;
        std::uint32_t valueSize = null;
    };
    /// Returns how many bytes their values take; fills m_values.
    [[nodiscard]] std::size_t addHeaders(const rd_kafka_message_t& message, Stored& record);
    [[nodiscard]] std::size_t placeOfName(std::string_view name, std::size_t header);

    std::vector<Step> m_steps;
    std::vector<Stored> m_records;
    std::vector<StoredHeader> m_headers;
    std::vector<const void*> m_values; ///< of the headers of the record that is being added
    std::size_t m_lastFirstHeader = 0; ///< of the record before
    std::size_t m_lastHeaderCount = 0;
    std::vector<char> m_bytes;
    std::size_t m_valueBytes = 0;
};

/// What was seen of the topics.
struct ScanLook
{
    struct Partition
    {
        std::uint32_t slot = 0; ///< of this log of this partition, for good; never used for another
        std::int32_t partition = 0;
        Offset begin = 0; ///< where reading began
        Offset head = 0;
    };
    struct Topic
    {
        std::string name;
        std::vector<Partition> partitions;
        bool known = false; ///< the topic was there and told its bounds
        std::optional<Error> error;
    };
    std::vector<Topic> topics;  ///< sorted by name
    std::uint64_t order = 0;    ///< how often topics had been set
    std::optional<Error> error; ///< the broker did not answer; topics are as they were
};

struct ScanStartMoved
{
    std::uint32_t slot = 0;
    TopicPartition id;
    Offset start = 0;
};

struct ScanTopicGone
{
    std::string topic;
};

using ScanItem = std::variant<std::unique_ptr<ScanBatch>, ScanLook, ScanStartMoved, ScanTopicGone>;

} // namespace projectionist::kafka
