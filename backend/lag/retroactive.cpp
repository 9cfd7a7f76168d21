// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/lag/retroactive.h"

#include <algorithm>

namespace projectionist {

using namespace std::chrono_literals;

namespace {

constexpr std::size_t minutes = 60;
constexpr std::size_t edges = minutes + 1;

/// Whole minutes, so that projections share the edges of their charts.
TimePoint edgeTime(TimePoint now, std::size_t edge)
{
    return std::chrono::floor<std::chrono::minutes>(now) - std::chrono::minutes(minutes - edge);
}

} // namespace

bool Retroactive::ask(EventLog& log, const Order& order, std::size_t edge, Duration timeout)
{
    std::vector<TimeQuery> queries;
    queries.reserve(order.rows.size());
    for (const Row& row : order.rows)
        queries.push_back({row.bounds.id, edgeTime(order.now, edge)});
    const auto answers = log.offsetsForTimes(queries, timeout);
    if (!answers || answers->size() != queries.size())
        return false;
    for (std::size_t i = 0; i < queries.size(); ++i) {
        if ((*answers)[i].error)
            return false;
        const PartitionBounds& bounds = order.rows[i].bounds;
        m_edges[i].push_back(std::min((*answers)[i].offset.value_or(bounds.head), bounds.head));
    }
    return true;
}

std::optional<RetroactivePoint> Retroactive::point(const Order& order, std::size_t edge) const
{
    RetroactivePoint point{edgeTime(order.now, edge), 0, {}, 0};
    Offset arrived = 0;
    for (std::size_t i = 0; i < order.rows.size(); ++i) {
        const Row& row = order.rows[i];
        const Offset before = m_edges[i][edge - 1];
        const Offset then = m_edges[i][edge];
        if (before <= row.bounds.start && row.bounds.start > 0)
            return std::nullopt; // retention has taken what came in then
        arrived += std::max<Offset>(0, then - before);
        point.head += then;
        if (row.pending && row.position && then > *row.position && point.at > *row.pending)
            point.lag = {std::max(point.lag.value, point.at - *row.pending), LagOrigin::AtLeast};
    }
    point.inPerSecond = static_cast<double>(arrived) / std::chrono::duration<double>(1min).count();
    return point;
}

RetroactiveSeries Retroactive::series(const Order& order) const
{
    RetroactiveSeries series{order.projection, {}};
    for (std::size_t edge = 1; edge < edges; ++edge) {
        if (auto found = point(order, edge))
            series.points.push_back(*found);
    }
    return series;
}

std::vector<RetroactiveSeries> Retroactive::step(EventLog& log, const Clock& clock, Duration atMost, Duration timeout)
{
    std::vector<RetroactiveSeries> complete;
    const Duration deadline = clock.monotonic() + atMost;
    while (!m_orders.empty() && clock.monotonic() < deadline) {
        const Order& order = m_orders.front();
        m_edges.resize(order.rows.size());
        const bool answered = ask(log, order, m_edge, timeout);
        if (answered && ++m_edge < edges)
            continue;
        if (answered)
            complete.push_back(series(order));
        m_orders.pop_front();
        m_edges.clear();
        m_edge = 0;
    }
    return complete;
}

} // namespace projectionist
