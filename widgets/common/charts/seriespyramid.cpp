// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/charts/seriespyramid.h"

#include <algorithm>

namespace projectionist {

namespace {

constexpr float unknown = std::numeric_limits<float>::quiet_NaN();

/// Cycles are not punctual; half a bucket more still counts as the next one.
std::int64_t connectsUntil(const ChartPoint& point)
{
    return point.at + static_cast<std::int64_t>(point.width * 2.5F);
}

struct LastSeen
{
    double x = 0;
    float value = 0;
    std::int64_t until = std::numeric_limits<std::int64_t>::min();
};

/// Collects the extent of the line in each column.
struct SpanSink
{
    const TimeScale& scale;
    std::vector<ColumnSpan> spans;

    void connect(const LastSeen& from, double x, float value)
    {
        const double length = x - from.x;
        const auto at = [&](double where) {
            return length <= 0 ? value
                               : static_cast<float>(from.value + (value - from.value) * (where - from.x) / length);
        };
        const int first = std::max(0, static_cast<int>(std::floor(std::max(from.x, -1.0))));
        const int last = std::min(scale.columns - 1, static_cast<int>(std::floor(std::min(x, scale.columns * 1.0))));
        for (int column = first; column <= last; ++column) {
            auto& span = spans[static_cast<std::size_t>(column)];
            span.include(at(std::clamp<double>(column, from.x, x)));
            span.include(at(std::clamp<double>(column + 1, from.x, x)));
        }
    }
    void begin(double, float) {}
    void extent(double x, float low, float high, double, float)
    {
        if (x < 0 || x >= scale.columns)
            return;
        auto& span = spans[static_cast<std::size_t>(x)];
        span.include(low);
        span.include(high);
    }
};

/// Collects the line itself: of each column the first, lowest, highest and last value, those that are needed.
struct VertexSink
{
    const TimeScale& scale;
    std::vector<LineVertex> vertices;

    void begin(double x, float value) { vertices.push_back({x, value, true}); }
    void connect(const LastSeen& from, double x, float value)
    {
        // A line that comes from outside begins there.
        if (vertices.empty())
            begin(from.x, from.value);
        vertices.push_back({x, value, false});
    }
    void extent(double, float low, float high, double lastX, float last)
    {
        const float first = vertices.back().value;
        // A steady climb stays a slope; only what sticks out gets a vertex of its own.
        if (low < std::min(first, last))
            vertices.push_back({lastX, low, false});
        if (high > std::max(first, last))
            vertices.push_back({lastX, high, false});
        vertices.push_back({lastX, last, false});
    }
};

} // namespace

void SeriesPyramid::append(const ChartPoint& point)
{
    if (m_levels.empty())
        m_levels.emplace_back();
    auto& leaves = m_levels.front();
    if (!leaves.empty() && point.at <= leaves.back().lastAt)
        return;
    if (std::isnan(point.last)) {
        // Known to be unknown: nothing is drawn over it.
        if (!leaves.empty()) {
            leaves.back().until = std::min(leaves.back().until, point.at - 1);
            refreshParents();
        }
        return;
    }
    leaves.push_back(
        {point.at, point.at, connectsUntil(point), point.last, point.last, point.low, point.high, point.width});
    refreshParents();
}

void SeriesPyramid::clear()
{
    m_levels.clear();
}

void SeriesPyramid::forgetBefore(std::int64_t at)
{
    if (m_levels.empty())
        return;
    auto& leaves = m_levels.front();
    const auto keep = std::lower_bound(leaves.begin(), leaves.end(), at,
                                       [](const Node& node, std::int64_t t) { return node.lastAt < t; });
    // One more than needed: its line leads into the range.
    const auto gone = std::max<std::ptrdiff_t>(0, keep - leaves.begin() - 1);
    if (gone * 4 < static_cast<std::ptrdiff_t>(leaves.size()))
        return;
    std::vector<Node> rest(leaves.begin() + gone, leaves.end());
    m_levels.clear();
    m_levels.emplace_back();
    m_levels.front().reserve(rest.size() * 2);
    for (const Node& leaf : rest) {
        m_levels.front().push_back(leaf);
        refreshParents();
    }
}

SeriesPyramid::Node SeriesPyramid::combined(const Node& first, const Node& last)
{
    return {first.firstAt,
            last.lastAt,
            last.until,
            first.firstValue,
            last.lastValue,
            std::min(first.low, last.low),
            std::max(first.high, last.high),
            last.lastWidth};
}

std::pair<std::size_t, std::size_t> SeriesPyramid::highestWithin(std::size_t leaf, std::int64_t end) const
{
    std::size_t level = 0;
    while (level + 1 < m_levels.size() && leaf % fanOut == 0 && m_levels[level + 1][leaf / fanOut].lastAt < end) {
        leaf /= fanOut;
        ++level;
    }
    return {level, leaf};
}

std::size_t SeriesPyramid::behind(std::size_t level, std::size_t at)
{
    std::size_t leaf = at + 1;
    for (; level > 0; --level)
        leaf *= fanOut;
    return leaf;
}

void SeriesPyramid::refreshParents()
{
    for (std::size_t level = 0; m_levels[level].size() > 1; ++level) {
        if (level + 1 == m_levels.size())
            m_levels.emplace_back();
        const auto& below = m_levels[level];
        auto& above = m_levels[level + 1];
        const std::size_t parent = (below.size() - 1) / fanOut;
        if (above.size() <= parent)
            above.resize(parent + 1);
        const std::size_t first = parent * fanOut;
        above[parent] = below[first];
        for (std::size_t i = first + 1; i < below.size(); ++i)
            above[parent] = combined(above[parent], below[i]);
    }
}

template<typename Sink>
void SeriesPyramid::walk(const TimeScale& scale, Sink& sink) const
{
    if (m_levels.empty() || m_levels.front().empty())
        return;
    const auto& leaves = m_levels.front();
    const auto byTime = [](const Node& node, std::int64_t t) { return node.lastAt < t; };
    const auto begin = std::lower_bound(leaves.begin(), leaves.end(), scale.from, byTime);
    LastSeen last;
    if (begin != leaves.begin()) {
        const Node& before = *std::prev(begin);
        last = {scale.x(before.lastAt), before.lastValue, before.until};
    }
    auto index = static_cast<std::size_t>(begin - leaves.begin());
    while (index < leaves.size() && leaves[index].firstAt < scale.to) {
        const std::int64_t columnEnd = std::min(scale.columnEnd(leaves[index].firstAt), scale.to);
        // What lies within one column is one to the eye, gaps included.
        Node column = leaves[index];
        while (index < leaves.size() && leaves[index].firstAt < columnEnd) {
            const auto [level, at] = highestWithin(index, columnEnd);
            column = combined(column, m_levels[level][at]);
            index = behind(level, at);
        }
        const double x = scale.x(column.firstAt);
        if (column.firstAt <= last.until)
            sink.connect(last, x, column.firstValue);
        else
            sink.begin(x, column.firstValue);
        last = {scale.x(column.lastAt), column.lastValue, column.until};
        sink.extent(x, column.low, column.high, last.x, last.value);
    }
    // The line that leads out of the range.
    if (index < leaves.size() && leaves[index].firstAt <= last.until)
        sink.connect(last, scale.x(leaves[index].firstAt), leaves[index].firstValue);
}

std::vector<ColumnSpan> SeriesPyramid::spans(const TimeScale& scale) const
{
    SpanSink sink{scale, std::vector<ColumnSpan>(static_cast<std::size_t>(scale.columns))};
    walk(scale, sink);
    return std::move(sink.spans);
}

std::vector<LineVertex> SeriesPyramid::vertices(const TimeScale& scale) const
{
    VertexSink sink{scale, {}};
    walk(scale, sink);
    return std::move(sink.vertices);
}

float SeriesPyramid::highest(const TimeScale& scale) const
{
    float highest = unknown;
    if (m_levels.empty())
        return highest;
    const auto& leaves = m_levels.front();
    auto index =
        static_cast<std::size_t>(std::lower_bound(leaves.begin(), leaves.end(), scale.from,
                                                  [](const Node& node, std::int64_t t) { return node.lastAt < t; }) -
                                 leaves.begin());
    while (index < leaves.size() && leaves[index].firstAt < scale.to) {
        const auto [level, at] = highestWithin(index, scale.to);
        if (const float high = m_levels[level][at].high; !(high <= highest))
            highest = high;
        index = behind(level, at);
    }
    return highest;
}

float SeriesPyramid::valueAt(std::int64_t at) const
{
    if (m_levels.empty())
        return unknown;
    const auto& leaves = m_levels.front();
    const auto next = std::upper_bound(leaves.begin(), leaves.end(), at,
                                       [](std::int64_t t, const Node& node) { return t < node.firstAt; });
    if (next == leaves.begin())
        return unknown;
    const Node& node = *std::prev(next);
    return at <= node.until ? node.lastValue : unknown;
}

std::vector<ChartPoint> SeriesPyramid::points(std::int64_t from, std::int64_t to) const
{
    std::vector<ChartPoint> points;
    if (m_levels.empty())
        return points;
    for (const Node& node : m_levels.front())
        if (node.firstAt >= from && node.firstAt < to)
            points.push_back({node.firstAt, node.lastWidth, node.low, node.high, node.lastValue});
    return points;
}

} // namespace projectionist
