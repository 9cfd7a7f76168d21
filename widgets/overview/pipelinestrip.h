// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/common/panel.h"
#include "widgets/overview/pipeline.h"

namespace projectionist {

/// Draws a Pipeline: boxes with the time that events spend between them on the arrows.
class PipelineStrip : public Panel
{
    Q_OBJECT
public:
    explicit PipelineStrip(QWidget* parent = nullptr);
    void setPipeline(const Pipeline& pipeline);
    [[nodiscard]] const Pipeline& pipeline() const { return m_pipeline; }
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void paintStage(QPainter& painter, const QRect& area, const PipelineStage& stage) const;
    void paintArrow(QPainter& painter, const QRect& area, const PipelineArrow& arrow) const;

    Pipeline m_pipeline;
};

} // namespace projectionist
