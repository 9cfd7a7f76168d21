// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/common/charts/chartcontent.h"
#include "widgets/common/charts/spanpicture.h"

namespace projectionist {

/// The lines of a TimeChart and its objective.
class SeriesPlottable final : public ChartContent
{
    Q_OBJECT
public:
    SeriesPlottable(QCPAxis* timeAxis, QCPAxis* valueAxis, ChartUnit unit);

    struct Line
    {
        ChartSeries series;
        SeriesPyramid seen;
        SeriesPyramid reconstructed; ///< drawn lighter and dotted
    };
    void setSeries(std::vector<ChartSeries> series);
    [[nodiscard]] Line& line(std::size_t index) { return m_lines.at(index); }
    [[nodiscard]] const std::vector<Line>& lines() const { return m_lines; }
    void setObjective(std::optional<double> value) { m_objective = value; }
    [[nodiscard]] ChartUnit unit() const { return m_unit; }

    void prepare(const TimeScale& scale, int height) override;
    [[nodiscard]] double end() const override { return m_end; }
    [[nodiscard]] std::vector<AxisTick> ticks() const override;
    [[nodiscard]] std::vector<LegendEntry> legend() const override;
    [[nodiscard]] std::vector<ReadOutLine> readOut(TimePoint at, std::optional<double> value) const override;

protected:
    void draw(QCPPainter* painter) override;

private:
    [[nodiscard]] QColor colorOf(std::size_t index) const;
    [[nodiscard]] LineStyle styleOf(std::size_t index) const;
    [[nodiscard]] bool hasReconstructed() const;
    void drawAsPaths(QCPPainter& painter, const QRect& plot) const;
    void drawAsPixels(QCPPainter& painter, const QRect& plot);
    void drawPath(QCPPainter& painter, const QRect& plot, const SeriesPyramid& pyramid, const QPen& pen) const;
    void drawObjective(QCPPainter& painter, const QRect& plot) const;

    const ChartUnit m_unit;
    std::vector<Line> m_lines;
    std::optional<double> m_objective;
    TimeScale m_scale;
    int m_height = 1;
    double m_end = 0;
    SpanPicture m_picture;
};

} // namespace projectionist
