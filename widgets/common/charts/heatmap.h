// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/partitionmatrix.h"
#include "widgets/common/charts/chartwidget.h"

namespace projectionist {

class HeatPlottable;

/// Partition × time. With more partitions than rows fit, the worst get a row of their own, the others share the last
/// one, which says how many they are.
class HeatMap final : public ChartWidget
{
    Q_OBJECT
public:
    explicit HeatMap(RangeController& range, QWidget* parent = nullptr);
    ~HeatMap() override;

    /// The matrix may go on growing; call matrixChanged() then. Null: nothing to show.
    void setMatrix(std::shared_ptr<const PartitionMatrix> matrix);
    void matrixChanged();
    /// The scale ends at least there, so that small lags do not look dramatic.
    void setObjective(std::optional<Duration> objective);

    [[nodiscard]] std::unique_ptr<QAbstractItemModel> table() const override;

private:
    HeatPlottable* m_plottable; ///< owned by the surface
};

} // namespace projectionist
