// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/charts/chartsurface.h"

namespace projectionist {

namespace {

constexpr int shortestDrag = 4;

/// Ticks as a function gives them.
class FunctionTicker final : public QCPAxisTicker
{
public:
    explicit FunctionTicker(std::function<std::vector<AxisTick>()> ticks) : m_ticks(std::move(ticks)) {}

    void generate(const QCPRange&, const QLocale&, QChar, int, QVector<double>& ticks, QVector<double>* subTicks,
                  QVector<QString>* labels) override
    {
        ticks.clear();
        if (subTicks)
            subTicks->clear();
        if (labels)
            labels->clear();
        for (const auto& tick : m_ticks()) {
            ticks << tick.at;
            if (labels)
                *labels << tick.label;
        }
    }

private:
    std::function<std::vector<AxisTick>()> m_ticks;
};

} // namespace

ChartSurface::ChartSurface(RangeController& range, QWidget* parent) : QCustomPlot(parent), m_range(range)
{
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setAutoAddPlottableToLegend(false);
    plotLayout()->setMargins({});
    addLayer(QStringLiteral("decoration"));
    setCurrentLayer(QStringLiteral("decoration"));
    addLayer(QStringLiteral("crosshair"));
    layer(QStringLiteral("crosshair"))->setMode(QCPLayer::lmBuffered);
    new ChartDecoration(*this);
    new ChartOverlay(*this);
    setUpAxes();
    applyFont();
    applyColors();
    connect(this, &QCustomPlot::beforeReplot, this, &ChartSurface::prepare);
    for (const auto signal : {&RangeController::rangeChanged, &RangeController::zoneChanged})
        connect(&m_range, signal, this, &ChartSurface::replotSoon);
    connect(&m_range, &RangeController::moved, this, [this] {
        // A day moves by a pixel in minutes.
        if (scaleNow() != m_scale)
            replotSoon();
    });
    connect(&m_range, &RangeController::crosshairChanged, this, &ChartSurface::redrawOverlay);
}

void ChartSurface::setContent(ChartContent* content)
{
    m_content = content;
    content->setLayer(QStringLiteral("main"));
    applyColors();
}

void ChartSurface::setColors(const ChartColors& colors)
{
    m_colors = colors;
    applyColors();
    replotSoon();
}

void ChartSurface::setAnnotations(const std::vector<ChartAnnotation>& annotations)
{
    change(m_annotations, annotations);
}

void ChartSurface::replotSoon()
{
    if (isVisible())
        replot(rpQueuedReplot);
}

void ChartSurface::setUpAxes()
{
    axisRect()->setAutoMargins(QCP::msNone);
    axisRect()->setMinimumMargins({});
    axisRect()->setRangeZoom({});
    axisRect()->setRangeDrag({});
    xAxis->setTicker(QSharedPointer<QCPAxisTicker>(new FunctionTicker([this] {
        const QFontMetrics metrics(smallFont());
        const bool seconds = m_scale.to - m_scale.from < std::int64_t{10} * 60'000;
        const int label = metrics.horizontalAdvance(seconds ? QStringLiteral("00:00:00") : QStringLiteral("00:00 "));
        return timeTicks(m_scale, m_range.zone(), label, plotMargins().right());
    })));
    yAxis->setTicker(QSharedPointer<QCPAxisTicker>(
        new FunctionTicker([this] { return m_content ? m_content->ticks() : std::vector<AxisTick>{}; })));
    for (QCPAxis* axis : {xAxis, yAxis}) {
        axis->setTickPen(Qt::NoPen);
        axis->setTickLength(0);
        axis->setSubTickLength(0);
        axis->setTickLabelPadding(6);
        axis->grid()->setZeroLinePen(Qt::NoPen);
    }
    xAxis->grid()->setVisible(false);
    yAxis->setBasePen(Qt::NoPen);
}

void ChartSurface::applyColors()
{
    setBackground(QBrush(m_colors.background));
    xAxis->setBasePen(QPen(m_colors.grid, 1));
    xAxis->setTickLabelColor(m_colors.muted);
    yAxis->setTickLabelColor(m_colors.muted);
    yAxis->grid()->setPen(QPen(m_colors.grid, 1));
    if (m_content)
        m_content->setColors(m_colors);
}

void ChartSurface::applyFont()
{
    xAxis->setTickLabelFont(smallFont());
    yAxis->setTickLabelFont(smallFont());
    axisRect()->setMargins(plotMargins());
}

void ChartSurface::prepare()
{
    m_scale = scaleNow();
    xAxis->setRange(static_cast<double>(m_scale.from), static_cast<double>(m_scale.to));
    if (!m_content)
        return;
    m_content->prepare(m_scale, plotRect().height());
    yAxis->setRange(0, m_content->end());
}

TimeScale ChartSurface::scaleNow() const
{
    const int width = plotRect().width();
    const auto devicePixels = static_cast<int>(std::lround(width * bufferDevicePixelRatio()));
    TimeScale scale = alignedTimeScale(m_range.from(), m_range.to(), devicePixels);
    scale.columns = width;
    return scale;
}

void ChartSurface::redrawOverlay()
{
    if (isVisible())
        layer(QStringLiteral("crosshair"))->replot();
}

QFont ChartSurface::smallFont() const
{
    QFont small = font();
    if (small.pointSizeF() > 0)
        small.setPointSizeF(small.pointSizeF() * 0.9);
    return small;
}

QMargins ChartSurface::plotMargins() const
{
    const QFontMetrics metrics(smallFont());
    const QFontMetrics titleMetrics(font());
    // Wide enough for every label of a value axis, so that charts above each other line up.
    const int left = metrics.horizontalAdvance(QStringLiteral("1\u202f000\u00a0ms")) + 14;
    const int top = 6 + titleMetrics.height() + 4 + metrics.height() + 8;
    return {left, top, metrics.horizontalAdvance(QStringLiteral("00:00")) / 2 + 6, metrics.height() + 12};
}

QRect ChartSurface::titleRow() const
{
    return {12, 6, viewport().width() - 24, QFontMetrics(font()).height()};
}

QRect ChartSurface::legendRow() const
{
    const QRect title = titleRow();
    return {title.left(), title.bottom() + 5, title.width(), QFontMetrics(smallFont()).height()};
}

QRect ChartSurface::plotRect() const
{
    const QRect plot = viewport().marginsRemoved(plotMargins());
    return {plot.topLeft(), QSize(std::max(plot.width(), 10), std::max(plot.height(), 10))};
}

std::optional<std::pair<int, int>> ChartSurface::draggedColumns() const
{
    if (!m_dragStart || std::abs(m_dragEnd - *m_dragStart) < shortestDrag)
        return std::nullopt;
    return std::minmax(*m_dragStart, m_dragEnd);
}

std::vector<PlacedAnnotation> ChartSurface::placedAnnotations() const
{
    const QFontMetricsF metrics(smallFont());
    return placeAnnotations(m_annotations, m_scale, m_range.zone(),
                            [&](const QString& text) { return metrics.horizontalAdvance(text); });
}

std::vector<ReadOutLine> ChartSurface::readOut(TimePoint at, int most) const
{
    auto lines = m_content ? m_content->readOut(at, m_pointerValue) : std::vector<ReadOutLine>{};
    const double x = m_scale.x(at.time_since_epoch().count());
    for (const auto& line : placedAnnotations())
        if (std::abs(line.x - x) <= shortestDrag)
            for (const std::size_t member : line.members)
                lines.push_back({m_colors.annotation, m_annotations[member].text.simplified(), {}});
    const auto room = static_cast<std::size_t>(std::max(most, 2));
    if (lines.size() > room) {
        const std::size_t more = lines.size() - room + 1;
        lines.resize(room - 1);
        lines.push_back({{}, tr("+ %1 more").arg(more), {}});
    }
    return lines;
}

void ChartSurface::mousePressEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton || !plotRect().contains(event->position().toPoint())) {
        event->ignore();
        return;
    }
    m_dragStart = m_dragEnd = event->position().toPoint().x() - plotRect().left();
}

void ChartSurface::mouseMoveEvent(QMouseEvent* event)
{
    const QRect plot = plotRect();
    const QPoint at = event->position().toPoint();
    if (m_dragStart) {
        m_dragEnd = std::clamp(at.x() - plot.left(), 0, plot.width());
        redrawOverlay();
        return;
    }
    if (!plot.contains(at)) {
        m_pointerValue.reset();
        m_range.setCrosshair(std::nullopt);
        return;
    }
    const double value = yAxis->pixelToCoord(event->position().y());
    const bool sameTime = m_range.crosshair() == TimePoint(Duration(m_scale.at(at.x() - plot.left())));
    m_pointerValue = value;
    m_range.setCrosshair(TimePoint(Duration(m_scale.at(at.x() - plot.left()))));
    if (sameTime)
        redrawOverlay();
}

void ChartSurface::mouseReleaseEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton)
        return;
    const auto columns = draggedColumns();
    m_dragStart.reset();
    redrawOverlay();
    if (columns)
        m_range.zoomTo(TimePoint(Duration(m_scale.at(columns->first))),
                       TimePoint(Duration(m_scale.at(columns->second))));
}

void ChartSurface::mouseDoubleClickEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton)
        m_range.zoomBack();
}

void ChartSurface::wheelEvent(QWheelEvent* event)
{
    // On a page that scrolls, the wheel scrolls unless the chart was clicked into or Ctrl is held.
    const bool ours = !isInScrollArea() || hasFocus() || event->modifiers().testFlag(Qt::ControlModifier);
    if (!ours || event->angleDelta().y() == 0) {
        event->ignore();
        return;
    }
    const double x = std::clamp<double>(event->position().x() - plotRect().left(), 0, plotRect().width());
    m_range.zoomAround(TimePoint(Duration(m_scale.at(x))), std::pow(0.8, event->angleDelta().y() / 120.0));
    event->accept();
}

void ChartSurface::keyPressEvent(QKeyEvent* event)
{
    const TimePoint centre = m_range.crosshair().value_or(m_range.from() + (m_range.to() - m_range.from()) / 2);
    const int stride = event->modifiers().testFlag(Qt::ShiftModifier) ? 10 : 1;
    if (event->matches(QKeySequence::Undo))
        m_range.zoomBack();
    else if (event->key() == Qt::Key_Left)
        moveCrosshair(-stride);
    else if (event->key() == Qt::Key_Right)
        moveCrosshair(stride);
    else if (event->key() == Qt::Key_Plus)
        m_range.zoomAround(centre, 0.8);
    else if (event->key() == Qt::Key_Minus)
        m_range.zoomAround(centre, 1.25);
    else if (event->key() == Qt::Key_Escape && (m_dragStart || m_range.crosshair())) {
        m_dragStart.reset();
        m_range.setCrosshair(std::nullopt);
        redrawOverlay();
    } else
        QCustomPlot::keyPressEvent(event);
}

void ChartSurface::leaveEvent(QEvent* event)
{
    m_pointerValue.reset();
    m_range.setCrosshair(std::nullopt);
    QCustomPlot::leaveEvent(event);
}

void ChartSurface::showEvent(QShowEvent* event)
{
    QCustomPlot::showEvent(event);
    replot(rpQueuedReplot);
}

void ChartSurface::changeEvent(QEvent* event)
{
    QCustomPlot::changeEvent(event);
    if (event->type() == QEvent::FontChange) {
        applyFont();
        replotSoon();
    }
}

void ChartSurface::moveCrosshair(int columns)
{
    const double start =
        m_range.crosshair() ? m_scale.x(m_range.crosshair()->time_since_epoch().count()) : m_scale.columns;
    const double x = std::clamp<double>(std::round(start) + columns, 0, m_scale.columns - 1);
    m_range.setCrosshair(TimePoint(Duration(m_scale.at(x))));
}

bool ChartSurface::isInScrollArea() const
{
    for (const QWidget* widget = parentWidget(); widget; widget = widget->parentWidget())
        if (qobject_cast<const QAbstractScrollArea*>(widget))
            return true;
    return false;
}

} // namespace projectionist
