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

    [[nodiscard]] std::size_t size() const { return m_points.size(); }
    /// Begin of the youngest point. A later append() changes nothing that is drawn before it.
    [[nodiscard]] std::optional<std::int64_t> lastAt() const;
    /// Another one after each clear(): nothing is as it was.
    [[nodiscard]] std::uint64_t revision() const { return m_revision; }
    /// For each column of the scale from `first` on the extent of the line in it; columns before it are empty.
    [[nodiscard]] std::vector<ColumnSpan> spans(const TimeScale& scale, int first = 0) const;
    /// At most four vertices a column: first, lowest, highest, last.
    [[nodiscard]] std::vector<LineVertex> vertices(const TimeScale& scale) const;
    /// Highest value in [from, to); NaN if there is none.
    [[nodiscard]] float highest(const TimeScale& scale) const;
    /// Value at a time; NaN if it is not known.
    [[nodiscard]] float valueAt(std::int64_t at) const;
    /// Points in [from, to).
    [[nodiscard]] std::vector<ChartPoint> points(std::int64_t from, std::int64_t to) const;

private:
    struct Point
    {
        std::int64_t at;
        std::int64_t until; ///< a point that begins by then is connected with this one
        float value;
        float width;
    };
    /// Apart from the points, since drawing a long range reads little else.
    struct Extent
    {
        float low;
        float high;
    };
    static constexpr std::size_t fanOut = 8;

    [[nodiscard]] std::size_t firstNotBefore(std::int64_t at) const;
    /// The same, known to be behind the point `after`, about `distance` away from it.
    [[nodiscard]] std::size_t firstNotBefore(std::int64_t at, std::size_t after, std::size_t distance) const;
    [[nodiscard]] Extent extentOf(std::size_t begin, std::size_t end) const;
    void fetchAhead(std::size_t index) const;
    template<typename Sink>
    void walk(const TimeScale& scale, int firstColumn, Sink& sink) const;

    std::vector<Point> m_points;
    std::vector<std::vector<Extent>> m_extents; ///< of each point, of each eight points, ...
    std::uint64_t m_revision = 0;
};

} // namespace projectionist
