// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/clock.h"
#include "backend/core/error.h"

#include <string>

namespace projectionist::ctl {

/// "now", "now-6h", "2026-11-21", "2026-11-21 02:10", "2026-11-21 02:10:05", RFC 3339, each also with "-1h" or "+30m"
/// behind it. Without a zone it is UTC.
[[nodiscard]] Result<TimePoint> parseTimeExpression(const std::string& text, TimePoint now);

} // namespace projectionist::ctl
