// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace projectionist {

/// How well `typed` stands for `name`: 0 = not at all, higher is better. All typed letters must occur in order; runs,
/// beginnings of words and short names count more, as in "pt" for parcel_tracking.
[[nodiscard]] int fuzzyScore(const QString& typed, const QString& name);

} // namespace projectionist
