// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/charts/seriespyramid.h"

#include <algorithm>

namespace projectionist {

namespace {

constexpr float noSample = std::numeric_limits<float>::quiet_NaN();

/// Cycles are not punctual; half a bucket more still counts as the next one.
std::int64_t connectsUntil(const ChartPoint& point)
{
    return point.at + static_cast<std::int64_t>(point.width * 2.5F);
}

struct LastSeen
{
    std::int64_t at = 0;
    float value = 0;
    std::int64_t until = std::numeric_limits<std::int64_t>::min();
};

/// Collects the extent of the line in each column. Reckons in time, not in pixels: a column is the same to the last bit
/// wherever it is in the picture.
struct SpanSink
{
    const TimeScale& scale;
    int firstColumn;
    std::vector<ColumnSpan> spans;

    void connect(const LastSeen& from, std::int64_t at, float value)
    {
        const double slope = (value - from.value) / static_cast<double>(at - from.at);
        const double columnWidth = static_cast<double>(scale.to - scale.from) / scale.columns;
        const auto length = static_cast<double>(at - from.at);
        const auto valueAtBorder = [&](std::int64_t column) {
            const double after = static_cast<double>(scale.from - from.at) + static_cast<double>(column) * columnWidth;
            return static_cast<float>(from.value + slope * std::clamp(after, 0.0, length));
        };
        const std::int64_t first = std::max<std::int64_t>(firstColumn, scale.columnOf(std::max(from.at, scale.from)));
        const std::int64_t last = scale.columnOf(std::min(at, scale.to - 1));
        for (std::int64_t column = first; column <= last; ++column) {
            auto& span = spans[static_cast<std::size_t>(column)];
            span.include(valueAtBorder(column));
            span.include(valueAtBorder(column + 1));
        }
    }
    void begin(std::int64_t, float) {}
    void extent(std::int64_t at, float low, float high, std::int64_t, float)
    {
        auto& span = spans[static_cast<std::size_t>(scale.columnOf(at))];
        span.include(low);
        span.include(high);
    }
};

/// Collects the line itself: of each column the first, lowest, highest and last value, those that are needed.
struct VertexSink
{
    const TimeScale& scale;
    std::vector<LineVertex> vertices;

    void begin(std::int64_t at, float value) { vertices.push_back({scale.x(at), value, true}); }
    void connect(const LastSeen& from, std::int64_t at, float value)
    {
        // A line that comes from outside begins there.
        if (vertices.empty())
            begin(from.at, from.value);
        vertices.push_back({scale.x(at), value, false});
    }
    void extent(std::int64_t, float low, float high, std::int64_t lastAt, float last)
    {
        const double x = scale.x(lastAt);
        const float first = vertices.back().value;
        // A steady climb stays a slope; only what sticks out gets a vertex of its own.
        if (low < std::min(first, last))
            vertices.push_back({x, low, false});
        if (high > std::max(first, last))
            vertices.push_back({x, high, false});
        vertices.push_back({x, last, false});
    }
};

} // namespace

void SeriesPyramid::append(const ChartPoint& point)
{
    if (!m_points.empty() && point.at <= m_points.back().at)
        return;
    if (std::isnan(point.last)) {
        // Known to be noSample: nothing is drawn over it.
        if (!m_points.empty())
            m_points.back().until = std::min(m_points.back().until, point.at - 1);
        return;
    }
    std::size_t index = m_points.size();
    m_points.push_back({point.at, connectsUntil(point), point.last, point.width});
    const Extent extent{point.low, point.high};
    for (std::size_t level = 0; level == 0 || m_extents[level - 1].size() > 1; ++level, index /= fanOut) {
        if (level == m_extents.size())
            // The level above begins with all that is below it.
            m_extents.push_back({level == 0 ? extent : m_extents[level - 1].front()});
        auto& extents = m_extents[level];
        if (index == extents.size())
            extents.push_back(extent);
        else
            extents[index] = {std::min(extents[index].low, extent.low), std::max(extents[index].high, extent.high)};
    }
}

void SeriesPyramid::clear()
{
    m_points.clear();
    m_extents.clear();
    ++m_revision;
}

std::optional<std::int64_t> SeriesPyramid::lastAt() const
{
    return m_points.empty() ? std::nullopt : std::optional(m_points.back().at);
}

std::size_t SeriesPyramid::firstNotBefore(std::int64_t at) const
{
    const auto found = std::lower_bound(m_points.begin(), m_points.end(), at,
                                        [](const Point& point, std::int64_t time) { return point.at < time; });
    return static_cast<std::size_t>(found - m_points.begin());
}

std::size_t SeriesPyramid::firstNotBefore(std::int64_t at, std::size_t after, std::size_t distance) const
{
    std::size_t before = after;
    // Seldom further away than a neighbour of the guess: one or two lines of the cache, not one for each halving.
    const std::size_t guess = after + distance - std::min<std::size_t>(distance, 2);
    if (guess < m_points.size() && m_points[guess].at < at)
        before = guess;
    std::size_t step = 1;
    while (before + step < m_points.size() && m_points[before + step].at < at) {
        before += step;
        step *= 2;
    }
    const auto begin = m_points.begin() + static_cast<std::ptrdiff_t>(before);
    const auto end = m_points.begin() + static_cast<std::ptrdiff_t>(std::min(before + step, m_points.size()));
    const auto found =
        std::lower_bound(begin, end, at, [](const Point& point, std::int64_t time) { return point.at < time; });
    return static_cast<std::size_t>(found - m_points.begin());
}

SeriesPyramid::Extent SeriesPyramid::extentOf(std::size_t begin, std::size_t end) const
{
    Extent extent = m_extents.front()[begin];
    const auto include = [&extent](const std::vector<Extent>& extents, std::size_t from, std::size_t to) {
        for (std::size_t i = from; i < to; ++i) {
            extent.low = std::min(extent.low, extents[i].low);
            extent.high = std::max(extent.high, extents[i].high);
        }
    };
    for (const auto& extents : m_extents) {
        const std::size_t firstWhole = (begin + fanOut - 1) / fanOut;
        const std::size_t lastWhole = end / fanOut;
        if (firstWhole >= lastWhole) {
            include(extents, begin, end);
            break;
        }
        include(extents, begin, firstWhole * fanOut);
        include(extents, lastWhole * fanOut, end);
        begin = firstWhole;
        end = lastWhole;
    }
    return extent;
}

/// A cold day is read at some places for each column, each far from the last: the memory's latency is most of the time.
void SeriesPyramid::fetchAhead(std::size_t index) const
{
    if (index < fanOut || index >= m_points.size())
        return;
    __builtin_prefetch(&m_points[index - 3]);
    __builtin_prefetch(&m_points[index]);
    __builtin_prefetch(&m_extents.front()[index - fanOut / 2]);
    __builtin_prefetch(&m_extents.front()[std::min(index + fanOut / 2, m_points.size() - 1)]);
}

template<typename Sink>
void SeriesPyramid::walk(const TimeScale& scale, int firstColumn, Sink& sink) const
{
    std::size_t index = firstNotBefore(scale.columnBegin(firstColumn));
    LastSeen last;
    if (index > 0) {
        const Point& before = m_points[index - 1];
        last = {before.at, before.value, before.until};
    }
    std::size_t pointsInColumn = 1;
    while (index < m_points.size() && m_points[index].at < scale.to) {
        // What lies within one column is one to the eye, gaps included.
        const Point& first = m_points[index];
        const std::size_t end = firstNotBefore(std::min(scale.columnEnd(first.at), scale.to), index, pointsInColumn);
        pointsInColumn = end - index;
        fetchAhead(end + 4 * pointsInColumn);
        const Extent extent = extentOf(index, end);
        if (first.at <= last.until)
            sink.connect(last, first.at, first.value);
        else
            sink.begin(first.at, first.value);
        const Point& youngest = m_points[end - 1];
        last = {youngest.at, youngest.value, youngest.until};
        sink.extent(first.at, extent.low, extent.high, last.at, last.value);
        index = end;
    }
    // The line that leads out of the range.
    if (index < m_points.size() && m_points[index].at <= last.until)
        sink.connect(last, m_points[index].at, m_points[index].value);
}

std::vector<ColumnSpan> SeriesPyramid::spans(const TimeScale& scale, int first) const
{
    SpanSink sink{scale, first, std::vector<ColumnSpan>(static_cast<std::size_t>(scale.columns))};
    walk(scale, first, sink);
    return std::move(sink.spans);
}

std::vector<LineVertex> SeriesPyramid::vertices(const TimeScale& scale) const
{
    VertexSink sink{scale, {}};
    walk(scale, 0, sink);
    return std::move(sink.vertices);
}

float SeriesPyramid::highest(const TimeScale& scale) const
{
    const std::size_t begin = firstNotBefore(scale.from);
    const std::size_t end = firstNotBefore(scale.to);
    return begin < end ? extentOf(begin, end).high : noSample;
}

float SeriesPyramid::valueAt(std::int64_t at) const
{
    const std::size_t next = firstNotBefore(at + 1);
    if (next == 0)
        return noSample;
    const Point& point = m_points[next - 1];
    return at <= point.until ? point.value : noSample;
}

std::vector<ChartPoint> SeriesPyramid::points(std::int64_t from, std::int64_t to) const
{
    std::vector<ChartPoint> points;
    for (std::size_t i = firstNotBefore(from); i < m_points.size() && m_points[i].at < to; ++i) {
        const Extent& extent = m_extents.front()[i];
        points.push_back({m_points[i].at, m_points[i].width, extent.low, extent.high, m_points[i].value});
    }
    return points;
}

} // namespace projectionist
