// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFont>

namespace projectionist {

/// The font with digits of equal width, so that changing numbers do not make the text around them jump.
[[nodiscard]] QFont tabularFont(const QFont& font);
/// For payloads, commands and offsets.
[[nodiscard]] QFont fixedFont(const QFont& like);
[[nodiscard]] QFont scaledFont(QFont font, double factor, bool bold = false);

} // namespace projectionist
