// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/common/charts/spanraster.h"

namespace projectionist {

/// The picture of many lines, kept between replots: when time goes on it is scrolled by whole columns, and only columns
/// into which points came are drawn anew. The same pixels as a picture drawn from nothing.
class SpanPicture
{
public:
    struct Layer
    {
        const SeriesPyramid* pyramid; ///< outlives the next draw() or reset()
        QColor color;
        LineStyle style;
    };
    struct Frame
    {
        TimeScale scale; ///< a column is a device pixel
        int height = 1;  ///< device pixels
        float lineWidth = 1.5F;
        double end = 1; ///< value at the upper edge; 0 is at the lower one

        bool operator==(const Frame&) const = default;
    };
    /// The first layer is in front. Valid until the next call.
    const QImage& draw(const Frame& frame, const std::vector<Layer>& layers);
    /// When layers are other pyramids than before.
    void reset() { m_drawn.clear(); }

private:
    struct Drawn
    {
        QColor color;
        LineStyle style;
        std::uint64_t revision;
        std::optional<std::int64_t> lastAt;
    };
    [[nodiscard]] int firstStale(const Frame& frame, const std::vector<Layer>& layers) const;

    Frame m_frame;
    std::vector<Drawn> m_drawn; ///< layer by layer; empty: nothing is drawn
    SpanRaster m_raster{1, 1};
};

} // namespace projectionist
