// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/common/charts/chartcontent.h"
#include "widgets/common/charts/heatgrid.h"

namespace projectionist {

/// The cells of a HeatMap. The y axis counts rows from the bottom.
class HeatPlottable final : public ChartContent
{
    Q_OBJECT
public:
    HeatPlottable(QCPAxis* timeAxis, QCPAxis* rowAxis);

    void setMatrix(std::shared_ptr<const PartitionMatrix> matrix) { m_matrix = std::move(matrix); }
    [[nodiscard]] const PartitionMatrix* matrix() const { return m_matrix.get(); }
    void setObjective(std::optional<Duration> objective);

    void prepare(const TimeScale& scale, int height) override;
    [[nodiscard]] double end() const override;
    [[nodiscard]] std::vector<AxisTick> ticks() const override;
    [[nodiscard]] std::vector<LegendEntry> legend() const override { return {}; }
    [[nodiscard]] std::vector<ReadOutLine> readOut(TimePoint at, std::optional<double> value) const override;
    void drawScale(QPainter& painter, const QRect& row) const override;

protected:
    void draw(QCPPainter* painter) override;

private:
    [[nodiscard]] QString rowName(std::size_t row, bool withTopic) const;
    [[nodiscard]] QColor colorOf(float lag) const;
    [[nodiscard]] QImage cells(int columns, int height) const;
    void drawAsRects(QPainter& painter, const QRect& plot) const;

    std::shared_ptr<const PartitionMatrix> m_matrix;
    std::optional<double> m_objective;
    TimeScale m_scale;
    HeatGrid m_grid;
    int m_height = 1;
    double m_end = 0; ///< of the colour scale, milliseconds
};

} // namespace projectionist
