// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QProxyStyle>

namespace projectionist {

/// Fusion with flat buttons, outlines that can be seen on dark windows, and room around the words of buttons and
/// fields.
class FlatStyle final : public QProxyStyle
{
    Q_OBJECT
public:
    FlatStyle();
    void drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                       const QWidget* widget) const override;
    [[nodiscard]] QSize sizeFromContents(ContentsType type, const QStyleOption* option, const QSize& size,
                                         const QWidget* widget) const override;
};

} // namespace projectionist
