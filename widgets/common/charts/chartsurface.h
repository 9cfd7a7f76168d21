// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/rangecontroller.h"
#include "widgets/common/charts/chartlayers.h"

namespace projectionist {

/// The plot of a chart: axes, grid, title, annotations, crosshair, and the mouse and keys that move the shared range.
class ChartSurface final : public QCustomPlot
{
    Q_OBJECT
public:
    explicit ChartSurface(RangeController& range, QWidget* parent);

    /// Once; owned by the plot.
    void setContent(ChartContent* content);
    [[nodiscard]] ChartContent& content() const { return *m_content; }
    void setTitleText(const QString& text) { change(m_title, text); }
    void setNoteText(const QString& text) { change(m_note, text); }
    void setMessageText(const QString& text) { change(m_message, text); }
    void setColors(const ChartColors& colors);
    void setAnnotations(const std::vector<ChartAnnotation>& annotations);
    /// Coalesced; nothing is drawn while the chart cannot be seen.
    void replotSoon();

    [[nodiscard]] const QString& titleText() const { return m_title; }
    [[nodiscard]] const QString& noteText() const { return m_note; }
    [[nodiscard]] const QString& messageText() const { return m_message; }
    [[nodiscard]] const ChartColors& colors() const { return m_colors; }
    [[nodiscard]] QFont smallFont() const;
    [[nodiscard]] QRect titleRow() const;
    [[nodiscard]] QRect legendRow() const;
    [[nodiscard]] QRect plotRect() const;
    [[nodiscard]] const TimeScale& scale() const { return m_scale; }
    [[nodiscard]] Zone zone() const { return m_range.zone(); }
    [[nodiscard]] const std::optional<TimePoint>& crosshair() const { return m_range.crosshair(); }
    [[nodiscard]] std::optional<std::pair<int, int>> draggedColumns() const;
    [[nodiscard]] std::vector<PlacedAnnotation> placedAnnotations() const;
    /// At most `most` lines; the last says how many there are more.
    [[nodiscard]] std::vector<ReadOutLine> readOut(TimePoint at, int most) const;

protected:
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    template<typename T>
    void change(T& member, const T& value)
    {
        if (member == value)
            return;
        member = value;
        replotSoon();
    }
    void setUpAxes();
    void applyColors();
    void applyFont();
    void prepare();
    [[nodiscard]] TimeScale scaleNow() const;
    void redrawOverlay();
    void moveCrosshair(int columns);
    [[nodiscard]] QMargins plotMargins() const;
    [[nodiscard]] bool isInScrollArea() const;

    RangeController& m_range;
    ChartContent* m_content = nullptr;
    ChartColors m_colors = ChartColors::dark();
    QString m_title;
    QString m_note;
    QString m_message;
    std::vector<ChartAnnotation> m_annotations;
    TimeScale m_scale;
    std::optional<int> m_dragStart; ///< column
    int m_dragEnd = 0;
    std::optional<double> m_pointerValue;
};

} // namespace projectionist
