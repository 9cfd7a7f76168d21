// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/charts/timechart.h"

#include "widgets/common/charts/chartsurface.h"
#include "widgets/common/charts/charttable.h"
#include "widgets/common/charts/seriesplottable.h"

namespace projectionist {

TimeChart::TimeChart(RangeController& range, ChartUnit unit, QWidget* parent)
    : ChartWidget(range, parent), m_plottable(new SeriesPlottable(surface().xAxis, surface().yAxis, unit))
{
    surface().setContent(m_plottable);
}

TimeChart::~TimeChart() = default;

void TimeChart::setSeries(std::vector<ChartSeries> series)
{
    m_plottable->setSeries(std::move(series));
    surface().replotSoon();
}

void TimeChart::setPoints(int series, const std::vector<ChartPoint>& points,
                          std::optional<TimePoint> reconstructedUntil)
{
    auto& line = m_plottable->line(static_cast<std::size_t>(series));
    line.seen.clear();
    line.reconstructed.clear();
    const std::int64_t seenFrom =
        reconstructedUntil ? reconstructedUntil->time_since_epoch().count() : std::numeric_limits<std::int64_t>::min();
    for (const auto& point : points)
        (point.at < seenFrom ? line.reconstructed : line.seen).append(point);
    surface().replotSoon();
}

void TimeChart::appendPoint(int series, const ChartPoint& point)
{
    m_plottable->line(static_cast<std::size_t>(series)).seen.append(point);
    surface().replotSoon();
}

void TimeChart::setObjective(std::optional<double> value)
{
    m_plottable->setObjective(value);
    surface().replotSoon();
}

std::unique_ptr<QAbstractItemModel> TimeChart::table() const
{
    std::vector<ChartColumn> columns;
    const std::int64_t from = range().from().time_since_epoch().count();
    const std::int64_t to = range().to().time_since_epoch().count() + 1;
    for (const auto& line : m_plottable->lines()) {
        ChartColumn column{line.series.name, line.reconstructed.points(from, to)};
        const auto seen = line.seen.points(from, to);
        column.points.insert(column.points.end(), seen.begin(), seen.end());
        columns.push_back(std::move(column));
    }
    return std::make_unique<ChartTable>(std::move(columns), m_plottable->unit(), range().zone());
}

} // namespace projectionist
