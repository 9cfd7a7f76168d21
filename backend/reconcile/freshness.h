// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/config/checksettings.h"
#include "backend/core/snapshot.h"
#include "backend/reconcile/flightwatch.h"

namespace projectionist {

/// How many events the log has got behind these positions; nullopt: not known, since there are none, or one of their
/// partitions has no head in the snapshot. Offsets that are no events (marks of transactions) count too.
[[nodiscard]] std::optional<std::int64_t> eventsSince(const LogPositions& through, const Snapshot& snapshot);

/// From when on a verification is stale: its schedule has been due twice since. Without a schedule: after a day.
[[nodiscard]] TimePoint staleFrom(const CheckSettings& check, TimePoint verified);

} // namespace projectionist
