// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/projectionhistory.h"
#include "widgets/common/charts/heatmap.h"
#include "widgets/common/charts/timechart.h"

namespace projectionist {

/// The three charts of one projection: lag in time with the objective, in and out per second, partition × time.
class ProjectionCharts final : public QWidget
{
    Q_OBJECT
public:
    /// Horizontal: side by side, as on the Overview; vertical: below each other, as on the Projection page.
    ProjectionCharts(HistoryReader& reader, LiveFeed& feed, RangeController& range, Qt::Orientation orientation,
                     QWidget* parent = nullptr);

    void setProjection(const std::string& context, const std::string& projection);
    void setColors(const ChartColors& colors);
    [[nodiscard]] const ProjectionHistory& history() const { return m_history; }
    [[nodiscard]] std::array<ChartWidget*, 3> charts() const { return {m_lag, m_rates, m_heat}; }

private:
    void showAll();
    void showAppended(std::size_t firstNew);
    void showState();
    void showAnnotations();
    [[nodiscard]] QString collectingSince() const;

    RangeController& m_range;
    ProjectionHistory m_history;
    TimeChart* m_lag;
    TimeChart* m_rates;
    HeatMap* m_heat;
};

} // namespace projectionist
