// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/replay/replayfollowers.h"

#include <algorithm>
#include <fmt/format.h>

namespace projectionist {

namespace {

bool isNamed(const ProjectionSettings& projection, const std::string& name)
{
    return !name.empty() && (projection.name == name || projection.name + ':' + projection.version == name);
}

} // namespace

ReplayFollowers::ReplayFollowers(const Workspace& workspace, const ReplayPlan& plan, ReplayStores& stores,
                                 const Clock& clock)
    : m_plan(plan), m_topics(targetTopicsOf(plan)), m_stores(stores), m_clock(clock)
{
    const auto projections = workspace.projectionsOf(plan.context);
    const auto own = std::ranges::find_if(projections, [&](const auto& one) { return isNamed(one, plan.projection); });
    if (own != projections.end())
        m_prover = *own;
    if (!plan.group.empty()) {
        if (!m_prover)
            m_prover.emplace();
        m_prover->group = plan.group;
    }
    for (const auto& projection : projections) {
        const bool receives =
            isNamed(projection, plan.projection) ||
            std::ranges::any_of(plan.receivers, [&](const auto& one) { return isNamed(projection, one.projection); });
        if (receives && projection.objective && !m_topics.empty())
            m_receivers.push_back(projection);
    }
    if (plan.target.kind == ReplayTargetKind::Command)
        m_unprovable = "the command applied the events itself: no consumer passes them";
    else if (plan.target.kind == ReplayTargetKind::Rows)
        m_unprovable = "the rows are written directly: no consumer passes anything";
    else if (!m_prover || (m_prover->group.empty() && !m_prover->checkpoint))
        m_unprovable = "no consumer group or checkpoint is known that reads what was sent";
}

std::string ReplayFollowers::prover() const
{
    if (m_prover && m_prover->checkpoint)
        return fmt::format("checkpoint of {}", m_prover->name);
    return m_prover ? fmt::format("group \"{}\"", m_prover->group) : std::string("nobody");
}

std::optional<Duration> ReplayFollowers::objectiveOf(const std::string& projection) const
{
    const auto found = std::ranges::find(m_receivers, projection, &ProjectionSettings::name);
    return found == m_receivers.end() ? std::nullopt : found->objective;
}

Result<LogHeads> ReplayFollowers::positions(Broker& broker, const std::vector<TopicPartition>& ids, Duration timeout)
{
    return positionsOf(*m_prover, broker, ids, timeout);
}

/// The checkpoint where there is one, because that is what readers see; else the group's position.
Result<LogHeads> ReplayFollowers::positionsOf(const ProjectionSettings& projection, Broker& broker,
                                              const std::vector<TopicPartition>& ids, Duration timeout)
{
    LogHeads positions;
    if (!projection.group.empty()) {
        const GroupOffsetsQuery query{projection.group, ids};
        const auto answers = broker.offsets(std::span(&query, 1), timeout);
        if (!answers)
            return tl::unexpected(answers.error());
        if (answers->front().error)
            return tl::unexpected(*answers->front().error);
        for (const auto& row : answers->front().offsets)
            if (row.position)
                positions[row.id] = *row.position;
    }
    if (!projection.checkpoint)
        return positions;
    std::vector<std::string> topics(m_topics.begin(), m_topics.end());
    topics.insert(topics.end(), projection.topics.begin(), projection.topics.end());
    const auto checkpoints = m_stores.checkpoints(projection, topics);
    if (!checkpoints)
        return tl::unexpected(checkpoints.error());
    for (const auto& [id, position] : *checkpoints)
        positions[id] = position;
    return positions;
}

Result<std::map<std::string, std::int64_t>>
ReplayFollowers::lags(Broker& broker, const std::vector<ReplayLetterProgress>& letters, Duration timeout)
{
    std::map<std::string, std::int64_t> lags;
    if (m_receivers.empty())
        return lags;
    SentTimes sent;
    for (const auto& letter : letters)
        if (letter.id && letter.offset && letter.sentAt)
            sent[{*letter.id, *letter.offset}] = *letter.sentAt;
    const auto heads = readHeads(broker, m_topics, timeout);
    if (!heads)
        return tl::unexpected(heads.error());
    for (const auto& projection : m_receivers) {
        const auto lag = lagOf(projection, broker, *heads, sent, timeout);
        if (!lag)
            return tl::unexpected(lag.error());
        lags[projection.name] = lag->count();
    }
    return lags;
}

/// The age of the oldest event that it has to apply next.
Result<Duration> ReplayFollowers::lagOf(const ProjectionSettings& projection, Broker& broker, const LogHeads& heads,
                                        const SentTimes& sent, Duration timeout)
{
    std::vector<TopicPartition> ids;
    for (const auto& [id, head] : heads)
        ids.push_back(id);
    const auto positions = positionsOf(projection, broker, ids, timeout);
    if (!positions)
        return tl::unexpected(positions.error());
    std::vector<std::pair<TopicPartition, Offset>> behind;
    for (const auto& [id, position] : *positions)
        if (const auto head = heads.find(id); head != heads.end() && position < head->second)
            behind.emplace_back(id, position);
    Duration lag{0};
    if (behind.empty())
        return lag;
    const auto records = broker.read(behind, 0, timeout);
    if (!records)
        return tl::unexpected(records.error());
    for (const auto& record : *records) {
        if (!record || !record->timestamp)
            continue;
        const auto own = sent.find({record->id, record->offset});
        lag = std::max(lag, m_clock.now() - (own == sent.end() ? *record->timestamp : own->second));
    }
    return lag;
}

} // namespace projectionist
