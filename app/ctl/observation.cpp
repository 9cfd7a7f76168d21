// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/observation.h"

#include "app/ctl/livetable.h"
#include "backend/core/format.h"

#include <fmt/format.h>

namespace projectionist::ctl {

namespace {

constexpr int enoughCycles = 3; ///< for rates, and for a failure that is no hiccup

bool isMeasured(const TimeLag& lag)
{
    return lag.origin != LagOrigin::Unknown && lag.origin != LagOrigin::None;
}

bool isAboveObjective(const ProjectionReport& report)
{
    const auto& lag = report.assessment.lag;
    return report.objective && isMeasured(lag) && lag.value > *report.objective;
}

} // namespace

void Observation::take(const Snapshot& snapshot)
{
    for (const auto& report : selected(snapshot, m_projections))
        take(report);
}

void Observation::take(const std::shared_ptr<const ProjectionReport>& report)
{
    const auto& sample = *report->sample;
    auto& seen = m_seen[sample.projection];
    const bool first = seen.cycles == 0;
    seen.last = report;
    // An answer that is on its way is no cycle; a failure is one, since waiting will not help.
    if (!sample.fresh && !sample.error)
        return;
    ++seen.cycles;
    Offset heads = 0;
    for (const auto& partition : sample.partitions) {
        heads += partition.head.value_or(0);
        const auto position = partition.position();
        const auto known = seen.standing.find(partition.id);
        if (first && position && partition.backlog().value_or(0) > 0)
            seen.standing.emplace(partition.id, *position);
        else if (known != seen.standing.end() && (position != known->second || partition.backlog() == 0))
            seen.standing.erase(known);
    }
    seen.headMoved = seen.headMoved || (seen.firstHead && heads != *seen.firstHead);
    if (!seen.firstHead && !sample.partitions.empty())
        seen.firstHead = heads;
}

std::optional<Observation::Doubt> Observation::doubtOf(const Seen& seen)
{
    const auto& report = *seen.last;
    const auto& sample = *report.sample;
    const auto kind = report.assessment.verdict.kind;
    // What stands still and has no age yet may be of any age.
    const bool ageless = !seen.standing.empty() && report.objective && !isMeasured(report.assessment.lag);
    const auto doubt = [&](std::string text) { return Doubt{std::move(text), ageless || isAboveObjective(report)}; };
    if (kind != VerdictKind::Unknown && severity(kind) == 2)
        return std::nullopt;
    if (seen.cycles < enoughCycles)
        return doubt("There were too few readings.");
    if (kind == VerdictKind::Unknown)
        return sample.error ? std::nullopt : std::optional(doubt("There was no answer."));
    if (!seen.standing.empty())
        return doubt(fmt::format(
            "{} of {} partitions have not moved while this was watching; {} stands at offset {}. It may be stopped, "
            "blocked, or just slow.",
            seen.standing.size(), sample.partitions.size(), toString(seen.standing.begin()->first),
            formatNumber(seen.standing.begin()->second)));
    if (sample.writeSide && sample.writeSide->pending > 0 && !seen.headMoved && kind != VerdictKind::SourceFrozen)
        return doubt(fmt::format("The write side has {} events to publish, and none arrived while this was watching.",
                                 formatCount(sample.writeSide->pending)));
    if (severity(kind) == 0 && isAboveObjective(report))
        return doubt("The lag is above the objective; whether it shrinks takes longer to tell.");
    return std::nullopt;
}

bool Observation::isClear() const
{
    return !m_seen.empty() && doubts().empty();
}

std::map<std::string, Observation::Doubt> Observation::doubts() const
{
    std::map<std::string, Doubt> all;
    for (const auto& [projection, seen] : m_seen)
        if (auto doubt = doubtOf(seen))
            all.emplace(projection, std::move(*doubt));
    return all;
}

} // namespace projectionist::ctl
