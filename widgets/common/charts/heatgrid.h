// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/partitionmatrix.h"
#include "widgets/common/charts/timescale.h"

namespace projectionist {

/// What a heat map shows: rows of partitions and a value for each pixel column. Plain values, no painting.
struct HeatGrid
{
    struct Row
    {
        std::vector<std::size_t>
            members; ///< rows of the matrix; more than one: the others, which have no row of their own
    };
    std::vector<Row> rows;
    int columns = 0;
    std::vector<float> cells; ///< row by row, milliseconds; NaN: not known
    std::vector<bool> edges;  ///< columns at which a bucket begins and there is room for a gap before it
    float highest = 0;

    [[nodiscard]] float cell(std::size_t row, int column) const
    {
        return cells[row * static_cast<std::size_t>(columns) + static_cast<std::size_t>(column)];
    }
};

/// All partitions in their order if they fit into `mostRows`; else the worst within the range, worst first, and a last
/// row with the worst of the others.
[[nodiscard]] HeatGrid heatGrid(const PartitionMatrix& matrix, const TimeScale& scale, std::size_t mostRows);

/// Where on the colour scale a lag is: within the objective in the lower two fifths, above it in the rest.
[[nodiscard]] double heatFraction(double lag, std::optional<double> objective, double end);

} // namespace projectionist
