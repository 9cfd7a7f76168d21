// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/discovery/discovery.h"

#include <algorithm>
#include <cctype>
#include <fmt/format.h>
#include <map>
#include <regex>

namespace projectionist {

namespace {

std::string lettersOf(const std::string& name)
{
    std::string letters;
    for (const char c : name)
        if (std::isalnum(static_cast<unsigned char>(c)) != 0)
            letters += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return letters;
}

bool shareATopic(const std::vector<std::string>& a, const std::vector<std::string>& b)
{
    return std::any_of(a.begin(), a.end(),
                       [&](const auto& topic) { return std::find(b.begin(), b.end(), topic) != b.end(); });
}

/// "proj-order-summary" belongs to "order_summary" if they read the same log.
bool belongTogether(const DiscoveredGroup& group, const std::string& projection, const std::vector<std::string>& topics)
{
    const std::string a = lettersOf(group.name);
    const std::string b = lettersOf(projection);
    return !a.empty() && !b.empty() && (a.find(b) != std::string::npos || b.find(a) != std::string::npos) &&
           shareATopic(group.topics, topics);
}

/// Console consumers and the like make a group each time and leave it behind.
bool isLeftOver(const DiscoveredGroup& group)
{
    static const std::regex tool(
        "console-consumer-\\d+|.*[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}.*");
    return group.state == "Dead" || std::regex_match(group.name, tool);
}

std::string evidenceOf(const DiscoveredGroup& group)
{
    return fmt::format("group {}: {}{}{} {}", group.name, group.state, group.state.empty() ? "" : ", ",
                       group.topics.size(), group.topics.size() == 1 ? "topic" : "topics");
}

void takeGroup(ProposedProjection& proposal, const DiscoveredGroup& group)
{
    proposal.settings.group = group.name;
    proposal.backlog = group.backlog;
    proposal.recommended = !isLeftOver(group);
    std::vector<std::string> all = proposal.settings.topics;
    all.insert(all.end(), group.topics.begin(), group.topics.end());
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    proposal.settings.topics = std::move(all);
    proposal.evidence += (proposal.evidence.empty() ? "" : "; ") + evidenceOf(group);
}

ProposedProjection fromCheckpoints(const DiscoveredCheckpoints& table, const std::string& name,
                                   const std::vector<std::string>& topics)
{
    ProposedProjection proposal;
    proposal.settings.name = name;
    proposal.settings.topics = topics;
    proposal.settings.checkpoint = CheckpointSettings{table.store, table.query};
    proposal.evidence = "checkpoints: " + table.evidence;
    return proposal;
}

/// Two may come to the same name from different tables or a group; a workspace wants them told apart.
void makeNamesUnique(std::vector<ProposedProjection>& proposals)
{
    std::map<std::string, int> count;
    for (auto& proposal : proposals)
        if (const int n = ++count[proposal.settings.name]; n > 1)
            proposal.settings.name += fmt::format("-{}", n);
}

} // namespace

std::vector<ProposedProjection> proposeProjections(const BrokerDiscovery& broker,
                                                   std::span<const StoreDiscovery> stores)
{
    std::vector<ProposedProjection> proposals;
    std::vector<std::string> taken;
    for (const auto& store : stores)
        for (const auto& table : store.checkpoints)
            for (const auto& [name, topics] : table.projections) {
                proposals.push_back(fromCheckpoints(table, name, topics));
                for (const auto& group : broker.groups)
                    if (proposals.back().settings.group.empty() && belongTogether(group, name, topics)) {
                        takeGroup(proposals.back(), group);
                        taken.push_back(group.name);
                    }
            }
    for (const auto& group : broker.groups) {
        if (group.topics.empty() || std::find(taken.begin(), taken.end(), group.name) != taken.end())
            continue;
        proposals.emplace_back();
        proposals.back().settings.name = group.name;
        takeGroup(proposals.back(), group);
    }
    std::stable_sort(proposals.begin(), proposals.end(), [](const auto& a, const auto& b) {
        return std::tuple(!a.recommended, a.settings.name) < std::tuple(!b.recommended, b.settings.name);
    });
    makeNamesUnique(proposals);
    return proposals;
}

Workspace proposeWorkspace(const std::string& context, const BrokerSettings& broker,
                           std::span<const StoreSettings> stores, std::span<const ProposedProjection> projections,
                           std::span<const DiscoveredOutbox> outboxes)
{
    Workspace workspace;
    workspace.currentContext = context;
    ContextSettings settings;
    settings.name = context;
    settings.broker = broker.name;
    for (const auto& store : stores)
        settings.stores.push_back(store.name);
    workspace.contexts = {settings};
    workspace.brokers = {broker};
    workspace.stores.assign(stores.begin(), stores.end());
    std::vector<std::string> topics;
    for (const auto& proposal : projections) {
        workspace.projections.push_back(proposal.settings);
        workspace.projections.back().context = context;
        topics.insert(topics.end(), proposal.settings.topics.begin(), proposal.settings.topics.end());
    }
    std::sort(topics.begin(), topics.end());
    topics.erase(std::unique(topics.begin(), topics.end()), topics.end());
    for (const auto& outbox : outboxes)
        // Which topics an outbox feeds cannot be seen in it: the person who saves this knows.
        workspace.writeSides.push_back({outbox.table, context, outbox.store, outbox.query, topics, {}});
    return workspace;
}

} // namespace projectionist
