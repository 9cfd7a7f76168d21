// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/config/workspace.h"
#include "backend/reconcile/checkresult.h"

#include <array>
#include <functional>

namespace projectionist {

/// A way to try, in scratch tables, whether a projection can be trusted when things go wrong.
enum class DrillKind : std::uint8_t
{
    Idempotency,         ///< the same events twice make the same rows
    CrashRecovery,       ///< a worker that is killed in the middle makes the same rows
    CheckpointAtomicity, ///< a session that ends between rows and positions moves neither
    Reprojection         ///< the log makes the rows that the table in use has
};
/// "idempotency", "crash-recovery", "checkpoint-atomicity", "reprojection".
[[nodiscard]] std::string_view toString(DrillKind kind) noexcept;
inline constexpr std::array allDrills{DrillKind::Idempotency, DrillKind::CrashRecovery, DrillKind::CheckpointAtomicity,
                                      DrillKind::Reprojection};

/// What one drill found.
struct DrillResult
{
    DrillKind kind = DrillKind::Idempotency;
    std::string projection; ///< as CheckSettings::projection
    TimePoint began{};
    Duration took{0};
    std::int64_t events = 0; ///< that the rows were made of
    std::int64_t rows = 0;   ///< that were compared
    bool passed = false;
    std::vector<std::string> seen; ///< what was done and what came of it, a sentence each
    std::int64_t differing = 0;    ///< rows
    /// The first of them, with names of columns. Expected: what a drill without trouble makes, of Reprojection what the
    /// log makes.
    CheckResult compared;
};

/// Where a drill is; `total` 0: not known.
struct DrillProgress
{
    std::string doing;
    std::int64_t events = 0;
    std::int64_t total = 0;
};
using OnDrillProgress = std::function<void(const DrillProgress&)>;

constexpr std::int64_t eventsOfDrill = 10'000;
constexpr std::int64_t mostEventsOfDrill = 10'000'000;
constexpr std::size_t mostRowsShown = 20; ///< that differ

/// Why a drill cannot be run with this projection, by the workspace alone; nullopt: it can.
[[nodiscard]] std::optional<Error> whyNoDrill(const Workspace& workspace, const ProjectionSettings& projection);

} // namespace projectionist
