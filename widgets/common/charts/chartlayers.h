// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/common/charts/chartcontent.h"

namespace projectionist {

class ChartSurface;

/// An annotation with the place of its label; an empty label: there was no room.
struct PlacedAnnotation
{
    double x = 0;
    double labelX = 0;
    QString label;
    std::vector<std::size_t> members; ///< annotations on this line

    bool operator==(const PlacedAnnotation&) const = default;
};

/// Annotations within two pixels share a line ("deploy 4.18 +2"); labels never overlap each other nor leave the plot.
[[nodiscard]] std::vector<PlacedAnnotation> placeAnnotations(const std::vector<ChartAnnotation>& annotations,
                                                             const TimeScale& scale, Zone zone,
                                                             const std::function<double(const QString&)>& widthOf);

/// Title, note, legend, objective-independent marks: everything around and above the lines that does not follow the
/// pointer.
class ChartDecoration final : public QCPLayerable
{
    Q_OBJECT
public:
    explicit ChartDecoration(ChartSurface& surface);

protected:
    void applyDefaultAntialiasingHint(QCPPainter*) const override {}
    void draw(QCPPainter* painter) override;

private:
    void drawTitle(QPainter& painter) const;
    void drawLegend(QPainter& painter) const;
    void drawAnnotations(QPainter& painter) const;
    void drawMessage(QPainter& painter) const;

    ChartSurface& m_surface;
};

/// Crosshair, read-out and the area being dragged; on a layer of its own, so that the pointer costs no replot.
class ChartOverlay final : public QCPLayerable
{
    Q_OBJECT
public:
    explicit ChartOverlay(ChartSurface& surface);

protected:
    void applyDefaultAntialiasingHint(QCPPainter*) const override {}
    void draw(QCPPainter* painter) override;

private:
    void drawReadOut(QPainter& painter, double x, TimePoint at) const;

    ChartSurface& m_surface;
};

} // namespace projectionist
