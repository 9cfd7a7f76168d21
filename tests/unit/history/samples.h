// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/snapshot.h"

namespace projectionist {

/// A snapshot of one context whose projections all have this lag (ms) and backlog; partition p of each has lag + p.
inline std::shared_ptr<Snapshot> snapshotOf(TimePoint at, const std::vector<std::string>& projections, std::int64_t lag,
                                            std::int64_t backlog, std::int32_t partitions = 0)
{
    auto snapshot = std::make_shared<Snapshot>();
    snapshot->context = "prod";
    snapshot->began = snapshot->ended = at;
    for (const auto& name : projections) {
        auto sample = std::make_shared<ProjectionSample>();
        sample->projection = name;
        sample->at = at;
        auto report = std::make_shared<ProjectionReport>();
        report->assessment.verdict.kind = VerdictKind::Ok;
        report->assessment.lag = {Duration(lag), LagOrigin::Exact};
        report->assessment.backlog = backlog;
        report->assessment.inPerSecond = 41.5;
        report->assessment.outPerSecond = 40;
        for (std::int32_t p = 0; p < partitions; ++p) {
            PartitionSample partition;
            partition.id = {"orders.events", p};
            sample->partitions.push_back(partition);
            PartitionAssessment assessment;
            assessment.lag = {Duration(lag + p), LagOrigin::Exact};
            assessment.backlog = backlog;
            report->assessment.partitions.push_back(assessment);
        }
        report->sample = std::move(sample);
        snapshot->projections.push_back(std::move(report));
    }
    return snapshot;
}

} // namespace projectionist
