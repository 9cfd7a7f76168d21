// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/broker/eventlog.h"
#include "backend/broker/kafka/recordscanitems.h"

#include <functional>
#include <map>
#include <set>

namespace projectionist::kafka {

/// Where a scan stands in each partition, and whether the topics are still those that it began with. Belongs to the
/// scan's thread.
class ScanTopics
{
public:
    /// What a record is known again by.
    struct Mark
    {
        Offset offset = -1; ///< -1: none
        std::int64_t time = 0;
        std::size_t keySize = 0;
    };
    struct Slot
    {
        TopicPartition id;
        Offset begin = 0;
        Offset start = 0; ///< of the log, as last seen
        Offset head = 0;
        Offset next = 0;              ///< to be read
        bool lost = false;            ///< the library stopped reading: its offset is not there
        std::optional<Error> refusal; ///< what fetching it last failed with
        Mark anchor;                  ///< of this log for certain
        Mark last;                    ///< read last, perhaps of another log already
    };
    using Tell = std::function<void(ScanItem)>;

    /// `tell` gets what the reader has to know, in order.
    ScanTopics(Broker& broker, Tell tell) : m_broker(broker), m_tell(std::move(tell)) {}

    void setTopics(const std::vector<std::string>& topics);
    /// Asks the broker. True: the library has to be given the assignment anew.
    [[nodiscard]] bool look(Duration timeout);
    [[nodiscard]] std::optional<std::uint32_t> slotOf(const TopicPartition& id) const;
    [[nodiscard]] Slot& slot(std::uint32_t at) { return m_slots[at]; }
    /// All that are to be read, with where to go on.
    [[nodiscard]] std::vector<std::uint32_t> readable() const;

private:
    struct Topic
    {
        std::map<std::int32_t, std::uint32_t> slots; ///< by partition
        std::optional<Error> error;
        bool known = false;
        std::optional<SteadyTime> absentSince;
        SteadyTime checked{}; ///< that it is the same log
    };

    void describe(const ClusterDescription& cluster);
    void absent(const std::string& name, Topic& topic, Error error);
    void gone(const std::string& name, Topic& topic);
    void readBounds(Duration timeout);
    void apply(const PartitionBounds& bounds, std::set<std::string>& replaced);
    void checkLogs(Duration timeout, std::set<std::string>& replaced);
    void tellLook(std::optional<Error> error);

    Broker& m_broker;
    Tell m_tell;
    std::map<std::string, Topic> m_topics;
    std::map<std::string, std::int32_t> m_partitions; ///< of topics that are there
    std::vector<Slot> m_slots;
    std::uint64_t m_order = 0; ///< how often topics were set
    bool m_changed = false;    ///< the assignment
};

} // namespace projectionist::kafka
