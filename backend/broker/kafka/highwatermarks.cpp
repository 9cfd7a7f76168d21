// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/broker/kafka/highwatermarks.h"

#include <algorithm>

namespace projectionist::kafka {

namespace {

using namespace std::chrono_literals;

constexpr auto pause = 5s;
/// On large or slow clusters the questions take at most one part in so many of the time.
constexpr int share = 20;

} // namespace

void HighWatermarks::refresh(const Handle& heads, std::span<const TopicPartition> ids, SteadyTime deadline)
{
    const auto began = std::chrono::steady_clock::now();
    if (began < m_due || !readsCommitted(heads.get()))
        return;
    if (!m_handle) {
        HandlePlan plan;
        plan.defaults = watchingDefaults();
        plan.forced = watchingForced();
        plan.forced.insert_or_assign("isolation.level", "read_uncommitted");
        if (auto opened = Handle::open(m_settings, plan))
            m_handle = *std::move(opened);
    }
    if (m_handle) {
        std::vector<OffsetQuestion> questions;
        questions.reserve(ids.size());
        for (const TopicPartition& id : ids)
            questions.push_back({id, askEnd});
        m_ends.clear();
        // The heads are what the caller waits for, so most of the time is theirs.
        const auto answers = m_lookup.ask(*m_handle, questions, began + (deadline - began) / 4);
        for (std::size_t i = 0; i < ids.size(); ++i)
            if (answers[i].offset)
                m_ends.insert_or_assign(ids[i], *answers[i].offset);
    }
    const auto ended = std::chrono::steady_clock::now();
    m_due = ended + std::max<SteadyTime::duration>(pause, share * (ended - began));
}

void HighWatermarks::apply(std::span<PartitionBounds> rows)
{
    if (m_ends.empty())
        return;
    for (PartitionBounds& row : rows) {
        const auto known = m_ends.find(row.id);
        if (known == m_ends.end() || row.error)
            continue;
        if (known->second > row.head)
            row.end = known->second;
        else
            m_ends.erase(known);
    }
}

} // namespace projectionist::kafka
