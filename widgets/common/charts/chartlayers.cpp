// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/charts/chartlayers.h"

#include "widgets/common/charts/chartsurface.h"

namespace projectionist {

namespace {

constexpr int gap = 8;
constexpr int sampleWidth = 18;

QPen linePen(const QColor& color, LineStyle style, qreal width)
{
    QPen pen(color, width, penStyle(style));
    pen.setCapStyle(Qt::FlatCap);
    return pen;
}

QString memberText(const ChartAnnotation& annotation, Zone zone)
{
    return toDateTime(annotation.at, zone).toString(u"HH:mm ") + annotation.text.simplified();
}

} // namespace

std::vector<PlacedAnnotation> placeAnnotations(const std::vector<ChartAnnotation>& annotations, const TimeScale& scale,
                                               Zone zone, const std::function<double(const QString&)>& widthOf)
{
    constexpr double sameLine = 5;
    constexpr double margin = 4;
    std::vector<PlacedAnnotation> placed;
    for (std::size_t i = 0; i < annotations.size(); ++i) {
        const double x = scale.x(annotations[i].at.time_since_epoch().count());
        if (x < 0 || x > scale.columns)
            continue;
        if (placed.empty() || x - placed.back().x > sameLine)
            placed.push_back({x, 0, {}, {}});
        placed.back().members.push_back(i);
    }
    double taken = 0;
    for (std::size_t i = 0; i < placed.size(); ++i) {
        auto& line = placed[i];
        QString label = memberText(annotations[line.members.front()], zone);
        if (line.members.size() > 1)
            label += QStringLiteral(" +%1").arg(line.members.size() - 1);
        const double width = widthOf(label);
        const double next = i + 1 < placed.size() ? placed[i + 1].x : scale.columns;
        const bool rightFits = line.x + margin + width <= next;
        const bool leftFits = line.x - margin - width >= taken;
        if (!rightFits && !leftFits) {
            taken = line.x;
            continue;
        }
        line.label = label;
        line.labelX = leftFits ? line.x - margin - width : line.x + margin;
        taken = leftFits ? line.x : line.labelX + width;
    }
    return placed;
}

ChartDecoration::ChartDecoration(ChartSurface& surface) : QCPLayerable(&surface), m_surface(surface) {}

void ChartDecoration::draw(QCPPainter* painter)
{
    painter->setAntialiasing(true);
    drawTitle(*painter);
    drawLegend(*painter);
    drawAnnotations(*painter);
    drawMessage(*painter);
}

void ChartDecoration::drawTitle(QPainter& painter) const
{
    const QRect row = m_surface.titleRow();
    QFont bold = m_surface.font();
    bold.setBold(true);
    const QFontMetrics titleMetrics(bold);
    const QFontMetrics noteMetrics(m_surface.font());
    const int titleWidth = std::min(titleMetrics.horizontalAdvance(m_surface.titleText()), row.width());
    const int noteWidth = std::max(0, row.width() - titleWidth - 2 * gap);
    painter.setFont(bold);
    painter.setPen(m_surface.colors().text);
    painter.drawText(row, Qt::AlignLeft | Qt::AlignVCenter,
                     titleMetrics.elidedText(m_surface.titleText(), Qt::ElideRight, row.width()));
    painter.setFont(m_surface.font());
    painter.setPen(m_surface.colors().muted);
    painter.drawText(row, Qt::AlignRight | Qt::AlignVCenter,
                     noteMetrics.elidedText(m_surface.noteText(), Qt::ElideRight, noteWidth));
}

void ChartDecoration::drawLegend(QPainter& painter) const
{
    const QRect row = m_surface.legendRow();
    const auto entries = m_surface.content().legend();
    const QFontMetrics metrics(m_surface.smallFont());
    painter.setFont(m_surface.smallFont());
    int x = row.left();
    for (std::size_t i = 0; i < entries.size(); ++i) {
        const int width = sampleWidth + 5 + metrics.horizontalAdvance(entries[i].text);
        const QString more = ChartSurface::tr("+ %1 more").arg(entries.size() - i);
        const bool isLast = i + 1 == entries.size();
        if (x + width + (isLast ? 0 : gap + metrics.horizontalAdvance(more)) > row.right()) {
            painter.setPen(m_surface.colors().muted);
            painter.drawText(QRect(x, row.top(), row.right() - x, row.height()), Qt::AlignLeft | Qt::AlignVCenter,
                             more);
            break;
        }
        painter.setPen(linePen(entries[i].color, entries[i].style, 2));
        painter.drawLine(QPointF(x, row.center().y() + 0.5), QPointF(x + sampleWidth, row.center().y() + 0.5));
        painter.setPen(m_surface.colors().muted);
        painter.drawText(QRect(x + sampleWidth + 5, row.top(), width, row.height()), Qt::AlignLeft | Qt::AlignVCenter,
                         entries[i].text);
        x += width + 2 * gap;
    }
    m_surface.content().drawScale(painter, row);
}

void ChartDecoration::drawAnnotations(QPainter& painter) const
{
    const QRect plot = m_surface.plotRect();
    painter.setFont(m_surface.smallFont());
    const QFontMetricsF metrics(m_surface.smallFont());
    for (const auto& line : m_surface.placedAnnotations()) {
        const double x = plot.left() + line.x;
        painter.setPen(linePen(m_surface.colors().annotation, LineStyle::Dot, 1));
        painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()));
        if (line.label.isEmpty())
            continue;
        const QRectF box(plot.left() + line.labelX, plot.top() + 1, metrics.horizontalAdvance(line.label) + 1,
                         metrics.height());
        QColor behind = m_surface.colors().background;
        behind.setAlpha(200);
        painter.fillRect(box.adjusted(-2, 0, 2, 0), behind);
        painter.setPen(m_surface.colors().annotation);
        painter.drawText(box, Qt::AlignLeft | Qt::AlignVCenter, line.label);
    }
}

void ChartDecoration::drawMessage(QPainter& painter) const
{
    if (m_surface.messageText().isEmpty())
        return;
    painter.setFont(m_surface.font());
    painter.setPen(m_surface.colors().muted);
    painter.drawText(m_surface.plotRect().adjusted(gap, gap, -gap, -gap), Qt::AlignCenter | Qt::TextWordWrap,
                     m_surface.messageText());
}

ChartOverlay::ChartOverlay(ChartSurface& surface)
    : QCPLayerable(&surface, QStringLiteral("crosshair")), m_surface(surface)
{
}

void ChartOverlay::draw(QCPPainter* painter)
{
    const QRect plot = m_surface.plotRect();
    if (const auto drag = m_surface.draggedColumns()) {
        painter->fillRect(
            QRect(QPoint(plot.left() + drag->first, plot.top()), QPoint(plot.left() + drag->second, plot.bottom())),
            m_surface.colors().selection);
        return;
    }
    const auto at = m_surface.crosshair();
    if (!at)
        return;
    const double x = m_surface.scale().x(at->time_since_epoch().count());
    if (x < 0 || x > m_surface.scale().columns)
        return;
    painter->setPen(linePen(m_surface.colors().crosshair, LineStyle::Solid, 1));
    const double column = plot.left() + std::floor(x) + 0.5;
    painter->drawLine(QPointF(column, plot.top()), QPointF(column, plot.bottom()));
    drawReadOut(*painter, column, *at);
}

void ChartOverlay::drawReadOut(QPainter& painter, double x, TimePoint at) const
{
    const QRect plot = m_surface.plotRect();
    const QFontMetrics metrics(m_surface.smallFont());
    constexpr int mostLines = 12;
    const auto lines = m_surface.readOut(at, std::min(mostLines, (plot.height() - 2 * gap) / metrics.height() - 2));
    const QString time = clockText(at, m_surface.zone()) + u' ' + zoneName(at, m_surface.zone());
    int names = 0;
    int values = 0;
    for (const auto& line : lines) {
        names = std::max(names, metrics.horizontalAdvance(line.name));
        values = std::max(values, metrics.horizontalAdvance(line.value));
    }
    const int most = plot.width() / 2;
    names = std::min(names, most);
    const int width = std::max(metrics.horizontalAdvance(time), 10 + names + gap + values) + 2 * gap;
    // Below the labels of annotations.
    QRect box(0, plot.top() + metrics.height() + gap, width,
              metrics.height() * (static_cast<int>(lines.size()) + 1) + gap);
    const bool right = x + gap + width <= plot.right();
    box.moveLeft(static_cast<int>(right ? x + gap : x - gap - width));
    painter.setRenderHint(QPainter::Antialiasing, true);
    painter.setPen(QPen(m_surface.colors().grid, 1));
    painter.setBrush(m_surface.colors().readOut);
    painter.drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
    painter.setFont(m_surface.smallFont());
    QRect row = box.adjusted(gap, gap / 2, -gap, 0);
    row.setHeight(metrics.height());
    painter.setPen(m_surface.colors().text);
    painter.drawText(row, Qt::AlignLeft | Qt::AlignVCenter, time);
    for (const auto& line : lines) {
        row.translate(0, metrics.height());
        if (line.color.isValid())
            painter.fillRect(QRect(row.left(), row.center().y() - 2, 6, 6), line.color);
        const QRect text = row.adjusted(10, 0, 0, 0);
        painter.setPen(m_surface.colors().muted);
        painter.drawText(text, Qt::AlignLeft | Qt::AlignVCenter, metrics.elidedText(line.name, Qt::ElideMiddle, names));
        painter.setPen(m_surface.colors().text);
        painter.drawText(text, Qt::AlignRight | Qt::AlignVCenter, line.value);
    }
}

} // namespace projectionist
