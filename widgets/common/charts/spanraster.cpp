// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/charts/spanraster.h"

#include <algorithm>
#include <bit>

namespace projectionist {

SpanRaster::SpanRaster(int columns, int height)
    : m_columns(columns)
    , m_height(height)
    , m_words(static_cast<std::size_t>(height) / 64 + 1)
    , m_pixels(static_cast<std::size_t>(columns) * static_cast<std::size_t>(height))
    , m_covered(static_cast<std::size_t>(columns) * m_words)
    , m_image(columns, height, QImage::Format_ARGB32_Premultiplied)
    , m_firstStale(0)
{
}

void SpanRaster::add(const std::vector<ColumnSpan>& spans, const Line& line, int first)
{
    m_firstStale = std::min(m_firstStale, first);
    const QRgb color = qPremultiply(line.color.rgba());
    const int columns = std::min(m_columns, static_cast<int>(spans.size()));
    for (int column = first; column < columns; ++column) {
        const ColumnSpan& span = spans[static_cast<std::size_t>(column)];
        if (span.isEmpty() || !isDrawn(line.style, column + line.patternStart))
            continue;
        const auto top = static_cast<float>(line.bottom - span.high * line.perValue) - line.width / 2;
        const auto bottom = static_cast<float>(line.bottom - span.low * line.perValue) + line.width / 2;
        fill(column, std::max(top, 0.0F), std::min(bottom, static_cast<float>(m_height)), color);
    }
}

void SpanRaster::scroll(int columns, int firstEmpty)
{
    const auto moveAndEmpty = [&](auto& values, std::size_t aColumn) {
        std::shift_left(values.begin(), values.end(),
                        static_cast<std::ptrdiff_t>(static_cast<std::size_t>(columns) * aColumn));
        std::fill(values.begin() + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(firstEmpty) * aColumn),
                  values.end(), 0);
    };
    moveAndEmpty(m_pixels, static_cast<std::size_t>(m_height));
    moveAndEmpty(m_covered, m_words);
    for (int y = 0; columns > 0 && y < m_height; ++y) {
        auto* line = reinterpret_cast<std::uint32_t*>(m_image.scanLine(y));
        std::shift_left(line, line + m_columns, columns);
    }
    m_firstStale = std::min(std::max(0, m_firstStale - columns), firstEmpty);
}

const QImage& SpanRaster::image()
{
    constexpr int block = 32;
    // In blocks, so that reading columns and writing lines both stay in the cache.
    for (int y0 = 0; y0 < m_height; y0 += block) {
        for (int x0 = m_firstStale; x0 < m_columns; x0 += block) {
            for (int y = y0; y < std::min(y0 + block, m_height); ++y) {
                auto* line = reinterpret_cast<std::uint32_t*>(m_image.scanLine(y));
                for (int x = x0; x < std::min(x0 + block, m_columns); ++x)
                    line[x] = m_pixels[static_cast<std::size_t>(x) * static_cast<std::size_t>(m_height) +
                                       static_cast<std::size_t>(y)];
            }
        }
    }
    m_firstStale = m_columns;
    return m_image;
}

void SpanRaster::fill(int column, float top, float bottom, QRgb color)
{
    if (!(top < bottom))
        return;
    auto* pixels = &m_pixels[static_cast<std::size_t>(column) * static_cast<std::size_t>(m_height)];
    auto* covered = &m_covered[static_cast<std::size_t>(column) * m_words];
    const auto isCovered = [&](std::size_t y) { return (covered[y / 64] >> (y % 64)) & 1U; };
    const auto first = static_cast<std::size_t>(std::ceil(top));
    const auto end = static_cast<std::size_t>(std::floor(bottom));
    if (first > end) {
        // Within one pixel.
        if (!isCovered(end))
            blend(pixels[end], color, bottom - top);
        return;
    }
    if (first > 0 && !isCovered(first - 1))
        blend(pixels[first - 1], color, static_cast<float>(first) - top);
    if (end < static_cast<std::size_t>(m_height) && !isCovered(end))
        blend(pixels[end], color, bottom - static_cast<float>(end));
    for (std::size_t word = first / 64; word * 64 < end; ++word) {
        std::uint64_t mask = ~covered[word];
        if (word == first / 64)
            mask &= ~std::uint64_t{0} << (first % 64);
        if (end < (word + 1) * 64)
            mask &= ~(~std::uint64_t{0} << (end % 64));
        covered[word] |= mask;
        for (; mask != 0; mask &= mask - 1)
            blend(pixels[word * 64 + static_cast<std::size_t>(std::countr_zero(mask))], color, 1);
    }
}

void SpanRaster::blend(std::uint32_t& pixel, QRgb color, float coverage) const
{
    // Behind what is there already.
    const auto free = static_cast<float>(255 - qAlpha(pixel)) / 255.0F * coverage;
    if (pixel == 0 && coverage >= 1) {
        pixel = color;
        return;
    }
    const auto mixed = [&](int there, int new_) { return there + static_cast<int>(static_cast<float>(new_) * free); };
    pixel = qRgba(mixed(qRed(pixel), qRed(color)), mixed(qGreen(pixel), qGreen(color)),
                  mixed(qBlue(pixel), qBlue(color)), mixed(qAlpha(pixel), qAlpha(color)));
}

bool isDrawn(LineStyle style, std::int64_t column)
{
    const auto within = [column](std::int64_t period) { return (column % period + period) % period; };
    switch (style) {
    case LineStyle::Dash:
        return within(10) < 7;
    case LineStyle::Dot:
        return within(4) < 2;
    case LineStyle::DashDot:
        return within(14) < 7 || (within(14) >= 9 && within(14) < 11);
    case LineStyle::Solid:
        break;
    }
    return true;
}

} // namespace projectionist
