// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/replay/replayreceivers.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <set>

namespace projectionist {

namespace {

constexpr Duration receiversTimeout{20'000};

class ReceiverSearch
{
public:
    ReceiverSearch(Broker& broker, const std::vector<TopicDescription>& topics) : m_broker(broker)
    {
        for (const auto& topic : topics)
            for (std::int32_t partition = 0; partition < topic.partitions; ++partition)
                m_partitions.push_back({topic.name, partition});
        for (const auto& topic : topics)
            m_topics.insert(topic.name);
    }

    /// Also of groups that are known by name, whatever the broker lists.
    void search(std::set<std::string> known)
    {
        std::vector<Error> errors;
        const auto groups = m_broker.list(receiversTimeout, errors);
        if (!groups)
            trouble("Consumer groups are not known", groups.error());
        for (const auto& error : errors)
            trouble("Some consumer groups are not known", error);
        if (groups)
            for (const auto& group : *groups) {
                known.insert(group.name);
                m_states[group.name] = group.state;
            }
        const std::vector<std::string> names(known.begin(), known.end());
        if (names.empty() || m_partitions.empty())
            return;
        if (groups)
            byMembers(names);
        byPositions(names);
    }

    std::map<std::string, std::string> m_states;           ///< of all groups
    std::set<std::pair<std::string, std::string>> m_found; ///< group and topic
    std::vector<std::string> m_troubles;

private:
    void trouble(const std::string& what, const Error& error)
    {
        m_troubles.push_back(fmt::format("{}: {}", what, toString(error)));
    }

    void byMembers(const std::vector<std::string>& names)
    {
        const auto described = m_broker.describeGroups(names, receiversTimeout);
        if (!described)
            return trouble("Members of consumer groups are not known", described.error());
        std::size_t failed = 0;
        for (const auto& group : *described) {
            failed += group.error ? 1 : 0;
            if (!group.error)
                m_states[group.name] = group.state;
            for (const auto& member : group.members)
                for (const auto& id : member.assignment)
                    if (m_topics.contains(id.topic))
                        m_found.emplace(group.name, id.topic);
        }
        if (failed > 0)
            m_troubles.push_back(
                fmt::format("Members of {} of {} consumer groups are not known", failed, names.size()));
    }

    void byPositions(const std::vector<std::string>& names)
    {
        std::vector<GroupOffsetsQuery> queries;
        for (const auto& name : names)
            queries.push_back({name, m_partitions});
        const auto answers = m_broker.offsets(queries, receiversTimeout);
        if (!answers)
            return trouble("Positions of consumer groups are not known", answers.error());
        std::size_t failed = 0;
        for (const auto& answer : *answers) {
            failed += answer.error ? 1 : 0;
            for (const auto& offset : answer.offsets)
                if (offset.position)
                    m_found.emplace(answer.group, offset.id.topic);
        }
        if (failed > 0)
            m_troubles.push_back(
                fmt::format("Positions of {} of {} consumer groups are not known", failed, names.size()));
    }

    Broker& m_broker;
    std::vector<TopicPartition> m_partitions;
    std::set<std::string> m_topics;
};

} // namespace

FoundReceivers findReceivers(Broker& broker, const std::vector<TopicDescription>& topics,
                             std::span<const ProjectionSettings> projections, const std::string& wantedProjection,
                             const std::string& wantedGroup)
{
    std::set<std::string> known;
    for (const auto& projection : projections)
        if (!projection.group.empty())
            known.insert(projection.group);
    ReceiverSearch search(broker, topics);
    search.search(std::move(known));
    FoundReceivers found;
    found.troubles = std::move(search.m_troubles);
    for (const auto& [group, topic] : search.m_found) {
        const auto projection = std::find_if(projections.begin(), projections.end(),
                                             [&group = group](const auto& one) { return one.group == group; });
        const std::string name = projection == projections.end() ? std::string() : projection->name;
        const bool wanted = (!name.empty() && name == wantedProjection) || (!group.empty() && group == wantedGroup);
        found.receivers.push_back({group, topic, search.m_states[group], name, wanted});
    }
    for (const auto& projection : projections)
        for (const auto& topic : topics)
            if (projection.group.empty() &&
                std::find(projection.topics.begin(), projection.topics.end(), topic.name) != projection.topics.end())
                found.receivers.push_back({"", topic.name, "", projection.name, projection.name == wantedProjection});
    std::stable_sort(found.receivers.begin(), found.receivers.end(),
                     [](const auto& a, const auto& b) { return a.wanted && !b.wanted; });
    return found;
}

} // namespace projectionist
