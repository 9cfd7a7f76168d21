// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/lag/evaluator.h"

#include "backend/core/format.h"
#include "backend/lag/forecaster.h"
#include "backend/lag/partitionjudge.h"
#include "backend/lag/sourcewatch.h"
#include "backend/lag/tenures.h"

#include <algorithm>
#include <fmt/format.h>

namespace projectionist {

namespace {

constexpr Duration resetPardon{120'000};
constexpr Duration siblingMoves{10'000};
constexpr Duration leastRateSpan{1'500};  ///< in less, a batch looks like a flood or like nothing
constexpr Duration shortestPause{30'000}; ///< without samples (sleep, outage) that counts for nothing
constexpr Duration phaseStep{1'370};
constexpr std::size_t phases = 7;

} // namespace

class Evaluator::Private
{
public:
    explicit Private(EvaluatorSettings s) : settings(std::move(s)) {}

    Assessment step(const ProjectionSample& sample, TimePoint now, Duration at);

private:
    void align(const std::vector<PartitionSample>& partitions);
    void take(const ProjectionSample& sample, Duration at);
    Surroundings look(TimePoint now, Duration at);
    std::optional<Duration> learnedStandstill();
    void decide(Assessment& made, const ProjectionSample& sample, const Surroundings& around, TimePoint now);
    Assessment unknown(const ProjectionSample& sample, TimePoint now, Duration at);

    EvaluatorSettings settings;
    std::vector<PartitionJudge> judges; ///< parallel to the last fresh sample
    Life life;
    SourceWatch source;
    HeldVerdict held;
    std::optional<Assessment> previous;
    std::optional<Duration> lastFresh;
    std::optional<Duration> lastAdvance; ///< of any partition
    std::vector<Duration> gaps;          ///< scratch of learnedStandstill()
    std::optional<Duration> firstFresh;
};

Evaluator::Evaluator(EvaluatorSettings settings) : d(std::make_unique<Private>(std::move(settings))) {}
Evaluator::~Evaluator() = default;
Evaluator::Evaluator(Evaluator&&) noexcept = default;
Evaluator& Evaluator::operator=(Evaluator&&) noexcept = default;

Assessment Evaluator::step(const ProjectionSample& sample, TimePoint now, Duration monotonic)
{
    return d->step(sample, now, monotonic);
}

Assessment Evaluator::Private::step(const ProjectionSample& sample, TimePoint now, Duration at)
{
    if (!sample.fresh) {
        const bool recent = previous && lastFresh && at - *lastFresh <= settings.interval * 3;
        if (recent && previous->partitions.size() == sample.partitions.size())
            return *previous;
        return unknown(sample, now, at);
    }
    take(sample, at);
    const Surroundings around = look(now, at);
    const auto tenures = tenuresOf(sample.partitions);
    Assessment made;
    made.standstill = around.standstill;
    made.partitions.reserve(judges.size());
    Forecaster forecaster(settings.objective);
    for (std::size_t i = 0; i < judges.size(); ++i) {
        const Tenure tenure = tenures.empty() ? Tenure::Unknown : tenures[i];
        made.partitions.push_back(judges[i].assess(sample.partitions[i], tenure, around, now));
        forecaster.add(made.partitions.back(), sample.partitions[i], judges[i].track());
    }
    forecaster.tell(made, at - *firstFresh >= leastRateSpan);
    decide(made, sample, around, now);
    life.observe(made.observations, at);
    observePartitions(sample, made, tenures, made.observations);
    previous = made;
    return made;
}

Assessment Evaluator::Private::unknown(const ProjectionSample& sample, TimePoint now, Duration at)
{
    Assessment made;
    made.standstill = learnedStandstill().value_or(unlearnedStandstill());
    held.set(VerdictKind::Unknown, now);
    made.verdict.kind = VerdictKind::Unknown;
    made.verdict.since = held.since();
    made.verdict.rule = ruleOf(VerdictKind::Unknown, made.standstill);
    made.verdict.evidence = lastFresh ? fmt::format("The last fresh sample is {} old.", formatDuration(at - *lastFresh))
                                      : std::string("Nothing could be read so far.");
    if (sample.error)
        made.verdict.evidence += ' ' + toString(*sample.error);
    made.partitions.assign(sample.partitions.size(), {});
    for (auto& partition : made.partitions)
        partition.verdict = made.verdict;
    return made;
}

void Evaluator::Private::align(const std::vector<PartitionSample>& partitions)
{
    const auto same = [](const PartitionJudge& judge, const PartitionSample& sample) {
        return judge.id() == sample.id;
    };
    if (std::equal(judges.begin(), judges.end(), partitions.begin(), partitions.end(), same))
        return;
    std::vector<PartitionJudge> aligned;
    aligned.reserve(partitions.size());
    auto old = judges.begin();
    for (const auto& sample : partitions) {
        while (old != judges.end() && old->id() < sample.id)
            ++old;
        if (old != judges.end() && old->id() == sample.id)
            aligned.push_back(std::move(*old++));
        else
            aligned.emplace_back(sample.id, lastFresh.has_value(),
                                 phaseStep * static_cast<int>(aligned.size() % phases));
    }
    judges = std::move(aligned);
}

void Evaluator::Private::take(const ProjectionSample& sample, Duration at)
{
    align(sample.partitions);
    const Duration pause = lastFresh ? at - *lastFresh : Duration(0);
    const Duration unobserved = pause > std::max(settings.interval * 10, shortestPause) ? pause : Duration(0);
    bool advanced = false;
    bool resumed = false;
    for (std::size_t i = 0; i < judges.size(); ++i) {
        judges[i].take(sample.partitions[i], sample.at, at, unobserved);
        const bool moved = judges[i].track().advancedWith(at);
        advanced = advanced || moved;
        resumed = resumed || (moved && judges[i].stands());
    }
    if (resumed && (!lastAdvance || at - *lastAdvance >= shortestStandstill))
        for (auto& judge : judges)
            judge.othersResumed(at);
    if (advanced)
        lastAdvance = at;
    life.take(sample, advanced, at, unobserved);
    source.take(sample, at, unobserved);
    lastFresh = at;
    firstFresh = firstFresh.value_or(at);
}

std::optional<Duration> Evaluator::Private::learnedStandstill()
{
    gaps.clear();
    for (const auto& judge : judges)
        if (const auto gap = judge.track().gaps().median())
            gaps.push_back(*gap);
    if (gaps.empty())
        return std::nullopt;
    const auto middle = gaps.begin() + static_cast<std::ptrdiff_t>(gaps.size() / 2);
    std::nth_element(gaps.begin(), middle, gaps.end());
    return std::clamp(*middle * 5, shortestStandstill, longestStandstill);
}

Surroundings Evaluator::Private::look(TimePoint now, Duration at)
{
    Surroundings around;
    around.settings = &settings;
    around.at = at;
    const auto learned = learnedStandstill();
    around.learned = learned.has_value();
    around.standstill = learned.value_or(unlearnedStandstill());
    around.life = life.signs(at);
    around.rebalancing = life.rebalancing(at);
    around.pardoned = settings.rebuild;
    for (const auto reset : settings.knownResets)
        around.pardoned = around.pardoned || std::chrono::abs(now - reset) < resetPardon;
    for (auto& judge : judges) {
        PartitionTrack& track = judge.track();
        if (around.rebalancing)
            track.excuse(at);
        if (around.pardoned)
            track.pardonRewind();
        // Half the standstill time: when all stop together, those that moved last are no proof of life.
        if (track.advancedWithin(std::max(siblingMoves, around.standstill / 2), at))
            ++around.advancing;
        around.moving = around.moving || track.advancedWithin(siblingMoves, at);
    }
    return around;
}

void Evaluator::Private::decide(Assessment& made, const ProjectionSample& sample, const Surroundings& around,
                                TimePoint now)
{
    const PartitionAssessment* worst = nullptr;
    bool committed = false;
    for (std::size_t i = 0; i < made.partitions.size(); ++i) {
        const auto& partition = made.partitions[i];
        committed = committed || judges[i].track().known() || sample.partitions[i].error;
        if (!worst || rank(partition.verdict.kind) > rank(worst->verdict.kind) ||
            (partition.verdict.kind == worst->verdict.kind && partition.lag.value > worst->lag.value))
            worst = &partition;
    }
    made.verdict.kind = VerdictKind::Unknown;
    made.verdict.evidence = "The projection has no partitions.";
    if (worst)
        made.verdict = worst->verdict;
    const auto replaceBy = [&made](VerdictKind kind, std::string evidence) {
        made.verdict = {};
        made.verdict.kind = kind;
        made.verdict.evidence = std::move(evidence);
    };
    if (const auto frozen = source.frozen(around.at);
        frozen && !settings.rebuild && rank(VerdictKind::SourceFrozen) > rank(made.verdict.kind))
        replaceBy(VerdictKind::SourceFrozen, *frozen);
    else if (worst && !committed)
        replaceBy(VerdictKind::NotStarted,
                  "No partition has ever had a position committed. " + worst->verdict.evidence);
    held.set(made.verdict.kind, now); // partitions have settled already
    made.verdict.since = held.since();
    made.verdict.rule = ruleOf(made.verdict.kind, around.standstill);
}

} // namespace projectionist
