// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/rebuild/drillbench.h"

namespace projectionist {

/// What a worker in a process of its own is told, on standard input as one line of JSON.
struct WorkerOrder
{
    std::string context;
    std::string projection; ///< as CheckSettings::projection
    TargetTables tables;
    NextOffsets upTo;
    std::size_t batch = BuiltinWorker::eventsABatch;

    [[nodiscard]] std::string text() const;
    /// InvalidData: it is no order.
    [[nodiscard]] static Result<WorkerOrder> parse(const std::string& text);
};

/// Serves an order: applies the events, and says on descriptor `out`, a line each, where it is: "began", "rows",
/// "positions", "committed", and at its end "done" or "error ...". True: done.
[[nodiscard]] bool serveOrder(const WorkerOrder& order, const Workspace& workspace, const LetterConnectors& letters,
                              const OpenScratch& open, const MakeTarget& target, int out);

} // namespace projectionist
