// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/common/backgroundtasks.h"
#include "widgets/reconcile/reconcilepage.h"

#include <atomic>

namespace projectionist {

/// Writes differences into files on a thread of its own, one at a time. GUI thread.
class DifferenceExports
{
public:
    explicit DifferenceExports(ReconcilePage& page) : m_page(page) {}

    /// The one before is cancelled, and leaves nothing behind.
    void start(const DifferenceExportOrder& order);
    /// Returns at once; a file that is not whole goes away.
    void cancel();
    /// Tells the page how far it is.
    void poll();

private:
    ReconcilePage& m_page;
    std::shared_ptr<const std::atomic<std::size_t>> m_done; ///< of the present one; null: none runs
    std::uint64_t m_token = 0;
    BackgroundTasks::Token m_running = 0;
    BackgroundTasks m_tasks; ///< last: waits for what runs
};

} // namespace projectionist
