// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <QColor>

namespace projectionist {

/// Every colour of a chart, so that charts know nothing of themes.
struct ChartColors
{
    QColor background;
    QColor text;  ///< title, read-out
    QColor muted; ///< axis labels, note
    QColor grid;
    QColor crosshair;
    QColor readOut; ///< background of the read-out box
    QColor objective;
    QColor annotation;
    QColor selection;             ///< area that is being dragged, translucent
    QColor unknown;               ///< heat map: no value
    std::array<QColor, 7> series; ///< Okabe-Ito, the order with the best contrast on the background first
    std::array<QColor, 5> heat;   ///< from no lag to the worst, even steps of lightness: tells without hue

    bool operator==(const ChartColors&) const = default;

    [[nodiscard]] static ChartColors dark();
    [[nodiscard]] static ChartColors light();
    /// Heat scale at 0..1; values outside are clamped.
    [[nodiscard]] QColor heatAt(double fraction) const;
};

} // namespace projectionist
