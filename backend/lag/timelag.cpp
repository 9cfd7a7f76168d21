// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/lag/timelag.h"

#include <algorithm>

namespace projectionist {

using namespace std::chrono_literals;

namespace {

/// Memory stays bounded with 100 000 partitions as with ten: then each may keep fewer anchors.
PartitionTimes::Limits limitsFor(std::size_t partitions)
{
    const std::size_t share = 1'000'000 / std::max<std::size_t>(partitions, 1);
    return {std::clamp<std::size_t>(share, 10, 64), std::clamp<std::size_t>(share, 6, 120), 16};
}

} // namespace

std::vector<TopicPartition> TimeLagService::observe(std::span<const PartitionBounds> bounds, Duration monotonic)
{
    ++m_cycle;
    m_limits = limitsFor(bounds.size());
    m_current.assign(bounds.size(), nullptr);
    std::vector<TopicPartition> backwards;
    for (std::size_t i = 0; i < bounds.size(); ++i) {
        if (bounds[i].error)
            continue;
        Known& known = m_partitions[bounds[i].id];
        m_current[i] = &known;
        known.cycle = m_cycle;
        if (!known.times.seeHead(bounds[i].head, monotonic, m_limits))
            backwards.push_back(bounds[i].id);
    }
    // A partition that does not answer for a while keeps its anchors; one that is gone does not.
    if (m_partitions.size() > bounds.size())
        std::erase_if(m_partitions, [&](const auto& entry) { return entry.second.cycle + 300 < m_cycle; });
    return backwards;
}

void TimeLagService::forgetAll()
{
    m_partitions.clear();
    m_current.clear();
    m_unreadable.clear();
    m_hasIndex.reset();
}

std::vector<LagCandidate> TimeLagService::candidates(std::span<const PartitionBounds> bounds,
                                                     std::span<const LagRow> rows, std::vector<TimeLag>& lags)
{
    std::vector<LagCandidate> found;
    const PartitionTimes::Moment moment{m_clock.now(), m_clock.monotonic()};
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const PartitionBounds& bound = bounds[rows[i].bound];
        Known* known = m_current[rows[i].bound];
        if (!known)
            continue;
        const Offset position = std::max(rows[i].position, bound.start);
        const Offset offset = known->times.skipUnreadable(position);
        const auto motion = known->times.motion(position);
        if (position < bound.head)
            known->times.asked(position);
        if (offset >= bound.head) {
            lags[i] = {0ms, LagOrigin::None};
            continue;
        }
        const auto estimate = known->times.estimate(offset, moment, motion);
        lags[i] = estimate.lag;
        const bool unread = motion == PartitionTimes::Motion::Stands && known->times.worthReading(offset, moment);
        if ((!estimate.settled || unread) && known->notBefore <= moment.monotonic)
            found.push_back({&bound.id, &known->times, &known->notBefore, i, offset, motion, estimate});
    }
    return found;
}

std::vector<TimeLag> TimeLagService::resolve(EventLog& log, std::span<const PartitionBounds> bounds,
                                             std::span<const LagRow> rows, const LagBudget& budget)
{
    std::vector<TimeLag> lags(rows.size());
    m_lastError.reset();
    std::vector<LagCandidate> wanted = candidates(bounds, rows, lags);
    std::stable_sort(wanted.begin(), wanted.end(), [](const LagCandidate& a, const LagCandidate& b) {
        const auto rank = [](const LagCandidate& c) {
            const LagOrigin origin = c.estimate.lag.origin;
            return std::pair(origin == LagOrigin::Unknown   ? 0
                             : origin == LagOrigin::AtLeast ? 1
                                                            : 2,
                             -c.estimate.lag.value);
        };
        return rank(a) < rank(b);
    });
    if (wanted.size() > budget.partitions)
        wanted.resize(budget.partitions);
    const Duration deadline = m_clock.monotonic() + budget.time;
    if (m_hasIndex.value_or(true) && !wanted.empty())
        searchIndex(log, wanted, budget, deadline);
    if (m_clock.monotonic() < deadline)
        readRecords(log, wanted, budget);
    const PartitionTimes::Moment moment{m_clock.now(), m_clock.monotonic()};
    for (const LagCandidate& candidate : wanted) {
        const Offset offset = candidate.times->skipUnreadable(candidate.offset);
        lags[candidate.row] = offset >= candidate.times->head()
                                  ? TimeLag{0ms, LagOrigin::None}
                                  : candidate.times->estimate(offset, moment, candidate.motion).lag;
    }
    return lags;
}

void TimeLagService::searchIndex(EventLog& log, std::span<LagCandidate> wanted, const LagBudget& budget,
                                 Duration deadline)
{
    TimeSearch search(m_clock, m_limits, wanted);
    std::size_t left = budget.lookups;
    while (left > 0 && m_clock.monotonic() < deadline) {
        const std::vector<TimeQuery> queries = search.nextQueries(left);
        if (queries.empty())
            return;
        left -= queries.size();
        const auto answers = log.offsetsForTimes(queries, budget.timeout);
        if (!answers) {
            m_lastError = answers.error();
            if (answers.error().kind == ErrorKind::NotFound)
                m_hasIndex = false;
            return;
        }
        m_hasIndex = true;
        if (auto error = search.learn(*answers))
            m_lastError = std::move(error);
    }
}

bool TimeLagService::mayRead(const TopicPartition& id) const
{
    const auto refused = m_unreadable.find(id.topic);
    return refused == m_unreadable.end() || refused->second <= m_clock.monotonic();
}

void TimeLagService::readRecords(EventLog& log, std::span<LagCandidate> wanted, const LagBudget& budget)
{
    const bool indexed = m_hasIndex.value_or(false);
    const PartitionTimes::Moment moment{m_clock.now(), m_clock.monotonic()};
    std::vector<std::pair<TopicPartition, Offset>> places;
    std::vector<LagCandidate*> readers;
    for (LagCandidate& candidate : wanted) {
        if (places.size() == budget.reads)
            break;
        const bool stands = candidate.motion == PartitionTimes::Motion::Stands;
        const bool wants = indexed ? stands && candidate.times->worthReading(candidate.offset, moment)
                                   : !candidate.times->hasRecord(candidate.offset, moment.monotonic);
        if (!wants || !mayRead(*candidate.id))
            continue;
        places.emplace_back(*candidate.id, candidate.offset);
        readers.push_back(&candidate);
    }
    if (places.empty())
        return;
    const auto records = log.read(places, 1, std::min<Duration>(budget.timeout, 1500ms));
    if (!records) {
        // One topic that we may not read must not keep the others from being read for long: all pause, the refused
        // long.
        m_lastError = records.error();
        const Duration pause = records.error().kind == ErrorKind::Permission ? Duration(5min) : Duration(10s);
        for (const auto& [id, offset] : places)
            m_unreadable[id.topic] = m_clock.monotonic() + pause;
        return;
    }
    for (std::size_t i = 0; i < readers.size() && i < records->size(); ++i) {
        const auto& record = (*records)[i];
        if (!record || record->timestamp)
            readers[i]->times->learnRecord(places[i].second, record ? record->timestamp : std::nullopt,
                                           moment.monotonic, m_limits);
    }
}

} // namespace projectionist
