// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/lag/membership.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace projectionist {

namespace {

std::string nameOf(const GroupMember& member)
{
    // Kafka writes hosts as "/10.0.0.1".
    const std::string host = member.host.starts_with('/') ? member.host.substr(1) : member.host;
    return host.empty() ? member.clientId : member.clientId + " @ " + host;
}

Membership membershipOf(const GroupDescription& group)
{
    Membership membership;
    membership.observation.state = group.state;
    membership.observation.members = static_cast<int>(group.members.size());
    for (const GroupMember& member : group.members) {
        const std::string name = nameOf(member);
        membership.observation.memberNames.push_back(name);
        for (const TopicPartition& id : member.assignment)
            membership.owners.emplace(id, name);
    }
    std::sort(membership.observation.memberNames.begin(), membership.observation.memberNames.end());
    return membership;
}

std::vector<std::string> without(const std::vector<std::string>& names, const std::vector<std::string>& others)
{
    std::vector<std::string> rest;
    std::set_difference(names.begin(), names.end(), others.begin(), others.end(), std::back_inserter(rest));
    return rest;
}

bool rebalances(const std::string& state)
{
    return state.find("Rebalance") != std::string::npos || state == "Assigning" || state == "Reconciling";
}

void describeChange(const std::string& group, const Membership& before, const Membership& after, TimePoint at,
                    std::vector<Annotation>& annotations)
{
    const GroupObservation& was = before.observation;
    const GroupObservation& is = after.observation;
    const auto joined = without(is.memberNames, was.memberNames);
    const auto left = without(was.memberNames, is.memberNames);
    if (!joined.empty())
        annotations.push_back({at, "members", {}, fmt::format("{}: joined: {}", group, fmt::join(joined, ", "))});
    if (!left.empty())
        annotations.push_back({at, "members", {}, fmt::format("{}: left: {}", group, fmt::join(left, ", "))});
    const bool began = rebalances(is.state) && !rebalances(was.state);
    const bool moved = joined.empty() && left.empty() && !rebalances(was.state) && before.owners != after.owners;
    if (began || moved)
        annotations.push_back({at, "rebalance", {}, group + (began ? " rebalances" : ": partitions changed hands")});
}

} // namespace

std::vector<Annotation> Memberships::learn(std::span<const GroupDescription> groups, TimePoint at)
{
    std::vector<Annotation> annotations;
    for (const GroupDescription& group : groups) {
        const auto known = m_groups.find(group.name);
        if (group.error) {
            if (known != m_groups.end())
                m_groups.erase(known);
            continue;
        }
        Membership membership = membershipOf(group);
        if (known != m_groups.end())
            describeChange(group.name, known->second, membership, at, annotations);
        m_groups[group.name] = std::move(membership);
    }
    return annotations;
}

void Memberships::forget(std::span<const std::string> groups)
{
    for (const std::string& group : groups)
        m_groups.erase(group);
}

const Membership* Memberships::of(const std::string& group) const
{
    const auto known = m_groups.find(group);
    return known == m_groups.end() ? nullptr : &known->second;
}

} // namespace projectionist
