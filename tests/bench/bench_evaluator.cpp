// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What one step of the verdicts costs with 500 projections and 10 000 partitions, and how much they remember of each
// partition; each as a ratio to what the design allows, below 1 is good. Exits with 1 when one is above.
#include "backend/lag/evaluator.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <malloc.h>
#include <vector>

using namespace projectionist;

namespace {

constexpr int projections = 500;
constexpr int partitions = 20;
constexpr int steps = 900;
constexpr int warm = 600; ///< until the memory of eight minutes is full

ProjectionSample firstSample(int projection)
{
    ProjectionSample sample;
    sample.projection = "projection_" + std::to_string(projection);
    sample.group = GroupObservation{"Stable", 1, {"worker @ host"}};
    for (int i = 0; i < partitions; ++i) {
        PartitionSample partition;
        partition.id = {"orders.events", i};
        partition.logStart = 0;
        partition.owner = "worker @ host";
        sample.partitions.push_back(std::move(partition));
    }
    return sample;
}

void advance(ProjectionSample& sample, int projection, int step)
{
    sample.at = TimePoint(Duration(1'795'003'200'000 + step * 1000LL));
    sample.monotonic = Duration(step * 1000LL);
    for (auto& partition : sample.partitions) {
        partition.head = step * 10 + (step * 7 + partition.id.partition) % 5;
        partition.groupPosition = step * 10 - (step + projection) % (projection % 10 == 0 ? 50 : 3);
        partition.groupPosition = std::max<Offset>(0, *partition.groupPosition);
        partition.lag = {Duration(*partition.backlog() * 100), LagOrigin::Exact};
    }
}

bool report(const char* what, double value, double allowed, const char* unit)
{
    std::printf("%-52s %8.2f %s of %5.0f %s  ratio %.2f\n", what, value, unit, allowed, unit, value / allowed);
    return value <= allowed;
}

} // namespace

int main()
{
    std::vector<ProjectionSample> samples;
    for (int i = 0; i < projections; ++i)
        samples.push_back(firstSample(i));
    const auto before = mallinfo2().uordblks;
    std::vector<Evaluator> evaluators;
    EvaluatorSettings settings;
    settings.objective = Duration(30'000);
    for (int i = 0; i < projections; ++i)
        evaluators.emplace_back(settings);
    std::vector<double> times;
    for (int step = 1; step <= steps; ++step) {
        for (int i = 0; i < projections; ++i)
            advance(samples[static_cast<std::size_t>(i)], i, step);
        const auto start = std::chrono::steady_clock::now();
        for (std::size_t i = 0; i < evaluators.size(); ++i)
            (void)evaluators[i].step(samples[i], samples[i].at, samples[i].monotonic);
        if (step > warm)
            times.push_back(
                std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count());
    }
    std::sort(times.begin(), times.end());
    const auto kept = static_cast<double>(mallinfo2().uordblks - before) / (projections * partitions);
    std::printf("half of the steps: %.2f ms or less\n", times[times.size() / 2]);
    bool good = report("step of all projections, 95 of 100", times[times.size() * 95 / 100], 50, "ms");
    good = report("remembered of a partition", kept, 4096, "B") && good;
    return good ? 0 : 1;
}
