// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/observedflight.h"

#include <algorithm>
#include <fmt/format.h>

namespace projectionist::ctl {

namespace {

/// A projection that is not past the heads of a moment by then is behind, which is another verdict's matter.
constexpr Duration longestWait{60'000};
constexpr Duration glanceAtSamples{200};

/// The first partition whose position is not at its head; empty if all are.
std::string partitionBehind(const ProjectionSample& sample, const std::map<TopicPartition, Offset>& heads)
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

ObservedFlight::ObservedFlight(const Workspace& workspace, std::size_t projection, Interruption& interruption,
                               const std::atomic<bool>& stop)
    : m_workspace(workspace), m_projection(projection), m_interruption(interruption), m_stop(stop)
{
}

ObservedFlight::~ObservedFlight() = default;

std::string ObservedFlight::rule() const
{
    const auto& all = m_workspace.writeSides;
    const bool outbox = std::any_of(all.begin(), all.end(), [&](const WriteSideSettings& one) {
        return one.context == m_workspace.currentContext;
    });
    return outbox ? "what was written before was out of the outbox, and the projection had passed the heads of its "
                    "partitions by then"
                  : "the projection had passed the heads that its partitions had before";
}

Result<std::shared_ptr<const ProjectionSample>> ObservedFlight::nextSample(TimePoint after, Duration deadline)
{
    std::shared_ptr<const Snapshot> snapshot;
    while (m_clock.monotonic() < deadline) {
        const auto outcome = m_observer->next(snapshot, glanceAtSamples);
        if (outcome == Observer::Outcome::Interrupted || m_stop)
            return tl::unexpected(Error{ErrorKind::Cancelled, "The check was cancelled", {}, {}, false});
        if (outcome != Observer::Outcome::Snapshot || snapshot->began <= after ||
            snapshot->projections.size() <= m_projection)
            continue;
        auto sample = snapshot->projections[m_projection]->sample;
        if (sample->fresh && !sample->partitions.empty())
            return sample;
        m_complaint = sample->error ? sample->error->what : std::string();
    }
    return nullptr;
}

Result<bool> ObservedFlight::waitForOutbox(TimePoint written, Duration deadline, std::string& obstacle)
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

Result<bool> ObservedFlight::waitUntilPassed(std::string& obstacle)
{
    const TimePoint written = m_clock.now();
    const Duration deadline = m_clock.monotonic() + longestWait;
    if (!m_observer)
        m_observer = std::make_unique<Observer>(m_workspace, m_interruption);
    if (auto empty = waitForOutbox(written, deadline, obstacle); !empty || !*empty)
        return empty;
    obstacle.clear();
    // Heads of a cycle that began after the outbox was seen empty: what left it is in the log by then.
    Heads heads;
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
    }
}

} // namespace projectionist::ctl
