// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/lag/sourcewatch.h"

#include "backend/core/format.h"

#include <fmt/format.h>

namespace projectionist {

namespace {

constexpr Duration frozenAfter{15'000};

} // namespace

/// The outbox may feed other topics too: what leaves it shows that the relay lives.
bool SourceWatch::publishes(const WriteSideObservation& side) const
{
    if (side.pending == 0)
        return true;
    if (side.written && m_latest->written)
        return *side.written - side.pending > *m_latest->written - m_latest->pending;
    if (side.oldest && m_latest->oldest)
        return *side.oldest > *m_latest->oldest;
    return side.pending < m_latest->pending;
}

void SourceWatch::take(const ProjectionSample& sample, Duration at, Duration unobserved)
{
    Offset heads = 0;
    for (const auto& partition : sample.partitions) {
        if (!partition.head)
            return; // a partial reading would look like a movement
        heads += *partition.head;
    }
    if (!sample.writeSide) {
        m_latest.reset();
        return;
    }
    if (heads != m_heads || !m_latest || unobserved > Duration(0) || publishes(*sample.writeSide)) {
        m_since = at;
        m_first = sample.writeSide;
    }
    m_heads = heads;
    m_latest = sample.writeSide;
}

std::optional<std::string> SourceWatch::frozen(Duration at) const
{
    if (!m_latest || m_latest->pending == 0 || at - m_since < frozenAfter)
        return std::nullopt;
    std::string text = fmt::format("No head has moved for {} while the write side has events to publish: {} wait",
                                   formatDuration(at - m_since), formatCount(m_latest->pending));
    if (m_latest->pending > m_first->pending)
        text += fmt::format(", {} more than then", formatCount(m_latest->pending - m_first->pending));
    if (m_latest->oldest)
        text += ", the oldest since " + formatDateTime(*m_latest->oldest);
    return text + '.';
}

} // namespace projectionist
