// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/lag/retroactive.h"

#include <algorithm>
#include <limits>

namespace projectionist {

using namespace std::chrono_literals;

namespace {

constexpr std::size_t minutes = 60;
constexpr std::size_t edges = minutes + 1;
constexpr std::size_t partitionsAtOnce = 250; ///< more would be several requests anyway
constexpr int attempts = 3;

/// Whole minutes, so that projections share the edges of their charts.
TimePoint edgeTime(TimePoint now, std::size_t edge)
{
    return std::chrono::floor<std::chrono::minutes>(now) - std::chrono::minutes(minutes - edge);
}

} // namespace

void Retroactive::beginBatch()
{
    m_edge = 0;
    m_failures = 0;
    m_edges.clear();
    for (m_batch = 0; m_batch < m_orders.size(); ++m_batch) {
        const Order& order = m_orders[m_batch];
        const bool fits = m_edges.size() + order.rows.size() <= partitionsAtOnce;
        if (m_batch > 0 && (!fits || edgeTime(order.now, 0) != edgeTime(m_orders.front().now, 0)))
            return;
        for (const Row& row : order.rows)
            m_edges[row.bounds.id].reserve(edges);
    }
}

Result<void> Retroactive::ask(EventLog& log, Duration timeout)
{
    std::vector<TimeQuery> queries;
    queries.reserve(m_edges.size());
    for (const auto& [id, known] : m_edges)
        queries.push_back({id, edgeTime(m_orders.front().now, m_edge)});
    const auto answers = log.offsetsForTimes(queries, timeout);
    if (!answers)
        return tl::unexpected(answers.error());
    for (const TimeAnswer& answer : *answers) {
        if (answer.error)
            m_edges.erase(answer.id);
        else
            m_edges[answer.id].push_back(answer.offset.value_or(std::numeric_limits<Offset>::max()));
    }
    return {};
}

bool Retroactive::answered(const Order& order) const
{
    return std::all_of(order.rows.begin(), order.rows.end(), [&](const Row& row) {
        const auto known = m_edges.find(row.bounds.id);
        return known != m_edges.end() && known->second.size() == edges;
    });
}

/// The present head where no event is that young.
Offset Retroactive::edgeOf(const Row& row, std::size_t edge) const
{
    return std::min(m_edges.at(row.bounds.id)[edge], row.bounds.head);
}

std::optional<RetroactivePoint> Retroactive::point(const Order& order, std::size_t edge) const
{
    RetroactivePoint point{edgeTime(order.now, edge), 0, {}, 0};
    Offset arrived = 0;
    for (const Row& row : order.rows) {
        const Offset before = edgeOf(row, edge - 1);
        const Offset then = edgeOf(row, edge);
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
        if (m_batch == 0)
            beginBatch();
        const auto asked = ask(log, timeout);
        if (!asked && asked.error().kind != ErrorKind::NotFound && ++m_failures < attempts)
            break; // again in the next step
        if (asked)
            m_failures = 0;
        if (asked && ++m_edge < edges)
            continue;
        for (; m_batch > 0; --m_batch) {
            if (answered(m_orders.front()))
                complete.push_back(series(m_orders.front()));
            m_orders.pop_front();
        }
    }
    return complete;
}

} // namespace projectionist
