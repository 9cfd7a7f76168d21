// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/lag/samplesfile.h"

#include <algorithm>
#include <functional>
#include <random>
#include <set>

namespace projectionist {

/// A consumer whose truth is known: what arrives, what it can apply, how often it commits.
struct Consumer
{
    int partitions = 12;
    int seconds = 1200;
    double arrive = 5; ///< events per second and partition
    int commitEvery = 1;
    std::function<double(int partition, int second)> apply = [](int, int) { return 50.0; };
    std::function<int(int second)> members = [](int) { return 1; }; ///< below 0: cannot be asked
    std::function<double(int second)> load = [](int) { return 1.0; };
    std::optional<Duration> objective = Duration(30'000);
    int staggered = 1; ///< seconds between the commits of neighbouring partitions
    unsigned seed = 7;
};

inline PartitionSample partitionAt(int partition, std::size_t committed, const std::vector<int>& events, int second)
{
    PartitionSample sample;
    sample.id = {"orders.events", partition};
    sample.groupPosition = static_cast<Offset>(committed);
    sample.logStart = 0;
    sample.head = static_cast<Offset>(events.size());
    sample.lag = {Duration(0), LagOrigin::None};
    if (committed < events.size())
        sample.lag = {Duration((second - events[committed]) * 1000LL), LagOrigin::Exact};
    return sample;
}

inline ProjectionSample emptySample(int second)
{
    ProjectionSample sample;
    sample.projection = "orders";
    sample.at = TimePoint(Duration(1'795'000'000'000 + second * 1000LL));
    sample.monotonic = Duration(5 + second * 1000LL);
    return sample;
}

inline RecordedSession record(const Consumer& consumer)
{
    RecordedSession session;
    session.header.projection = "orders";
    session.header.settings.objective = consumer.objective;
    std::mt19937 random(consumer.seed);
    const auto count = static_cast<std::size_t>(consumer.partitions);
    std::vector<double> applied(count);
    std::vector<std::vector<int>> events(count);
    std::vector<std::size_t> committed(count);
    for (int t = 0; t < consumer.seconds; ++t) {
        ProjectionSample sample = emptySample(t);
        if (const int members = consumer.members(t); members >= 0)
            sample.group = GroupObservation{members > 0 ? "Stable" : "Empty", members, {}};
        std::poisson_distribution<int> arrivals(std::max(1e-9, consumer.arrive * consumer.load(t)));
        for (std::size_t p = 0; p < count; ++p) {
            const int id = static_cast<int>(p);
            events[p].insert(events[p].end(), static_cast<std::size_t>(arrivals(random)), t);
            const double can = consumer.apply(id, t);
            applied[p] = std::min(static_cast<double>(events[p].size()), applied[p] + can);
            if ((t + id * consumer.staggered) % consumer.commitEvery == 0 && can > 0)
                committed[p] = static_cast<std::size_t>(applied[p]);
            sample.partitions.push_back(partitionAt(id, committed[p], events[p], t));
        }
        session.samples.push_back(std::move(sample));
    }
    return session;
}

/// A recorded session that differs in something.
inline RecordedSession changed(const Consumer& consumer,
                               const std::function<void(ProjectionSample& sample, int second)>& change)
{
    auto session = record(consumer);
    for (std::size_t i = 0; i < session.samples.size(); ++i)
        change(session.samples[i], static_cast<int>(i));
    return session;
}

inline std::set<VerdictKind> kinds(const std::vector<Assessment>& made, std::size_t from = 0)
{
    std::set<VerdictKind> found;
    for (std::size_t i = from; i < made.size(); ++i)
        found.insert(made[i].verdict.kind);
    return found;
}

/// "ok falling-behind": for messages and comparisons.
inline std::string words(const std::set<VerdictKind>& kinds)
{
    std::string all;
    for (const auto kind : kinds)
        all += (all.empty() ? "" : " ") + std::string(toString(kind));
    return all;
}

inline std::size_t firstOf(const std::vector<Assessment>& made, VerdictKind kind)
{
    const auto found =
        std::find_if(made.begin(), made.end(), [kind](const auto& one) { return one.verdict.kind == kind; });
    return static_cast<std::size_t>(found - made.begin());
}

inline int changes(const std::vector<Assessment>& made)
{
    int count = 0;
    for (std::size_t i = 1; i < made.size(); ++i)
        count += made[i].verdict.kind != made[i - 1].verdict.kind ? 1 : 0;
    return count;
}

inline bool isWell(const std::vector<Assessment>& made, std::size_t from = 0)
{
    const auto found = kinds(made, from);
    return std::all_of(found.begin(), found.end(),
                       [](VerdictKind kind) { return kind == VerdictKind::Ok || kind == VerdictKind::Idle; });
}

} // namespace projectionist
