// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/snapshot.h"

namespace projectionist::fixtures {

inline constexpr TimePoint noon{Duration(1'795'003'200'000)};

/// Time that stands still until it is told to go on.
class HandClock final : public Clock
{
public:
    [[nodiscard]] TimePoint now() const override { return noon + gone; }
    [[nodiscard]] Duration monotonic() const override { return Duration(1'000'000) + gone; }

    Duration gone{0};
};

struct ReportOptions
{
    std::string name = "parcel_tracking";
    VerdictKind verdict = VerdictKind::Ok;
    Duration lag{0};
    std::int64_t backlog = 0;
    TimePoint at = noon;
    bool fresh = true;
    int partitions = 3;
};

inline std::shared_ptr<const ProjectionReport> report(const ReportOptions& options)
{
    auto sample = std::make_shared<ProjectionSample>();
    sample->projection = options.name;
    sample->at = options.at;
    sample->fresh = options.fresh;
    auto made = std::make_shared<ProjectionReport>();
    for (int i = 0; i < options.partitions; ++i) {
        PartitionSample partition;
        partition.id = {"orders.events", i};
        partition.groupPosition = 1000 - options.backlog;
        partition.head = 1000;
        partition.logStart = 0;
        partition.lag = {options.lag, options.backlog > 0 ? LagOrigin::Exact : LagOrigin::None};
        partition.owner = i % 2 == 0 ? "worker-1 @ host" : "worker-2 @ host";
        sample->partitions.push_back(partition);
        PartitionAssessment assessment;
        assessment.verdict.kind = options.verdict;
        assessment.backlog = options.backlog;
        assessment.lag = partition.lag;
        made->assessment.partitions.push_back(assessment);
    }
    made->assessment.verdict.kind = options.verdict;
    made->assessment.backlog = options.backlog * options.partitions;
    made->assessment.lag = {options.lag, options.backlog > 0 ? LagOrigin::Exact : LagOrigin::None};
    made->assessment.inPerSecond = 214;
    made->assessment.outPerSecond = 178;
    made->objective = Duration(30'000);
    made->sample = sample;
    return made;
}

inline std::shared_ptr<const Snapshot> snapshot(std::vector<std::shared_ptr<const ProjectionReport>> reports,
                                                std::uint64_t cycle = 1)
{
    auto made = std::make_shared<Snapshot>();
    made->cycle = cycle;
    made->context = "demo";
    made->interval = Duration(1000);
    made->projections = std::move(reports);
    return made;
}

} // namespace projectionist::fixtures
