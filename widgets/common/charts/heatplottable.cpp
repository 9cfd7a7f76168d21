// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/charts/heatplottable.h"

#include "models/text.h"

namespace projectionist {

namespace {

constexpr int lowestRow = 9; ///< pixels; below that rows cannot be told apart
constexpr int rowGap = 2;

} // namespace

HeatPlottable::HeatPlottable(QCPAxis* timeAxis, QCPAxis* rowAxis) : ChartContent(timeAxis, rowAxis)
{
    rowAxis->grid()->setVisible(false);
}

void HeatPlottable::setObjective(std::optional<Duration> objective)
{
    m_objective = objective ? std::optional(static_cast<double>(objective->count())) : std::nullopt;
}

void HeatPlottable::prepare(const TimeScale& scale, int height)
{
    m_scale = scale;
    m_height = height;
    m_grid =
        m_matrix ? heatGrid(*m_matrix, scale, static_cast<std::size_t>(std::max(2, height / lowestRow))) : HeatGrid{};
    m_end = axisEnd(std::max<double>(m_grid.highest, m_objective.value_or(0) * 1.5), m_end, ChartUnit::Time);
}

double HeatPlottable::end() const
{
    return std::max<double>(1, static_cast<double>(m_grid.rows.size()));
}

std::vector<AxisTick> HeatPlottable::ticks() const
{
    const double rowHeight = m_height / end();
    const double needed = keyAxis()->parentPlot()->fontMetrics().height() * 0.95;
    const auto stride = static_cast<std::size_t>(std::max(1.0, std::ceil(needed / rowHeight)));
    std::vector<AxisTick> ticks;
    for (std::size_t row = 0; row < m_grid.rows.size(); ++row) {
        const bool isLast = row + 1 == m_grid.rows.size();
        const bool others = m_grid.rows[row].members.size() > 1;
        // The row of the others is always named; what is too near to it then is not.
        const bool hidden = !others && (row % stride != 0 || (!isLast && m_grid.rows.back().members.size() > 1 &&
                                                              m_grid.rows.size() - 1 - row < stride));
        if (!hidden)
            ticks.push_back({end() - static_cast<double>(row) - 0.5, rowName(row, false)});
    }
    return ticks;
}

std::vector<ReadOutLine> HeatPlottable::readOut(TimePoint at, std::optional<double> value) const
{
    const auto column = static_cast<int>(m_scale.x(at.time_since_epoch().count()));
    if (m_grid.rows.empty() || column < 0 || column >= m_grid.columns)
        return {};
    const auto line = [&](std::size_t row) {
        const float lag = m_grid.cell(row, column);
        return ReadOutLine{colorOf(lag), rowName(row, true), valueText(lag, ChartUnit::Time)};
    };
    std::vector<ReadOutLine> lines;
    std::optional<std::size_t> pointed;
    if (value) {
        pointed = std::min(static_cast<std::size_t>(std::max(0.0, end() - *value)), m_grid.rows.size() - 1);
        lines.push_back(line(*pointed));
    }
    std::size_t worst = 0;
    for (std::size_t row = 1; row < m_grid.rows.size(); ++row)
        if (std::isnan(m_grid.cell(worst, column)) || m_grid.cell(row, column) > m_grid.cell(worst, column))
            worst = row;
    if (worst != pointed) {
        lines.push_back(line(worst));
        lines.back().name = tr("worst: %1").arg(lines.back().name);
    }
    return lines;
}

void HeatPlottable::drawScale(QPainter& painter, const QRect& row) const
{
    const QFontMetrics metrics = painter.fontMetrics();
    const QString high = valueText(m_end, ChartUnit::Time);
    const QString cell =
        m_matrix && m_matrix->rows() > 0
            ? tr("%1 a cell").arg(valueText(static_cast<double>(m_matrix->width().count()), ChartUnit::Time))
            : QString();
    constexpr int barWidth = 72;
    const int x = row.right() - metrics.horizontalAdvance(high) - 4 - barWidth;
    for (int i = 0; i < barWidth; ++i)
        painter.fillRect(QRect(x + i, row.top() + 3, 1, row.height() - 6), colors().heatAt(i / (barWidth - 1.0)));
    painter.setPen(colors().muted);
    painter.drawText(row, Qt::AlignRight | Qt::AlignVCenter, high);
    painter.drawText(QRect(row.left(), row.top(), x - 4 - row.left(), row.height()), Qt::AlignRight | Qt::AlignVCenter,
                     QStringLiteral("0"));
    painter.drawText(QRect(row.left(), row.top(), x - 20 - row.left(), row.height()), Qt::AlignLeft | Qt::AlignVCenter,
                     metrics.elidedText(cell, Qt::ElideRight, x - 20 - row.left()));
}

void HeatPlottable::draw(QCPPainter* painter)
{
    const QRect plot = keyAxis()->axisRect()->rect();
    if (m_grid.rows.empty())
        return;
    if (painter->modes().testFlag(QCPPainter::pmVectorized)) {
        drawAsRects(*painter, plot);
        return;
    }
    const qreal ratio = painter->device()->devicePixelRatio();
    QImage image = cells(m_grid.columns, plot.height());
    if (ratio != 1)
        image = image.scaled(image.size() * ratio);
    image.setDevicePixelRatio(ratio);
    painter->drawImage(QPointF(plot.topLeft()), image);
}

QString HeatPlottable::rowName(std::size_t row, bool withTopic) const
{
    const auto& members = m_grid.rows[row].members;
    if (members.size() > 1)
        return withTopic ? tr("%1 others").arg(members.size()) : QStringLiteral("+%1").arg(members.size());
    const TopicPartition& id = m_matrix->ids()[members.front()];
    return withTopic ? toQString(toString(id)) : QStringLiteral("p%1").arg(id.partition);
}

QColor HeatPlottable::colorOf(float lag) const
{
    return std::isnan(lag) ? colors().unknown : colors().heatAt(heatFraction(lag, m_objective, m_end));
}

QImage HeatPlottable::cells(int columns, int height) const
{
    QImage image(columns, height, QImage::Format_ARGB32_Premultiplied);
    image.fill(Qt::transparent);
    const int rows = static_cast<int>(m_grid.rows.size());
    for (int row = 0; row < rows; ++row) {
        const int top = height * row / rows;
        const int bottom = std::max(top + 1, height * (row + 1) / rows - rowGap);
        auto* first = reinterpret_cast<QRgb*>(image.scanLine(top));
        float last = 0;
        QRgb color = colorOf(0).rgb();
        for (int column = 0; column < columns; ++column) {
            const float lag = m_grid.cell(static_cast<std::size_t>(row), column);
            if (lag != last)
                color = colorOf(lag).rgb();
            last = lag;
            first[column] = m_grid.edges[static_cast<std::size_t>(column)] ? 0 : color;
        }
        for (int y = top + 1; y < bottom; ++y)
            std::copy_n(first, columns, reinterpret_cast<QRgb*>(image.scanLine(y)));
    }
    return image;
}

void HeatPlottable::drawAsRects(QPainter& painter, const QRect& plot) const
{
    const int rows = static_cast<int>(m_grid.rows.size());
    for (int row = 0; row < rows; ++row) {
        const int top = plot.height() * row / rows;
        const int bottom = std::max(top + 1, plot.height() * (row + 1) / rows - rowGap);
        for (int column = 0; column < m_grid.columns;) {
            const float lag = m_grid.cell(static_cast<std::size_t>(row), column);
            int end = column + 1;
            while (end < m_grid.columns && colorOf(m_grid.cell(static_cast<std::size_t>(row), end)) == colorOf(lag))
                ++end;
            painter.fillRect(QRect(plot.left() + column, plot.top() + top, end - column, bottom - top), colorOf(lag));
            column = end;
        }
    }
}

} // namespace projectionist
