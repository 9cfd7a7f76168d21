// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/charts/heatmap.h"

#include "models/text.h"
#include "widgets/common/charts/chartsurface.h"
#include "widgets/common/charts/charttable.h"
#include "widgets/common/charts/heatplottable.h"

namespace projectionist {

HeatMap::HeatMap(RangeController& range, QWidget* parent)
    : ChartWidget(range, parent), m_plottable(new HeatPlottable(surface().xAxis, surface().yAxis))
{
    surface().setContent(m_plottable);
}

HeatMap::~HeatMap() = default;

void HeatMap::setMatrix(std::shared_ptr<const PartitionMatrix> matrix)
{
    m_plottable->setMatrix(std::move(matrix));
    surface().replotSoon();
}

void HeatMap::matrixChanged()
{
    surface().replotSoon();
}

void HeatMap::setObjective(std::optional<Duration> objective)
{
    m_plottable->setObjective(objective);
    surface().replotSoon();
}

std::unique_ptr<QAbstractItemModel> HeatMap::table() const
{
    std::vector<ChartColumn> columns;
    if (const PartitionMatrix* matrix = m_plottable->matrix()) {
        for (const auto& id : matrix->ids())
            columns.push_back({toQString(toString(id)), {}});
        for (std::size_t bucket = 0; bucket < matrix->buckets(); ++bucket) {
            const TimePoint at = matrix->bucketStart(bucket);
            if (at + matrix->width() <= range().from() || at > range().to())
                continue;
            const auto values = matrix->bucket(bucket);
            for (std::size_t row = 0; row < values.size(); ++row)
                columns[row].points.push_back({at.time_since_epoch().count(),
                                               static_cast<float>(matrix->width().count()), values[row], values[row],
                                               values[row]});
        }
    }
    return std::make_unique<ChartTable>(std::move(columns), ChartUnit::Time, range().zone());
}

} // namespace projectionist
