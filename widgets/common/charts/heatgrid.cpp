// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/charts/heatgrid.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace projectionist {

namespace {

constexpr float unknown = std::numeric_limits<float>::quiet_NaN();
constexpr double objectiveShare = 0.4;

void raise(float& value, float by)
{
    if (!(by <= value) && !std::isnan(by))
        value = by;
}

struct BucketColumns
{
    std::size_t bucket;
    int first;
    int last; ///< one behind
};

/// The buckets that can be seen and the pixel columns of each; of several in one column the worst counts.
std::vector<BucketColumns> visibleBuckets(const PartitionMatrix& matrix, const TimeScale& scale)
{
    std::vector<BucketColumns> visible;
    for (std::size_t i = 0; i < matrix.buckets(); ++i) {
        const std::int64_t start = matrix.bucketStart(i).time_since_epoch().count();
        const int first = static_cast<int>(std::lround(std::clamp(scale.x(start), 0.0, 1.0 * scale.columns)));
        const double end = std::clamp(scale.x(start + matrix.width().count()), 0.0, 1.0 * scale.columns);
        const int last = std::max(first + (end > first ? 1 : 0), static_cast<int>(std::lround(end)));
        if (first < scale.columns && last > first)
            visible.push_back({i, first, std::min(last, scale.columns)});
    }
    return visible;
}

std::vector<HeatGrid::Row> chooseRows(const PartitionMatrix& matrix, const std::vector<BucketColumns>& visible,
                                      std::size_t mostRows)
{
    std::vector<HeatGrid::Row> rows;
    std::vector<std::size_t> order(matrix.rows());
    std::iota(order.begin(), order.end(), std::size_t{0});
    if (order.size() > mostRows) {
        std::vector<float> worst(matrix.rows(), -1);
        for (const auto& columns : visible) {
            const auto values = matrix.bucket(columns.bucket);
            for (std::size_t row = 0; row < values.size(); ++row)
                raise(worst[row], values[row]);
        }
        std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return worst[a] > worst[b]; });
    }
    const std::size_t own = order.size() > mostRows ? std::max<std::size_t>(mostRows, 1) - 1 : order.size();
    for (std::size_t i = 0; i < own; ++i)
        rows.push_back({{order[i]}});
    if (own < order.size())
        rows.push_back({{order.begin() + static_cast<std::ptrdiff_t>(own), order.end()}});
    return rows;
}

} // namespace

HeatGrid heatGrid(const PartitionMatrix& matrix, const TimeScale& scale, std::size_t mostRows)
{
    constexpr int widestWithoutGap = 3;
    const auto visible = visibleBuckets(matrix, scale);
    HeatGrid grid;
    grid.columns = scale.columns;
    grid.rows = chooseRows(matrix, visible, mostRows);
    grid.cells.assign(grid.rows.size() * static_cast<std::size_t>(scale.columns), unknown);
    grid.edges.assign(static_cast<std::size_t>(scale.columns), false);
    for (const auto& columns : visible) {
        const auto values = matrix.bucket(columns.bucket);
        grid.edges[static_cast<std::size_t>(columns.first)] = columns.last - columns.first > widestWithoutGap;
        for (std::size_t row = 0; row < grid.rows.size(); ++row) {
            float worst = unknown;
            for (const std::size_t member : grid.rows[row].members)
                raise(worst, values[member]);
            raise(grid.highest, worst);
            float* cells = &grid.cells[row * static_cast<std::size_t>(scale.columns)];
            for (int column = columns.first; column < columns.last; ++column)
                raise(cells[column], worst);
        }
    }
    return grid;
}

double heatFraction(double lag, std::optional<double> objective, double end)
{
    if (!objective || *objective <= 0 || *objective >= end)
        return lag / end * (objective && *objective >= end ? objectiveShare : 1);
    return lag <= *objective ? objectiveShare * lag / *objective
                             : objectiveShare + (1 - objectiveShare) * (lag - *objective) / (end - *objective);
}

} // namespace projectionist
