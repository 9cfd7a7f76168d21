// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/charts/spanpicture.h"

namespace projectionist {

const QImage& SpanPicture::draw(const Frame& frame, const std::vector<Layer>& layers)
{
    const int first = firstStale(frame, layers);
    if (first == 0)
        m_raster = SpanRaster(frame.scale.columns, frame.height);
    else
        m_raster.scroll(static_cast<int>(*frame.scale.columnsAfter(m_frame.scale)), first);
    SpanRaster::Line line;
    line.width = frame.lineWidth;
    line.bottom = frame.height;
    line.perValue = frame.height / frame.end;
    line.patternStart = frame.scale.from * frame.scale.columns / (frame.scale.to - frame.scale.from);
    m_frame = frame;
    m_drawn.clear();
    for (const auto& layer : layers) {
        m_drawn.push_back({layer.color, layer.style, layer.pyramid->revision(), layer.pyramid->lastAt()});
        line.color = layer.color;
        line.style = layer.style;
        if (layer.pyramid->size() > 0)
            m_raster.add(layer.pyramid->spans(frame.scale, first), line, first);
    }
    return m_raster.image();
}

/// The first column that is not as it was; 0: draw everything.
int SpanPicture::firstStale(const Frame& frame, const std::vector<Layer>& layers) const
{
    const auto moved = frame.scale.columnsAfter(m_frame.scale);
    Frame same = m_frame;
    same.scale = frame.scale;
    if (!(frame == same) || !moved || *moved < 0 || *moved >= frame.scale.columns || m_drawn.size() != layers.size())
        return 0;
    std::int64_t first = frame.scale.columns - *moved;
    for (std::size_t i = 0; i < layers.size(); ++i) {
        const auto& [pyramid, color, style] = layers[i];
        const Drawn& drawn = m_drawn[i];
        if (pyramid->revision() != drawn.revision || color != drawn.color || style != drawn.style)
            return 0;
        if (pyramid->lastAt() == drawn.lastAt)
            continue;
        // New points are connected with what was the last one.
        if (!drawn.lastAt || *drawn.lastAt < frame.scale.from)
            return 0;
        first = std::min(first, frame.scale.columnOf(*drawn.lastAt));
    }
    return static_cast<int>(first);
}

} // namespace projectionist
