// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/lag/evaluator.h"

#include "backend/core/format.h"
#include "backend/lag/verdictrules.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace projectionist {

namespace {

constexpr Duration rebalanceGrace{30'000};
constexpr Duration longestGrace{120'000};
constexpr Duration frozenAfter{30'000};
constexpr Duration heartbeatFresh{30'000};
constexpr Duration resetPardon{120'000};
constexpr Duration settle{
    10'000}; ///< for which OK, catching up and falling behind must hold before they replace another
constexpr Duration siblingMoves{10'000};
constexpr Duration defaultObjective{60'000};

bool trendKind(VerdictKind kind)
{
    return kind == VerdictKind::Ok || kind == VerdictKind::Idle || kind == VerdictKind::CatchingUp ||
           kind == VerdictKind::FallingBehind;
}

/// One verdict over time: keeps `since`, and lets the kinds that rest on trends change only after they settled.
struct Held
{
    std::optional<VerdictKind> kind;
    TimePoint since{};
    std::optional<VerdictKind> candidate;
    Duration candidateSince{0};
    std::string held;

    /// `evidence` becomes that of the kind in force while another one has yet to settle.
    VerdictKind update(VerdictKind wanted, std::string& evidence, TimePoint now, Duration at)
    {
        const bool slow = kind && trendKind(*kind) && trendKind(wanted) && wanted != *kind;
        if (slow && candidate != wanted) {
            candidate = wanted;
            candidateSince = at;
        }
        if (slow && at - candidateSince < settle) {
            evidence = held;
            return *kind;
        }
        candidate.reset();
        if (kind != wanted) {
            kind = wanted;
            since = now;
        }
        held = evidence;
        return wanted;
    }
};

struct Entry
{
    TopicPartition id;
    PartitionTrack track;
    Held held;
    std::optional<Duration> readAt;
    std::optional<Duration> aboveSince;
};

} // namespace

class Evaluator::Private
{
public:
    explicit Private(EvaluatorSettings s) : settings(std::move(s)) {}

    Assessment step(const ProjectionSample& sample, TimePoint now, Duration at);

private:
    void align(const std::vector<PartitionSample>& partitions);
    void take(const ProjectionSample& sample, Duration at);
    void takeGroup(const ProjectionSample& sample, Duration at);
    Surroundings look(const ProjectionSample& sample, TimePoint now, Duration at);
    PartitionAssessment assess(const PartitionSample& sample, Entry& entry, const Surroundings& around, TimePoint now);
    Finding find(const PartitionSample& sample, Entry& entry, const Surroundings& around);
    void sum(Assessment& made) const;
    void forecast(Assessment& made, const ProjectionSample& sample) const;
    void decide(Assessment& made, const ProjectionSample& sample, const Surroundings& around, TimePoint now);
    std::optional<Finding> frozen(const ProjectionSample& sample, Duration at);
    void observe(Assessment& made, const ProjectionSample& sample, Duration at) const;
    Assessment unknown(const ProjectionSample& sample, TimePoint now, Duration at);
    Duration standstillTime() const;

    EvaluatorSettings settings;
    std::vector<Entry> entries; ///< parallel to the last fresh sample
    Held held;
    std::optional<Assessment> previous;
    std::optional<Duration> lastFresh;
    std::optional<TimePoint> heartbeat;
    std::optional<Duration> heartbeatAt; ///< monotonic: when it last changed; survives steps of the wall clock
    std::optional<Duration> rebalanceBegan, rebalanceSeen;
    std::vector<std::string> members;
    std::optional<Duration> membersChangedAt;
    Offset headSum = 0;
    std::optional<Duration> headMovedAt;
    WriteSideObservation atHeadMove;
    std::size_t samples = 0;
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
    const Surroundings around = look(sample, now, at);
    Assessment made;
    made.standstill = around.standstill;
    made.partitions.reserve(entries.size());
    for (std::size_t i = 0; i < entries.size(); ++i)
        made.partitions.push_back(assess(sample.partitions[i], entries[i], around, now));
    sum(made);
    forecast(made, sample);
    decide(made, sample, around, now);
    observe(made, sample, at);
    previous = made;
    return made;
}

Assessment Evaluator::Private::unknown(const ProjectionSample& sample, TimePoint now, Duration at)
{
    Assessment made;
    made.standstill = standstillTime();
    if (held.kind != VerdictKind::Unknown)
        held.since = now;
    held.kind = VerdictKind::Unknown;
    made.verdict.kind = VerdictKind::Unknown;
    made.verdict.since = held.since;
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
    const auto same = [](const Entry& entry, const PartitionSample& sample) { return entry.id == sample.id; };
    if (std::equal(entries.begin(), entries.end(), partitions.begin(), partitions.end(), same))
        return;
    std::vector<Entry> aligned;
    aligned.reserve(partitions.size());
    auto old = entries.begin();
    for (const auto& sample : partitions) {
        while (old != entries.end() && old->id < sample.id)
            ++old;
        if (old != entries.end() && old->id == sample.id)
            aligned.push_back(std::move(*old++));
        else
            aligned.push_back({sample.id, {}, {}, {}, {}});
    }
    entries = std::move(aligned);
}

void Evaluator::Private::take(const ProjectionSample& sample, Duration at)
{
    align(sample.partitions);
    const Duration pause = lastFresh ? at - *lastFresh : Duration(0);
    const Duration unobserved = pause > std::max(settings.interval * 10, Duration(30'000)) ? pause : Duration(0);
    Offset heads = 0;
    for (std::size_t i = 0; i < entries.size(); ++i) {
        const auto& partition = sample.partitions[i];
        heads += partition.head.value_or(0);
        if (!partition.position() || !partition.head)
            continue;
        const bool first = !entries[i].track.known();
        entries[i].track.take(partition, at, unobserved);
        entries[i].readAt = at;
        // The checkpoint's own time tells how long it has stood before we came.
        if (first && partition.checkpointTime && *partition.backlog() > 0)
            entries[i].track.assumeStillSince(
                at - std::clamp(sample.at - *partition.checkpointTime, Duration(0), longestStandstill));
    }
    if (!headMovedAt || heads != headSum || unobserved > Duration(0)) {
        headSum = heads;
        headMovedAt = at;
        atHeadMove = sample.writeSide.value_or(WriteSideObservation{});
    }
    takeGroup(sample, at);
    lastFresh = at;
    ++samples;
}

void Evaluator::Private::takeGroup(const ProjectionSample& sample, Duration at)
{
    if (sample.heartbeat && sample.heartbeat != heartbeat) {
        const bool believable = heartbeat || std::chrono::abs(sample.at - *sample.heartbeat) < heartbeatFresh;
        heartbeat = sample.heartbeat;
        if (believable)
            heartbeatAt = at;
    }
    if (!sample.group)
        return;
    if (sample.group->state.find("Rebalance") != std::string::npos) {
        if (!rebalanceSeen || at - *rebalanceSeen > rebalanceGrace)
            rebalanceBegan = at;
        rebalanceSeen = at;
    }
    if (sample.group->members && sample.group->memberNames != members) {
        if (samples > 0)
            membersChangedAt = at;
        members = sample.group->memberNames;
    }
}

Duration Evaluator::Private::standstillTime() const
{
    std::vector<Duration> gaps;
    for (const auto& entry : entries)
        if (const auto gap = entry.track.medianGap())
            gaps.push_back(*gap);
    if (gaps.empty())
        return longestStandstill;
    const auto middle = gaps.begin() + static_cast<std::ptrdiff_t>(gaps.size() / 2);
    std::nth_element(gaps.begin(), middle, gaps.end());
    return std::clamp(*middle * 5, shortestStandstill, longestStandstill);
}

Surroundings Evaluator::Private::look(const ProjectionSample& sample, TimePoint now, Duration at)
{
    Surroundings around;
    around.settings = &settings;
    around.at = at;
    around.standstill = standstillTime();
    around.rebalancing = rebalanceSeen && at - *rebalanceSeen < rebalanceGrace && at - *rebalanceBegan < longestGrace;
    around.pardoned = settings.rebuild;
    for (const auto reset : settings.knownResets)
        around.pardoned = around.pardoned || std::chrono::abs(now - reset) < resetPardon;
    const bool hasMembers = sample.group && sample.group->members.value_or(0) > 0;
    around.alive = hasMembers || (heartbeatAt && at - *heartbeatAt < std::max(around.standstill, heartbeatFresh));
    for (auto& entry : entries) {
        if (around.rebalancing)
            entry.track.excuse(at);
        if (around.pardoned)
            entry.track.pardonRewind();
        // Half the standstill time: when all stop together, those that moved last are no proof of life.
        if (const auto advance = entry.track.sinceAdvance(at);
            advance && *advance < std::max(siblingMoves, around.standstill / 2))
            ++around.advancing;
        if (entry.track.stoodStill(at) >= around.standstill)
            ++around.still;
    }
    return around;
}

Finding Evaluator::Private::find(const PartitionSample& sample, Entry& entry, const Surroundings& around)
{
    if (!sample.position() && sample.head && !sample.error)
        return {VerdictKind::NotStarted,
                fmt::format("{} has never had a position committed; {} events are in the log.", toString(sample.id),
                            formatCount(std::max<Offset>(0, *sample.head - sample.logStart.value_or(0))))};
    if (!sample.position() || !sample.head) {
        if (entry.readAt && entry.held.kind && around.at - *entry.readAt <= settings.interval * 3)
            return {*entry.held.kind, fmt::format("{} gave no answer this time.", toString(sample.id))};
        return {VerdictKind::Unknown,
                sample.error ? toString(*sample.error) : fmt::format("{} cannot be read.", toString(sample.id))};
    }
    const bool measured = sample.lag.origin == LagOrigin::Exact || sample.lag.origin == LagOrigin::Between ||
                          sample.lag.origin == LagOrigin::AtLeast;
    if (!measured || sample.lag.value <= settings.objective.value_or(defaultObjective))
        entry.aboveSince.reset();
    else if (!entry.aboveSince)
        entry.aboveSince = around.at;
    const auto above = entry.aboveSince ? std::optional(around.at - *entry.aboveSince) : std::nullopt;
    Surroundings own = around;
    // A partition that is slower by nature than its siblings gets its own time.
    if (const auto gap = entry.track.medianGap())
        own.standstill = std::clamp(std::max(around.standstill, *gap * 5), shortestStandstill, longestStandstill);
    return judge(sample, entry.track, own, above);
}

PartitionAssessment Evaluator::Private::assess(const PartitionSample& sample, Entry& entry, const Surroundings& around,
                                               TimePoint now)
{
    PartitionAssessment made;
    Finding found = find(sample, entry, around);
    made.verdict.kind = entry.held.update(found.kind, found.evidence, now, around.at);
    made.verdict.since = entry.held.since;
    made.verdict.evidence = std::move(found.evidence);
    made.verdict.rule = ruleOf(made.verdict.kind, around.standstill);
    if (made.verdict.kind == VerdictKind::Blocked) {
        made.verdict.suspectPartition = sample.id;
        made.verdict.suspectOffset = sample.position();
    }
    made.backlog = sample.backlog();
    made.lost = sample.lost();
    made.lag = sample.lag;
    made.inPerSecond = entry.track.inPerSecond();
    made.outPerSecond = entry.track.outPerSecond();
    const auto mark = [&made](bool holds, Condition condition) { made.conditions |= holds ? condition : NoCondition; };
    mark(made.lost.value_or(0) > 0, LostEvents);
    mark(sample.end && sample.head && *sample.end > *sample.head, OpenTransaction);
    mark(sample.position() && sample.head && *sample.position() > *sample.head, AheadOfHead);
    mark(!sample.position() && sample.head && !sample.error, NeverCommitted);
    mark(entry.track.recreated(around.at), TopicRecreated);
    mark(around.alive && sample.owner.empty() && made.backlog.value_or(0) > 0 &&
             entry.track.stoodStill(around.at) >= around.standstill,
         AbandonedTopic);
    if (sample.groupPosition && sample.checkpointPosition) {
        const double gap = std::abs(static_cast<double>(*sample.groupPosition - *sample.checkpointPosition));
        mark(gap > std::max(1.0, entry.track.outPerSecond() * 60), PositionsDisagree);
    }
    return made;
}

void Evaluator::Private::sum(Assessment& made) const
{
    double in = 0;
    double out = 0;
    for (const auto& partition : made.partitions) {
        if (partition.backlog)
            made.backlog = made.backlog.value_or(0) + *partition.backlog;
        if (partition.lost)
            made.lost = made.lost.value_or(0) + *partition.lost;
        const bool known = partition.lag.origin != LagOrigin::Unknown;
        if (known && (made.lag.origin == LagOrigin::Unknown || partition.lag.value > made.lag.value))
            made.lag = partition.lag;
        in += partition.inPerSecond;
        out += partition.outPerSecond;
    }
    if (samples > 1) {
        made.inPerSecond = in;
        made.outPerSecond = out;
    }
}

void Evaluator::Private::forecast(Assessment& made, const ProjectionSample& sample) const
{
    auto& forecast = made.forecast;
    if (samples < 2)
        return;
    forecast.kind = Forecast::Kind::Now;
    double slowest = 0;
    std::optional<double> breach, loss;
    bool converges = true;
    for (std::size_t i = 0; i < made.partitions.size(); ++i) {
        const auto& partition = made.partitions[i];
        const double in = partition.inPerSecond;
        const double out = partition.outPerSecond;
        const auto kind = partition.verdict.kind;
        const auto backlog = static_cast<double>(partition.backlog.value_or(0));
        const double margin = static_cast<double>(sample.partitions[i].position().value_or(0) -
                                                  sample.partitions[i].logStart.value_or(0));
        if (const double closing = entries[i].track.startPerSecond() - out; backlog > 0 && margin > 0 && closing > 0)
            loss = std::min(loss.value_or(margin / closing), margin / closing);
        if (kind == VerdictKind::Ok || kind == VerdictKind::Idle || backlog <= 0)
            continue;
        const bool within = settings.objective && partition.lag.value < *settings.objective && in > out && out > 0 &&
                            kind == VerdictKind::FallingBehind;
        const double left =
            within ? static_cast<double>((*settings.objective - partition.lag.value).count()) / 1000 : 0;
        if (within)
            breach = std::min(breach.value_or(1e12), left / (1 - out / in));
        else if (out > in)
            slowest = std::max(slowest, backlog / (out - in));
        else
            converges = false;
    }
    const auto duration = [](double seconds) {
        return Duration(static_cast<std::int64_t>(std::min(seconds, 1e10) * 1000));
    };
    if (!converges)
        forecast.kind = Forecast::Kind::NotConverging;
    else if (breach)
        forecast = {Forecast::Kind::Breaches, duration(*breach), std::nullopt};
    else if (slowest > 0)
        forecast = {Forecast::Kind::CatchesUp, duration(slowest), std::nullopt};
    if (loss)
        forecast.lossIn = duration(*loss);
}

std::optional<Finding> Evaluator::Private::frozen(const ProjectionSample& sample, Duration at)
{
    if (!sample.writeSide || !headMovedAt || at - *headMovedAt < frozenAfter)
        return std::nullopt;
    const auto& side = *sample.writeSide;
    const bool produces = side.pending > atHeadMove.pending ||
                          (side.written && atHeadMove.written && *side.written > *atHeadMove.written);
    if (side.pending == 0 || !produces)
        return std::nullopt;
    return Finding{
        VerdictKind::SourceFrozen,
        fmt::format("No head has moved for {} while the write side produces: {} events wait to be published.",
                    formatDuration(at - *headMovedAt), formatCount(side.pending))};
}

void Evaluator::Private::decide(Assessment& made, const ProjectionSample& sample, const Surroundings& around,
                                TimePoint now)
{
    const PartitionAssessment* worst = nullptr;
    for (const auto& partition : made.partitions)
        if (!worst || rank(partition.verdict.kind) > rank(worst->verdict.kind) ||
            (partition.verdict.kind == worst->verdict.kind && partition.lag.value > worst->lag.value))
            worst = &partition;
    const bool started = std::any_of(made.partitions.begin(), made.partitions.end(), [](const auto& partition) {
        return partition.verdict.kind != VerdictKind::NotStarted;
    });
    Finding found{VerdictKind::Unknown, "The projection has no partitions."};
    if (worst) {
        made.verdict = worst->verdict;
        found = {worst->verdict.kind, worst->verdict.evidence};
    }
    if (worst && found.kind == VerdictKind::NotStarted && !started)
        found.evidence = "No partition has ever had a position committed. " + found.evidence;
    if (auto source = frozen(sample, around.at); source && rank(source->kind) > rank(found.kind)) {
        found = *source;
        made.verdict = {};
    }
    if (held.kind != found.kind)
        held.since = now; // partitions have settled already
    held.kind = found.kind;
    made.verdict.kind = found.kind;
    made.verdict.since = held.since;
    made.verdict.evidence = std::move(found.evidence);
    made.verdict.rule = ruleOf(made.verdict.kind, around.standstill);
}

void Evaluator::Private::observe(Assessment& made, const ProjectionSample& sample, Duration at) const
{
    if (rebalanceSeen && at - *rebalanceSeen < rebalanceGrace)
        made.observations.push_back("The group is rebalancing; partitions that stand still are not judged meanwhile.");
    if (membersChangedAt && at - *membersChangedAt < Duration(60'000))
        made.observations.push_back(fmt::format("Members changed {} ago; there are {} now.",
                                                formatDuration(at - *membersChangedAt), members.size()));
    std::size_t unowned = 0;
    const bool owned = std::any_of(sample.partitions.begin(), sample.partitions.end(),
                                   [](const auto& partition) { return !partition.owner.empty(); });
    for (const auto& partition : sample.partitions)
        unowned += owned && partition.owner.empty() ? 1 : 0;
    if (unowned > 0)
        made.observations.push_back(fmt::format("{} of {} partitions have no member.", unowned, entries.size()));
    const double mean = made.inPerSecond.value_or(0) / static_cast<double>(std::max<std::size_t>(1, entries.size()));
    for (std::size_t i = 0; i < entries.size() && entries.size() >= 3; ++i)
        if (mean > 0.1 && made.partitions[i].inPerSecond > 3 * mean)
            made.observations.push_back(fmt::format("{} is hot: {}/s arrive, the mean is {}/s.",
                                                    toString(entries[i].id), formatRate(made.partitions[i].inPerSecond),
                                                    formatRate(mean)));
}

} // namespace projectionist
