// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/reconcile/checkdesk.h"
#include "models/roles.h"

#include <map>
#include <QString>

namespace projectionist {

/// What the checks of one projection, or of a context, come to.
struct ProjectionDrift
{
    std::size_t checks = 0;
    std::size_t verified = 0; ///< of them: whose last run has a result
    std::size_t drifting = 0; ///< of those
    std::size_t running = 0;
    std::int64_t differences = 0;
    bool critical = false;                ///< one that drifts is
    std::optional<TimePoint> oldest{};    ///< end of the last run with a result, of the check that has waited longest
    std::optional<TimePoint> staleFrom{}; ///< when the first of their results is stale
    std::vector<std::string> failures{};  ///< of checks whose last run has no result: name and why

    void add(const CheckStanding& standing);
    [[nodiscard]] bool isStale(TimePoint now) const { return staleFrom && *staleFrom <= now; }
    bool operator==(const ProjectionDrift&) const = default;
};

/// By projection; checks of none are left out.
[[nodiscard]] std::map<std::string, ProjectionDrift> driftByProjection(const CheckBoard& board);
[[nodiscard]] ProjectionDrift driftOfAll(const CheckBoard& board);

/// "none", "17 rows", "pending" while nothing is known yet, "unknown" when it cannot be told.
[[nodiscard]] QString driftText(const ProjectionDrift& drift);
[[nodiscard]] ColorMeaning driftMeaning(const ProjectionDrift& drift);
/// "1 of 2 checks shows drift. Verified 12 s ago.", and what failed.
[[nodiscard]] QString driftDetails(const ProjectionDrift& drift, TimePoint now);

} // namespace projectionist
