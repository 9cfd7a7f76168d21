// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/replay/replaychecks.h"

#include "backend/core/format.h"
#include "backend/deadletter/replay/replayreceivers.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

namespace projectionist {

namespace {

namespace fs = std::filesystem;

std::string topicsText(const std::vector<std::string>& names)
{
    return fmt::format("{} {}", names.size() == 1 ? "topic" : "topics", fmt::join(names, ", "));
}

/// As a shell would look for it.
bool isProgram(const std::string& name)
{
    const auto runs = [](const fs::path& file) {
        std::error_code error;
        return fs::is_regular_file(file, error) && ::access(file.c_str(), X_OK) == 0;
    };
    if (name.find('/') != std::string::npos)
        return runs(name);
    const char* const path = std::getenv("PATH");
    std::string_view folders = path ? path : "/usr/local/bin:/usr/bin:/bin";
    while (true) {
        const auto colon = std::min(folders.find(':'), folders.size());
        if (runs(fs::path(folders.substr(0, colon)) / name))
            return true;
        if (colon == folders.size())
            return false;
        folders.remove_prefix(colon + 1);
    }
}

class TargetCheck
{
public:
    TargetCheck(ReplayPlan& plan, const Workspace& workspace, const OutgoingNumbers& numbers,
                const ClusterDescription& cluster)
        : m_plan(plan), m_dryRun(plan.dryRun), m_workspace(workspace), m_numbers(numbers), m_cluster(cluster)
    {
    }

    void checkCommand()
    {
        if (m_plan.target.command.empty() || !isProgram(m_plan.target.command.front()))
            m_dryRun.refusals.push_back(
                fmt::format("The command \"{}\" is no program that can be run here",
                            m_plan.target.command.empty() ? "" : m_plan.target.command.front()));
        else
            m_dryRun.passed.push_back(fmt::format("The program {} is there", m_plan.target.command.front()));
    }

    void checkTopics()
    {
        for (const auto& target : m_numbers.topics) {
            const auto& name = target.first;
            const auto found = std::find_if(m_cluster.topics.begin(), m_cluster.topics.end(),
                                            [&](const auto& topic) { return topic.name == name; });
            if (found == m_cluster.topics.end())
                refuse("The topic {} does not exist, or this user may not see it", name);
            else if (found->error)
                refuse("The topic {} cannot be used: {}", name, toString(*found->error));
            else if (found->internal || name.starts_with("__"))
                refuse("The topic {} is an internal one of the broker", name);
            else
                checkPartitions(*found, target.second);
            if (m_plan.target.kind == ReplayTargetKind::Topic && m_numbers.oldest.contains(name))
                refuse("The topic {} is where the letters lie", name);
        }
        if (!m_topics.empty())
            m_dryRun.warnings.push_back(fmt::format("Whether this user may write to the {} cannot be asked without "
                                                    "writing: the first letter will tell",
                                                    topicsText(namesOf(m_topics))));
    }

    void checkSizes(const BrokerSettings& settings, const ReplayConnectors& connectors, const std::stop_token& stop)
    {
        std::vector<std::string> names = namesOf(m_topics);
        const std::size_t targets = names.size();
        for (const auto& [topic, oldest] : m_numbers.oldest)
            names.push_back(topic);
        if (names.empty())
            return;
        const auto configured = connectors.letters.retention(settings, names, stop);
        if (!configured) {
            m_dryRun.warnings.push_back(fmt::format(
                "How large records may be, and when letters expire, is not known: {}", toString(configured.error())));
            return;
        }
        for (std::size_t i = 0; i < configured->size(); ++i)
            i < targets ? checkLargest((*configured)[i], settings) : checkExpiry((*configured)[i]);
    }

    void checkReceivers(Broker& broker)
    {
        const auto projections = m_workspace.projectionsOf(m_plan.context);
        auto found = findReceivers(broker, m_topics, projections, m_plan.projection, m_plan.group);
        m_plan.receivers = std::move(found.receivers);
        for (auto& trouble : found.troubles)
            m_dryRun.warnings.push_back("There may be more receivers. " + std::move(trouble));
        if (m_topics.empty())
            return;
        const auto wanted = std::count_if(m_plan.receivers.begin(), m_plan.receivers.end(),
                                          [](const auto& receiver) { return receiver.wanted; });
        const bool known = !m_plan.projection.empty() || !m_plan.group.empty();
        if (m_plan.receivers.empty())
            m_dryRun.warnings.push_back(fmt::format("Nobody is known to read the {}", topicsText(namesOf(m_topics))));
        else if (known && wanted == 0)
            m_dryRun.warnings.push_back(fmt::format("{} is not known to read the {}: the events may never get there",
                                                    m_plan.projection.empty() ? m_plan.group : m_plan.projection,
                                                    topicsText(namesOf(m_topics))));
        warnOfOthers();
    }

private:
    template<typename... Args>
    void refuse(fmt::format_string<Args...> text, Args&&... args)
    {
        m_dryRun.refusals.push_back(fmt::format(text, std::forward<Args>(args)...));
    }

    static std::vector<std::string> namesOf(const std::vector<TopicDescription>& topics)
    {
        std::vector<std::string> names;
        for (const auto& topic : topics)
            names.push_back(topic.name);
        return names;
    }

    void checkPartitions(const TopicDescription& topic, const OutgoingNumbers::Topic& numbers)
    {
        m_topics.push_back(topic);
        const auto count = fmt::format("{} {}", topic.partitions, topic.partitions == 1 ? "partition" : "partitions");
        if (numbers.highestPartition >= topic.partitions)
            return refuse("The topic {} has {}, but letters are of partition {}: let the key choose the partition",
                          topic.name, count, numbers.highestPartition);
        m_dryRun.passed.push_back(fmt::format("The topic {} exists, with {}", topic.name, count));
        if (numbers.moved > 0)
            m_dryRun.warnings.push_back(
                fmt::format("By their keys {} of {} go to other partitions of {} than their events were in, and may be "
                            "overtaken there: its producers choose partitions in another way, or it has more of them "
                            "now",
                            numbers.moved, countOfLetters(numbers.letters), topic.name));
    }

    void checkLargest(const TopicRetention& topic, const BrokerSettings& settings)
    {
        if (topic.error || !topic.largest) {
            m_dryRun.warnings.push_back(fmt::format("How large records of {} may be is not known{}", topic.topic,
                                                    topic.error ? ": " + topic.error->why : std::string()));
            return;
        }
        constexpr std::int64_t producersOwn = 1'000'000; // message.max.bytes of librdkafka
        std::int64_t ours = producersOwn;
        if (const auto set = settings.properties.find("message.max.bytes"); set != settings.properties.end())
            std::from_chars(set->second.data(), set->second.data() + set->second.size(), ours);
        const auto& sizes = m_numbers.topics.at(topic.topic).sizes;
        const auto largerThan = [&](std::int64_t limit) {
            return std::count_if(sizes.begin(), sizes.end(),
                                 [&](std::size_t size) { return static_cast<std::int64_t>(size) > limit; });
        };
        const auto large = static_cast<std::size_t>(largerThan(std::min(*topic.largest, ours)));
        if (large > 0)
            m_dryRun.warnings.push_back(fmt::format(
                "{} of {} may be too large: {} takes {} bytes, compressed, and message.max.bytes of this broker's "
                "settings is {}",
                large, countOfLetters(sizes.size()), topic.topic, *topic.largest, ours));
        else
            m_dryRun.passed.push_back(
                fmt::format("No letter is larger than {} takes ({} bytes)", topic.topic, *topic.largest));
    }

    void checkExpiry(const TopicRetention& topic)
    {
        const auto oldest = m_numbers.oldest.find(topic.topic);
        if (topic.error || !topic.keeps || oldest == m_numbers.oldest.end())
            return;
        const Duration takes{static_cast<std::int64_t>(1000.0 * static_cast<double>(m_plan.letters.size()) /
                                                       std::max(m_plan.rate, 0.001))};
        const TimePoint expires = oldest->second + *topic.keeps;
        if (expires < m_dryRun.at + takes)
            m_dryRun.warnings.push_back(
                fmt::format("Retention of {} may delete letters from {} on, before the replay is through (at {} a "
                            "second it takes {})",
                            topic.topic, formatDateTime(expires), formatRate(m_plan.rate), formatDuration(takes)));
    }

    void warnOfOthers()
    {
        std::vector<std::string> others;
        for (const auto& receiver : m_plan.receivers) {
            const std::string name = receiver.group.empty() ? receiver.projection : receiver.group;
            if (!receiver.wanted && std::find(others.begin(), others.end(), name) == others.end())
                others.push_back(name);
        }
        if (!others.empty())
            m_dryRun.warnings.push_back(
                fmt::format("{} others receive the events too: {}", others.size(), fmt::join(others, ", ")));
    }

    ReplayPlan& m_plan;
    ReplayDryRun& m_dryRun;
    const Workspace& m_workspace;
    const OutgoingNumbers& m_numbers;
    const ClusterDescription& m_cluster;
    std::vector<TopicDescription> m_topics; ///< targets that are there
};

} // namespace

std::string someOf(const std::vector<std::string>& references)
{
    constexpr std::size_t shown = 3;
    const auto first = std::span(references).first(std::min(shown, references.size()));
    std::string text = fmt::format("{}", fmt::join(first, ", "));
    if (references.size() > shown)
        text += fmt::format(" and {} more", references.size() - shown);
    return text;
}

std::string countOfLetters(std::size_t count)
{
    return fmt::format("{} {}", count, count == 1 ? "letter" : "letters");
}

void checkReplayTarget(ReplayPlan& plan, const Workspace& workspace, const OutgoingNumbers& numbers,
                       const ClusterDescription& cluster, Broker* broker, const ReplayConnectors& connectors,
                       const std::stop_token& stop)
{
    TargetCheck check(plan, workspace, numbers, cluster);
    const auto* const context = workspace.context(plan.context);
    const auto* const settings = context ? workspace.broker(context->broker) : nullptr;
    if (plan.target.kind == ReplayTargetKind::Command)
        check.checkCommand();
    else if (isOfBroker(plan.target))
        check.checkTopics();
    if (settings)
        check.checkSizes(*settings, connectors, stop);
    if (broker && isOfBroker(plan.target))
        check.checkReceivers(*broker);
}

void checkReplayRules(ReplayPlan& plan, const ContextSettings& context)
{
    auto& refusals = plan.dryRun.refusals;
    std::vector<std::string> edited;
    for (const auto& letter : plan.letters)
        if (letter.edited)
            edited.push_back(letter.reference);
    if (!edited.empty() && !context.deadLetters.editBeforeReplay)
        refusals.push_back(fmt::format(
            "{} edited ({}), but the workspace does not allow it: edit_before_replay is off",
            edited.size() == 1 ? "One letter is" : fmt::format("{} letters are", edited.size()), someOf(edited)));
    else if (!edited.empty())
        plan.dryRun.warnings.push_back(
            fmt::format("Of {} another value is sent than failed: {}", countOfLetters(edited.size()), someOf(edited)));
    if (plan.production && plan.reason.find_first_not_of(" \t\n") == std::string::npos)
        refusals.push_back("This is production, and no reason is given");
    if (plan.letters.empty())
        refusals.push_back("No letter is left to be replayed");
}

namespace {

/// Of events that were applied before, as all of a reprojection were.
void warnOfReprojection(ReplayPlan& plan, std::size_t gone)
{
    if (gone > 0)
        plan.dryRun.refusals.push_back(
            fmt::format("{} of these keys cannot be read any more: what is left makes other rows",
                        gone == 1 ? "One event" : fmt::format("{} events", gone)));
    if (plan.target.kind == ReplayTargetKind::Command)
        plan.dryRun.warnings.push_back(
            "From its first event to its last the row of a key goes through its former states, which readers see; what "
            "the projection's own workers apply to it meanwhile is overwritten by older events. The command has to "
            "lock the row, or the workers have to be paused");
}

} // namespace

void warnOfReplay(ReplayPlan& plan, std::size_t gone)
{
    if (plan.reprojection)
        return warnOfReprojection(plan, gone);
    std::map<ReplayVerdict, std::vector<std::string>> verdicts;
    for (const auto& letter : plan.letters)
        verdicts[letter.verdict].push_back(letter.reference);
    const auto warn = [&](ReplayVerdict verdict, const char* text) {
        if (const auto& letters = verdicts[verdict]; !letters.empty())
            plan.dryRun.warnings.push_back(
                fmt::format("{} {}: {}", countOfLetters(letters.size()), text, someOf(letters)));
        return verdicts[verdict].size();
    };
    const auto conflicts = warn(ReplayVerdict::NewerApplied, "would overwrite newer state");
    warn(ReplayVerdict::AlreadyApplied, "hold events that were applied already");
    warn(ReplayVerdict::WouldFailAgain, "would fail again");
    warn(ReplayVerdict::Unknown, "could not be judged");
    std::vector<std::string> left;
    for (const auto& letter : plan.leftBehind)
        left.push_back(letter.reference);
    if (!left.empty())
        plan.dryRun.warnings.push_back(fmt::format("{} of the same keys came before and stay behind: {}",
                                                   countOfLetters(left.size()), someOf(left)));
    if (conflicts + left.size() + gone == 0)
        return;
    std::vector<std::string> reasons;
    const auto reason = [&](std::size_t count, const char* text) {
        if (count > 0)
            reasons.push_back(fmt::format("{} {}", count, text));
    };
    reason(conflicts, "would overwrite newer state");
    reason(left.size(), "would be overtaken");
    reason(gone, "cannot be had any more");
    plan.dryRun.warnings.push_back(fmt::format("Replay may be the wrong tool: {}. Rebuilding the projection, or these "
                                               "keys of it, brings all of them in order",
                                               fmt::join(reasons, ", ")));
}

} // namespace projectionist
