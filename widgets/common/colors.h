// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/roles.h"

#include <QColor>
#include <QPalette>

namespace projectionist {

/// The colours that QPalette has no role for. Text colours have a contrast of at least 4.5:1 on window, panel and
/// their own tinted background.
struct Colors
{
    QColor window, panel, raised, border;
    QColor text, muted;
    QColor accent, accentText, selection;
    QColor ok, info, warning, critical;
    QColor warningPanel, criticalPanel; ///< backgrounds of message bars and the alert line
};

[[nodiscard]] const Colors& darkColors();
[[nodiscard]] const Colors& lightColors();
/// Those that go with a palette, by how dark its window is.
[[nodiscard]] const Colors& colorsFor(const QPalette& palette);
[[nodiscard]] QPalette paletteOf(const Colors& colors);
[[nodiscard]] QColor colorOf(ColorMeaning meaning, const Colors& colors);
/// Contrast of two colours as WCAG 2.1 defines it, 1 to 21.
[[nodiscard]] double contrastRatio(const QColor& one, const QColor& other);
/// `wanted` moved towards black or white until it can be read on `background`.
[[nodiscard]] QColor readableOn(const QColor& background, QColor wanted);

} // namespace projectionist
