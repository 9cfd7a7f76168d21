// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/common/charts/seriespyramid.h"

#include <QImage>

namespace projectionist {

/// Draws many lines front to back and touches each pixel once: what a line in front covers is not drawn again. With 64
/// lines that is what keeps a replot within a frame.
class SpanRaster
{
public:
    SpanRaster(int columns, int height);

    /// Pixel row of a value = bottom - value * perValue. The first line added is in front.
    struct Line
    {
        QColor color;
        float width = 1.5F; ///< device pixels
        LineStyle style = LineStyle::Solid;
        std::int64_t patternStart = 0; ///< column at which the dash pattern begins, moves with time
        double bottom = 0;
        double perValue = 1;
    };
    /// Columns from `first` on.
    void add(const std::vector<ColumnSpan>& spans, const Line& line, int first = 0);
    /// Moves everything to the left and empties the columns from `firstEmpty` on.
    void scroll(int columns, int firstEmpty);
    [[nodiscard]] const QImage& image();

private:
    void fill(int column, float top, float bottom, QRgb color);
    void blend(std::uint32_t& pixel, QRgb color, float coverage) const;

    int m_columns;
    int m_height;
    std::size_t m_words;                 ///< of 64 bits a column
    std::vector<std::uint32_t> m_pixels; ///< column by column, premultiplied
    std::vector<std::uint64_t> m_covered;
    QImage m_image;   ///< line by line
    int m_firstStale; ///< column from which on the image is not up to date
};

/// Whether a dash pattern draws in a column.
[[nodiscard]] bool isDrawn(LineStyle style, std::int64_t column);

} // namespace projectionist
