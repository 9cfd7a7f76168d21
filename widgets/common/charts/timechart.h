// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/common/charts/chartwidget.h"

namespace projectionist {

class SeriesPlottable;

/// Lines over time. Never connects over a gap: where nothing is known, nothing is drawn.
class TimeChart final : public ChartWidget
{
    Q_OBJECT
public:
    TimeChart(RangeController& range, ChartUnit unit, QWidget* parent = nullptr);
    ~TimeChart() override;

    /// Replaces the series and drops all points.
    void setSeries(std::vector<ChartSeries> series);
    /// Points oldest first; those before `reconstructedUntil` are drawn lighter and dotted, with a word in the legend.
    void setPoints(int series, const std::vector<ChartPoint>& points,
                   std::optional<TimePoint> reconstructedUntil = std::nullopt);
    /// Younger than all before it.
    void appendPoint(int series, const ChartPoint& point);
    /// A dashed line, always in sight.
    void setObjective(std::optional<double> value);

    [[nodiscard]] std::unique_ptr<QAbstractItemModel> table() const override;

private:
    SeriesPlottable* m_plottable; ///< owned by the surface
};

} // namespace projectionist
