// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/rebuild/scratchflight.h"

#include <algorithm>
#include <fmt/format.h>
#include <thread>

namespace projectionist {

namespace {

constexpr Duration commitLimit{60'000};
constexpr Duration commitInterval{200};

} // namespace

ScratchFlight::ScratchFlight(const Workspace& workspace, const ProjectionSettings& projection,
                             const LetterConnectors& letters, DrillBench& bench, TargetTables tables,
                             const Clock& clock, std::stop_token stop)
    : m_workspace(workspace)
    , m_projection(projection)
    , m_letters(letters)
    , m_bench(bench)
    , m_tables(std::move(tables))
    , m_clock(clock)
    , m_stop(std::move(stop))
{
}

std::string ScratchFlight::rule() const
{
    return "the rows that the log makes were brought to where the projection was by then";
}

Result<NextOffsets> ScratchFlight::projectionPositions()
{
    if (m_projection.checkpoint) {
        const auto* const settings = m_workspace.store(m_projection.checkpoint->store);
        auto store = settings ? m_letters.store(*settings)
                              : tl::unexpected(Error{ErrorKind::Configuration,
                                                     "The projection's positions are not known",
                                                     "its checkpoint has no store",
                                                     {},
                                                     false});
        return store ? readCheckpoints(**store, m_projection, m_clock, m_stop) : tl::unexpected(store.error());
    }
    const auto bounds = m_bench.worker().log().bounds();
    if (!bounds)
        return tl::unexpected(bounds.error());
    std::vector<TopicPartition> partitions;
    for (const auto& one : *bounds)
        partitions.push_back(one.id);
    std::vector<Error> troubles;
    auto positions = readCommitted(m_bench.worker().log().broker(), m_projection.group, partitions, troubles, m_stop);
    if (positions && !troubles.empty())
        return tl::unexpected(troubles.front());
    return positions;
}

Result<std::int64_t> ScratchFlight::catchUp(const BuiltinWorker::OnApplied& applied)
{
    auto positions = projectionPositions();
    if (!positions)
        return tl::unexpected(positions.error());
    m_reached = *std::move(positions);
    return m_bench.apply(m_tables, m_reached, applied);
}

Result<bool> ScratchFlight::waitForCommits(std::string& obstacle)
{
    const auto bounds = m_bench.worker().log().bounds();
    if (!bounds)
        return tl::unexpected(bounds.error());
    const Duration deadline = m_clock.monotonic() + commitLimit;
    for (;;) {
        const auto positions = projectionPositions();
        if (!positions)
            return tl::unexpected(positions.error());
        const auto behind = std::ranges::find_if(*bounds, [&](const PartitionBounds& one) {
            const auto at = positions->find(one.id);
            return one.head > one.start && (at == positions->end() || at->second < one.head);
        });
        if (behind == bounds->end())
            return true;
        obstacle = fmt::format("{} was not committed up to {}", toString(behind->id), behind->head);
        if (m_clock.monotonic() >= deadline || m_stop.stop_requested())
            return false;
        std::this_thread::sleep_for(commitInterval);
    }
}

Result<bool> ScratchFlight::waitUntilPassed(std::string& obstacle)
{
    const bool together = m_projection.checkpoint && m_projection.checkpoint->store == m_bench.store().name;
    auto passed = together ? Result<bool>(true) : waitForCommits(obstacle);
    if (!passed || !*passed)
        return passed;
    return catchUp().map([](std::int64_t) { return true; });
}

} // namespace projectionist
