// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/reconcile/sampledflight.h"

#include <algorithm>
#include <fmt/format.h>

namespace projectionist {

namespace {

/// The first partition whose position is not at its head; empty if all are.
std::string partitionBehind(const ProjectionSample& sample, const LogPositions& heads)
{
    for (const auto& [id, head] : heads) {
        const auto at = std::find_if(sample.partitions.begin(), sample.partitions.end(),
                                     [&wanted = id](const PartitionSample& one) { return one.id == wanted; });
        const auto position = at == sample.partitions.end() ? std::nullopt : at->position();
        if (!position && head > 0)
            return fmt::format("{} has no position", toString(id));
        if (position.value_or(0) < head)
            return fmt::format("{} was at {} of {}", toString(id), *position, head);
    }
    return {};
}

} // namespace

std::optional<std::size_t> projectionOf(const CheckSettings& check, const Workspace& workspace)
{
    const auto all = workspace.projectionsOf(check.context);
    for (std::size_t i = 0; i < all.size(); ++i)
        if (all[i].name == check.projection || all[i].name + ':' + all[i].version == check.projection)
            return i;
    return std::nullopt;
}

SampledFlight::SampledFlight(const Workspace& workspace, const std::string& context, std::size_t projection,
                             const Clock& clock)
    : m_clock(clock)
    , m_projection(projection)
    , m_outbox(std::any_of(workspace.writeSides.begin(), workspace.writeSides.end(),
                           [&](const WriteSideSettings& one) { return one.context == context; }))
{
}

std::string SampledFlight::rule() const
{
    return m_outbox ? "what was written before was out of the outbox, and the projection had passed the heads of its "
                      "partitions by then"
                    : "the projection had passed the heads that its partitions had before";
}

void SampledFlight::observe(std::shared_ptr<const Snapshot> snapshot)
{
    {
        const std::lock_guard lock(m_mutex);
        m_newest = std::move(snapshot);
    }
    m_wake.notify_all();
}

void SampledFlight::cancel() noexcept
{
    {
        const std::lock_guard lock(m_mutex);
        m_cancelled = true;
    }
    m_wake.notify_all();
}

Result<std::shared_ptr<const ProjectionSample>> SampledFlight::nextSample(TimePoint after, Duration deadline)
{
    std::unique_lock lock(m_mutex);
    std::shared_ptr<const Snapshot> seen;
    while (true) {
        const Duration left = deadline - m_clock.monotonic();
        m_wake.wait_for(lock, std::max(left, Duration(0)), [&] { return m_cancelled || m_newest != seen; });
        if (m_cancelled)
            return tl::unexpected(Error{ErrorKind::Cancelled, "The check was cancelled", {}, {}, false});
        if (left <= Duration(0) && m_newest == seen)
            return nullptr;
        seen = m_newest;
        if (seen->began <= after || seen->projections.size() <= m_projection)
            continue;
        auto sample = seen->projections[m_projection]->sample;
        if (sample->fresh && !sample->partitions.empty())
            return sample;
        m_complaint = sample->error ? sample->error->what : std::string();
    }
}

Result<bool> SampledFlight::waitForOutbox(TimePoint written, Duration deadline, std::string& obstacle)
{
    for (TimePoint after = written;;) {
        const auto sample = nextSample(after, deadline);
        if (!sample)
            return tl::unexpected(sample.error());
        if (!*sample) {
            if (obstacle.empty())
                obstacle = m_complaint.empty() ? "its positions could not be read" : m_complaint;
            return false;
        }
        const auto& outbox = (*sample)->writeSide;
        if (!outbox || outbox->pending == 0 || (outbox->oldest && *outbox->oldest > written))
            return true;
        obstacle = fmt::format("{} events were still in the outbox", outbox->pending);
        after = (*sample)->at;
    }
}

Result<bool> SampledFlight::waitUntilPassed(std::string& obstacle)
{
    const TimePoint written = m_clock.now();
    const Duration deadline = m_clock.monotonic() + longestWait;
    if (auto empty = waitForOutbox(written, deadline, obstacle); !empty || !*empty)
        return empty;
    obstacle.clear();
    // Heads of a cycle that began after the outbox was seen empty: what left it is in the log by then.
    LogPositions heads;
    for (TimePoint after = m_clock.now();;) {
        const auto sample = nextSample(after, deadline);
        if (!sample)
            return tl::unexpected(sample.error());
        if (!*sample) {
            if (obstacle.empty())
                obstacle = "its positions could not be read";
            return false;
        }
        if (heads.empty())
            for (const auto& partition : (*sample)->partitions)
                heads[partition.id] = partition.head.value_or(0);
        obstacle = partitionBehind(**sample, heads);
        if (obstacle.empty())
            return true;
        after = (*sample)->at;
    }
}

LogPositions SampledFlight::positions()
{
    LogPositions all;
    const auto sample = nextSample(TimePoint::min(), m_clock.monotonic() + firstWait);
    if (sample && *sample)
        for (const auto& partition : (*sample)->partitions)
            if (const auto position = partition.position())
                all[partition.id] = *position;
    return all;
}

} // namespace projectionist
