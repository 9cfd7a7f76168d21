// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/sandbox/business.h"
#include "app/sandbox/process.h"
#include "app/sandbox/rateshape.h"

namespace projectionist {

/// The write side: turns commands into rows of orders and parcels and into events in the outbox, in one transaction.
/// It is the only writer, so the outbox's sequence is the order of commits too.
class WriteSide
{
public:
    WriteSide(ProcessContext context, std::unique_ptr<RelationalStore> store);

    /// Until asked to stop.
    [[nodiscard]] Result<void> run();

private:
    [[nodiscard]] Result<void> restore();
    void prepareBatch();
    [[nodiscard]] Result<void> writeBatch();
    [[nodiscard]] Result<std::int64_t> stateOf(const char* name);

    ProcessContext m_context;
    std::unique_ptr<RelationalStore> m_store;
    Business m_business;
    FaultBoard m_faults;
    Pace m_pace;
    ErrorLog m_errors;
    std::vector<Step> m_batch;       ///< tried again until it is committed
    std::uint64_t m_historyLeft = 0; ///< to be written before the steady load
    TimePoint m_poisonedFor{};       ///< activation of the fault that has its event
    TimePoint m_poisonAsked{};       ///< activation whose event the business was asked for
};

} // namespace projectionist
