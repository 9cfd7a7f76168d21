// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/projector/eventdecoder.h"
#include "backend/rebuild/projectionlog.h"
#include "backend/rebuild/rowtarget.h"

namespace projectionist {

/// Applies a declared projection's events to a target, many at a time: folds them by key in memory on top of the rows
/// that are there, and has rows and positions written together, so that each event counts once whenever it is killed.
/// Topics are read one after the other, as the projection names them; partitions of a topic together where the table's
/// key is that of the records, else one after the other too. Blocks; belongs to one thread.
class BuiltinWorker
{
public:
    static constexpr std::size_t eventsABatch = 5'000;

    /// So many events have been applied; between two batches.
    using OnApplied = std::function<void(std::int64_t events)>;

    /// Configuration: the projection is not declared, or wrongly, or has no broker. `workspace` has to outlive it.
    [[nodiscard]] static Result<BuiltinWorker> open(const Workspace& workspace, const ProjectionSettings& projection,
                                                    const LetterConnectors& connectors, const Clock& clock,
                                                    std::stop_token stop);

    [[nodiscard]] const DeclaredProjection& declaration() const { return m_declaration; }
    [[nodiscard]] ProjectionLog& log() { return m_log; }
    /// Of 1 or more; eventsABatch by default.
    void setBatch(std::size_t events) { m_batch = events; }

    /// Applies what is below `upTo` and not below the target's positions, from the log's start where it has none; a
    /// partition that is not in `upTo` is left alone. Gives how many events that were. InvalidData: an event makes no
    /// sense. Cancelled: a stop.
    [[nodiscard]] Result<std::int64_t> run(RowTarget& target, const NextOffsets& upTo, const OnApplied& applied = {});

private:
    class Pass;
    BuiltinWorker(DeclaredProjection declaration, EventDecoder decoder, ProjectionLog log, std::stop_token stop)
        : m_declaration(std::move(declaration))
        , m_decoder(std::move(decoder))
        , m_log(std::move(log))
        , m_stop(std::move(stop))
    {
    }

    DeclaredProjection m_declaration;
    EventDecoder m_decoder;
    ProjectionLog m_log;
    std::stop_token m_stop;
    std::size_t m_batch = eventsABatch;
};

} // namespace projectionist
