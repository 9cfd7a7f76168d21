// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/verdict.h"

#include <QColor>
#include <QIcon>

class QPainter;

namespace projectionist {

/// One of resources/icons, painted in the palette's text colour, so that it follows the theme.
[[nodiscard]] QIcon themeIcon(const QString& name);
/// The same in a fixed colour.
[[nodiscard]] QIcon themeIcon(const QString& name, const QColor& color);
/// Each verdict has a shape of its own, so that it can be told without seeing colours.
[[nodiscard]] QString verdictIconName(VerdictKind kind);
void paintIcon(QPainter& painter, const QRect& rect, const QString& name, const QColor& color);
/// The program's own icon, in its own colours.
[[nodiscard]] QIcon applicationIcon();

} // namespace projectionist
