// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/overview/pipelinestrip.h"

#include <QPainter>

namespace projectionist {

namespace {

constexpr int margin = 14;
constexpr int padding = 10;

} // namespace

PipelineStrip::PipelineStrip(QWidget* parent) : Panel(parent)
{
    setFont(tabularFont(font()));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAccessibleName(tr("Way of the events"));
}

void PipelineStrip::setPipeline(const Pipeline& pipeline)
{
    if (pipeline == m_pipeline)
        return;
    m_pipeline = pipeline;
    QStringList words;
    for (std::size_t i = 0; i < pipeline.stages.size(); ++i) {
        words << pipeline.stages[i].title;
        if (i < pipeline.arrows.size())
            words << pipeline.arrows[i].time + u' ' + pipeline.arrows[i].detail;
    }
    setAccessibleDescription(words.join(QStringLiteral(", ")));
    update();
}

QSize PipelineStrip::sizeHint() const
{
    return {600, 2 * fontMetrics().height() + 2 * margin + 12};
}

QSize PipelineStrip::minimumSizeHint() const
{
    return {320, sizeHint().height()};
}

void PipelineStrip::paintEvent(QPaintEvent* event)
{
    Panel::paintEvent(event);
    const int stages = static_cast<int>(m_pipeline.stages.size());
    if (stages == 0)
        return;
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    // Boxes hold longer texts than arrows.
    const int width = this->width() - 2 * margin;
    const int unit = width / (stages * 5 + (stages - 1) * 4);
    int x = margin;
    for (int i = 0; i < stages; ++i) {
        const auto index = static_cast<std::size_t>(i);
        const bool last = i + 1 == stages;
        const int boxWidth = last ? margin + width - x : unit * 5;
        paintStage(painter, QRect(x, margin, boxWidth, height() - 2 * margin), m_pipeline.stages[index]);
        x += boxWidth;
        if (!last)
            paintArrow(painter, QRect(x, margin, unit * 4, height() - 2 * margin), m_pipeline.arrows[index]);
        x += unit * 4;
    }
}

void PipelineStrip::paintStage(QPainter& painter, const QRect& area, const PipelineStage& stage) const
{
    const auto& colors = colorsFor(palette());
    painter.setPen(stage.failed ? colors.critical : colors.border);
    painter.setBrush(colors.raised);
    painter.drawRoundedRect(QRectF(area).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
    const QRect text = area.adjusted(padding, 5, -padding, -5);
    painter.setFont(font());
    painter.setPen(stage.failed ? colors.critical : colors.text);
    const auto title = stage.failed ? tr("%1: no answer").arg(stage.title) : stage.title;
    painter.drawText(text, Qt::AlignTop | Qt::AlignLeft | Qt::TextSingleLine,
                     fontMetrics().elidedText(title, Qt::ElideRight, text.width()));
    const auto small = scaledFont(font(), 0.9);
    painter.setFont(small);
    painter.setPen(colors.muted);
    painter.drawText(text, Qt::AlignBottom | Qt::AlignLeft | Qt::TextSingleLine,
                     QFontMetrics(small).elidedText(stage.detail, Qt::ElideRight, text.width()));
}

void PipelineStrip::paintArrow(QPainter& painter, const QRect& area, const PipelineArrow& arrow) const
{
    const auto& colors = colorsFor(palette());
    const auto ink = colorOf(arrow.meaning, colors);
    const QRect text = area.adjusted(6, 2, -6, -6);
    const auto bold = scaledFont(font(), 1.05, true);
    painter.setFont(bold);
    painter.setPen(ink);
    painter.drawText(text, Qt::AlignTop | Qt::AlignHCenter | Qt::TextSingleLine,
                     QFontMetrics(bold).elidedText(arrow.time, Qt::ElideRight, text.width()));
    const auto small = scaledFont(font(), 0.9);
    painter.setFont(small);
    painter.setPen(colors.muted);
    painter.drawText(text, Qt::AlignBottom | Qt::AlignHCenter | Qt::TextSingleLine,
                     QFontMetrics(small).elidedText(arrow.detail, Qt::ElideRight, text.width()));
    const qreal y = area.bottom() - 1.5;
    painter.setPen(QPen(ink, 2));
    painter.drawLine(QPointF(area.left() + 6, y), QPointF(area.right() - 6, y));
    painter.drawLine(QPointF(area.right() - 11, y - 4), QPointF(area.right() - 6, y));
    painter.drawLine(QPointF(area.right() - 11, y + 4), QPointF(area.right() - 6, y));
}

} // namespace projectionist
