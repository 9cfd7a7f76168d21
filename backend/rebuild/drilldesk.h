// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/rebuild/drillhistory.h"
#include "backend/rebuild/drillrun.h"

namespace projectionist {

/// One drill of one projection: what it found last, and what it does now.
struct DrillStanding
{
    std::string projection; ///< as CheckSettings::projection
    DrillKind kind = DrillKind::Idempotency;
    std::optional<Error> obstacle{};        ///< why it cannot be run as the workspace is
    std::optional<DrillRecord> last{};      ///< the newest run, in whatever program
    bool waiting = false;                   ///< for another drill to end
    std::optional<DrillProgress> running{}; ///< by this desk
    std::string complaint{};                ///< why the last order was not carried out; empty: it was
};

/// All drills of all projections of the context, in the order of the workspace.
struct DrillBoard
{
    std::vector<DrillStanding> drills;
    std::string complaint{}; ///< about the history; empty: all is well
};

/// Runs the drills of one context, one at a time, by order, and keeps what they found. Construction starts, destruction
/// cancels what runs and joins. Functions may be called by any thread.
class DrillDesk
{
public:
    /// Called on the desk's threads, must not block.
    using OnBoard = std::function<void(std::shared_ptr<const DrillBoard>)>;
    /// Before each drill, on the desk's threads: an Error refuses it.
    using Permit = std::function<Result<void>(const std::string& projection, DrillKind kind)>;

    /// `workspace` outlives it.
    DrillDesk(const Workspace& workspace, const std::string& context, DrillConnectors connectors, const Clock& clock,
              const std::filesystem::path& history, Permit permit, OnBoard board);
    ~DrillDesk();
    DrillDesk(const DrillDesk&) = delete;
    DrillDesk& operator=(const DrillDesk&) = delete;

    /// Behind those that were ordered before; one that waits or runs is not ordered twice.
    void run(const std::string& projection, DrillKind kind);
    /// Whether it waits or runs.
    void cancel(const std::string& projection, DrillKind kind);

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace projectionist
