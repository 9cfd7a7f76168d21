// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/clock.h"

#include <QDateTime>
#include <QString>

namespace projectionist {

/// In which zone times are read and written. Nothing is ever shown without it being visible which one it is.
enum class Zone : std::uint8_t
{
    Utc,
    Local
};

[[nodiscard]] QDateTime toDateTime(TimePoint time, Zone zone);
[[nodiscard]] TimePoint toTimePoint(const QDateTime& time);
/// "14:02:11".
[[nodiscard]] QString clockText(TimePoint time, Zone zone);
/// "2026-11-21 14:02:11 UTC", or with the local zone's abbreviation.
[[nodiscard]] QString dateTimeText(TimePoint time, Zone zone);
/// "UTC", "CET": the abbreviation in force at that time.
[[nodiscard]] QString zoneName(TimePoint time, Zone zone);

} // namespace projectionist
