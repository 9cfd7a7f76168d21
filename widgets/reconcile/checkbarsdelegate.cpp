// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/reconcile/checkbarsdelegate.h"

#include "widgets/common/celldelegate.h"
#include "widgets/common/colors.h"

#include <QPainter>

namespace projectionist {

namespace {

constexpr double tallest = 18;
constexpr double room = 5;   ///< above and below
constexpr double widest = 6; ///< of a bar with its gap

double shareOf(ColorMeaning run)
{
    return run == ColorMeaning::Muted ? 0.4 : run == ColorMeaning::Good ? 0.65 : 1;
}

} // namespace

std::vector<QRectF> checkBars(const CheckBars& bars, const QRectF& area)
{
    const double step = std::min(widest, area.width() / static_cast<double>(CheckDesk::runsShown));
    std::vector<QRectF> places;
    // As if all runs that are shown were there: bars stay where they are while runs come.
    double left = area.left();
    for (const auto run : bars.runs) {
        const double height = area.height() * shareOf(run);
        places.emplace_back(left, area.bottom() - height, std::max(1.0, step - 2), height);
        left += step;
    }
    return places;
}

void CheckBarsDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    QStyleOptionViewItem cell(option);
    initStyleOption(&cell, index);
    const auto& colors = colorsFor(cell.palette);
    const auto area = paintCellForDrawing(*painter, cell, tallest, room);
    const auto bars = index.data(CheckListModel::BarsRole).value<CheckBars>();
    const auto places = checkBars(bars, area);
    for (std::size_t i = 0; i < places.size(); ++i)
        painter->fillRect(places[i], colorOf(bars.runs[i], colors));
}

} // namespace projectionist
