// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/broker/kafka/recordscantopics.h"

#include <algorithm>
#include <fmt/format.h>

namespace projectionist::kafka {

namespace {

using namespace std::chrono_literals;

/// A broker that has just started may not know its topics for a moment.
constexpr auto absenceBelieved = 3s;
/// How often it is made sure that a topic is not another one of the same name.
constexpr auto checkInterval = 5s;
constexpr std::size_t checkedBytes = 1;

Error noTopic(const std::string& name)
{
    return {ErrorKind::NotFound, fmt::format("Topic \"{}\" cannot be read", name), "The cluster has no such topic",
            "It is read as soon as it is there", true};
}

std::int64_t timeOf(const Record& record)
{
    return record.timestamp ? record.timestamp->time_since_epoch().count() : -1;
}

std::size_t keySizeOf(const Record& record)
{
    return record.key ? record.key->size() : 0;
}

} // namespace

void ScanTopics::setTopics(const std::vector<std::string>& topics)
{
    ++m_order;
    const std::set<std::string> wanted(topics.begin(), topics.end());
    const auto dropped = std::erase_if(m_topics, [&](const auto& entry) { return !wanted.contains(entry.first); });
    m_changed = m_changed || dropped > 0;
    for (const auto& name : wanted)
        m_topics.try_emplace(name);
}

std::optional<std::uint32_t> ScanTopics::slotOf(const TopicPartition& id) const
{
    const auto topic = m_topics.find(id.topic);
    if (topic == m_topics.end())
        return std::nullopt;
    const auto slot = topic->second.slots.find(id.partition);
    return slot == topic->second.slots.end() ? std::nullopt : std::optional(slot->second);
}

std::vector<std::uint32_t> ScanTopics::readable() const
{
    std::vector<std::uint32_t> slots;
    for (const auto& [name, topic] : m_topics)
        for (const auto& [partition, slot] : topic.slots)
            slots.push_back(slot);
    return slots;
}

bool ScanTopics::look(Duration timeout)
{
    const auto deadline = std::chrono::steady_clock::now() + timeout;
    const auto left = [deadline] { return Duration(std::max(1, millisecondsUntil(deadline))); };
    const auto cluster = m_broker.describe(timeout);
    if (!cluster) {
        tellLook(cluster.error());
        return std::exchange(m_changed, false);
    }
    describe(*cluster);
    readBounds(left());
    tellLook(std::nullopt);
    return std::exchange(m_changed, false);
}

void ScanTopics::describe(const ClusterDescription& cluster)
{
    m_partitions.clear();
    for (auto& [name, topic] : m_topics) {
        const auto found = std::ranges::lower_bound(cluster.topics, name, {}, &TopicDescription::name);
        if (found == cluster.topics.end() || found->name != name) {
            absent(name, topic, noTopic(name));
        } else if (found->error && found->error->kind == ErrorKind::NotFound) {
            absent(name, topic, *found->error);
        } else if (found->error) {
            topic.error = found->error;
        } else {
            if (topic.absentSince)
                topic.checked = {}; // may be another one
            topic.absentSince.reset();
            topic.error.reset();
            m_partitions[name] = found->partitions;
            if (found->partitions < static_cast<std::int32_t>(topic.slots.size()))
                gone(name, topic); // partitions never become fewer
        }
    }
}

void ScanTopics::absent(const std::string& name, Topic& topic, Error error)
{
    const auto now = std::chrono::steady_clock::now();
    topic.error = std::move(error);
    if (!topic.absentSince)
        topic.absentSince = now;
    if (now - *topic.absentSince >= absenceBelieved && topic.known)
        gone(name, topic);
}

void ScanTopics::gone(const std::string& name, Topic& topic)
{
    topic.slots.clear();
    topic.known = false;
    m_changed = true;
    m_tell(ScanTopicGone{name});
}

void ScanTopics::readBounds(Duration timeout)
{
    std::vector<TopicPartition> ids;
    for (const auto& [name, partitions] : m_partitions)
        for (std::int32_t partition = 0; partition < partitions; ++partition)
            ids.push_back({name, partition});
    if (ids.empty())
        return;
    const auto bounds = m_broker.bounds(ids, timeout);
    std::set<std::string> replaced;
    if (!bounds) {
        for (const auto& [name, partitions] : m_partitions)
            m_topics[name].error = bounds.error();
        return;
    }
    for (const auto& row : *bounds)
        apply(row, replaced);
    checkLogs(timeout, replaced);
    for (const auto& name : replaced)
        gone(name, m_topics[name]);
    for (const auto& row : *bounds) // those that are another log now begin anew
        if (replaced.contains(row.id.topic))
            apply(row, replaced);
}

void ScanTopics::apply(const PartitionBounds& bounds, std::set<std::string>& replaced)
{
    Topic& topic = m_topics[bounds.id.topic];
    if (bounds.error) {
        topic.error = bounds.error;
        return;
    }
    topic.known = true;
    const auto known = topic.slots.find(bounds.id.partition);
    if (known == topic.slots.end()) {
        topic.slots[bounds.id.partition] = static_cast<std::uint32_t>(m_slots.size());
        Slot slot;
        slot.id = bounds.id;
        slot.begin = slot.start = slot.next = bounds.start;
        slot.head = bounds.head;
        m_slots.push_back(std::move(slot));
        m_changed = true;
        return;
    }
    Slot& slot = m_slots[known->second];
    if (bounds.head < slot.next || bounds.start < slot.start) {
        replaced.insert(bounds.id.topic);
        return;
    }
    if (bounds.start > slot.start) {
        slot.start = bounds.start;
        m_tell(ScanStartMoved{known->second, slot.id, bounds.start});
    }
    slot.head = bounds.head;
    if (slot.next < slot.start || slot.lost) {
        slot.next = std::max(slot.next, slot.start);
        slot.lost = false;
        m_changed = true;
    }
    if (slot.refusal)
        topic.error = slot.refusal;
}

/// A topic that was deleted and made again between two looks has offsets as before, but not the same records: reads one
/// of each once more that was there before. Where retention or compaction took it there is nothing to compare.
void ScanTopics::checkLogs(Duration timeout, std::set<std::string>& replaced)
{
    const auto now = std::chrono::steady_clock::now();
    std::vector<std::pair<TopicPartition, Offset>> at;
    std::vector<const Slot*> slots;
    for (const auto& [name, partitions] : m_partitions) {
        Topic& topic = m_topics[name];
        if (now - topic.checked < checkInterval || topic.error || replaced.contains(name))
            continue;
        const Slot* newest = nullptr;
        for (const auto& [partition, slot] : topic.slots)
            if (const Slot& one = m_slots[slot];
                one.anchor.offset >= one.start && (!newest || one.anchor.time > newest->anchor.time))
                newest = &one;
        topic.checked = now;
        if (!newest)
            continue;
        at.emplace_back(newest->id, newest->anchor.offset);
        slots.push_back(newest);
    }
    if (at.empty())
        return;
    const auto records = m_broker.read(at, checkedBytes, timeout);
    if (!records)
        return; // in a few seconds again
    for (std::size_t i = 0; i < at.size(); ++i) {
        const auto& record = (*records)[i];
        const Mark& anchor = slots[i]->anchor;
        const bool comparable = record && record->offset == anchor.offset;
        if (comparable && (timeOf(*record) != anchor.time || keySizeOf(*record) != anchor.keySize)) {
            replaced.insert(at[i].first.topic);
            continue;
        }
        for (const auto& [partition, slot] : m_topics[at[i].first.topic].slots)
            m_slots[slot].anchor = m_slots[slot].last; // all of it was read before
    }
}

void ScanTopics::tellLook(std::optional<Error> error)
{
    ScanLook look;
    look.order = m_order;
    look.error = std::move(error);
    for (const auto& [name, topic] : m_topics) {
        ScanLook::Topic& told = look.topics.emplace_back();
        told.name = name;
        told.known = topic.known;
        told.error = look.error ? look.error : topic.error;
        for (const auto& [partition, slot] : topic.slots)
            told.partitions.push_back({slot, partition, m_slots[slot].begin, m_slots[slot].head});
    }
    m_tell(std::move(look));
}

} // namespace projectionist::kafka
