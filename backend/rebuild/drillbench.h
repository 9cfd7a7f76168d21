// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/rebuild/builtinworker.h"
#include "backend/rebuild/drill.h"
#include "backend/rebuild/scratchschema.h"

namespace projectionist {

/// Opens a store for writing.
using OpenScratch = std::function<Result<std::unique_ptr<RelationalStore>>(const StoreSettings&)>;
/// Makes what a worker writes to; tests bring targets that fail.
using MakeTarget = std::function<std::unique_ptr<RowTarget>(RelationalStore&, const TargetTables&,
                                                            const DeclaredProjection&, TableTarget::OnStage)>;
/// A TableTarget.
[[nodiscard]] std::unique_ptr<RowTarget> makeTableTarget(RelationalStore& store, const TargetTables& tables,
                                                         const DeclaredProjection& declaration,
                                                         TableTarget::OnStage stage);

/// What all drills work with: a projection's events, a schema for its rows, and a worker between them. Belongs to one
/// thread; everything ends soon after `stop`, with Cancelled.
class DrillBench
{
public:
    /// `workspace` has to outlive it.
    [[nodiscard]] static Result<std::unique_ptr<DrillBench>>
    open(const Workspace& workspace, const ProjectionSettings& projection, const LetterConnectors& letters,
         const OpenScratch& open, MakeTarget target, const std::string& by, const Clock& clock, std::stop_token stop);

    [[nodiscard]] BuiltinWorker& worker() { return m_worker; }
    [[nodiscard]] ScratchSchema& scratch() { return m_scratch; }
    [[nodiscard]] const std::string& live() const { return m_live; }
    [[nodiscard]] const StoreSettings& store() const { return m_store; }

    /// Where the log begins, as a sentence if that is not its true beginning; empty otherwise.
    [[nodiscard]] Result<std::string> lostBeginning();
    /// Positions behind the first so many events, spread over the partitions; `total`: how many there are.
    [[nodiscard]] Result<NextOffsets> firstEvents(std::int64_t most, std::int64_t& total);
    [[nodiscard]] Result<TargetTables> addTable(const std::string& name);
    /// Applies events in this process, until they are below `upTo`.
    [[nodiscard]] Result<std::int64_t> apply(const TargetTables& tables, const NextOffsets& upTo,
                                             const BuiltinWorker::OnApplied& applied = {},
                                             TableTarget::OnStage stage = {});
    /// All rows of one table into the other, which is empty; not the positions.
    [[nodiscard]] Result<void> copyRows(const TargetTables& from, const TargetTables& to);
    [[nodiscard]] Result<NextOffsets> positionsOf(const TargetTables& tables);
    /// Compares all columns byte by byte; adds what differs to `result`. How many rows differ.
    [[nodiscard]] Result<std::int64_t> compare(const TargetTables& expected, const TargetTables& actual,
                                               DrillResult& result);
    /// The server's process of the session that apply() writes with.
    [[nodiscard]] Result<std::string> workerSession();
    /// Ends it, and waits until it is gone.
    [[nodiscard]] Result<void> endSession(const std::string& session);

private:
    DrillBench(StoreSettings store, std::string live, BuiltinWorker worker, ScratchSchema scratch,
               std::unique_ptr<RelationalStore> work, MakeTarget target)
        : m_store(std::move(store))
        , m_live(std::move(live))
        , m_worker(std::move(worker))
        , m_scratch(std::move(scratch))
        , m_work(std::move(work))
        , m_target(std::move(target))
    {
    }

    StoreSettings m_store;
    std::string m_live; ///< the table in use
    BuiltinWorker m_worker;
    ScratchSchema m_scratch;
    std::unique_ptr<RelationalStore> m_work; ///< what the worker writes with
    MakeTarget m_target;
    std::unique_ptr<std::stop_callback<std::function<void()>>> m_interrupts; ///< goes first
};

} // namespace projectionist
