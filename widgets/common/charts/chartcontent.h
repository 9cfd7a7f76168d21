// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/common/charts/axisticks.h"
#include "widgets/common/charts/chartcolors.h"

#include <qcustomplot.h>

namespace projectionist {

struct LegendEntry
{
    QColor color;
    LineStyle style = LineStyle::Solid;
    QString text;
};

struct ReadOutLine
{
    QColor color;
    QString name;
    QString value;
};

/// What fills the plot of a ChartSurface. Values of the x axis are milliseconds since 1970.
class ChartContent : public QCPAbstractPlottable
{
    Q_OBJECT
public:
    using QCPAbstractPlottable::QCPAbstractPlottable;

    /// Before each replot, with the size the plot will have.
    virtual void prepare(const TimeScale& scale, int height) = 0;
    /// Of the y axis, which goes from 0 to end().
    [[nodiscard]] virtual double end() const = 0;
    [[nodiscard]] virtual std::vector<AxisTick> ticks() const = 0;
    [[nodiscard]] virtual std::vector<LegendEntry> legend() const = 0;
    /// `value`: where the pointer is on the y axis, if it is in this chart.
    [[nodiscard]] virtual std::vector<ReadOutLine> readOut(TimePoint at, std::optional<double> value) const = 0;
    /// A colour scale at the right of the legend row; the default draws none.
    virtual void drawScale(QPainter&, const QRect&) const {}
    void setColors(const ChartColors& colors) { m_colors = colors; }

    double selectTest(const QPointF&, bool, QVariant*) const override { return -1; }
    QCPRange getKeyRange(bool& found, QCP::SignDomain) const override { return noRange(found); }
    QCPRange getValueRange(bool& found, QCP::SignDomain, const QCPRange&) const override { return noRange(found); }

protected:
    void drawLegendIcon(QCPPainter*, const QRectF&) const override {}
    [[nodiscard]] const ChartColors& colors() const { return m_colors; }

private:
    static QCPRange noRange(bool& found)
    {
        found = false;
        return {};
    }

    ChartColors m_colors = ChartColors::dark();
};

[[nodiscard]] inline Qt::PenStyle penStyle(LineStyle style)
{
    switch (style) {
    case LineStyle::Dash:
        return Qt::DashLine;
    case LineStyle::Dot:
        return Qt::DotLine;
    case LineStyle::DashDot:
        return Qt::DashDotLine;
    case LineStyle::Solid:
        break;
    }
    return Qt::SolidLine;
}

} // namespace projectionist
