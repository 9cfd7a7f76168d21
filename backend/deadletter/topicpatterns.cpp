// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/topicpatterns.h"

#include "backend/deadletter/characters.h"
#include "backend/deadletter/fingerprint.h"

#include <algorithm>

namespace projectionist {

namespace {

constexpr std::string_view separators = ".-_";

std::string inLowerCase(std::string_view text)
{
    std::string lower(text);
    std::transform(lower.begin(), lower.end(), lower.begin(), lowerCase);
    return lower;
}

/// "3", "1000", "30s", "5m": the last part of a name.
bool isStep(std::string_view text)
{
    const auto digits = std::min(text.find_first_not_of("0123456789"), text.size());
    const auto unit = text.substr(digits);
    return digits > 0 && (unit.empty() || unit == "ms" || unit == "s" || unit == "m" || unit == "h" || unit == "d");
}

/// The star's text by backtracking over one star at a time; names are short (at most 249 bytes).
bool fits(std::string_view pattern, std::string_view name, std::vector<std::string_view>& stars)
{
    if (pattern.empty())
        return name.empty();
    if (pattern.front() != '*')
        return !name.empty() && (pattern.front() == '?' || pattern.front() == name.front()) &&
               fits(pattern.substr(1), name.substr(1), stars);
    for (std::size_t taken = name.size() + 1; taken-- > 0;) {
        const std::size_t before = stars.size();
        stars.push_back(name.substr(0, taken));
        if (fits(pattern.substr(1), name.substr(taken), stars))
            return true;
        stars.resize(before);
    }
    return false;
}

/// Two stars at most are looked at this way: more of them would cost too much, and nobody writes them.
constexpr auto mostStars = 2;

class Finder
{
public:
    Finder(const ClusterDescription& cluster, const DeadLetterSettings& settings)
        : m_cluster(cluster), m_settings(settings)
    {
        for (const auto& pattern : settings.exclude)
            m_excluded.push_back(inLowerCase(pattern));
    }

    void addNamed()
    {
        for (const auto& name : m_settings.topics)
            add(name, "named", matchOf(name).value_or(std::pair<std::string, TopicMatch>()).second);
    }
    void addConnect(std::span<const ConnectQueue> queues)
    {
        for (const auto& queue : queues) {
            if (isExcluded(queue.topic) || contains(queue.topic))
                continue;
            add(queue.topic, "Connect " + queue.connector, {});
            auto& topic = m_found.back();
            topic.silent = !queue.contextHeaders;
            if (queue.sources.size() == 1)
                topic.source = queue.sources.front();
        }
    }
    void addMatching()
    {
        for (const auto& topic : m_cluster.topics) {
            if (topic.internal || topic.name.starts_with("__") || contains(topic.name) || isExcluded(topic.name))
                continue;
            if (const auto match = matchOf(topic.name))
                add(topic.name, "pattern " + match->first, match->second);
        }
    }
    [[nodiscard]] std::vector<DeadLetterTopic> take()
    {
        std::sort(m_found.begin(), m_found.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
        return std::move(m_found);
    }

private:
    [[nodiscard]] bool exists(std::string_view name) const
    {
        const auto at =
            std::lower_bound(m_cluster.topics.begin(), m_cluster.topics.end(), name,
                             [](const auto& topic, std::string_view wanted) { return topic.name < wanted; });
        return at != m_cluster.topics.end() && at->name == name;
    }
    [[nodiscard]] bool contains(const std::string& name) const
    {
        return std::any_of(m_found.begin(), m_found.end(), [&](const auto& topic) { return topic.name == name; });
    }
    [[nodiscard]] bool isExcluded(const std::string& name) const
    {
        const std::string lower = inLowerCase(name);
        return std::any_of(m_excluded.begin(), m_excluded.end(),
                           [&](const std::string& pattern) { return matchesPattern(pattern, lower); });
    }
    /// The pattern that says most: with the longest fixed text.
    [[nodiscard]] std::optional<std::pair<std::string, TopicMatch>> matchOf(const std::string& name) const
    {
        std::optional<std::pair<std::string, TopicMatch>> best;
        for (const auto& pattern : m_settings.patterns)
            if (auto match = matchTopic(pattern, name); match && (!best || pattern.size() > best->first.size()))
                best.emplace(pattern, *std::move(match));
        return best;
    }
    void add(const std::string& name, std::string why, const TopicMatch& match)
    {
        const std::string lower = inLowerCase(name);
        DeadLetterTopic topic{name,          std::move(why), sourceOf(name, match.star), false, match.step,
                              !exists(name), false};
        topic.retry = !match.step.empty() || lower.ends_with("-retry") || lower.ends_with(".retry");
        m_found.push_back(std::move(topic));
    }
    /// An existing topic whose name the letter topic's name is made of.
    [[nodiscard]] std::string sourceOf(const std::string& name, std::string_view star) const;

    const ClusterDescription& m_cluster;
    const DeadLetterSettings& m_settings;
    std::vector<std::string> m_excluded;
    std::vector<DeadLetterTopic> m_found;
};

std::string Finder::sourceOf(const std::string& name, std::string_view star) const
{
    // "orders", "orders.billing" (error.TOPIC.GROUP), "orders-retry" and "topic-orders" (dead-letter-topic-CHANNEL):
    // part by part from the end, then from the begin.
    const auto shorter = [&](std::string_view text, bool fromEnd) -> std::string {
        while (!text.empty()) {
            if (text != name && exists(text))
                return std::string(text);
            const auto cut = fromEnd ? text.find_last_of(separators) : text.find_first_of(separators);
            if (cut == std::string_view::npos)
                return {};
            text = fromEnd ? text.substr(0, cut) : text.substr(cut + 1);
        }
        return {};
    };
    auto source = shorter(star, true);
    return source.empty() ? shorter(star, false) : source;
}

} // namespace

std::optional<TopicMatch> matchTopic(std::string_view pattern, std::string_view name)
{
    TopicMatch match;
    if (pattern.size() > 1 && pattern.back() == 'N' &&
        separators.find(pattern[pattern.size() - 2]) != std::string::npos) {
        const auto last = name.find_last_of(separators);
        if (last == std::string_view::npos || !isStep(name.substr(last + 1)))
            return std::nullopt;
        match.step = name.substr(last + 1);
        pattern.remove_suffix(1);
        name = name.substr(0, last + 1);
    }
    const std::string lowerPattern = inLowerCase(pattern);
    const std::string lowerName = inLowerCase(name);
    if (!matchesPattern(lowerPattern, lowerName) || pattern.empty())
        return std::nullopt;
    std::vector<std::string_view> stars;
    if (std::count(pattern.begin(), pattern.end(), '*') <= mostStars && fits(lowerPattern, lowerName, stars))
        for (const auto star : stars) {
            const auto at = static_cast<std::size_t>(star.data() - lowerName.data());
            match.star.append(match.star.empty() ? "" : ".").append(name.substr(at, star.size()));
        }
    return match;
}

std::vector<DeadLetterTopic> findDeadLetterTopics(const ClusterDescription& cluster, const DeadLetterSettings& settings,
                                                  std::span<const ConnectQueue> connect)
{
    Finder finder(cluster, settings);
    finder.addNamed();
    finder.addConnect(connect);
    finder.addMatching();
    return finder.take();
}

LetterOwners::LetterOwners(const Workspace& workspace, const std::string& context)
    : m_projections(workspace.projectionsOf(context))
{
    const auto* settings = workspace.context(context);
    for (const auto& owner : settings ? settings->deadLetters.owners : std::vector<LetterOwner>())
        for (std::size_t i = 0; i < m_projections.size(); ++i)
            if (const auto& projection = m_projections[i];
                owner.projection == projection.name || owner.projection == projection.name + ':' + projection.version) {
                m_owners.emplace_back(owner, i);
                break;
            }
    for (std::size_t i = 0; i < m_projections.size(); ++i)
        for (const auto& name : m_projections[i].deadLetters)
            m_owners.emplace_back(LetterOwner{name, {}, {}}, i);
    for (std::size_t i = 0; i < m_projections.size(); ++i)
        if (!m_projections[i].group.empty())
            m_owners.emplace_back(LetterOwner{{}, m_projections[i].group, {}}, i);
}

std::optional<std::size_t> LetterOwners::ownerOf(std::string_view topic, std::string_view group) const
{
    for (const auto& [owner, projection] : m_owners)
        if (matchesPattern(owner.topic, topic) && matchesPattern(owner.group, group))
            return projection;
    return std::nullopt;
}

} // namespace projectionist
