// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/deadletters/arrivalsdelegate.h"

#include "widgets/common/celldelegate.h"
#include "widgets/common/colors.h"

#include <algorithm>
#include <QPainter>

namespace projectionist {

namespace {

constexpr double mostHeight = 24;
constexpr double roomOfBars = 6; ///< above and below
constexpr double leastHeight = 2;

} // namespace

std::vector<QRectF> arrivalBars(const LetterArrivals& arrivals, const QRectF& area)
{
    std::vector<QRectF> bars;
    const auto highest = *std::max_element(arrivals.counts.begin(), arrivals.counts.end());
    const double step = area.width() / static_cast<double>(arrivals.counts.size());
    for (std::size_t hour = 0; highest > 0 && hour < arrivals.counts.size(); ++hour) {
        if (arrivals.counts[hour] == 0)
            continue;
        const double share = static_cast<double>(arrivals.counts[hour]) / highest;
        const double height = std::max(leastHeight, share * area.height());
        bars.emplace_back(area.left() + step * static_cast<double>(hour), area.bottom() - height,
                          std::max(1.0, step - 1), height);
    }
    return bars;
}

void ArrivalsDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    QStyleOptionViewItem cell(option);
    initStyleOption(&cell, index);
    const auto& colors = colorsFor(cell.palette);
    const auto area = paintCellForDrawing(*painter, cell, mostHeight, roomOfBars);
    painter->fillRect(QRectF(area.left(), area.bottom(), area.width(), 1), colors.border);
    for (const auto& bar : arrivalBars(index.data(LetterGroupModel::ArrivalsRole).value<LetterArrivals>(), area))
        painter->fillRect(bar, colors.critical);
}

} // namespace projectionist
