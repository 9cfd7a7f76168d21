// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/common/charts/chartdata.h"
#include "widgets/common/charts/timescale.h"

#include <cmath>
#include <limits>

namespace projectionist {

/// Lowest and highest value of a line within one pixel column; NaN where nothing is known.
struct ColumnSpan
{
    float low = std::numeric_limits<float>::quiet_NaN();
    float high = std::numeric_limits<float>::quiet_NaN();

    [[nodiscard]] bool isEmpty() const { return std::isnan(low); }
    void include(float value)
    {
        low = value < low || isEmpty() ? value : low;
        high = value > high || std::isnan(high) ? value : high;
    }
};

/// A vertex of a line; `begins` starts a new piece: what lies between is not known.
struct LineVertex
{
    double x = 0;
    float value = 0;
    bool begins = false;
};

/// The points of one series with coarser and coarser envelopes above them, so that drawing costs what the pixels cost,
/// not what the points cost. Points that follow each other are connected unless more than one and a half of a bucket's
/// width lies between the end of one and the begin of the next, or an unknown one does.
class SeriesPyramid
{
public:
    /// Oldest first; a point that is not younger than the last is left out.
    void append(const ChartPoint& point);
    void clear();
    /// Forgets leading points; keeps some, so that the work is done rarely.
    void forgetBefore(std::int64_t at);

    [[nodiscard]] std::size_t size() const { return m_levels.empty() ? 0 : m_levels.front().size(); }
    /// For each column of the scale the extent of the line in it.
    [[nodiscard]] std::vector<ColumnSpan> spans(const TimeScale& scale) const;
    /// At most four vertices a column: first, lowest, highest, last.
    [[nodiscard]] std::vector<LineVertex> vertices(const TimeScale& scale) const;
    /// Highest value in [from, to); NaN if there is none.
    [[nodiscard]] float highest(const TimeScale& scale) const;
    /// Value at a time; NaN if it is not known.
    [[nodiscard]] float valueAt(std::int64_t at) const;
    /// Points in [from, to).
    [[nodiscard]] std::vector<ChartPoint> points(std::int64_t from, std::int64_t to) const;

private:
    struct Node
    {
        std::int64_t firstAt, lastAt;
        std::int64_t until; ///< a point that begins by then is connected with the last one
        float firstValue, lastValue, low, high;
        float lastWidth;
    };
    static constexpr std::size_t fanOut = 8;

    [[nodiscard]] static Node combined(const Node& first, const Node& last);
    /// Level and index of the coarsest node that begins with this leaf and ends before `end`.
    [[nodiscard]] std::pair<std::size_t, std::size_t> highestWithin(std::size_t leaf, std::int64_t end) const;
    /// The leaf after a node.
    [[nodiscard]] static std::size_t behind(std::size_t level, std::size_t at);
    void refreshParents();
    template<typename Sink>
    void walk(const TimeScale& scale, Sink& sink) const;

    std::vector<std::vector<Node>> m_levels; ///< points first, one node last
};

} // namespace projectionist
