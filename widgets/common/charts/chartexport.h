// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/error.h"

#include <QString>

class QAbstractItemModel;
class QPixmap;

namespace projectionist {

class ChartSurface;

/// Files are written beside their place and moved there when they are complete.
[[nodiscard]] Result<void> writePng(const QPixmap& picture, const QString& file);
[[nodiscard]] Result<void> writeSvg(ChartSurface& surface, const QString& file);
/// RFC 4180; the first column are times as RFC 3339, the others plain numbers whose unit the header names.
[[nodiscard]] Result<void> writeCsv(const QAbstractItemModel& table, const QString& file);

} // namespace projectionist
