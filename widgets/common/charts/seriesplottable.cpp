// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/charts/seriesplottable.h"

namespace projectionist {

namespace {

/// Above this many lines, stroking paths takes longer than a frame; pixels are set directly then.
constexpr std::size_t mostPaths = 6;
constexpr double lineWidth = 1.6;

QColor lighter(QColor color)
{
    color.setAlphaF(color.alphaF() * 0.6F);
    return color;
}

} // namespace

SeriesPlottable::SeriesPlottable(QCPAxis* timeAxis, QCPAxis* valueAxis, ChartUnit unit)
    : ChartContent(timeAxis, valueAxis), m_unit(unit)
{
}

void SeriesPlottable::setSeries(std::vector<ChartSeries> series)
{
    m_lines.clear();
    m_picture.reset();
    for (auto& one : series)
        m_lines.push_back({std::move(one), {}, {}});
}

void SeriesPlottable::prepare(const TimeScale& scale, int height)
{
    m_scale = scale;
    m_height = height;
    float highest = static_cast<float>(m_objective.value_or(0));
    for (const auto& line : m_lines)
        for (const auto* pyramid : {&line.seen, &line.reconstructed})
            if (const float value = pyramid->highest(scale); value > highest)
                highest = value;
    m_end = axisEnd(highest, m_end, m_unit);
}

std::vector<AxisTick> SeriesPlottable::ticks() const
{
    return valueTicks(m_end, m_unit, std::clamp(m_height / 36, 2, 6));
}

std::vector<LegendEntry> SeriesPlottable::legend() const
{
    std::vector<LegendEntry> entries;
    for (std::size_t i = 0; i < m_lines.size() && m_lines.size() > 1; ++i)
        entries.push_back({colorOf(i), styleOf(i), m_lines[i].series.name});
    if (hasReconstructed())
        entries.push_back({lighter(colorOf(0)), LineStyle::Dot, tr("from the broker's past")});
    return entries;
}

std::vector<ReadOutLine> SeriesPlottable::readOut(TimePoint at, std::optional<double> value) const
{
    struct Reading
    {
        ReadOutLine line;
        double distance;
    };
    std::vector<Reading> readings;
    for (std::size_t i = 0; i < m_lines.size(); ++i) {
        const std::int64_t time = at.time_since_epoch().count();
        float reading = m_lines[i].seen.valueAt(time);
        const bool seen = !std::isnan(reading);
        if (!seen)
            reading = m_lines[i].reconstructed.valueAt(time);
        const QString text =
            (seen || std::isnan(reading) ? QString() : QStringLiteral("\u2265\u00a0")) + valueText(reading, m_unit);
        const double distance = std::isnan(reading) ? std::numeric_limits<double>::infinity()
                                : value             ? std::abs(reading - *value)
                                                    : -static_cast<double>(reading);
        readings.push_back({{colorOf(i), m_lines[i].series.name, text}, distance});
    }
    // With many lines the ones at the pointer come first, else the highest.
    if (readings.size() > mostPaths)
        std::stable_sort(readings.begin(), readings.end(),
                         [](const Reading& a, const Reading& b) { return a.distance < b.distance; });
    std::vector<ReadOutLine> lines;
    for (auto& reading : readings)
        lines.push_back(std::move(reading.line));
    return lines;
}

void SeriesPlottable::draw(QCPPainter* painter)
{
    const QRect plot = keyAxis()->axisRect()->rect();
    if (m_lines.size() > mostPaths && !painter->modes().testFlag(QCPPainter::pmVectorized))
        drawAsPixels(*painter, plot);
    else
        drawAsPaths(*painter, plot);
    drawObjective(*painter, plot);
}

void SeriesPlottable::drawAsPaths(QCPPainter& painter, const QRect& plot) const
{
    painter.setAntialiasing(true);
    for (std::size_t i = m_lines.size(); i-- > 0;) {
        QPen pen(colorOf(i), lineWidth, penStyle(styleOf(i)), Qt::FlatCap, Qt::BevelJoin);
        drawPath(painter, plot, m_lines[i].seen, pen);
        pen.setColor(lighter(pen.color()));
        pen.setStyle(Qt::DotLine);
        drawPath(painter, plot, m_lines[i].reconstructed, pen);
    }
}

void SeriesPlottable::drawPath(QCPPainter& painter, const QRect& plot, const SeriesPyramid& pyramid,
                               const QPen& pen) const
{
    const double perValue = plot.height() / m_end;
    QPolygonF piece;
    const auto finish = [&] {
        painter.setPen(pen);
        if (piece.size() == 1) {
            // Alone between two gaps: a dot.
            QPen dot(pen.color(), lineWidth * 2, Qt::SolidLine, Qt::RoundCap);
            painter.setPen(dot);
            painter.drawPoint(piece.front());
        } else if (!piece.isEmpty()) {
            painter.drawPolyline(piece);
        }
        piece.clear();
    };
    for (const auto& vertex : pyramid.vertices(m_scale)) {
        if (vertex.begins)
            finish();
        const QPointF at(plot.left() + vertex.x, plot.bottom() + 1 - vertex.value * perValue);
        if (piece.isEmpty() || piece.back() != at)
            piece << at;
    }
    finish();
}

void SeriesPlottable::drawAsPixels(QCPPainter& painter, const QRect& plot)
{
    const qreal ratio = painter.deviceTransform().m11();
    const auto pixels = [ratio](int length) { return static_cast<int>(std::lround(length * ratio)); };
    SpanPicture::Frame frame;
    frame.scale = m_scale;
    frame.scale.columns = pixels(m_scale.columns);
    frame.height = pixels(plot.height());
    frame.lineWidth = static_cast<float>(lineWidth * ratio);
    frame.end = m_end;
    std::vector<SpanPicture::Layer> layers;
    for (std::size_t i = 0; i < m_lines.size(); ++i) {
        layers.push_back({&m_lines[i].seen, colorOf(i), styleOf(i)});
        layers.push_back({&m_lines[i].reconstructed, lighter(colorOf(i)), LineStyle::Dot});
    }
    const QImage& image = m_picture.draw(frame, layers);
    painter.drawImage(QRectF(plot.topLeft(), QSizeF(image.size()) / ratio), image);
}

void SeriesPlottable::drawObjective(QCPPainter& painter, const QRect& plot) const
{
    if (!m_objective)
        return;
    const double y = std::floor(plot.bottom() + 1 - *m_objective * plot.height() / m_end) + 0.5;
    painter.setAntialiasing(false);
    painter.setPen(QPen(colors().objective, 1, Qt::DashLine, Qt::FlatCap));
    painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right() + 1, y));
}

QColor SeriesPlottable::colorOf(std::size_t index) const
{
    const auto chosen = static_cast<std::size_t>(m_lines[index].series.color.value_or(static_cast<int>(index)));
    return colors().series[chosen % colors().series.size()];
}

LineStyle SeriesPlottable::styleOf(std::size_t index) const
{
    // The colours begin anew with another style: 28 lines differ.
    const std::size_t round = index / colors().series.size();
    return m_lines[index].series.style.value_or(static_cast<LineStyle>(round % 4));
}

bool SeriesPlottable::hasReconstructed() const
{
    return std::any_of(m_lines.begin(), m_lines.end(), [](const Line& line) { return line.reconstructed.size() > 0; });
}

} // namespace projectionist
