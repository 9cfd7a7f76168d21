// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/lag/timelag.h"
#include "backend/lag/watcher.h"

#include <deque>

namespace projectionist {

/// Draws the hour before the start from the time index: the head of each minute gives in/s exactly, and a position that
/// is behind now was never further then, so the lag of then was at least the time since its event. Works in steps
/// between the cycles. Lives on the broker's thread.
class Retroactive
{
public:
    struct Row
    {
        PartitionBounds bounds;           ///< of now
        std::optional<TimePoint> pending; ///< latest time that the oldest unapplied event can have; nullopt: no backlog
        std::optional<Offset> position;
    };
    struct Order
    {
        std::string projection;
        TimePoint now{};
        std::vector<Row> rows;
    };

    void add(Order order) { m_orders.push_back(std::move(order)); }
    [[nodiscard]] bool pending() const { return !m_orders.empty(); }
    /// Works for about so long. Returns the series that are complete; drops what the log cannot answer.
    [[nodiscard]] std::vector<RetroactiveSeries> step(EventLog& log, const Clock& clock, Duration atMost,
                                                      Duration timeout);

private:
    /// f(minute) for each minute edge, oldest first; the present head where no event is that young.
    using Edges = std::vector<Offset>;

    [[nodiscard]] bool ask(EventLog& log, const Order& order, std::size_t edge, Duration timeout);
    [[nodiscard]] RetroactiveSeries series(const Order& order) const;
    [[nodiscard]] std::optional<RetroactivePoint> point(const Order& order, std::size_t edge) const;

    std::deque<Order> m_orders;
    std::size_t m_edge = 0;     ///< next edge of the first order
    std::vector<Edges> m_edges; ///< of the first order, parallel to its rows
};

} // namespace projectionist
