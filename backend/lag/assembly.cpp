// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/lag/assembly.h"

#include "backend/core/format.h"

#include <algorithm>
#include <fmt/format.h>

namespace projectionist {

namespace {

void note(std::optional<Error>& error, const Error& another)
{
    if (!error)
        error = another;
}

/// Said beside numbers that are older than they look.
Error lateAnswers(const std::string& projection, Duration late)
{
    return {ErrorKind::Timeout,
            fmt::format("Numbers of {} are up to {} older than shown", projection, formatDuration(late)),
            "the brokers answer that late", "Look at the brokers' load and at the network.", true};
}

/// The row of a group's answer. It is where it was asked, unless the broker left something out.
const GroupOffset* rowOf(const GroupOffsets& group, std::uint32_t hint, const TopicPartition& id)
{
    if (hint < group.offsets.size() && group.offsets[hint].id == id)
        return &group.offsets[hint];
    const auto at =
        std::lower_bound(group.offsets.begin(), group.offsets.end(), id,
                         [](const GroupOffset& row, const TopicPartition& wanted) { return row.id < wanted; });
    return at != group.offsets.end() && at->id == id ? &*at : nullptr;
}

Error unknownPartition(const std::string& projection, const TopicPartition& id)
{
    return {ErrorKind::NotFound, "The checkpoint of " + projection + " names a partition that does not exist",
            "The cluster has no " + toString(id), "Check whether the topic was recreated with fewer partitions", true};
}

Error noPartitions(const std::string& projection)
{
    return {ErrorKind::NotFound, "There is nothing to watch for " + projection, "Its topics have no partitions",
            "Check the names of the topics", true};
}

Error notRead(const ProjectionSettings& settings)
{
    return {ErrorKind::NotFound, "The checkpoint of " + settings.name + " was not read",
            "Store " + settings.checkpoint->store + " has not been asked for it yet",
            "If this stays, check whether the context lists that store", true};
}

void merge(std::optional<WriteSideObservation>& all, const WriteSideObservation& one)
{
    if (!all) {
        all = one;
        return;
    }
    all->pending += one.pending;
    if (one.oldest)
        all->oldest = all->oldest ? std::min(*all->oldest, *one.oldest) : *one.oldest;
    all->written = all->written && one.written ? std::optional(*all->written + *one.written) : std::nullopt;
}

} // namespace

Assembly::Assembly(std::shared_ptr<const Layout> layout, std::span<const ProjectionSettings> projections,
                   std::span<const WriteSideSettings> writeSides, PositionsAnswer positions, const StoreResults& stores)
    : m_layout(std::move(layout))
    , m_projections(projections)
    , m_writeSides(writeSides)
    , m_positions(std::move(positions))
{
    for (const WriteSideSettings& side : writeSides)
        m_fed.emplace_back(side.topics.begin(), side.topics.end());
    m_parts.reserve(projections.size());
    for (std::size_t i = 0; i < projections.size(); ++i)
        begin(projections[i], m_layout->projections[i], stores);
}

void Assembly::begin(const ProjectionSettings& settings, const Layout::Projection& layout, const StoreResults& stores)
{
    Part& part = m_parts.emplace_back();
    part.sample.projection = settings.name;
    part.sample.at = m_positions.began;
    part.sample.monotonic = m_positions.monotonic;
    part.sample.error = layout.error;
    part.sample.partitions.resize(layout.bounds.size());
    for (std::size_t i = 0; i < layout.bounds.size(); ++i)
        part.sample.partitions[i].id = m_layout->partitions[layout.bounds[i]];
    if (layout.group)
        takeGroup(part, settings, layout);
    if (settings.checkpoint)
        takeCheckpoint(part, settings, stores);
    takeWriteSides(part, settings, stores);
    part.firstLag = m_lagRows.size();
    for (std::size_t i = 0; i < layout.bounds.size() && !part.failure; ++i) {
        if (const auto position = part.sample.partitions[i].position())
            m_lagRows.push_back({layout.bounds[i], *position});
    }
}

void Assembly::takeGroup(Part& part, const ProjectionSettings& settings, const Layout::Projection& layout) const
{
    const GroupOffsets& group = m_positions.groups[*layout.group];
    part.late = group.late;
    std::optional<Error> error = group.error;
    std::size_t failed = 0;
    for (std::size_t i = 0; i < layout.groupRows.size() && !group.error; ++i) {
        PartitionSample& partition = part.sample.partitions[i];
        const GroupOffset* row = rowOf(group, layout.groupRows[i], partition.id);
        if (row)
            partition.groupPosition = row->position;
        if (row && row->error) {
            partition.error = row->error;
            note(error, *row->error);
            ++failed;
        }
    }
    if (!error)
        return;
    note(part.sample.error, *error);
    // The checkpoint is what readers see; where there is one, the group is only compared with it.
    if (!settings.checkpoint && (group.error || failed == layout.groupRows.size()))
        part.failure = error;
}

void Assembly::takeCheckpoint(Part& part, const ProjectionSettings& settings, const StoreResults& stores)
{
    const auto store = stores.find(settings.checkpoint->store);
    if (store == stores.end() || !store->second) {
        part.failure = store == stores.end() ? notRead(settings) : store->second.error();
        return;
    }
    const StoreAnswer& answer = **store->second;
    const auto found = answer.checkpoints.find(settings.name);
    if (found == answer.checkpoints.end() || !found->second) {
        part.failure = found == answer.checkpoints.end() ? notRead(settings) : found->second.error();
        return;
    }
    part.sample.at = answer.began;
    part.sample.monotonic = answer.monotonic;
    auto& partitions = part.sample.partitions;
    for (const CheckpointRow& row : *found->second) {
        if (row.updatedAt)
            part.sample.heartbeat = std::max(part.sample.heartbeat, row.updatedAt);
        const auto at = std::lower_bound(partitions.begin(), partitions.end(), row.id,
                                         [](const PartitionSample& p, const TopicPartition& id) { return p.id < id; });
        if (at == partitions.end() || at->id != row.id) {
            m_unknownPartition = true;
            note(part.sample.error, unknownPartition(settings.name, row.id));
            continue;
        }
        at->checkpointPosition = row.position;
        at->checkpointTime = row.updatedAt;
    }
}

void Assembly::takeWriteSides(Part& part, const ProjectionSettings& settings, const StoreResults& stores) const
{
    for (std::size_t i = 0; i < m_writeSides.size(); ++i) {
        const WriteSideSettings& side = m_writeSides[i];
        const bool feeds = std::any_of(settings.topics.begin(), settings.topics.end(),
                                       [&](const std::string& topic) { return m_fed[i].contains(topic); });
        const auto store = stores.find(side.store);
        if (!feeds || store == stores.end())
            continue;
        if (!store->second) {
            note(part.sample.error, store->second.error());
            continue;
        }
        const auto found = (*store->second)->writeSides.find(side.name);
        if (found == (*store->second)->writeSides.end())
            continue;
        if (found->second)
            merge(part.sample.writeSide, *found->second);
        else
            note(part.sample.error, found->second.error());
    }
}

void Assembly::takeHeads(Part& part, const Layout::Projection& layout, const HeadsAnswer& heads) const
{
    std::size_t failed = 0;
    std::optional<Error> error;
    std::size_t lag = part.firstLag;
    Duration late = part.late;
    for (std::size_t i = 0; i < layout.bounds.size(); ++i) {
        PartitionSample& partition = part.sample.partitions[i];
        const PartitionBounds& bounds = heads.bounds[layout.bounds[i]];
        if (partition.position())
            partition.lag = heads.lags[lag++];
        if (bounds.error) {
            ++failed;
            partition.error = bounds.error;
            note(error, *bounds.error);
            continue;
        }
        partition.logStart = bounds.start;
        partition.head = bounds.head;
        if (bounds.late > part.late) // then the position may be newer
            partition.head = std::max(bounds.head, partition.position().value_or(bounds.head));
        late = std::max(late, bounds.late);
        partition.end = bounds.end;
    }
    if (failed == layout.bounds.size()) {
        const Error none = part.sample.error.value_or(noPartitions(part.sample.projection));
        part.failure = error.value_or(none);
    } else if (error) {
        Error partial = *error;
        partial.what =
            fmt::format("{} of {} partitions did not answer: {}", failed, layout.bounds.size(), partial.what);
        note(part.sample.error, partial);
    }
    if (late > Duration(0))
        note(part.sample.error, lateAnswers(part.sample.projection, late));
}

std::vector<Result<ProjectionSample>> Assembly::finish(const HeadsAnswer& heads, const Memberships& memberships)
{
    std::vector<Result<ProjectionSample>> samples;
    samples.reserve(m_parts.size());
    for (std::size_t i = 0; i < m_parts.size(); ++i) {
        Part& part = m_parts[i];
        const Layout::Projection& layout = m_layout->projections[i];
        if (!part.failure)
            takeHeads(part, layout, heads);
        if (part.failure) {
            samples.push_back(tl::unexpected(*part.failure));
            continue;
        }
        if (const Membership* membership = layout.group ? memberships.of(m_projections[i].group) : nullptr) {
            part.sample.group = membership->observation;
            for (PartitionSample& partition : part.sample.partitions) {
                const auto owner = membership->owners.find(partition.id);
                if (owner != membership->owners.end())
                    partition.owner = owner->second;
            }
        }
        samples.push_back(std::move(part.sample));
    }
    return samples;
}

} // namespace projectionist
