// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/lag/partitionjudge.h"

#include "backend/core/format.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace projectionist {

namespace {

constexpr Duration disagreementBelieved{15'000};
constexpr Duration shortestComparison{2'000}; ///< between the first samples, to see whether lag shrinks

void keepSince(std::optional<Duration>& since, bool holds, Duration at)
{
    if (!holds)
        since.reset();
    else if (!since)
        since = at;
}

bool isAbove(const TimeLag& lag, Duration limit)
{
    const bool measured =
        lag.origin == LagOrigin::Exact || lag.origin == LagOrigin::Between || lag.origin == LagOrigin::AtLeast;
    return measured && lag.value > limit;
}

/// A reader of uncommitted events may stand above the last stable offset, but not above the end.
bool isAhead(const PartitionSample& sample)
{
    return sample.position() && sample.head && *sample.position() > std::max(*sample.head, sample.end.value_or(0));
}

bool isEmpty(const PartitionSample& sample)
{
    return *sample.head <= sample.logStart.value_or(0);
}

bool isUncommitted(const PartitionSample& sample)
{
    return !sample.position() && sample.head && !sample.error;
}

/// In a rebuild nothing of what happens to the new read model is an incident: nobody reads it yet.
void pardonRebuild(Finding& found)
{
    if (found.kind == VerdictKind::Unknown || rank(found.kind) <= rank(VerdictKind::CatchingUp))
        return;
    found.kind = VerdictKind::CatchingUp;
    found.evidence = "This is a rebuild. " + found.evidence;
}

} // namespace

void PartitionJudge::take(const PartitionSample& sample, TimePoint now, Duration at, Duration unobserved)
{
    m_seenEmpty = m_seenEmpty || (isUncommitted(sample) && isEmpty(sample));
    keepSince(m_uncommittedSince, isUncommitted(sample) && !isEmpty(sample), at);
    keepSince(m_aheadSince, isAhead(sample), at);
    if (!sample.position() || !sample.head)
        return;
    m_track.take(sample, now, at, unobserved);
    m_readAt = at;
    if (m_track.advancedWith(at))
        m_resumedSince.reset();
    else if (m_resumedSince)
        *m_resumedSince = std::min(at, *m_resumedSince + unobserved);
    const double apart = sample.groupPosition && sample.checkpointPosition
                             ? std::abs(static_cast<double>(*sample.groupPosition - *sample.checkpointPosition))
                             : 0;
    // A group's offset is committed every few seconds, a checkpoint with each event.
    keepSince(m_disagreesSince, apart > std::max(1.0, m_track.rates().out() * 60), at);
}

bool PartitionJudge::stands() const
{
    return m_held.kind() == VerdictKind::Blocked || m_held.kind() == VerdictKind::Stopped;
}

void PartitionJudge::othersResumed(Duration at)
{
    if (!m_resumedSince && m_track.stoodStill(at) > Duration(0))
        m_resumedSince = at;
}

void PartitionJudge::keepDoubt(Offset backlog, Duration at)
{
    if (!m_aboveSince) {
        m_doubt.reset();
        return;
    }
    if (stands()) {
        // Until then a rate is taken over the standstill as well.
        m_doubt = Doubt{at, m_track.rateWindow() * 6 / 5, backlog, true, false};
    } else if (m_track.bornAt() == at) {
        m_doubt = Doubt{at, shortestComparison, backlog, false, false};
    } else if (m_doubt && !m_track.advancedSince(m_doubt->since)) {
        m_doubt->since = at;
        m_doubt->backlog = backlog;
    } else if (m_doubt && at - m_doubt->since >= m_doubt->proof) {
        const bool smaller = backlog < m_doubt->backlog && at - m_doubt->since < m_doubt->proof * 3;
        m_doubt->resolved = m_doubt->resolved || !smaller;
    }
}

Finding PartitionJudge::neverCommitted(const PartitionSample& sample, const Surroundings& around) const
{
    if (isEmpty(sample))
        return {VerdictKind::Idle, fmt::format("{} is empty.", toString(m_id))};
    const Offset events = *sample.head - sample.logStart.value_or(0);
    if (m_seenEmpty && m_uncommittedSince && around.at - *m_uncommittedSince < around.standstill)
        return {VerdictKind::Ok, fmt::format("{} is new; no position has been committed yet, {} events are in the log.",
                                             toString(m_id), formatCount(events))};
    return {VerdictKind::NotStarted, fmt::format("{} has never had a position committed; {} events are in the log.",
                                                 toString(m_id), formatCount(events))};
}

Finding PartitionJudge::unread(const PartitionSample& sample, const Surroundings& around) const
{
    if (m_readAt && m_held.kind() && around.at - *m_readAt <= around.settings->interval * 3)
        return {*m_held.kind(), fmt::format("{} gave no answer this time.", toString(m_id))};
    return {VerdictKind::Unknown,
            sample.error ? toString(*sample.error) : fmt::format("{} cannot be read.", toString(m_id))};
}

Finding PartitionJudge::find(const PartitionSample& sample, Tenure tenure, const Surroundings& around) const
{
    if (isUncommitted(sample))
        return neverCommitted(sample, around);
    if (!sample.position() || !sample.head)
        return unread(sample, around);
    Standing standing;
    standing.tenure = tenure;
    standing.doubt = m_doubt;
    if (m_aboveSince)
        standing.above = around.at - *m_aboveSince;
    if (m_resumedSince)
        standing.resumed = around.at - *m_resumedSince;
    if (m_aheadSince)
        standing.ahead = around.at - *m_aheadSince;
    return judge(sample, m_track, standing, around);
}

PartitionAssessment PartitionJudge::assess(const PartitionSample& sample, Tenure tenure, const Surroundings& around,
                                           TimePoint now)
{
    if (sample.position() && sample.head) {
        keepSince(m_aboveSince, isAbove(sample.lag, limitOf(*around.settings)), around.at);
        keepDoubt(*sample.backlog(), around.at);
    }
    PartitionAssessment made;
    made.conditions = conditions(sample, tenure, around);
    Finding found = find(sample, tenure, around);
    if (around.settings->rebuild)
        pardonRebuild(found);
    found = m_held.settle(std::move(found), now, around.at);
    made.verdict.kind = found.kind;
    made.verdict.since = m_held.since();
    made.verdict.evidence = std::move(found.evidence);
    made.verdict.rule = ruleOf(made.verdict.kind, around.standstill);
    if (made.verdict.kind == VerdictKind::Blocked) {
        made.verdict.suspectPartition = sample.id;
        made.verdict.suspectOffset = sample.position();
    }
    made.backlog = sample.backlog();
    made.lost = sample.lost();
    made.lag = sample.lag;
    made.inPerSecond = m_track.rates().in();
    made.outPerSecond = m_track.rates().out();
    return made;
}

std::uint32_t PartitionJudge::conditions(const PartitionSample& sample, Tenure tenure, const Surroundings& around) const
{
    std::uint32_t found = NoCondition;
    const auto mark = [&found](bool holds, Condition condition) { found |= holds ? condition : NoCondition; };
    mark(sample.lost().value_or(0) > 0, LostEvents);
    mark(sample.end && sample.head && *sample.end > *sample.head, OpenTransaction);
    mark(isAhead(sample), AheadOfHead);
    mark(isUncommitted(sample) && !isEmpty(sample), NeverCommitted);
    mark(m_track.recreated(around.at), TopicRecreated);
    mark(sample.position() && isAbandoned(tenure, m_track, around), AbandonedTopic);
    mark(m_disagreesSince && around.at - *m_disagreesSince >= disagreementBelieved, PositionsDisagree);
    return found;
}

} // namespace projectionist
