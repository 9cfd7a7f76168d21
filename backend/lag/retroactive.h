// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/lag/timelag.h"
#include "backend/lag/watcher.h"

#include <deque>
#include <unordered_map>

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
    /// f(minute) for each minute edge, oldest first.
    using Edges = std::vector<Offset>;

    void beginBatch();
    [[nodiscard]] Result<void> ask(EventLog& log, Duration timeout);
    [[nodiscard]] bool answered(const Order& order) const;
    [[nodiscard]] Offset edgeOf(const Row& row, std::size_t edge) const;
    [[nodiscard]] RetroactiveSeries series(const Order& order) const;
    [[nodiscard]] std::optional<RetroactivePoint> point(const Order& order, std::size_t edge) const;

    std::deque<Order> m_orders;
    std::size_t m_batch = 0; ///< orders at the front that are asked for together; many groups read the same topics
    std::size_t m_edge = 0;  ///< next edge of the batch
    int m_failures = 0;      ///< in a row
    std::unordered_map<TopicPartition, Edges> m_edges; ///< of the batch, without partitions that cannot be asked
};

} // namespace projectionist
