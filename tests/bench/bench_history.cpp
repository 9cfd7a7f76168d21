// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
// How much disk a day of history takes and how long it takes to read one projection of it, against the limits: 1 GB for
// 500 projections, 200 ms. Writes 25 projections with 12 partitions and scales: bench_history [PROJECTIONS]
#include "app/sandbox/servers/temporaryfolder.h"
#include "backend/history/history.h"
#include "tests/support/manualclock.h"
#include "tests/unit/history/samples.h"

#include <cmath>
#include <cstdio>
#include <random>

using namespace projectionist;

namespace {

constexpr int seconds = 24 * 3600;
constexpr double sizeLimit = 1e9;
constexpr double readLimit = 200;

/// A day of a busy projection: noise, a slow swing, now and then an incident that builds up and is caught up.
void fill(History& history, ManualClock& clock, const std::vector<std::string>& names)
{
    std::mt19937 random(3);
    std::normal_distribution<double> noise(0, 1);
    double backlog = 0;
    for (int second = 0; second < seconds; ++second) {
        const double rate = 60 + 40 * std::sin(second / 3000.0) + 5 * noise(random);
        const bool incident = second % 7200 < 300;
        const double applied = incident ? rate * 0.7 : rate + std::min(backlog, 50.0);
        backlog = std::max(0.0, backlog + rate - applied + 3 * std::abs(noise(random)));
        auto snapshot = snapshotOf(clock.now(), names, 0, 0, 12);
        for (auto& shared : snapshot->projections) {
            auto report = std::make_shared<ProjectionReport>(*shared);
            const auto own = static_cast<std::int64_t>(backlog + 4 * std::abs(noise(random)));
            report->assessment.backlog = own;
            report->assessment.lag.value =
                Duration(static_cast<std::int64_t>(1000.0 * static_cast<double>(own) / rate));
            report->assessment.inPerSecond = rate + noise(random);
            report->assessment.outPerSecond = applied + noise(random);
            for (auto& partition : report->assessment.partitions) {
                partition.backlog = own / 12 + static_cast<std::int64_t>(std::abs(noise(random)));
                partition.lag.value = report->assessment.lag.value;
            }
            shared = report;
        }
        history.append(snapshot);
        clock.advance(std::chrono::seconds(1));
        if (second % 100 == 0)
            history.flush();
    }
}

} // namespace

int main(int argc, char** argv)
{
    const int count = argc > 1 ? std::atoi(argv[1]) : 25;
    auto folder = TemporaryFolder::create("projectionist-b-");
    if (!folder || count < 1)
        return 1;
    const auto file = folder->path() / "history.sqlite";
    std::vector<std::string> names;
    for (int i = 0; i < count; ++i)
        names.push_back("projection-" + std::to_string(i));
    ManualClock clock;
    const TimePoint begin = clock.now();
    {
        History history(file, clock);
        fill(history, clock, names);
    }
    const double bytes = static_cast<double>(std::filesystem::file_size(file)) / count * 500;
    std::printf("500 projections x 24 h: %.0f MB, %.2f of the limit\n", bytes / 1e6, bytes / sizeLimit);

    const History history(file, clock);
    double worst = 0;
    std::size_t points = 0;
    for (const auto& name : names) {
        const auto start = std::chrono::steady_clock::now();
        points = history.read("prod", name, begin, clock.now(), 2000)->size();
        worst = std::max(worst,
                         std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count());
    }
    std::printf("24 h of one projection in %zu points: worst %.1f ms, %.2f of the limit\n", points, worst,
                worst / readLimit);
    return bytes <= sizeLimit && worst <= readLimit ? 0 : 1;
}
